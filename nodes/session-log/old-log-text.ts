/** The five logs of the Python charger as text, from what the store keeps. */
import { daysBefore, localDay } from "#core/session/calendar";
import { detailedLog, energyLog, energyStats, energyStatsFrom, errorsLog, eventsLog, eventWords } from "#core/session/old-logs";
import type { LoggedEvent, SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import type { OldLog } from "./old-log-names.ts";

/** Among so many there is one that has ended, unless that many are open at once. */
const NEWEST = 50;

export interface LogSource {
  readonly store: SessionStore;
  readonly timeZone: string;
}

/** Which lines: those of one charger or of all, from a time on. */
export interface LogLines {
  readonly charger: string | null;
  readonly from: WallTime | null;
}

/** @param started since when `log.log` is written where no other time is asked for */
export async function oldLogText(log: OldLog, lines: LogLines, source: LogSource, now: WallTime, started: WallTime): Promise<string> {
  if (log === "EnergyStats") return energyStatsText(lines.charger, source, now);
  const wanted = log === "log.log" ? { ...lines, from: lines.from ?? started } : lines;
  let text = "";
  for await (const some of oldLogLines(log, wanted, source)) text += some;
  return text;
}

/** The log in pieces of whole lines, oldest first. */
export async function* oldLogLines(
  log: Exclude<OldLog, "EnergyStats">,
  { charger, from }: LogLines,
  { store, timeZone }: LogSource,
): AsyncGenerator<string> {
  const range = { from, until: null, charger };
  switch (log) {
    case "energy.log":
      for await (const page of store.sessions({ ...range, user: null, order: "oldest", limit: null })) {
        yield energyLog(
          page.filter(({ endedAt }) => endedAt !== null && (from === null || endedAt >= from)),
          timeZone,
        );
      }
      return;
    case "events.log": {
      const last = new Map<string, string>();
      for await (const page of store.events({ ...range, session: null })) {
        yield eventsLog(
          page.filter((event) => isChange(event, last)),
          timeZone,
        );
      }
      return;
    }
    case "errors.log":
      for await (const page of store.events({ ...range, session: null })) yield errorsLog(page, timeZone);
      return;
    case "log.log":
      yield* detailedLines({ charger, from }, { store, timeZone });
  }
}

/** Each change of state once, also where it comes again in the next page. */
function isChange(event: LoggedEvent, last: Map<string, string>): boolean {
  const words = eventWords(event);
  const wordsBefore = eventWords({ ...event, evidence: { to: event.evidence.from ?? null } });
  if (words === null || words === wordsBefore || words === last.get(event.charger)) return false;
  last.set(event.charger, words);
  return true;
}

/** A charger's day so far. */
interface Day {
  readonly number: number;
  readonly energyWh: number;
}

async function* detailedLines({ charger, from }: LogLines, { store, timeZone }: LogSource): AsyncGenerator<string> {
  const days = new Map<string, Day>();
  // The day's energy counts from its midnight, whenever the lines begin.
  const since = from === null ? null : daysBefore(from, 0, timeZone);
  for await (const page of store.sessions({ from: since, until: null, charger, user: null, order: "oldest", limit: null })) {
    for (const record of page) {
      let beforeWh = 0;
      for await (const samples of store.samples(record.id)) {
        const detailed = samples.map((sample) => {
          const number = localDay(WallTime(sample.at - 1), timeZone);
          const day = days.get(record.charger);
          const grownWh = sample.energyWh - beforeWh;
          beforeWh = sample.energyWh;
          const dayEnergyWh = (day?.number === number ? day.energyWh : 0) + grownWh;
          days.set(record.charger, { number, energyWh: dayEnergyWh });
          return { sample, dayEnergyWh };
        });
        yield detailedLog(
          detailed.filter(({ sample }) => from === null || sample.at >= from),
          timeZone,
        );
      }
    }
  }
}

async function energyStatsText(charger: string | null, { store, timeZone }: LogSource, now: WallTime): Promise<string> {
  const from = energyStatsFrom(now, timeZone);
  const query = { from, until: null, charger, user: null };
  const days = await store.totals({ ...query, per: "day", by: [], timeZone });
  return energyStats({ days, last: await lastEnded(store, charger) }, now, timeZone);
}

async function lastEnded(store: SessionStore, charger: string | null): Promise<SessionRecord | null> {
  for await (const page of store.sessions({ from: null, until: null, charger, user: null, order: "newest", limit: NEWEST })) {
    const ended = page.find(({ endedAt }) => endedAt !== null);
    if (ended !== undefined) return ended;
  }
  return null;
}
