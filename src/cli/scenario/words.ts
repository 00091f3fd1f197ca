/** One line of a scenario as words, read from left to right. Every complaint names the place, what was expected and what came. */
import { ConfigError } from "#core/errors";
import { Millis } from "#core/units/units";

export interface Word {
  readonly text: string;
  /** Column of its first character, from 1. */
  readonly column: number;
}

/** A line that cannot be understood. `message` starts with `file:line:column:`. */
export class ScenarioSyntaxError extends ConfigError {
  readonly line: number;
  readonly column: number;

  constructor(file: string, line: number, column: number, complaint: string) {
    super("scenarioSyntax", `${file}:${line}:${column}: ${complaint}`);
    this.line = line;
    this.column = column;
  }
}

const COMMENT = /\s*#.*/;
/** Commas only separate; a comparison is a word of its own. */
const WORD = /[<>]=?|=|[^\s,<>=]+/g;
const NUMBER = /^([+-]?\d+(?:\.\d+)?(?:e\d+)?)([A-Za-z%°Ω]*)$/;
const DURATION = /^(\d+(\.\d+)?(ms|s|min|h|d))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|min|h|d)/g;
const MILLIS_OF: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Length of a duration that was recognised by `DURATION`. */
function millisOf(duration: string): Millis {
  let total = 0;
  for (const [, digits, unit] of duration.matchAll(DURATION_PART)) total += Number(digits) * (MILLIS_OF[unit ?? ""] ?? 0);
  return Millis(total);
}

export class Words {
  readonly file: string;
  readonly line: number;
  readonly #text: string;
  readonly #words: readonly Word[];
  #next = 0;

  constructor(file: string, line: number, text: string) {
    this.file = file;
    this.line = line;
    this.#text = text.replace(COMMENT, "").trimEnd();
    this.#words = Array.from(this.#text.matchAll(WORD), (match) => ({ text: match[0], column: match.index + 1 }));
  }

  /** The next word and its place, to complain about it when more has been read. */
  get place(): Word | undefined {
    return this.#words[this.#next];
  }

  /** The next word without taking it; "" at the end of the line. */
  get ahead(): string {
    return this.place?.text ?? "";
  }

  get ended(): boolean {
    return this.place === undefined;
  }

  /** True at the end of a phrase: the end of the line, or "and" before another phrase. */
  get stops(): boolean {
    return this.ended || this.ahead === "and";
  }

  /** True when a number comes next. */
  get numberAhead(): boolean {
    return NUMBER.test(this.ahead);
  }

  /** Everything from the next word on, as written. */
  get remaining(): string {
    return this.place === undefined ? "" : this.#text.slice(this.place.column - 1);
  }

  /** Refuses the next word, saying what was expected. */
  fail(expected: string): never {
    const came = this.place === undefined ? "the line ends" : `got "${this.place.text}"`;
    return this.refuse(`expected ${expected}, ${came}`, this.place);
  }

  /** Refuses what stands at `place`. */
  refuse(complaint: string, place: Word | undefined): never {
    throw new ScenarioSyntaxError(this.file, this.line, place?.column ?? this.#text.length + 1, complaint);
  }

  /** Refuses anything after the end of what was understood. */
  end(): void {
    if (!this.ended) this.fail("the end of the line");
  }

  /** Takes the next word when it is `text`. */
  take(text: string): boolean {
    if (this.ahead !== text) return false;
    this.#next += 1;
    return true;
  }

  word(expected: string): string {
    if (this.ended) this.fail(expected);
    const { ahead } = this;
    this.#next += 1;
    return ahead;
  }

  /** Takes everything from the next word on. */
  rest(expected: string): string {
    if (this.ended) this.fail(expected);
    const { remaining } = this;
    this.#next = this.#words.length;
    return remaining;
  }

  /** The next word, which must be one of `choices`. */
  oneOf<const Choice extends string>(what: string, choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.ahead);
    if (found === undefined) return this.fail(offered(what, choices, this.ahead));
    this.#next += 1;
    return found;
  }

  yesOrNo(what: string): boolean {
    return this.oneOf(what, ["yes", "no"]) === "yes";
  }

  /** A number, which may carry `unit` at its end or as the next word ("16", "16A", "16 A"). */
  number(what: string, unit = ""): number {
    const [, digits, suffix] = NUMBER.exec(this.ahead) ?? [];
    if (digits === undefined || (suffix !== "" && suffix !== unit))
      return this.fail(unit === "" ? `${what} as a number` : `${what} in ${unit}`);
    this.#next += 1;
    if (suffix === "" && unit !== "") this.take(unit);
    return Number(digits);
  }

  duration(): Millis {
    return DURATION.test(this.ahead) ? millisOf(this.word("a duration")) : this.fail("a duration such as 60ms, 3s, 15min or 1min30s");
  }

  /** A duration with a sign, for setting a clock forward or back. */
  signedDuration(): Millis {
    const { ahead } = this;
    if (!/^[+-]/.test(ahead) || !DURATION.test(ahead.slice(1))) return this.fail("a step of the clock such as +1h or -1d");
    this.#next += 1;
    const size = millisOf(ahead.slice(1));
    return ahead.startsWith("-") ? Millis(-size) : size;
  }
}

/** "expected" for a closed list: the whole list when short, else the nearest word. */
function offered(what: string, choices: readonly string[], came: string): string {
  if (choices.length <= 12) return `${what}: ${choices.join(", ")}`;
  const nearest = choices.reduce((best, choice) => (distance(choice, came) < distance(best, came) ? choice : best));
  return `${what} (did you mean "${nearest}"?)`;
}

/** Letters to add, drop or change to make `a` of `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (letter.toLowerCase() === other.toLowerCase() ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A length of time as scenarios write it: 41 ms, 2.5 s, 15 min, 1 h. */
export function durationText(duration: number): string {
  const size = Math.abs(duration);
  if (size < 1000) return `${Math.round(duration)} ms`;
  if (size < 120_000) return `${trim(duration / 1000)} s`;
  if (size < 7_200_000) return `${trim(duration / 60_000)} min`;
  return `${trim(duration / 3_600_000)} h`;
}

const trim = (value: number): string => value.toFixed(3).replace(/\.?0+$/, "");
