/**
 * Puts messages in order: what carries a time waits until nothing earlier is to be expected, comes once, and is dropped when it comes too
 * late to be placed. What carries no time counts when it comes, and makes nothing else late.
 */
import type { ChargerReport, SiteReading } from "#core/session/observation";
import type { LoggedEvent } from "#core/session/record";
import { after, between, type Instant, type Millis, Seconds, type WallTime } from "#core/units/units";

/** A message further off the wall clock than this is very late, or its sender's clock is wrong: the next one tells. */
const IN_STEP = Seconds(30);
/** A sender's clock is wrong, and not its message late, when a second message this much later is wrong by the same. */
const DOUBT_FOR = Seconds(1);
const SAME_SKEW = Seconds(2);
/** A flood does not wait. */
const MOST_WAITING = 64;

/** Each has a time it speaks of, or none. */
export type Timed =
  | { readonly kind: "report"; readonly report: ChargerReport }
  | { readonly kind: "event"; readonly event: LoggedEvent }
  | { readonly kind: "site"; readonly reading: SiteReading };

export interface Arrival {
  readonly at: Instant;
  readonly input: Timed;
}

/** How far a sender's clock is ahead of ours, and what it would be if the last message was right. */
interface SenderClock {
  readonly skewMs: number;
  readonly doubt: { readonly skewMs: number; readonly at: Instant } | null;
}

type Sender = "charger" | "site";

export interface Arrivals {
  readonly waiting: readonly Arrival[];
  /** Of each kind, the newest with a time of its own that was passed on. */
  readonly passed: { readonly report: Instant | null; readonly event: Instant | null; readonly site: Instant | null };
  readonly clocks: Readonly<Record<Sender, SenderClock>>;
  /** Of the newest report without a time that told a state; left out where there was none. */
  readonly stateToldAt?: Instant;
}

const IN_TIME: SenderClock = { skewMs: 0, doubt: null };
export const NO_ARRIVALS: Arrivals = {
  waiting: [],
  passed: { report: null, event: null, site: null },
  clocks: { charger: IN_TIME, site: IN_TIME },
};

export interface Now {
  readonly at: Instant;
  readonly wall: WallTime;
}

export interface Sorted {
  readonly arrivals: Arrivals;
  /** To be taken in now, in order. */
  readonly ready: readonly Arrival[];
  /** It came too late, or too early to be believed. */
  readonly late: Timed | null;
}

/** Takes in a message; null lets time pass. */
export function arrive(before: Arrivals, input: Timed | null, now: Now, settle: Millis): Sorted {
  const { arrivals, at, late } = input === null ? { arrivals: before, at: null, late: null } : placed(before, input, now);
  const queue = at === null || input === null ? arrivals.waiting : queued(arrivals.waiting, { at, input });
  const flushed = input !== null && at !== null && saidTime(input) === null;
  const until = flushed ? now.at : now.at - settle;
  const surplus = queue.length - MOST_WAITING;
  const cut = Math.max(
    surplus,
    queue.findIndex((arrival) => arrival.at > until),
    0,
  );
  const isAll = queue.every((arrival) => arrival.at <= until);
  const ready = isAll ? queue : queue.slice(0, cut);
  const waiting = isAll ? [] : queue.slice(cut);
  const told = input?.kind === "report" && saidTime(input) === null && input.report.state !== null ? { stateToldAt: now.at } : {};
  return {
    arrivals: { ...arrivals, ...told, waiting, passed: passedWith(arrivals.passed, ready) },
    ready: ready.map((arrival) => withoutOldState(arrival, arrivals.stateToldAt)),
    late,
  };
}

/** Of a state that somebody told without a time nobody knows how old it was: an older one with a time does not take it back. */
function withoutOldState(arrival: Arrival, stateToldAt: Instant | undefined): Arrival {
  const { at, input } = arrival;
  if (input.kind !== "report" || stateToldAt === undefined || at >= stateToldAt) return arrival;
  return { at, input: { ...input, report: { ...input.report, state: null, session: null } } };
}

/** Moves everything that waits by `by`: the monotonic clock began anew. */
export const shifted = (arrivals: Arrivals, by: Millis): Arrivals => ({
  waiting: arrivals.waiting.map((arrival) => ({ ...arrival, at: after(arrival.at, by) })),
  passed: {
    report: shiftedOrNull(arrivals.passed.report, by),
    event: shiftedOrNull(arrivals.passed.event, by),
    site: shiftedOrNull(arrivals.passed.site, by),
  },
  clocks: {
    charger: { ...arrivals.clocks.charger, doubt: null },
    site: { ...arrivals.clocks.site, doubt: null },
  },
  ...(arrivals.stateToldAt === undefined ? {} : { stateToldAt: after(arrivals.stateToldAt, by) }),
});

const shiftedOrNull = (at: Instant | null, by: Millis): Instant | null => (at === null ? null : after(at, by));

export function saidTime(input: Timed): WallTime | null {
  if (input.kind === "report") return input.report.at;
  return input.kind === "event" ? input.event.at : input.reading.at;
}

interface Placed {
  readonly arrivals: Arrivals;
  /** Null when it is not taken in. */
  readonly at: Instant | null;
  readonly late: Timed | null;
}

function placed(before: Arrivals, input: Timed, now: Now): Placed {
  const said = saidTime(input);
  if (said === null) return { arrivals: before, at: now.at, late: null };
  const sender = input.kind === "site" ? "site" : "charger";
  const clock = clockHeard(before.clocks[sender], said, now);
  const arrivals = clock === before.clocks[sender] ? before : { ...before, clocks: { ...before.clocks, [sender]: clock } };
  const ahead = said - now.wall - clock.skewMs;
  const at = Math.min(now.at, now.at + ahead) as Instant;
  const passed = before.passed[input.kind];
  const inOrder = input.kind === "event" ? passed === null || at >= passed : passed === null || at > passed;
  if (Math.abs(ahead) > IN_STEP || !inOrder) return { arrivals, at: null, late: input };
  return { arrivals, at, late: null };
}

/** What is known of a sender's clock after it said that it is `said`. */
function clockHeard(clock: SenderClock, said: WallTime, { at, wall }: Now): SenderClock {
  const skewMs = said - wall;
  if (Math.abs(skewMs - clock.skewMs) <= IN_STEP) return clock.doubt === null ? clock : { ...clock, doubt: null };
  const { doubt } = clock;
  if (doubt === null || Math.abs(skewMs - doubt.skewMs) > SAME_SKEW) return { ...clock, doubt: { skewMs, at } };
  return between(doubt.at, at) >= DOUBT_FOR ? { skewMs, doubt: null } : clock;
}

const RANK = { event: 0, site: 1, report: 2 } as const;

/** Sorted by time; at the same time events come first, then the site. A message that is there already is not added. */
function queued(waiting: readonly Arrival[], arrival: Arrival): readonly Arrival[] {
  const text = JSON.stringify(arrival.input);
  const isKnown = waiting.some((other) => other.input.kind === arrival.input.kind && isSame(other.input, arrival.input, text));
  if (isKnown) return waiting;
  const isAfter = (other: Arrival): boolean =>
    other.at !== arrival.at
      ? other.at > arrival.at
      : RANK[other.input.kind] !== RANK[arrival.input.kind]
        ? RANK[other.input.kind] > RANK[arrival.input.kind]
        : JSON.stringify(other.input) > text;
  const place = waiting.findIndex(isAfter);
  return place < 0 ? [...waiting, arrival] : waiting.toSpliced(place, 0, arrival);
}

function isSame(one: Timed, other: Timed, text: string): boolean {
  if (saidTime(one) === null) return false;
  if (one.kind === "event" && other.kind === "event") return one.event.id === other.event.id;
  return JSON.stringify(one) === text;
}

function passedWith(passed: Arrivals["passed"], ready: readonly Arrival[]): Arrivals["passed"] {
  let result = passed;
  for (const { at, input } of ready)
    if (saidTime(input) !== null) result = { ...result, [input.kind]: Math.max(at, result[input.kind] ?? at) };
  return result;
}
