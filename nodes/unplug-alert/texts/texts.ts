/** What an alert says, as templates: `{blank}` is filled in, and what stands in square brackets is left out when a blank in it is empty. */
import type { AlertAnswer } from "#core/alerts/alert";
import type { UnplugAlertType } from "#core/alerts/unplug/types";

export interface Template {
  readonly title: string;
  readonly text: string;
}

/** A fault in three short lines: what happened, what it means, what to do. */
export type FaultText = readonly [what: string, means: string, todo: string];

export interface Texts {
  readonly alerts: Readonly<Record<UnplugAlertType, Template>>;
  readonly faults: Readonly<Record<string, FaultText>>;
  readonly otherFault: FaultText;
  /** Why a charger does not offer. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly otherReason: string;
  readonly consents: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<AlertAnswer, string>>;
  /** "It was me" and the like, for who hears of somebody's answer. */
  readonly said: Readonly<Record<AlertAnswer, string>>;
  readonly question: string;
  readonly ownerSaysNo: string;
  readonly reminder: string;
  readonly outage: string;
  readonly adapter: string;
  readonly replyBySms: Readonly<Record<"yesNo" | "seen", string>>;
  readonly anyCharger: string;
  readonly decimal: string;
  readonly page: {
    readonly heading: string;
    readonly thanks: string;
    readonly gone: string;
    readonly goneText: string;
  };
}

/** Longest title and text that any channel gets, characters. */
const LONGEST_TITLE = 120;
const LONGEST_TEXT = 900;

/** Control characters, line and paragraph separators, and marks that turn the direction of text: nothing a title needs, and a header's way in. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** One line that may stand anywhere, also in a header. */
export const titleLine = (text: string): string => cut(text.replace(UNPRINTABLE, " ").replace(/ {2,}/g, " ").trim(), LONGEST_TITLE);

/** Several lines without anything that is not text. */
export const plainText = (text: string): string =>
  cut(
    text
      .split("\n")
      .map((line) => line.replace(UNPRINTABLE, " ").replace(/ {2,}/g, " ").trim())
      .join("\n")
      .trim(),
    LONGEST_TEXT,
  );

const cut = (text: string, longest: number): string => {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join("")}…`;
};

export type Blanks = Readonly<Record<string, string>>;

/** Fills a template. A blank that nobody knows stays empty. What is filled in is never taken for a template. */
export function fill(template: string, blanks: Blanks): string {
  const put = (part: string): { readonly text: string; readonly complete: boolean } => {
    let complete = true;
    const text = part.replace(/\{(\w+)\}/g, (_whole, name: string) => {
      const value = Object.hasOwn(blanks, name) ? (blanks[name] ?? "") : "";
      if (value === "") complete = false;
      return value;
    });
    return { text, complete };
  };
  return template
    .split(/(\[[^[\]]*\])/)
    .map((part) => {
      if (!part.startsWith("[")) return put(part).text;
      const optional = put(part.slice(1, -1));
      return optional.complete ? optional.text : "";
    })
    .join("");
}
