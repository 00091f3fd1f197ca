/** An open form, as the editor code of a node sees it. */
import { type Fields, isSecret } from "../fields.ts";
import type { EditorNode } from "./red-editor.ts";

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

  /** Whether a box is ticked. */
  ticked(field: string): boolean {
    const control = this.#control(field);
    return control instanceof HTMLInputElement && control.checked;
  }

  /** Fills the field as a person would. */
  set(field: string, value: string): void {
    const control = this.#control(field);
    if (control === null) return;
    control.value = value;
    $(control).trigger("change");
  }

  /** A node that was saved before a field existed shows what the field has at run time, and is saved with it. */
  fillIn(fields: Fields): void {
    for (const [name, field] of Object.entries(fields)) {
      const control = this.#control(name);
      // Node-RED fills these two in itself.
      if (control === null || field.kind === "reference" || isSecret(field)) continue;
      if (Reflect.get(this.node, name) !== undefined) continue;
      if (field.kind === "flag") Reflect.set(control, "checked", field.initial);
      else control.value = String(field.initial);
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

  #control(field: string): HTMLInputElement | HTMLSelectElement | null {
    return document.querySelector<HTMLInputElement | HTMLSelectElement>(`#${this.#prefix}-${field}`);
  }
}
