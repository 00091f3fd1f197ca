/** Everything that is known of a node at its desk: schema, outputs, words and help in each language. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as v from "valibot";
import type { NodeSchema } from "../../nodes/shared/node-schema.ts";
import { type Catalog, LANGUAGES, type Language, readCatalog } from "./catalog.ts";
import { nodeTypes } from "./node-types.ts";

/** Payload schema of each output, by its name. */
export type Outputs = Readonly<Record<string, v.GenericSchema>>;

export interface Slice {
  readonly type: string;
  readonly schema: NodeSchema;
  readonly outputs: Outputs;
  readonly catalogs: Readonly<Record<Language, Catalog>>;
  /** Source of the help. */
  readonly help: Readonly<Record<Language, string>>;
}

/** @throws Error when a node lacks one of its files. */
export async function loadSlices(root: string): Promise<readonly Slice[]> {
  return Promise.all(nodeTypes(root).map((type) => loadSlice(root, type)));
}

async function loadSlice(root: string, type: string): Promise<Slice> {
  const folder = join(root, "nodes", type);
  const schemas = Object.values<unknown>(await import(pathToFileURL(join(folder, `${type}.schema.ts`)).href));
  const schema = schemas.find((value): value is NodeSchema => typeof value === "object" && value !== null && "fields" in value);
  if (schema?.type !== type) throw new Error(`${type}: its schema is missing, or names another type.`);
  const outputsFile = join(folder, `${type}.outputs.ts`);
  const outputs: Outputs = existsSync(outputsFile) ? (await import(pathToFileURL(outputsFile).href)).outputs : {};
  return {
    type,
    schema,
    outputs,
    catalogs: inEach((language) => readCatalog(root, type, language)),
    help: inEach((language) => readFileSync(join(folder, "locales", language, `${type}.md`), "utf8")),
  };
}

function inEach<T>(make: (language: Language) => T): Readonly<Record<Language, T>> {
  return Object.fromEntries(LANGUAGES.map((language) => [language, make(language)])) as Record<Language, T>;
}
