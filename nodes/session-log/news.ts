/** Which changes of a session are worth telling: that it began, that it ended, what went wrong, and now and then how it goes. */
import type { SessionNews as LedgerNews } from "#core/session/ledger";
import type { SessionRecord } from "#core/session/record";
import type { Millis, WallTime } from "#core/units/units";
import { newsOf, type SessionNews } from "./session-log.outputs.ts";

export interface Told {
  readonly record: SessionRecord;
  readonly at: WallTime;
}

export class News {
  readonly #every: Millis;
  /** What was told last of each session that is open. */
  readonly #told: Map<string, Told>;

  /** @param every how often a session that goes on is told @param told by an earlier one */
  constructor(every: Millis, told: ReadonlyMap<string, Told> = new Map()) {
    this.#every = every;
    this.#told = new Map(told);
  }

  get told(): ReadonlyMap<string, Told> {
    return this.#told;
  }

  /** Null when it is not worth telling. */
  hear({ kind, record }: LedgerNews, at: WallTime): SessionNews | null {
    if (kind === "sessionEnded") {
      this.#told.delete(record.id);
      return newsOf("ended", record);
    }
    const before = this.#told.get(record.id);
    if (kind === "sessionChanged" && before !== undefined && isAlike(before.record, record) && Math.abs(at - before.at) < this.#every) {
      return null;
    }
    this.#told.set(record.id, { record, at });
    return newsOf(kind === "sessionOpened" ? "opened" : "changed", record);
  }
}

/** But for figures that grow by themselves. */
const isAlike = (one: SessionRecord, other: SessionRecord): boolean =>
  one.user === other.user &&
  one.tag === other.tag &&
  one.faults.length === other.faults.length &&
  one.gaps === other.gaps &&
  one.interruptions.length === other.interruptions.length &&
  one.interruptions.at(-1)?.until === other.interruptions.at(-1)?.until;
