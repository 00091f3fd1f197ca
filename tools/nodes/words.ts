/** The few words that facts from a schema are told with. */
import type { Language } from "./catalog.ts";

export interface FactWords {
  readonly to: string;
  readonly or: string;
  readonly default: string;
  readonly empty: string;
  readonly optional: string;
  readonly yes: string;
  readonly no: string;
  readonly text: string;
  readonly number: string;
  readonly time: string;
  readonly object: string;
  readonly listOf: string;
  readonly reference: string;
}

const WORDS: Readonly<Record<Language, FactWords>> = {
  "en-US": {
    to: "to",
    or: "or",
    default: "default",
    empty: "empty",
    optional: "optional",
    yes: "yes",
    no: "no",
    text: "text",
    number: "number",
    time: "ms since 1970",
    object: "object",
    listOf: "list of",
    reference: "configuration node",
  },
  de: {
    to: "bis",
    or: "oder",
    default: "Vorgabe",
    empty: "leer",
    optional: "freiwillig",
    yes: "ja",
    no: "nein",
    text: "Text",
    number: "Zahl",
    time: "ms seit 1970",
    object: "Objekt",
    listOf: "Liste aus",
    reference: "Konfigurations-Node",
  },
};

export const factWords = (language: Language): FactWords => WORDS[language];
