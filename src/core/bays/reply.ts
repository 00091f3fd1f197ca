/**
 * What a person answers, by tapping or by text. The words that stop, start and explain a message service belong to the law and the
 * networks: they are honoured first, on every channel, and never mean anything else.
 */
import { Minutes, type WallTime } from "#core/units/units";

/** What an owner may answer. */
export type Answer =
  /** Back by then. */
  | { readonly answer: "back"; readonly by: WallTime }
  | { readonly answer: "mayUnplug" }
  | { readonly answer: "needMore" }
  | { readonly answer: "notMe" }
  | { readonly answer: "block" };

export type Keyword = "stop" | "start" | "help";

export type Reply =
  | { readonly kind: "keyword"; readonly keyword: Keyword }
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "unclear" };

/** Twilio's single words, the FCC's list of 2025 and their German sisters. YES and END are among them, so no answer may use them. */
const KEYWORDS: Readonly<Record<Keyword, readonly string[]>> = {
  stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT", "OPT-OUT", "STOPP", "ABMELDEN"],
  start: ["START", "YES", "UNSTOP", "ANMELDEN"],
  help: ["HELP", "INFO", "HILFE"],
};

/** The digits an owner is offered in a text message, in this order. Minutes are typed as they are. */
const CHOICES: Readonly<Record<string, "mayUnplug" | "needMore" | "notMe" | "block">> = {
  "1": "mayUnplug",
  "2": "needMore",
  "3": "notMe",
  "4": "block",
};

/** A bare number from here on is minutes; below it is a choice. */
const FEWEST_MINUTES = 5;
const MOST_MINUTES = 240;

const MINUTES = /^(\d{1,3})\s*(?:M|MIN|MINS|MINUTES?|MINUTEN?)?$/;
const TIME = /^([01]?\d|2[0-3])[:.]([0-5]\d)(?:\s*UHR)?$/;

/**
 * @param now when it was said
 * @param at the wall time of the next "HH:MM" from now on, in the site's zone
 */
export function readReply(text: string, now: WallTime, at: (hour: number, minute: number) => WallTime): Reply {
  const said = text
    .slice(0, 200)
    .trim()
    .replace(/\s+/g, " ")
    .replace(/[.!]+$/, "")
    .toUpperCase();
  for (const keyword of ["stop", "start", "help"] as const) {
    if (KEYWORDS[keyword].includes(said)) return { kind: "keyword", keyword };
  }
  const choice = Object.hasOwn(CHOICES, said) ? CHOICES[said] : undefined;
  if (choice !== undefined) return { kind: "answer", answer: { answer: choice } };
  const minutes = Number(MINUTES.exec(said)?.[1] ?? Number.NaN);
  if (minutes >= FEWEST_MINUTES && minutes <= MOST_MINUTES) return back((now + Minutes(minutes)) as WallTime);
  const clock = TIME.exec(said);
  if (clock !== null) return back(at(Number(clock[1]), Number(clock[2])));
  return { kind: "unclear" };
}

const back = (by: WallTime): Reply => ({ kind: "answer", answer: { answer: "back", by } });
