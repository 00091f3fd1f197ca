/** The words of the page, in the language of the document. */
import { FAULTS_DE, FAULTS_EN } from "./fault-words.ts";
import type { Words } from "./vocabulary.ts";
import { DE } from "./words-de.ts";
import { EN } from "./words-en.ts";

export const words: Words = document.documentElement.lang === "de" ? { ...DE, faults: FAULTS_DE } : { ...EN, faults: FAULTS_EN };
