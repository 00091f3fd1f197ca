/** Every word that a driver reads, in two languages, and times as they say them. */
import type { Language } from "#core/bays/person";
import type { Answer } from "#core/bays/reply";
import { Hours, type WallTime } from "#core/units/units";
import { german } from "./words-de.ts";
import { english, type Words } from "./words-en.ts";

export type { Words };

/** Times as a person at this site says them. */
export interface Clockwork {
  /** "14:30", or "Sat 14:30" when that is not today: who reads "after 07:00" in the evening must not think of the morning that was. */
  readonly time: (at: WallTime, now: WallTime) => string;
}

/** The shortest day there is: nearer times are of today when their clock has not gone round. */
const SAME_DAY = Hours(23);
/** A weekday farther away would be taken for the nearer one. */
const SAME_WEEK = Hours(6 * 24);

/** Making one takes longer than a page, and holds memory that is slow to come back; a site needs one for each language. */
const made = new Map<string, Clockwork>();

export function clockwork(language: Language, timeZone: string): Clockwork {
  const key = `${language} ${timeZone}`;
  const known = made.get(key) ?? newClockwork(language, timeZone);
  made.set(key, known);
  return known;
}

function newClockwork(language: Language, timeZone: string): Clockwork {
  const locale = language === "de" ? "de-DE" : "en-GB";
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone });
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone });
  const time = (at: WallTime, now: WallTime): string => {
    const text = clock.format(at);
    const away = Math.abs(at - now);
    if (away >= SAME_WEEK) return `${date.format(at)} ${text}`;
    const nowText = clock.format(now);
    const isToday = away < SAME_DAY && (text === nowText || text < nowText === at < now);
    return isToday ? text : `${weekday.format(at)} ${text}`;
  };
  return { time };
}

export const LANGUAGES = ["en", "de"] as const satisfies readonly [Language, ...Language[]];
export const WORDS: Readonly<Record<Language, Words>> = { en: english, de: german };

/** What an owner has answered, as a sentence; empty for what the other side is not told. */
export function answerInWords(answer: Answer, words: Words, { time }: Clockwork, now: WallTime): string {
  return answer.answer === "back" ? words.answers.back(time(answer.by, now)) : words.answers[answer.answer];
}
