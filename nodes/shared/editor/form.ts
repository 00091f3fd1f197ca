/** An open form, as the editor code of a node sees it. */
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
