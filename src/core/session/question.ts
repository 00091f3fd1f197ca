/** What a person may ask of the log, and what they are told. */
import type { EnergySplit } from "#core/session/record";
import type { WallTime } from "#core/units/units";

/** Half-open: from `from` up to, not including, `until`. Null is without end. */
export interface TimeRange {
  readonly from: WallTime | null;
  readonly until: WallTime | null;
}

export interface SessionFilter extends TimeRange {
  /** Sessions that touch the range. Null: every charger, every user. */
  readonly charger: string | null;
  readonly user: string | null;
}

/** Newest or oldest first; `limit` null for all. */
export interface SessionQuery extends SessionFilter {
  readonly order: "newest" | "oldest";
  readonly limit: number | null;
}

export type Period = "day" | "week" | "month" | "year" | "all";

/** Energy belongs to the local period in which it flowed, also when a session crosses midnight. Weeks begin on Monday (ISO 8601). */
export interface TotalsQuery extends SessionFilter {
  readonly per: Period;
  /** Which of these to tell apart. */
  readonly by: readonly ("charger" | "user")[];
  /** IANA name, e.g. `America/Los_Angeles`. A local day may have 23 or 25 hours. */
  readonly timeZone: string;
}

export interface Total extends EnergySplit {
  /** Begin of the period and of the next one; for "all" the range asked for, null where it is open. */
  readonly from: WallTime | null;
  readonly until: WallTime | null;
  readonly charger: string | null;
  readonly user: string | null;
  /** Sessions that had energy in the period, or began in it. */
  readonly sessions: number;
  readonly energyWh: number;
  readonly chargingMs: number;
  readonly cost: number | null;
  readonly pricedWh: number;
  readonly co2G: number | null;
  /** Local days in the period on which energy flowed: averages per charging day divide by this. */
  readonly chargingDays: number;
}

/** How long things are kept; null keeps for ever. */
export interface RetentionPolicy {
  /** Samples older than this are thinned to one each quarter of an hour. */
  readonly thinSamplesAfterMs: number | null;
  readonly dropSamplesAfterMs: number | null;
  readonly dropEventsAfterMs: number | null;
  readonly dropSessionsAfterMs: number | null;
}

export interface Removed {
  readonly samples: number;
  readonly events: number;
  readonly sessions: number;
}
