import assert from "node:assert/strict";
import { MessageError } from "#core/errors";
import type { Total } from "#core/session/question";
import { EMPTY_BATCH, type SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { SmallStore } from "../../test/flows/session-log-store.ts";
import { type AnswerPart, answer } from "./answer.ts";
import type { AnswerForm, AskedRows } from "./question-input.ts";

const NOW = WallTime(Date.parse("2026-03-29T17:15:00+02:00"));
const CSV = { separator: ",", decimal: ".", bom: false, safe: false } as const;
const OBJECTS: AnswerForm = { as: "objects", csv: CSV, rowsPerPart: null };
const ALL = { from: null, until: null, charger: null, user: null };

const aRecord = (index: number, changes: Partial<SessionRecord> = {}): SessionRecord => ({
  id: `s${index}`,
  revision: 3,
  charger: "Garage",
  user: null,
  tag: null,
  startedAt: WallTime(NOW - index * 86_400_000),
  endedAt: WallTime(NOW - index * 86_400_000 + 3_600_000),
  connectedMs: 3_600_000,
  chargingMs: 1_800_000,
  energyWh: 4000,
  sunWh: 1500,
  gridWh: 1500,
  batteryWh: 0,
  unknownWh: 1000,
  cost: 0.96,
  pricedWh: 3000,
  co2G: 450,
  meterStartWh: 100_000,
  meterStopWh: 104_000,
  maxPowerW: 7400,
  meanPowerW: 7200,
  offeredMinA: 6,
  offeredMaxA: 32,
  peakTemperatureC: 41.5,
  interruptions: [],
  faults: [{ at: NOW, name: "GroundFault", mrec: "MREC2GroundFailure" }],
  endReason: "carStopped",
  gaps: 0,
  ...changes,
});

const aTotal = (changes: Partial<Total> = {}): Total => {
  const { energyWh, sunWh, gridWh, batteryWh, unknownWh, cost, pricedWh, co2G, chargingMs } = aRecord(0);
  const energies = { energyWh, sunWh, gridWh, batteryWh, unknownWh, cost, pricedWh, co2G, chargingMs };
  return { from: null, until: null, charger: null, user: null, sessions: 1, chargingDays: 2, ...energies, ...changes };
};

describe("an answer", () => {
  let store: SmallStore;
  const fill = (count: number, changes: Partial<SessionRecord> = {}): Promise<void> =>
    store.append({ ...EMPTY_BATCH, records: Array.from({ length: count }, (_one, index) => aRecord(index, changes)) });
  async function parts(asked: AskedRows, form: AnswerForm = OBJECTS): Promise<AnswerPart[]> {
    const found: AnswerPart[] = [];
    const local = (at: number): string => new Date(at).toISOString().slice(0, 10);
    for await (const part of answer(asked, form, { store, timeZone: "Europe/Berlin", now: NOW, local })) found.push(part);
    return found;
  }
  async function payload<T>(asked: AskedRows, form?: AnswerForm): Promise<T> {
    const [only, ...more] = await parts(asked, form);
    assert.ok(only?.isLast && more.length === 0);
    return only.payload as T;
  }
  const sessions: AskedRows = { ask: "sessions", query: { ...ALL, order: "newest", limit: null } };

  beforeEach(() => {
    store = new SmallStore();
  });

  it("about sessions is what is kept of each, with the share of the sun and the effective price", async () => {
    await fill(1);
    assert.deepEqual(await payload(sessions), [{ ...aRecord(0), sunPercent: 50, pricePerKwh: 0.32 }]);
    await store.append({ ...EMPTY_BATCH, records: [aRecord(1, { sunWh: 0, gridWh: 0, unknownWh: 4000, cost: null, pricedWh: 0 })] });
    const [, row] = await payload<{ sunPercent: number | null; pricePerKwh: number | null }[]>(sessions);
    assert.deepEqual([row?.sunPercent, row?.pricePerKwh], [null, null]);
    await store.append({ ...EMPTY_BATCH, records: [aRecord(2, { sunWh: 500, gridWh: 0, unknownWh: 3500 })] });
    const [, , little] = await payload<{ sunPercent: number | null }[]>(sessions);
    assert.equal(little?.sunPercent, null, "a share of little says nothing of the rest");
  });

  it("about one session is one thing, or null", async () => {
    await fill(3);
    const last = { ask: "last", charger: null, user: null } as const;
    assert.equal((await payload<SessionRecord>(last)).id, "s0");
    assert.equal((await payload<SessionRecord>({ ask: "session", id: "s2" })).id, "s2");
    assert.equal(await payload({ ask: "session", id: "nobody" }), null);
    assert.equal(await payload({ ...last, charger: "elsewhere" }), null);
  });

  it("about cost is one sum, or one for each charger or user that is told apart", async () => {
    store.counts = [aTotal()];
    const query = { ...ALL, per: "all", by: [], timeZone: "UTC" } as const;
    assert.deepEqual(await payload({ ask: "cost", query }), { ...aTotal(), sunPercent: 50, pricePerKwh: 0.32 });
    store.counts = [aTotal({ user: "Anna" }), aTotal({ user: "Ben" })];
    const apart = await payload<Total[]>({ ask: "cost", query: { ...query, by: ["user"] } });
    assert.deepEqual(
      apart.map(({ user }) => user),
      ["Anna", "Ben"],
    );
  });

  it("about averages divides by the local days on which energy flowed, and says nothing where there are none", async () => {
    store.counts = [aTotal()];
    const asked: AskedRows = { ask: "averages", days: [5, 2], charger: "Garage", user: null };
    const [five] = await payload<{ days: number; energyPerChargingDayWh: number; costPerChargingDay: number }[]>(asked);
    assert.deepEqual([five?.days, five?.energyPerChargingDayWh, five?.costPerChargingDay], [5, 2000, 0.48]);
    const hours = store.asked.map(({ from, until }) => ((until ?? 0) - (from ?? 0)) / 3_600_000);
    assert.deepEqual(hours, [5 * 24 - 1, 2 * 24 - 1], "the day on which clocks were set ahead has 23 hours");
    store.counts = [];
    const [none] = await payload<{ energyPerChargingDayWh: number | null; energyWh: number }[]>(asked);
    assert.deepEqual([none?.energyWh, none?.energyPerChargingDayWh], [0, null]);
  });

  it("is a table in kWh and local time as CSV, with a head even when it is empty", async () => {
    const csv: AnswerForm = { ...OBJECTS, as: "csv" };
    const empty = await payload<string>(sessions, csv);
    assert.match(empty, /^id,charger,user,tag,started,ended,startedUtc,.*\r\n$/);
    const late = [1, 2].map((after) => ({ at: WallTime(NOW + after), name: "ControllerLate", mrec: null }));
    await fill(2, { charger: 'Garage, "left"', faults: [...aRecord(0).faults, ...late] });
    const [head = "", first = "", second = "", end] = (await payload<string>(sessions, csv)).split("\r\n");
    assert.equal(`${head}\r\n`, empty);
    assert.equal(end, "");
    assert.ok(first.startsWith('s0,"Garage, ""left""",,,2026-03-29,2026-03-29,2026-03-29T15:15:00.000Z,'), first);
    assert.ok(second.startsWith("s1,"));
    const cells = Object.fromEntries(
      head.split(",").map((name, index) => [name, second.replace('"Garage, ""left"""', "x").split(",")[index]]),
    );
    assert.deepEqual(
      [cells.energyKwh, cells.sunPercent, cells.cost, cells.pricePerKwh, cells.chargingHours, cells.faults, cells.endReason],
      ["4.000", "50.0", "0.96", "0.3200", "0.500", "MREC2GroundFailure ControllerLate", "carStopped"],
    );
  });

  it("is one JSON object a line as lines", async () => {
    await fill(3);
    const lines = (await payload<string>(sessions, { ...OBJECTS, as: "lines" })).split("\n");
    assert.equal(lines.pop(), "");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).id),
      ["s0", "s1", "s2"],
    );
  });

  for (const count of [0, 1, 199, 200, 201, 1000]) {
    it(`in parts of 200 is the same as the whole, and ends once: ${count} rows`, async () => {
      await fill(count);
      for (const as of ["csv", "lines"] as const) {
        const whole: string = await payload<string>(sessions, { ...OBJECTS, as });
        const some = await parts(sessions, { ...OBJECTS, as, rowsPerPart: 200 });
        assert.equal(some.map((part) => part.payload).join(""), whole);
        assert.equal(some.length, Math.max(1, Math.ceil(count / 200)));
        assert.deepEqual(
          some.map(({ isLast }) => isLast),
          some.map((_part, index) => index === some.length - 1),
        );
        assert.ok(some.every(({ rows }) => rows <= 200));
      }
      const lists = await parts(sessions, { ...OBJECTS, rowsPerPart: 200 });
      assert.deepEqual(
        lists.flatMap((part) => part.payload),
        await payload(sessions),
      );
    });
  }

  it("lets Node-RED have its turns in between, however many rows there are", async () => {
    await fill(10_000);
    let turns = 0;
    let done = false;
    const watch = (): void => {
      turns += 1;
      if (!done) setImmediate(watch);
    };
    const table = payload<string>(sessions, { ...OBJECTS, as: "csv" }).finally(() => {
      done = true;
    });
    setImmediate(watch);
    assert.equal((await table).split("\r\n").length, 10_002);
    assert.ok(turns > 100, `${turns} turns of the loop`);
  });

  it("that does not fit in one message says how to have it", async () => {
    await fill(1);
    const many = Array.from({ length: 100_001 }, (_one, index) => ({ ...aRecord(0), id: String(index) }));
    store.sessions = async function* () {
      yield many;
    };
    await assert.rejects(
      payload(sessions),
      (error) => error instanceof MessageError && error.code === "tooMuch" && /"parts": true/.test(error.message),
    );
    assert.equal((await parts(sessions, { ...OBJECTS, rowsPerPart: 10_000 })).length, 11);
  });
});
