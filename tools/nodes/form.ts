/** A node's html: the form from its fields, and the literal registration that the flow library reads. */
import { type ChoiceField, type Field, isSecret } from "../../nodes/shared/fields.ts";
import { versionAfter } from "../../nodes/shared/migrations.ts";
import { wordAt } from "./catalog.ts";
import type { Slice } from "./slices.ts";

const CATEGORY = "EV charging";
/** Also where the value itself is short, such as a currency, an environment variable's name must fit. */
const ROOM_FOR_A_VARIABLE = 64;
const EDITOR_SCRIPT = "resources/@opencharge/node-red-j1772/j1772-editor.js";

/** @returns the whole of `nodes/<type>/<type>.html`. */
export function formHtml(slice: Slice): string {
  return `<!-- Generated from ${slice.type}.schema.ts by \`npm run generate\`. -->
<script src="${EDITOR_SCRIPT}"></script>
<script type="text/javascript">
${registration(slice)}
</script>
<script type="text/html" data-template-name="${slice.type}">
${rows(slice)}
</script>
`;
}

function registration({ type, schema, catalogs }: Slice): string {
  const open = Object.entries(schema.fields).filter(([, field]) => !isSecret(field));
  const secrets = Object.entries(schema.fields).filter(([, field]) => isSecret(field));
  const credentials =
    secrets.length === 0 ? "" : `\n    credentials: { ${secrets.map(([name]) => `${name}: { type: "password" }`).join(", ")} },`;
  const defaults = open.map(([name, field]) => `    ${name}: ${defaultOf(name, field)},`);
  const { face } = schema;
  const inputLabels = wordAt(catalogs["en-US"], "input") === undefined ? "" : '\n    inputLabels: function () { return this._("input"); },';
  const palette = face
    ? `
    color: ${JSON.stringify(face.color)},
    icon: "${type}.svg",
    inputs: ${face.inputs},
    outputs: ${face.outputs.length},${inputLabels}
    outputLabels: function (index) { return this._("output." + ${JSON.stringify(face.outputs)}[index]); },
    paletteLabel: function () { return this._("label"); },
    label: function () { return this.name || this._("label"); },
    labelStyle: function () { return this.name ? "node_label_italic" : ""; },`
    : `
    icon: "${type}.svg",
    label: function () { return this.name || this._("label"); },`;
  return `  RED.nodes.registerType("${type}", {
    category: ${JSON.stringify(face ? CATEGORY : "config")},
    defaults: {
      version: { value: ${versionAfter(schema.migrations)} },
${defaults.map((line) => `  ${line}`).join("\n")}
    },${credentials}${palette}
    oneditprepare: function () { J1772.prepare(this); }
  });`;
}

function defaultOf(name: string, field: Field<unknown>): string {
  if (field.kind === "reference") return `{ value: "", type: ${JSON.stringify(field.to)}, required: ${!field.optional} }`;
  const value = typeof field.initial === "number" ? String(field.initial) : field.initial;
  return `{ value: ${JSON.stringify(value)}, validate: function (value, options) { return J1772.check(this, "${name}", value); } }`;
}

function rows(slice: Slice): string {
  const fields = Object.entries(slice.schema.fields);
  const plain = fields.filter(([, field]) => !field.expert).map(([name, field]) => row(slice, name, field));
  const expert = fields.filter(([, field]) => field.expert).map(([name, field]) => row(slice, name, field));
  const fold =
    expert.length === 0
      ? []
      : [`  <details class="j1772-expert">\n    <summary data-i18n="form.expert"></summary>\n${indented(expert.join("\n"))}\n  </details>`];
  return ['<div class="j1772-form">', ...plain, ...fold, "</div>"].join("\n");
}

const indented = (lines: string): string => lines.replace(/^/gm, "  ");

function row(slice: Slice, name: string, field: Field<unknown>): string {
  const id = `${slice.schema.face ? "node-input" : "node-config-input"}-${name}`;
  const label = `<label for="${id}" data-i18n="field.${name}.label"></label>`;
  const about = hasAbout(slice, name) ? `\n    <p class="j1772-about" id="j1772-about-${name}" aria-live="polite"></p>` : "";
  return `  <div class="form-row" data-field="${name}">
    ${label}
    ${control(name, id, field, about !== "")}${about}
  </div>`;
}

function control(name: string, id: string, field: Field<unknown>, described: boolean): string {
  switch (field.kind) {
    case "quantity":
      return `<input type="text" inputmode="decimal" autocomplete="off" id="${id}" aria-describedby="j1772-unit-${name}"> <span id="j1772-unit-${name}">${field.unit}</span>`;
    case "choice":
      return `<select id="${id}"${described ? ` aria-describedby="j1772-about-${name}"` : ""}>${optionsOf(name, field)}</select>`;
    case "flag":
      return `<input type="checkbox" id="${id}">`;
    case "text":
      return `<input type="${field.secret ? "password" : "text"}" autocomplete="${field.secret ? "new-password" : "off"}" id="${id}" maxlength="${Math.max(field.maxLength, ROOM_FOR_A_VARIABLE)}">`;
    case "reference":
      return `<input type="text" id="${id}">`;
  }
}

const optionsOf = (name: string, { options }: ChoiceField<unknown>): string =>
  options.map((value) => `<option value="${value}" data-i18n="field.${name}.options.${value}"></option>`).join("");

/** Choices whose effect is not plain from their words explain the one that is chosen. */
function hasAbout({ schema, catalogs }: Slice, name: string): boolean {
  const field = schema.fields[name];
  return field?.kind === "choice" && wordAt(catalogs["en-US"], `field.${name}.about.${field.options[0]}`) !== undefined;
}
