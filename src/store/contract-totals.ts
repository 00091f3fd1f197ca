/** What every store must tell in totals, as a part of the contract: known answers, and a slow reference that shares no code with any store. */
import { strict as assert } from "node:assert";
import type { Period, Total, TotalsQuery } from "#core/session/question";
import type { SessionRecord, SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import { batch, history, record, sample } from "./contract-history.ts";
import { collected } from "./pages.ts";

declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;

const HOUR = 3_600_000;
const QUARTER = HOUR / 4;
const ALL: TotalsQuery = { from: null, until: null, charger: null, user: null, per: "day", by: [], timeZone: "UTC" };
/** Energies may be off by what samples are rounded to, at each of a session's borders. */
const TOLERANCE_WH = 0.011;
const TOLERANCE_COST = 0.0002;

/** The local calendar by asking Intl about every quarter of an hour. */
class SlowCalendar {
  readonly #format: Intl.DateTimeFormat;
  readonly #known = new Map<number, string>();

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  }

  /** `2026-03-29` */
  dayOf(at: number): string {
    const quarter = Math.floor(at / QUARTER) * QUARTER;
    const known = this.#known.get(quarter) ?? this.#format.format(quarter);
    this.#known.set(quarter, known);
    return known;
  }

  /** A name for the period, the same for every moment in it. */
  periodOf(at: number, per: Period): string {
    const day = this.dayOf(at);
    switch (per) {
      case "day":
        return day;
      case "week": {
        const noon = Date.parse(`${day}T12:00:00Z`);
        return new Date(noon - ((new Date(noon).getUTCDay() + 6) % 7) * 24 * HOUR).toISOString().slice(0, 10);
      }
      case "month":
        return day.slice(0, 7);
      case "year":
        return day.slice(0, 4);
      case "all":
        return "all";
    }
  }
}

interface Portion {
  sessions: Set<string>;
  days: Set<string>;
  energyWh: number;
  sunWh: number;
  gridWh: number;
  batteryWh: number;
  unknownWh: number;
  cost: number | null;
}

/** Where a session's counters stood, in the order of time; between two points they rose evenly. */
function curveOf(session: SessionRecord, samples: readonly SessionSample[]) {
  const points = samples.map((each) => ({ ...each, unknownWh: each.energyWh - each.sunWh - each.gridWh - each.batteryWh }));
  const zero = {
    at: session.startedAt,
    energyWh: 0,
    sunWh: 0,
    gridWh: 0,
    batteryWh: 0,
    unknownWh: 0,
    cost: session.cost === null ? null : 0,
  };
  const end = { ...session, at: session.endedAt ?? samples.at(-1)?.at ?? session.startedAt };
  return [zero, ...points, end];
}

/** Cuts every session's curve at every quarter of an hour and puts each piece where it belongs. */
async function slowTotals(store: SessionStore, query: TotalsQuery): Promise<Map<string, Portion>> {
  const calendar = new SlowCalendar(query.timeZone);
  const portions = new Map<string, Portion>();
  const portionAt = (at: number, session: SessionRecord): Portion => {
    const key = [calendar.periodOf(at, query.per), ...query.by.map((name) => String(session[name]))].join(" | ");
    const none: Portion = {
      sessions: new Set(),
      days: new Set(),
      energyWh: 0,
      sunWh: 0,
      gridWh: 0,
      batteryWh: 0,
      unknownWh: 0,
      cost: null,
    };
    const portion = portions.get(key) ?? none;
    portions.set(key, portion);
    portion.sessions.add(session.id);
    return portion;
  };
  const inRange = (at: number): boolean => (query.from === null || at >= query.from) && (query.until === null || at < query.until);
  for (const session of await collected(store.sessions({ ...query, order: "oldest", limit: null }))) {
    if (inRange(session.startedAt)) portionAt(session.startedAt, session);
    const curve = curveOf(session, await collected(store.samples(session.id)));
    for (const [index, one] of curve.entries()) {
      const other = curve[index + 1];
      if (other === undefined || other.energyWh <= one.energyWh) continue;
      const cuts = [query.from, query.until].filter((cut) => cut !== null && cut > one.at && cut < other.at) as number[];
      for (let quarter = (Math.floor(one.at / QUARTER) + 1) * QUARTER; quarter < other.at; quarter += QUARTER) cuts.push(quarter);
      const borders: number[] = [one.at, ...cuts.sort((a, b) => a - b), other.at];
      for (const [place, from] of borders.slice(0, -1).entries()) {
        const until = borders[place + 1] ?? from;
        // What came at one moment belongs to the moment before it: it was counted up to then.
        const moment = until > from ? from : from - 1;
        if (!inRange(moment)) continue;
        const share = other.at > one.at ? (until - from) / (other.at - one.at) : 1;
        const portion = portionAt(moment, session);
        portion.days.add(`${calendar.dayOf(moment)}`);
        for (const figure of ["energyWh", "sunWh", "gridWh", "batteryWh", "unknownWh"] as const) {
          portion[figure] += (other[figure] - one[figure]) * share;
        }
        if (other.cost !== null) portion.cost = (portion.cost ?? 0) + (other.cost - (one.cost ?? 0)) * share;
      }
    }
  }
  return portions;
}

const keyOf = (total: Total, query: TotalsQuery): string => {
  const at = query.per === "all" ? 0 : Math.max(total.from ?? 0, 0);
  return [new SlowCalendar(query.timeZone).periodOf(at, query.per), ...query.by.map((name) => String(total[name]))].join(" | ");
};

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

async function agrees(store: SessionStore, query: TotalsQuery, sessions: number): Promise<void> {
  const expected = await slowTotals(store, query);
  const totals = await store.totals(query);
  const what = JSON.stringify(query);
  assert.deepEqual(totals.map((total) => keyOf(total, query)).sort(), [...expected.keys()].sort(), what);
  for (const total of totals) {
    const key = keyOf(total, query);
    const portion = expected.get(key);
    assert.ok(portion);
    const where = `${key} of ${what}`;
    for (const figure of ["energyWh", "sunWh", "gridWh", "batteryWh", "unknownWh"] as const) {
      near(total[figure], portion[figure], TOLERANCE_WH * sessions, `${figure} in ${where}`);
    }
    near(total.cost ?? 0, portion.cost ?? 0, TOLERANCE_COST * sessions, `cost in ${where}`);
    assert.equal(total.sessions, portion.sessions.size, `sessions in ${where}`);
    assert.equal(total.chargingDays, portion.days.size, `charging days in ${where}`);
  }
}

/** @param storeNow the store of the test that runs */
export function totalsContract(storeNow: () => SessionStore): void {
  describe("totals", () => {
    /** A session that charges evenly from begin to end, with a sample each minute. */
    async function charge(id: string, from: number, until: number, energyWh: number, part: Partial<SessionRecord> = {}): Promise<void> {
      const minutes = Math.round((until - from) / 60_000);
      await storeNow().append(
        batch({
          records: [record({ id, startedAt: WallTime(from), endedAt: WallTime(until), energyWh, chargingMs: until - from, ...part })],
          samples: Array.from({ length: minutes + 1 }, (_, minute) => sample(id, from + minute * 60_000, (energyWh * minute) / minutes)),
        }),
      );
    }
    const told = async (query: Partial<TotalsQuery>) =>
      (await storeNow().totals({ ...ALL, ...query })).map(({ from, until, energyWh, sessions }) => [
        from === null ? null : new Date(from).toISOString().slice(0, 16),
        until === null ? null : new Date(until).toISOString().slice(0, 16),
        Math.round(energyWh),
        sessions,
      ]);

    it("are empty of an empty store, and one line of nothing for all of it", async () => {
      assert.deepEqual(await storeNow().totals(ALL), []);
      const [all, ...more] = await storeNow().totals({ ...ALL, per: "all" });
      assert.deepEqual(more, []);
      assert.deepEqual([all?.energyWh, all?.sessions, all?.chargingDays, all?.cost, all?.from, all?.until], [0, 0, 0, null, null, null]);
    });

    it("tell all figures of one session", async () => {
      const at = Date.UTC(2026, 2, 7, 12);
      const figures = { sunWh: 1_000, gridWh: 700, batteryWh: 200, unknownWh: 100, cost: 0.5, pricedWh: 1_900, co2G: 300 };
      await charge("s", at, at + HOUR, 2_000, { ...figures, user: "ann" });
      const range = { from: WallTime(Date.UTC(2026, 2, 7)), until: WallTime(Date.UTC(2026, 2, 8)) };
      assert.deepEqual(await storeNow().totals({ ...ALL, by: ["user", "charger"] }), [
        { ...range, charger: "bay", user: "ann", sessions: 1, energyWh: 2_000, chargingMs: HOUR, ...figures, chargingDays: 1 },
      ]);
      const [all] = await storeNow().totals({ ...ALL, per: "all" });
      assert.deepEqual([all?.charger, all?.user], [null, null]);
    });

    it("tell no cost and no CO₂ where none was known, and else what was", async () => {
      const at = Date.UTC(2026, 2, 7, 12);
      await charge("a", at, at + HOUR, 1_000);
      const costs = async () => (await storeNow().totals(ALL)).map(({ cost, co2G, pricedWh }) => [cost, co2G, pricedWh]);
      assert.deepEqual(await costs(), [[null, null, 0]]);
      await charge("b", at + HOUR, at + 2 * HOUR, 1_000, { cost: 0.25, pricedWh: 900, co2G: 12 });
      assert.deepEqual(await costs(), [[0.25, 12, 900]]);
    });

    it("put energy into the local day in which it flowed, over midnight, a month's and a year's end", async () => {
      const until = Date.UTC(2026, 0, 1, 2);
      await charge("s", until - 4 * HOUR, until, 4_000);
      assert.deepEqual(await told({}), [
        ["2025-12-31T00:00", "2026-01-01T00:00", 2_000, 1],
        ["2026-01-01T00:00", "2026-01-02T00:00", 2_000, 1],
      ]);
      assert.deepEqual(await told({ timeZone: "Asia/Kathmandu" }), [["2025-12-31T18:15", "2026-01-01T18:15", 4_000, 1]]);
      assert.deepEqual(await told({ per: "month", timeZone: "America/New_York" }), [["2025-12-01T05:00", "2026-01-01T05:00", 4_000, 1]]);
      assert.deepEqual(await told({ per: "year" }), [
        ["2025-01-01T00:00", "2026-01-01T00:00", 2_000, 1],
        ["2026-01-01T00:00", "2027-01-01T00:00", 2_000, 1],
      ]);
      assert.deepEqual(await told({ per: "week" }), [["2025-12-29T00:00", "2026-01-05T00:00", 4_000, 1]]);
      assert.deepEqual((await storeNow().totals({ ...ALL, per: "week" }))[0]?.chargingDays, 2);
    });

    it("know local days of 23 and of 25 hours", async () => {
      const timeZone = "America/Los_Angeles";
      const [spring, autumn] = [Date.UTC(2026, 2, 8, 8), Date.UTC(2026, 10, 1, 7)];
      await charge("short", spring - HOUR, spring + 24 * HOUR, 25_000);
      await charge("long", autumn - HOUR, autumn + 26 * HOUR, 27_000);
      assert.deepEqual(await told({ timeZone }), [
        ["2026-03-07T08:00", "2026-03-08T08:00", 1_000, 1],
        ["2026-03-08T08:00", "2026-03-09T07:00", 23_000, 1],
        ["2026-03-09T07:00", "2026-03-10T07:00", 1_000, 1],
        ["2026-10-31T07:00", "2026-11-01T07:00", 1_000, 1],
        ["2026-11-01T07:00", "2026-11-02T08:00", 25_000, 1],
        ["2026-11-02T08:00", "2026-11-03T08:00", 1_000, 1],
      ]);
    });

    it("know a day without a midnight, and one that never was", async () => {
      // Beirut's clocks go forward at midnight; Samoa left out 30 December 2011.
      const beirut = Date.UTC(2026, 2, 28, 22);
      await charge("b", beirut - HOUR, beirut + HOUR, 2_000);
      const beirutDays = { timeZone: "Asia/Beirut", from: WallTime(beirut - HOUR) };
      assert.deepEqual(await told(beirutDays), [
        ["2026-03-27T22:00", "2026-03-28T22:00", 1_000, 1],
        ["2026-03-28T22:00", "2026-03-29T21:00", 1_000, 1],
      ]);
      const samoa = Date.UTC(2011, 11, 30, 10);
      await charge("s", samoa - HOUR, samoa + HOUR, 2_000);
      assert.deepEqual(await told({ timeZone: "Pacific/Apia", until: WallTime(beirut - HOUR) }), [
        ["2011-12-29T10:00", "2011-12-30T10:00", 1_000, 1],
        ["2011-12-30T10:00", "2011-12-31T10:00", 1_000, 1],
      ]);
    });

    it("count only what flowed within the range", async () => {
      const at = Date.UTC(2026, 2, 7, 12);
      await charge("s", at, at + 4 * HOUR, 4_000);
      const range = { from: WallTime(at + HOUR), until: WallTime(at + 2 * HOUR + HOUR / 2) };
      assert.deepEqual(await told(range), [["2026-03-07T00:00", "2026-03-08T00:00", 1_500, 1]]);
      assert.deepEqual(await told({ ...range, per: "all" }), [["2026-03-07T13:00", "2026-03-07T14:30", 1_500, 1]]);
    });

    it("count a session without energy where it began, and only there", async () => {
      const at = Date.UTC(2026, 2, 7, 12);
      await charge("s", at, at + 48 * HOUR, 0);
      assert.deepEqual(await told({}), [["2026-03-07T00:00", "2026-03-08T00:00", 0, 1]]);
      assert.equal((await storeNow().totals(ALL))[0]?.chargingDays, 0);
      assert.deepEqual(await told({ from: WallTime(at + HOUR) }), []);
    });

    it("count every day of a long session on which energy flowed, and no other", async () => {
      const at = Date.UTC(2026, 2, 3, 12);
      await charge("through", at, at + 72 * HOUR, 7_200);
      const pause = Date.UTC(2026, 3, 10, 12);
      const bursts = [
        [0, 0],
        [1, 1_000],
        [70, 1_000],
        [72, 3_000],
      ].map(([hour = 0, energyWh = 0]) => sample("bursts", pause + hour * HOUR, energyWh));
      const own = record({ id: "bursts", startedAt: WallTime(pause), endedAt: WallTime(pause + 72 * HOUR), energyWh: 3_000 });
      await storeNow().append(batch({ records: [own], samples: bursts }));
      const days = async (query: Partial<TotalsQuery>) =>
        (await storeNow().totals({ ...ALL, ...query })).map(({ chargingDays }) => chargingDays);
      assert.deepEqual(await days({ per: "month" }), [4, 2]);
      assert.deepEqual(await days({ per: "year" }), [6]);
      assert.deepEqual(await days({ per: "all", from: WallTime(at + 20 * HOUR) }), [5]);
      assert.deepEqual(await told({ from: WallTime(pause) }), [
        ["2026-04-10T00:00", "2026-04-11T00:00", 1_000, 1],
        ["2026-04-13T00:00", "2026-04-14T00:00", 2_000, 1],
      ]);
    });

    it("tell apart by charger and user, in the order of time", async () => {
      const at = Date.UTC(2026, 2, 7, 12);
      await charge("a", at, at + HOUR, 1_000, { charger: "bay", user: "ann" });
      await charge("b", at + HOUR, at + 2 * HOUR, 2_000, { charger: "bay", user: null });
      await charge("c", at + 24 * HOUR, at + 25 * HOUR, 4_000, { charger: "carport", user: "ann" });
      const by = async (query: Partial<TotalsQuery>) =>
        (await storeNow().totals({ ...ALL, ...query })).map(({ charger, user, energyWh }) => [charger, user, energyWh]);
      assert.deepEqual(
        new Set(await by({ by: ["charger"], per: "year" })),
        new Set([
          ["bay", null, 3_000],
          ["carport", null, 4_000],
        ]),
      );
      assert.deepEqual(
        new Set(await by({ by: ["user"], per: "all" })),
        new Set([
          [null, "ann", 5_000],
          [null, null, 2_000],
        ]),
      );
      assert.deepEqual((await by({ by: ["charger", "user"] })).at(-1), ["carport", "ann", 4_000]);
      assert.deepEqual(await by({ user: "ann", per: "all" }), [[null, null, 5_000]]);
    });

    it("count an open session as far as it is known", async () => {
      const at = Date.UTC(2026, 2, 7, 23);
      const open = record({ id: "s", startedAt: WallTime(at), energyWh: 2_000 });
      await storeNow().append(batch({ records: [open], samples: [sample("s", at, 0), sample("s", at + 2 * HOUR, 2_000)] }));
      assert.deepEqual(await told({}), [
        ["2026-03-07T00:00", "2026-03-08T00:00", 1_000, 1],
        ["2026-03-08T00:00", "2026-03-09T00:00", 1_000, 1],
      ]);
    });

    it("of all periods together are the sessions' own figures", async () => {
      const from = Date.UTC(2025, 11, 20);
      for (const each of history({ seed: 11, sessions: 30, from, until: from + 30 * 24 * HOUR })) await storeNow().append(each);
      const sessions = await collected(storeNow().sessions({ ...ALL, order: "oldest", limit: null }));
      for (const per of ["day", "week", "month", "year", "all"] as const) {
        const totals = await storeNow().totals({ ...ALL, per, by: ["charger"], timeZone: "Europe/Berlin" });
        for (const figure of ["energyWh", "sunWh", "gridWh", "batteryWh", "unknownWh", "pricedWh", "chargingMs", "co2G", "cost"] as const) {
          const sum = (items: readonly { readonly [F in typeof figure]: number | null }[]): number =>
            items.reduce((total, each) => total + (each[figure] ?? 0), 0);
          near(sum(totals), sum(sessions), 1e-6 * Math.max(1, sum(sessions)), `${figure} per ${per}`);
        }
      }
    });

    it("agree with a slow reference in every time zone, period, range and group", async () => {
      const zones = ["UTC", "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"];
      const from = Date.UTC(2026, 2, 1);
      const until = Date.UTC(2026, 3, 12);
      for (const each of history({ seed: 21, sessions: 40, from, until, open: true })) await storeNow().append(each);
      const ranges = [
        {},
        { from: WallTime(from + 9.37 * 24 * HOUR), until: WallTime(from + 31.2 * 24 * HOUR) },
        { until: WallTime(from + 5e8) },
      ];
      const groups: readonly TotalsQuery["by"][] = [[], ["charger"], ["user", "charger"]];
      for (const [index, timeZone] of zones.entries()) {
        for (const [place, per] of (["day", "week", "month", "all"] as const).entries()) {
          const range = ranges[(index + place) % ranges.length];
          await agrees(storeNow(), { ...ALL, ...range, per, timeZone, by: groups[(index + 2 * place) % groups.length] ?? [] }, 8);
        }
      }
    });
  });
}
