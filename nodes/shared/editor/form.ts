/** An open form, as the editor code of a node sees it. */
import { type Fields, isSecret } from "../fields.ts";
import type { EditorNode } from "./red-editor.ts";
import { isVariable } from "./variable.ts";

type Control = HTMLInputElement | HTMLSelectElement;

export class Form {
  readonly node: EditorNode;
  readonly #prefix: string;

  constructor(node: EditorNode) {
    this.node = node;
    this.#prefix = node._def.category === "config" ? "node-config-input" : "node-input";
  }

  /** What the field holds now; empty when the form has no such field. */
  value(field: string): string {
    return this.#control(field)?.value ?? "";
  }

  /** Whether a box is ticked, or may be: an environment variable in its place decides when the flows start. */
  ticked(field: string): boolean {
    const control = this.#control(field);
    return control instanceof HTMLInputElement && (control.checked || isVariable(control.value));
  }

  /** Fills the field as a person would. */
  set(field: string, value: string): void {
    const control = this.#control(field);
    if (control === null) return;
    control.value = value;
    $(control).trigger("change");
  }

  /**
   * Shows what Node-RED does not show by itself, so that it is saved as it was: of a node that was saved before a field existed what the
   * field has at run time; of a box the word "false"; in lists and for boxes an environment variable.
   */
  fillIn(fields: Fields): void {
    for (const [name, field] of Object.entries(fields)) {
      const control = this.#control(name);
      // Node-RED fills these two in itself.
      if (control === null || field.kind === "reference" || isSecret(field)) continue;
      const stored: unknown = Reflect.get(this.node, name) ?? field.initial;
      if (field.kind === "flag") showFlag(control, stored);
      else if (field.kind === "choice" && isVariable(stored)) showOption(control, stored);
      else if (Reflect.get(this.node, name) === undefined) control.value = String(stored);
    }
  }

  /** The field's row. */
  row(field: string): HTMLElement | null {
    return this.#control(field)?.closest<HTMLElement>(".form-row") ?? null;
  }

  /** Calls `then` now, and whenever one of the fields changes. */
  follow(fields: readonly string[], then: () => void): void {
    for (const field of fields) {
      const control = this.#control(field);
      if (control) $(control).on("input change", then);
    }
    then();
  }

  /** A line of text below a row, which tells what the fields add up to; with a label it is a row of its own. */
  note(below: string, label?: string): HTMLElement {
    const row = document.createElement("div");
    row.className = "form-row";
    const output = document.createElement("output");
    output.setAttribute("aria-live", "polite");
    if (label === undefined) {
      output.className = "j1772-about";
    } else {
      output.id = `${this.#prefix}-${below}-note`;
      const name = document.createElement("label");
      name.htmlFor = output.id;
      name.textContent = label;
      row.append(name);
    }
    row.append(output);
    this.row(below)?.after(row);
    return output;
  }

  #control(field: string): Control | null {
    return document.querySelector<Control>(`#${this.#prefix}-${field}`);
  }
}

/** A box has no room for a variable: it becomes a line of text, which Node-RED saves as it stands. */
function showFlag(control: Control, stored: unknown): void {
  if (isVariable(stored)) {
    Reflect.set(control, "type", "text");
    control.value = stored;
  } else {
    Reflect.set(control, "checked", stored === true || stored === "true");
  }
}

function showOption(control: Control, stored: string): void {
  const option = document.createElement("option");
  option.value = stored;
  option.textContent = stored;
  control.append(option);
  control.value = stored;
}
