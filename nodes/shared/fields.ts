/**
 * What a node can be told in its form. One declaration gives the form row, its default, the check in the editor,
 * the typed value at run time and the line in the help. The words for it live in the locale catalogues.
 */
import * as v from "valibot";
import type { Quantity } from "#core/units/units";

interface FieldOptions {
  /** Behind the fold of the form. */
  readonly expert?: boolean;
  /** Shown only while each of these choice fields has its value, or one of its values. */
  readonly shownWhen?: Readonly<Record<string, string | readonly string[]>>;
}

interface FieldBase<T> extends FieldOptions {
  readonly schema: v.GenericSchema<unknown, T>;
  /** What the form of a new node holds. */
  readonly initial: string | number | boolean;
}

export interface QuantityField<T> extends FieldBase<T> {
  readonly kind: "quantity";
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** True when the field may be left empty, which reads as null. */
  readonly optional: boolean;
}
export interface ChoiceField<T> extends FieldBase<T> {
  readonly kind: "choice";
  readonly options: readonly (string | number)[];
}
export interface TextField<T> extends FieldBase<T> {
  readonly kind: "text";
  readonly maxLength: number;
  readonly optional: boolean;
  /** Kept among Node-RED's credentials: encrypted, not part of the flow file, never shown again. */
  readonly secret: boolean;
}
export interface FlagField<T> extends FieldBase<T> {
  readonly kind: "flag";
}
export interface ReferenceField<T> extends FieldBase<T> {
  readonly kind: "reference";
  /** Type of the configuration node. */
  readonly to: string;
  /** True when none may be chosen, which reads as null. */
  readonly optional: boolean;
}
export type Field<T> = QuantityField<T> | ChoiceField<T> | TextField<T> | FlagField<T> | ReferenceField<T>;

/** A plain decimal number; hexadecimal, exponents and empty text are not numbers to a person filling in a form. */
const decimal = v.pipe(v.string(), v.trim(), v.regex(/^[+-]?\d+(\.\d+)?$/), v.transform(Number));
const blank = v.pipe(
  v.union([v.null(), v.pipe(v.string(), v.trim(), v.literal(""))]),
  v.transform(() => null),
);

function quantitySchema<U extends string>(min: number, max: number): v.GenericSchema<unknown, Quantity<U>> {
  return v.pipe(
    v.union([v.number(), decimal]),
    v.finite(),
    v.minValue(min),
    v.maxValue(max),
    v.transform((value) => value as Quantity<U>),
  );
}

/** A number with a unit, `min` to `max` inclusive. Text that is a plain decimal number counts. */
export function quantity<U extends string>(
  unit: U,
  min: number,
  max: number,
  initial: number,
  options: FieldOptions = {},
): QuantityField<Quantity<U>> {
  return { kind: "quantity", schema: quantitySchema<U>(min, max), unit, min, max, initial, optional: false, ...options };
}

/** As `quantity`, or empty, which reads as null. */
export function optionalQuantity<U extends string>(
  unit: U,
  min: number,
  max: number,
  initial: number | "",
  options: FieldOptions = {},
): QuantityField<Quantity<U> | null> {
  const schema = v.union([blank, quantitySchema<U>(min, max)]);
  return { kind: "quantity", schema, unit, min, max, initial, optional: true, ...options };
}

/** One of a few values. A number among them may come as text, because forms only know text. */
export function choice<const T extends string | number>(values: readonly T[], initial: T, options: FieldOptions = {}): ChoiceField<T> {
  const schema = v.pipe(
    v.union([v.string(), v.number()]),
    v.transform((raw) => values.find((value) => String(value) === String(raw))),
    v.picklist(values),
  );
  return { kind: "choice", schema: schema as v.GenericSchema<unknown, T>, options: values, initial, ...options };
}

/** Text without surrounding blanks. A number is text too: that is how an environment variable of a subflow may bring a name such as 7. */
export const plainText = v.pipe(v.union([v.string(), v.pipe(v.number(), v.finite(), v.transform(String))]), v.trim());

/** Text without surrounding blanks; `optional` text may be empty. */
export function text(maxLength: number, initial = "", options: FieldOptions & { readonly optional?: boolean } = {}): TextField<string> {
  const { optional = false, ...rest } = options;
  const schema = v.pipe(plainText, v.minLength(optional ? 0 : 1), v.maxLength(maxLength));
  return { kind: "text", schema, maxLength, initial, optional, secret: false, ...rest };
}

/** Optional text that nobody may read. Node-RED hands it to the node as one of its credentials. */
export const secret = (maxLength: number, options: FieldOptions = {}): TextField<string> => ({
  ...text(maxLength, "", { ...options, optional: true }),
  secret: true,
});

export const isSecret = (field: Field<unknown>): boolean => field.kind === "text" && field.secret;

/** Yes or no. "true" and "false" count, because environment variables only know text. */
export function flag(initial: boolean, options: FieldOptions = {}): FlagField<boolean> {
  const word = v.pipe(
    v.picklist(["true", "false"]),
    v.transform((raw) => raw === "true"),
  );
  return { kind: "flag", schema: v.union([v.boolean(), word]), initial, ...options };
}

/** The id of a configuration node of type `to`. */
export function reference(to: string): ReferenceField<string> {
  return { kind: "reference", schema: v.pipe(v.string(), v.minLength(1)), to, initial: "", optional: false };
}

/** As `reference`, or none, which reads as null. Node-RED's forms say "_ADD_" for none in some of its versions. */
export function optionalReference(to: string, options: FieldOptions = {}): ReferenceField<string | null> {
  const none = v.pipe(
    v.literal("_ADD_"),
    v.transform(() => null),
  );
  return {
    kind: "reference",
    schema: v.union([blank, none, v.pipe(v.string(), v.minLength(1))]),
    to,
    initial: "",
    optional: true,
    ...options,
  };
}

/** The fields of one node, by the name they have in the flow file. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What `readConfig` gives for these fields. */
export type ConfigOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** What a field accepts, in words for an error: "6 to 80 A". */
export function expectation(field: Field<unknown>): string {
  switch (field.kind) {
    case "quantity":
      return `${field.min} to ${field.max} ${field.unit}${field.optional ? ", or empty" : ""}`;
    case "choice":
      return `one of ${field.options.join(", ")}`;
    case "text":
      return `${field.optional ? "at most" : "1 to"} ${field.maxLength} characters`;
    case "flag":
      return "true or false";
    case "reference":
      return `a ${field.to} configuration node${field.optional ? ", or none" : ""}`;
  }
}
