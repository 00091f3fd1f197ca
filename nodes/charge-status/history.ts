/** Questions that the page asks of a store, answered in the interface's words. Long answers are thinned or come in pages. */
import { Refusal } from "#bridges/http/answer";
import { daysBefore } from "#core/session/calendar";
import type { SessionQuery, Total, TotalsQuery } from "#core/session/question";
import type { SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import type { StoreHandle } from "../shared/store-handle.ts";
import type { HistoryView, SessionDetail, Sessions, SessionView, Totals } from "./api.ts";
import { labelOf } from "./local-date.ts";

/** More points than a screen is wide show nothing more. */
const MOST_SAMPLES = 1500;
const MOST_EVENTS = 300;
/** No charge lasts longer than this while samples are kept every second, so nothing is read without end. */
const MOST_READ = 1_000_000;
/** Sessions from which the charges under way and the last ones are taken at the start. */
const RECENT = 50;

export class History {
  readonly #kept: StoreHandle;

  constructor(kept: StoreHandle) {
    this.#kept = kept;
  }

  get timeZone(): string {
    return this.#kept.timeZone;
  }

  /** @param hasSessions whether anything was ever kept */
  view(hasSessions: boolean): HistoryView {
    const { health, timeZone, currency } = this.#kept;
    return { state: health.state, why: health.why, hasSessions, timeZone, currency };
  }

  async totals(query: TotalsQuery): Promise<Totals> {
    const { per, from, until, timeZone } = query;
    const totals = await this.#kept.store.totals(query);
    const label = (total: Total): string => (per === "all" || total.from === null ? "all" : labelOf(total.from, per, timeZone));
    return {
      per,
      from,
      until,
      timeZone,
      currency: this.#kept.currency,
      totals: totals.map((total) => ({ ...total, label: label(total) })),
    };
  }

  /** The newest first. */
  async sessions(query: SessionQuery): Promise<Sessions> {
    const { limit } = query;
    const wanted = limit === null ? null : limit + 1;
    const records: SessionRecord[] = [];
    for await (const page of this.#kept.store.sessions({ ...query, limit: wanted })) records.push(...page);
    const leftOut = limit === null ? undefined : records[limit];
    const kept = leftOut === undefined ? records : cutBefore(records.slice(0, -1), leftOut);
    return { sessions: kept.map(sessionView), more: leftOut !== undefined };
  }

  /** Page by page, for an export. */
  records(query: SessionQuery): AsyncIterable<readonly SessionRecord[]> {
    return this.#kept.store.sessions(query);
  }

  /** The newest sessions, finished or not. */
  async recent(): Promise<readonly SessionRecord[]> {
    const found: SessionRecord[] = [];
    const query: SessionQuery = { from: null, until: null, charger: null, user: null, order: "newest", limit: RECENT };
    for await (const page of this.#kept.store.sessions(query)) found.push(...page);
    return found;
  }

  /** @throws Refusal noSession. */
  async session(id: string): Promise<SessionDetail> {
    const { store } = this.#kept;
    const record = await store.session(id);
    if (record === null) throw new Refusal(404, "noSession", "There is no such session, or it is not kept any more.");
    const samples: SessionSample[] = [];
    for await (const page of store.samples(id)) {
      samples.push(...page);
      if (samples.length > MOST_READ) break;
    }
    const events: SessionDetail["events"] = [];
    for await (const page of store.events({ from: null, until: null, charger: null, session: id })) {
      events.push(...page.map(({ at, type, reason, fault }) => ({ at, type, reason, fault })));
      if (events.length >= MOST_EVENTS) break;
    }
    return { session: sessionView(record), samples: columns(thinned(samples)), events: events.slice(0, MOST_EVENTS) };
  }

  /** Energy since midnight of each charger, Wh. */
  async dayEnergy(now: WallTime): Promise<ReadonlyMap<string, number>> {
    const { store, timeZone } = this.#kept;
    const from = daysBefore(now, 0, timeZone);
    const totals = await store.totals({ from, until: null, charger: null, user: null, per: "all", by: ["charger"], timeZone });
    return new Map(totals.map(({ charger, energyWh }) => [charger ?? "", energyWh]));
  }
}

/** The next page begins before the last one's `startedAt`: what began with the first that is left out must be left out with it. */
function cutBefore(records: readonly SessionRecord[], { startedAt }: SessionRecord): readonly SessionRecord[] {
  const newer = records.filter((record) => record.startedAt !== startedAt);
  return newer.length > 0 ? newer : records;
}

export function sessionView(record: SessionRecord): SessionView {
  const { revision: _ofTheLog, meterStartWh: _start, meterStopWh: _stop, interruptions, faults, ...rest } = record;
  return { ...rest, interruptions: [...interruptions], faults: [...faults] };
}

/** Every so many, and always the last: the course keeps its begin and its end. */
function thinned(samples: readonly SessionSample[]): readonly SessionSample[] {
  const step = Math.ceil(samples.length / MOST_SAMPLES);
  return step <= 1 ? samples : samples.filter((_sample, index) => index % step === 0 || index === samples.length - 1);
}

const columns = (samples: readonly SessionSample[]): SessionDetail["samples"] => ({
  at: samples.map(({ at }) => at),
  powerW: samples.map(({ powerW }) => powerW),
  offeredA: samples.map(({ offeredA }) => offeredA),
  energyWh: samples.map(({ energyWh }) => energyWh),
  sunWh: samples.map(({ sunWh }) => sunWh),
});
