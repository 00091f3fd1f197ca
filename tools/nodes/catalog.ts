/** The words of a node in one language: its own and those that all nodes share. Node-RED keeps one catalogue for each node. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const LANGUAGES = ["en-US", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Catalog {
  readonly [key: string]: string | Catalog;
}

const read = (file: string): Catalog => JSON.parse(readFileSync(file, "utf8"));

/** Own words and shared words in one; a node may not redefine a shared word. @throws Error when it does. */
export function readCatalog(root: string, type: string, language: Language): Catalog {
  const own = read(join(root, "nodes", type, "locales", language, `${type}.json`));
  const shared = read(join(root, "nodes/shared/locales", language, "shared.json"));
  const clash = Object.keys(own).find((key) => Object.hasOwn(shared, key));
  if (clash !== undefined) throw new Error(`${type}, ${language}: "${clash}" is a shared group of words; choose another key.`);
  return { ...shared, ...own };
}

/** The text at `path`; undefined when there is none. */
export function wordAt(catalog: Catalog, path: string): string | undefined {
  let place: string | Catalog | undefined = catalog;
  for (const step of path.split(".")) {
    if (typeof place !== "object") return undefined;
    place = Object.hasOwn(place, step) ? place[step] : undefined;
  }
  return typeof place === "string" ? place : undefined;
}

/** The text at `path`. @throws Error naming the key when there is none. */
export function word(catalog: Catalog, path: string): string {
  const found = wordAt(catalog, path);
  if (found === undefined) throw new Error(`The catalogue has no "${path}".`);
  return found;
}

/** Every key of a catalogue, as paths. */
export function keysOf(catalog: Catalog, prefix = ""): string[] {
  return Object.entries(catalog).flatMap(([key, value]) =>
    typeof value === "string" ? [`${prefix}${key}`] : keysOf(value, `${prefix}${key}.`),
  );
}
