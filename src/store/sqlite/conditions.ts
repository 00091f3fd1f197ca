/** A WHERE clause that grows: text and values side by side, so that no value is ever part of the text. */
import type { SQLInputValue } from "node:sqlite";
import type { SessionFilter } from "#core/session/question";

export class Conditions {
  readonly #terms: string[] = [];
  readonly values: SQLInputValue[] = [];

  add(term: string, ...values: SQLInputValue[]): void {
    this.#terms.push(term);
    this.values.push(...values);
  }

  toString(): string {
    return this.#terms.length === 0 ? "" : `WHERE ${this.#terms.join(" AND ")}`;
  }
}

/** Sessions that a filter is about, as `matches` in src/store/filter.ts has it. */
export function sessionConditions({ from, until, charger, user }: SessionFilter): Conditions {
  const where = new Conditions();
  where.add("revision IS NOT NULL");
  // The first term is for the index; the second is the rule.
  if (from !== null) where.add("max(ended, started) >= ? AND (ended > ? OR started >= ?)", from, from, from);
  if (until !== null) where.add("started < ?", until);
  if (charger !== null) where.add("charger = ?", charger);
  if (user !== null) where.add("user = ?", user);
  return where;
}
