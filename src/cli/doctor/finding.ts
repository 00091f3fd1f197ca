/** What a look at one thing came to. */

/** "fine"; "note", which a person should know; "bad", which keeps a charger from working or from being safe; "none", nothing to look at here. */
export type Verdict = "fine" | "note" | "bad" | "none";

export interface Finding {
  readonly about: string;
  readonly verdict: Verdict;
  /** What was seen, in a few words. */
  readonly seen: string;
  /** What to do; null where nothing is to be done. */
  readonly fix: string | null;
}

export const fine = (about: string, seen: string): Finding => ({ about, verdict: "fine", seen, fix: null });
export const none = (about: string, seen: string): Finding => ({ about, verdict: "none", seen, fix: null });
export const note = (about: string, seen: string, fix: string): Finding => ({ about, verdict: "note", seen, fix });
export const bad = (about: string, seen: string, fix: string): Finding => ({ about, verdict: "bad", seen, fix });

const SIGNS: Readonly<Record<Verdict, string>> = { fine: "✓", note: "!", bad: "✗", none: "·" };
const ABOUT_WIDTH = 16;

/** One line, and one more for what is to be done. */
export function findingText({ about, verdict, seen, fix }: Finding): string {
  const line = `${SIGNS[verdict]} ${about.padEnd(ABOUT_WIDTH)} ${seen}\n`;
  return fix === null ? line : `${line}${" ".repeat(ABOUT_WIDTH + 3)}→ ${fix}\n`;
}

/** All of it in a sentence. */
export function summaryText(findings: readonly Finding[]): string {
  const count = (verdict: Verdict): number => findings.filter((finding) => finding.verdict === verdict).length;
  const [wrong, notes] = [count("bad"), count("note")];
  const noted = notes === 0 ? "" : `; ${notes} ${notes === 1 ? "thing" : "things"} to know (!)`;
  if (wrong === 0) return `Nothing is in the way${noted}.`;
  return `${wrong} ${wrong === 1 ? "thing" : "things"} to mend (✗)${noted}.`;
}
