/** What is asked of a store, and how long it takes. */
import type { TotalsQuery } from "#core/session/question";
import type { SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import { type Spread, spreadOf } from "../report/spread.ts";
import { randomOf } from "../solar/random.ts";
import { type LongestBlock, longestBlock } from "./block.ts";
import type { Decade } from "./charging.ts";

export const TIME_ZONE = "Europe/Berlin";
const DAY = 86_400_000;
const EVERYTHING = { from: null, until: null, charger: null, user: null } as const;
export const TEN_YEARS_BY_MONTH: TotalsQuery = { ...EVERYTHING, per: "month", by: [], timeZone: TIME_ZONE };
const TEN_YEARS_BY_DAY: TotalsQuery = { ...EVERYTHING, per: "day", by: ["charger"], timeZone: TIME_ZONE };

export interface Counts {
  readonly questions: number;
  readonly appends: number;
}

export interface StoreFigures {
  readonly startUp: Spread | null;
  readonly month: Spread | null;
  readonly tenYears: Spread | null;
  readonly firstData: Spread | null;
  readonly append: Spread | null;
  /** While long questions ran; and while nothing was asked. */
  readonly block: LongestBlock;
  readonly idleBlock: LongestBlock;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function repeated(times: number, work: (index: number) => Promise<unknown>): Promise<Spread | null> {
  await work(0);
  const taken: number[] = [];
  for (let index = 0; index < times; index += 1) taken.push(await timed(() => work(index)));
  return spreadOf(taken);
}

/** A local month somewhere in the ten years, by charger and day. */
export function monthReport(index: number, { from, until }: Decade): TotalsQuery {
  const begin = from + (until - from - 31 * DAY) * randomOf(index + 1).next();
  return { ...EVERYTHING, from: WallTime(begin), until: WallTime(begin + 30 * DAY), per: "day", by: ["charger"], timeZone: TIME_ZONE };
}

async function firstData(store: SessionStore, open: SessionRecord, now: number): Promise<void> {
  await Promise.all([
    store.session(open.id),
    store.totals({ ...EVERYTHING, from: WallTime(now - 30 * DAY), until: WallTime(now), per: "day", by: [], timeZone: TIME_ZONE }),
    drained(store.sessions({ ...EVERYTHING, order: "newest", limit: 20 })),
  ]);
}

async function drained(pages: AsyncIterable<readonly unknown[]>): Promise<number> {
  let count = 0;
  for await (const page of pages) count += page.length;
  return count;
}

/** The open session goes on: what a log writes each minute. */
function nextBatch(
  { record, samples }: { readonly record: SessionRecord; readonly samples: readonly SessionSample[] },
  index: number,
): SessionBatch {
  const last = samples.at(-1);
  if (last === undefined) throw new RangeError("expected an open session with samples");
  const at = WallTime(last.at + (index + 1) * 60_000);
  const energyWh = last.energyWh + (index + 1) * 120;
  return {
    records: [{ ...record, revision: record.revision + index + 1, energyWh, gridWh: record.gridWh + (index + 1) * 120 }],
    samples: [{ ...last, at, energyWh, gridWh: last.gridWh + (index + 1) * 120 }],
    events: [],
    checkpoints: [{ charger: record.charger, at, state: JSON.stringify({ at, energyWh, mixture: "x".repeat(800) }) }],
  };
}

/** @param open a store opened anew: the first question makes the connection, the threads, whatever it needs */
export async function measure(
  open: () => SessionStore,
  decade: Decade,
  newest: { readonly record: SessionRecord; readonly samples: readonly SessionSample[] },
  counts: Counts,
): Promise<StoreFigures> {
  const starts: number[] = [];
  for (let start = 0; start < 10; start += 1) {
    const store = open();
    starts.push(await timed(() => store.checkpoint(newest.record.charger)));
    await store.close();
  }
  const store = open();
  try {
    const month = await repeated(counts.questions, (index) => store.totals(monthReport(index, decade)));
    const tenYears = await repeated(Math.ceil(counts.questions / 2), () => store.totals(TEN_YEARS_BY_MONTH));
    const first = await repeated(counts.questions, () => firstData(store, newest.record, decade.until));
    const append = await repeated(counts.appends, (index) => store.append(nextBatch(newest, index)));
    const idleBlock = await longestBlock(() => new Promise((resolve) => setTimeout(resolve, 1500)));
    const block = await longestBlock(async () => {
      await Promise.all([
        store.totals(TEN_YEARS_BY_DAY),
        store.totals(TEN_YEARS_BY_MONTH),
        drained(store.sessions({ ...EVERYTHING, order: "oldest", limit: null })),
        drained(store.events({ from: null, until: null, charger: null, session: null })),
        drained(store.samples(newest.record.id)),
        ...Array.from({ length: 10 }, (_, index) => store.append(nextBatch(newest, counts.appends + index))),
      ]);
    });
    return { startUp: spreadOf(starts), month, tenYears, firstData: first, append, block, idleBlock };
  } finally {
    await store.close();
  }
}
