/** The package's own catalogues as Node-RED would look them up, for tests of what people read. */
import { join } from "node:path";
import type { Translate } from "../../../nodes/shared/red.ts";
import { type Language, readCatalog, word, wordAt } from "../../../tools/nodes/catalog.ts";

const root = join(import.meta.dirname, "../../..");

/** Looks words up as i18next does with Node-RED's options; an unknown key is an error, not itself. */
export function wordsOf(type: string, language: Language): Translate {
  const catalog = readCatalog(root, type, language);
  return (key, values = {}) => {
    const plural = values.count !== undefined && values.count !== 1 ? wordAt(catalog, `${key}_plural`) : undefined;
    return (plural ?? word(catalog, key)).replace(/__(\w+)__/g, (_whole, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`"${key}" wants a value for "${name}".`);
      return String(value);
    });
  };
}
