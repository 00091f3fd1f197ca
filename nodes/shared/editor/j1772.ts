/** The editor's side of every node: checks its fields and brings its form to life, both from the schema. */
import * as v from "valibot";
import type { Field } from "../fields.ts";
import type { NodeSchema } from "../node-schema.ts";
import { Form } from "./form.ts";
import type { EditorNode } from "./red-editor.ts";
import { addStyle } from "./style.ts";
import { isVariable } from "./variable.ts";

const MODULE = "@opencharge/node-red-j1772";

interface EditorSide {
  readonly schema: NodeSchema;
  readonly prepare: (form: Form) => void;
}

const sides = new Map<string, EditorSide>();

/** Makes a node known to the editor; `prepare` adds what only this node's form does. */
export function edit(schema: NodeSchema, prepare: (form: Form) => void = () => {}): void {
  sides.set(schema.type, { schema, prepare });
}

/** True, or what the field expects, in the language of the editor. A node from before the field existed has its initial value at run time. */
export function check(node: EditorNode, name: string, value: unknown): true | string {
  const field = sides.get(node.type)?.schema.fields[name];
  if (field === undefined || value === undefined || isVariable(value) || v.is(field.schema, value)) return true;
  const text = (key: string, values?: Readonly<Record<string, string | number>>): string => RED._(`${MODULE}/${node.type}:${key}`, values);
  return text(`form.expects.${expects(field)}`, { label: text(`field.${name}.label`), ...bounds(field) });
}

/** Called when a form opens. */
export function prepare(node: EditorNode): void {
  const side = sides.get(node.type);
  if (side === undefined) return;
  addStyle();
  const form = new Form(node);
  form.fillIn(side.schema.fields);
  for (const [name, field] of Object.entries(side.schema.fields)) {
    showOnlyWhen(form, name, field);
    explainChoice(form, name, field);
    unfoldWhenWrong(form, name, field);
  }
  side.prepare(form);
}

const expects = (field: Field<unknown>): string => (field.kind === "text" && field.optional ? "optionalText" : field.kind);

function bounds(field: Field<unknown>): Readonly<Record<string, string | number>> {
  if (field.kind === "quantity") return { min: field.min, max: field.max, unit: field.unit };
  return field.kind === "text" ? { max: field.maxLength } : {};
}

function showOnlyWhen(form: Form, name: string, { shownWhen = {} }: Field<unknown>): void {
  const wanted = Object.entries(shownWhen);
  if (wanted.length === 0) return;
  const isSo = ([other, values]: (typeof wanted)[number]): boolean => {
    const value = form.value(other);
    // What a variable says is only known when the flows start: the row may be needed.
    return isVariable(value) || [values].flat().includes(value);
  };
  form.follow(Object.keys(shownWhen), () => {
    const row = form.row(name);
    if (row) row.hidden = !wanted.every(isSo);
  });
}

function explainChoice(form: Form, name: string, field: Field<unknown>): void {
  const about = document.getElementById(`j1772-about-${name}`);
  if (field.kind !== "choice" || about === null) return;
  form.follow([name], () => {
    const chosen = form.value(name);
    about.textContent = chosen === "" || isVariable(chosen) ? "" : form.node._(`field.${name}.about.${chosen}`);
  });
}

/** A field that needs a hand must not hide behind the fold. */
function unfoldWhenWrong(form: Form, name: string, field: Field<unknown>): void {
  const fold = form.row(name)?.closest("details");
  if (fold && field.kind !== "flag" && check(form.node, name, form.value(name)) !== true) fold.open = true;
}
