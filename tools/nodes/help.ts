/**
 * The help of a node: prose from its locale folder, with the facts (unit, range, default, type) filled in from the schema.
 * A line `: {field offerA} : text` describes a field, `: {out status.state} : text` a property of an output's payload.
 */
import type * as v from "valibot";
import { SimFaultMessage } from "#link/sim-action";
import type { Field } from "../../nodes/shared/fields.ts";
import { type Catalog, type Language, word } from "./catalog.ts";
import type { Outputs, Slice } from "./slices.ts";
import { type FactWords, factWords } from "./words.ts";

const DEFINITION = /^: \{(field|out) ([\w.]+)\} : (.+)$/;
const OUTPUT = /^(\d+)\. \{output (\w+)\}/;

/** The help as Node-RED's markdown. @throws Error when a field or property is missing, unknown, or described twice. */
export function helpMarkdown(slice: Slice, language: Language): string {
  const catalog = slice.catalogs[language];
  const facts = factWords(language);
  const open = new Set([...Object.keys(slice.schema.fields).map((name) => `field ${name}`), ...propertiesOf(slice)]);
  const lines = slice.help[language].trimEnd().split("\n");
  const filled = lines.map((line) => {
    const output = OUTPUT.exec(line);
    if (output) return line.replace(`{output ${output[2]}}`, word(catalog, `output.${output[2]}`));
    const [, kind, name, text] = DEFINITION.exec(line) ?? [];
    if (kind === undefined || name === undefined || text === undefined) return line.replace("{faults}", faultList());
    if (!open.delete(`${kind} ${name}`)) throw new Error(`${slice.type}, ${language}: "${kind} ${name}" is unknown or described twice.`);
    if (text.includes(":"))
      throw new Error(`${slice.type}, ${language}: the text of "${name}" has a colon, which Node-RED takes for the end.`);
    return kind === "field" ? fieldLine(slice, name, text, catalog, facts) : propertyLine(slice.outputs, name, text, facts);
  });
  const [missing] = open;
  if (missing !== undefined) throw new Error(`${slice.type}, ${language}: the help says nothing of "${missing}".`);
  return `${indentOutputs(filled).join("\n")}\n`;
}

/** The first output's properties must all be told; a later output may refer to another node's help. */
function propertiesOf({ outputs, help }: Slice): string[] {
  return Object.entries(outputs)
    .filter(([name]) => help["en-US"].includes(`{out ${name}.`))
    .flatMap(([name, schema]) => Object.keys(entriesOf(schema)).map((property) => `out ${name}.${property}`));
}

function fieldLine({ schema }: Slice, name: string, text: string, catalog: Catalog, facts: FactWords): string {
  const field = schema.fields[name];
  if (field === undefined) throw new Error(`There is no field "${name}".`);
  return `: ${word(catalog, `field.${name}.label`)} (${fieldFacts(name, field, catalog, facts)}) : ${text}`;
}

/** Unit, range and default of a field: "0 to 80 A, default 16". */
export function fieldFacts(name: string, field: Field<unknown>, catalog: Catalog, facts: FactWords): string {
  switch (field.kind) {
    case "quantity": {
      const initial = field.initial === "" ? facts.empty : `${field.initial}`;
      return `${field.min} ${facts.to} ${field.max} ${field.unit}, ${facts.default} ${initial}`;
    }
    case "choice": {
      const say = (value: unknown): string => word(catalog, `field.${name}.options.${value}`);
      return `${field.options.map(say).join(" | ")}, ${facts.default} ${say(field.initial)}`;
    }
    case "flag":
      return `${facts.default} ${field.initial ? facts.yes : facts.no}`;
    case "text":
      return field.optional ? facts.optional : facts.text;
    case "reference":
      return facts.reference;
  }
}

function propertyLine(outputs: Outputs, path: string, text: string, facts: FactWords): string {
  const [output = "", property = ""] = path.split(".");
  const schema = outputs[output];
  const entry = schema && entriesOf(schema)[property];
  if (!entry) throw new Error(`The output "${output}" has no property "${property}".`);
  return `: payload.${property} (${typeName(property, entry, facts)}) : ${text}`;
}

type Described = v.GenericSchema & {
  readonly wrapped?: Described;
  readonly item?: Described;
  readonly pipe?: readonly Described[];
  readonly entries?: Readonly<Record<string, Described>>;
};

const entriesOf = (schema: v.GenericSchema): Readonly<Record<string, Described>> => (schema as Described).entries ?? {};

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[a-z])W$/, "W"],
  [/Wh$/, "Wh"],
  [/[a-z]A$/, "A"],
  [/[a-z]V$/, "V"],
  [/[a-z]C$/, "°C"],
  [/Percent$/, "%"],
  [/Ms$/, "ms"],
];
const TIME = /^(?:at|since)$|(?:At|Until)$/;

/** Type and unit of a property, in words: "number, A", "time or null". */
function typeName(name: string, schema: Described, facts: FactWords): string {
  switch (schema.type) {
    case "nullable":
      return `${typeName(name, schema.wrapped ?? schema, facts)} ${facts.or} null`;
    case "optional":
      return `${typeName(name, schema.wrapped ?? schema, facts)}, ${facts.optional}`;
    case "array":
      return `${facts.listOf} ${typeName(name, schema.item ?? schema, facts)}`;
    case "strict_object":
      return Object.keys(entriesOf(schema)).join(", ");
    case "number":
      if (TIME.test(name)) return facts.time;
      return [facts.number, ...UNITS.filter(([suffix]) => suffix.test(name)).map(([, unit]) => unit)].join(", ");
    case "boolean":
      return "boolean";
    case "string":
    case "picklist":
      return facts.text;
    case "record":
      return facts.object;
    default:
      throw new Error(`The help has no word for the type "${schema.type}" of "${name}".`);
  }
}

const faultList = (): string => SimFaultMessage.options.map((fault) => `\`${fault}\``).join(", ");

/** Descriptions that follow a numbered output belong into its item. */
function indentOutputs(lines: readonly string[]): string[] {
  let inside = false;
  return lines.map((line) => {
    if (/^\d+\. /.test(line)) inside = true;
    else if (line.startsWith("#")) inside = false;
    return inside && line.startsWith(": ") ? `   ${line}` : line;
  });
}
