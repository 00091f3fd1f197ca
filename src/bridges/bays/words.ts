/** Every word that a driver reads, in two languages, and times as they say them. */
import type { Language } from "#core/bays/person";
import type { Answer } from "#core/bays/reply";
import type { WallTime } from "#core/units/units";
import { german } from "./words-de.ts";
import { english, type Words } from "./words-en.ts";

export type { Words };

/** Times as a person at this site says them. */
export interface Clockwork {
  /** "14:30". */
  readonly time: (at: WallTime) => string;
}

/** Making one takes longer than a page, and holds memory that is slow to come back; a site needs one for each language. */
const made = new Map<string, Clockwork>();

export function clockwork(language: Language, timeZone: string): Clockwork {
  const key = `${language} ${timeZone}`;
  const known = made.get(key) ?? newClockwork(language, timeZone);
  made.set(key, known);
  return known;
}

function newClockwork(language: Language, timeZone: string): Clockwork {
  const format = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  return { time: (at) => format.format(at) };
}

export const LANGUAGES = ["en", "de"] as const satisfies readonly [Language, ...Language[]];
export const WORDS: Readonly<Record<Language, Words>> = { en: english, de: german };

/** What an owner has answered, as a sentence; empty for what the other side is not told. */
export function answerInWords(answer: Answer, words: Words, { time }: Clockwork): string {
  return answer.answer === "back" ? words.answers.back(time(answer.by)) : words.answers[answer.answer];
}
