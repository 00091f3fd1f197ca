import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EMPTY_BATCH, type LoggedEvent, type SessionBatch, type SessionRecord, type SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { SmallHandle } from "../../test/flows/session-log-store.ts";
import { MovedTime } from "../../test/flows/support/moved-time.ts";
import { LogFiles } from "./log-files.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Noon in Berlin, in winter. */
const NOON = Date.parse("2026-01-15T12:00:00+01:00");

const aSession = (id: string, endedAt: number, energyWh = 9648): SessionRecord => ({
  id,
  revision: 1,
  charger: "Garage",
  user: null,
  tag: null,
  startedAt: WallTime(endedAt - 4 * HOUR),
  endedAt: WallTime(endedAt),
  connectedMs: 4 * HOUR,
  chargingMs: 4 * HOUR,
  energyWh,
  sunWh: 0,
  gridWh: 0,
  batteryWh: 0,
  unknownWh: energyWh,
  cost: null,
  pricedWh: 0,
  co2G: null,
  meterStartWh: null,
  meterStopWh: null,
  maxPowerW: null,
  meanPowerW: null,
  offeredMinA: null,
  offeredMaxA: null,
  peakTemperatureC: null,
  interruptions: [],
  faults: [],
  endReason: "carStopped",
  gaps: 0,
});
const aSample = (session: string, at: number, energyWh: number): SessionSample => ({
  session,
  at: WallTime(at),
  energyWh,
  sunWh: 0,
  gridWh: 0,
  batteryWh: 0,
  cost: null,
  powerW: 2200,
  currentA: 9.4,
  offeredA: 10,
  temperatureC: null,
});
const anEvent = (id: string, at: number, changes: Partial<LoggedEvent>): LoggedEvent => ({
  id,
  charger: "Garage",
  session: null,
  at: WallTime(at),
  type: "stateChanged",
  reason: null,
  fault: null,
  evidence: {},
  ...changes,
});

describe("log files", () => {
  let root: string;
  let kept: SmallHandle;
  let time: MovedTime;
  let warnings: string[];
  let files: LogFiles;

  const open = (): LogFiles => new LogFiles({ folder: root, kept, time, warn: (text) => warnings.push(text) });
  const path = (log: string): string => join(root, "Garage", log);
  const lines = (log: string): string[] => readFileSync(path(log), "utf8").split("\n").slice(0, -1);
  async function happen(batch: Partial<SessionBatch>): Promise<void> {
    await kept.store.append({ ...EMPTY_BATCH, ...batch });
    files.hear({ ...EMPTY_BATCH, ...batch });
  }
  /** Ends the log and begins another, as a restart does. */
  async function restart(): Promise<void> {
    await files.close();
    files = open();
  }

  /** Lets what is on its way to the disk arrive there. */
  const flushed = (): Promise<void> => files.written();

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "j1772-logs-"));
    kept = new SmallHandle();
    time = new MovedTime();
    time.ms = NOON;
    warnings = [];
    files = open();
  });
  afterEach(async () => {
    await files.close();
    rmSync(root, { recursive: true, force: true });
  });

  it("have the forms of the old ones, each in its file", async () => {
    await happen({
      records: [aSession("s1", NOON)],
      samples: [aSample("s1", NOON - 60_000, 9600), aSample("s1", NOON, 9648)],
      events: [
        anEvent("e1", NOON - 5 * HOUR, { evidence: { from: "A", to: "B" } }),
        anEvent("e2", NOON - 4 * HOUR, { evidence: { from: "B", to: "C" } }),
        anEvent("e3", NOON - 3 * HOUR, { type: "fault", fault: "GroundFault", reason: "12 mA" }),
        anEvent("e4", NOON, { evidence: { from: "C", to: "A" } }),
      ],
    });
    await files.close();
    assert.deepEqual(lines("energy.log"), ["20260115120000 2207   9.648kWh Charge Time  4.0hr"]);
    assert.deepEqual(lines("events.log"), ["20260115070000 EV ready", "20260115080000 EV charging", "20260115120000 EV not connected"]);
    assert.deepEqual(lines("errors.log"), ["20260115090000 GroundFault: 12 mA"]);
    assert.match(lines("EnergyStats")[5] ?? "", /^Last Session +9\.6kWh$/);
    const [now] = lines("log.log");
    assert.match(now ?? "", /^20260115120000 .*Energy=9\.648 DayEnergy=/);
    assert.equal(lines("log.log").length, 1, "log.log is as old as this process");
  });

  it("are written a few seconds after something happened, and not because a charge just goes on", async () => {
    await happen({ records: [{ ...aSession("s1", NOON), endedAt: null, endReason: null }] });
    await time.advance(30_000);
    await files.close();
    assert.equal(existsSync(path("energy.log")), false);
  });

  it("get each line once, however often they are begun again", async () => {
    await happen({ records: [aSession("s1", NOON - HOUR)], events: [anEvent("e1", NOON - HOUR, { evidence: { to: "B" } })] });
    for (let i = 0; i < 3; i++) {
      await restart();
      files.hear({ ...EMPTY_BATCH, events: [anEvent("e1", NOON - HOUR, {})] });
    }
    await happen({ records: [aSession("s2", NOON)] });
    await files.close();
    assert.deepEqual(
      lines("energy.log").map((line) => line.slice(0, 14)),
      ["20260115110000", "20260115120000"],
    );
    assert.equal(lines("events.log").length, 1);
  });

  it("come back whole from the store when they are deleted, and get what was missed while nobody wrote", async () => {
    await happen({ records: [aSession("s1", NOON - HOUR)] });
    await restart();
    await kept.store.append({ ...EMPTY_BATCH, records: [aSession("s2", NOON)] });
    rmSync(path("energy.log"));
    await happen({ records: [aSession("s3", NOON + HOUR)] });
    await files.close();
    assert.equal(lines("energy.log").length, 3);
  });

  it("lose a line that a crash left half-written, and get it again", async () => {
    await happen({ records: [aSession("s1", NOON - HOUR), aSession("s2", NOON)] });
    await restart();
    const whole = readFileSync(path("energy.log"), "utf8");
    for (const cut of [1, 20, 49, 50, 51, 99]) {
      writeFileSync(path("energy.log"), whole.slice(0, cut));
      await restart();
      files.hear({ ...EMPTY_BATCH, events: [anEvent("e1", NOON, {})] });
      await files.close();
      assert.equal(readFileSync(path("energy.log"), "utf8"), whole, `cut after ${cut} bytes`);
    }
  });

  it("stay 50 bytes a record in energy.log, past day 1000 too", async () => {
    await happen({ records: [aSession("s1", NOON), aSession("s2", NOON + DAY, 123_456)] });
    await files.close();
    assert.equal(readFileSync(path("energy.log")).length, 100);
  });

  it("add to a long file only what is newer than its end", async () => {
    const old = Array.from({ length: 8000 }, (_one, index) => {
      const stamp = new Date(NOON - (9000 - index) * HOUR).toISOString().replace(/[-:T]|\..*/g, "");
      return `${stamp} 1234   9.648kWh Charge Time  4.0hr\n`;
    });
    await files.close();
    mkdirSync(join(root, "Garage"), { recursive: true });
    writeFileSync(path("energy.log"), old.join(""));
    files = open();
    await kept.store.append({ ...EMPTY_BATCH, records: [aSession("old", NOON - 8990 * HOUR)] });
    await happen({ records: [aSession("new", NOON)] });
    await files.close();
    assert.equal(lines("energy.log").length, 8001);
    assert.equal(lines("energy.log").at(-1)?.slice(0, 14), "20260115120000");
  });

  it("begin the current day anew at the store's midnight, though nobody charges", async () => {
    await happen({ records: [aSession("s1", NOON)] });
    await time.advance(10_000);
    await restart();
    files.hear({ ...EMPTY_BATCH, events: [anEvent("e1", NOON, {})] });
    await time.advance(6_000);
    await flushed();
    const before = kept.store.asked.length;
    await time.advance(11 * HOUR);
    await flushed();
    assert.equal(kept.store.asked.length, before, "nothing before midnight");
    await time.advance(HOUR);
    await flushed();
    assert.ok(kept.store.asked.length > before);
    await files.close();
    assert.match(lines("EnergyStats")[0] ?? "", /^Last Update Time \(2026, 1, 1[56], /);
  });

  it("say once that they cannot be written, and are written when they can be", async () => {
    writeFileSync(join(root, "Garage"), "in the way");
    await happen({ records: [aSession("s1", NOON)] });
    await restart();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /cannot be written; they will be/);
    rmSync(join(root, "Garage"));
    files.hear({ ...EMPTY_BATCH, events: [anEvent("e1", NOON, {})] });
    await files.close();
    assert.equal(lines("energy.log").length, 1);
  });

  it("give each charger a folder of its own, whatever it is called", async () => {
    const names = ["Garage", "../../etc", "a/b", "a_b", "..", "<img>", "Ladepunkt/1", "Ladepunkt.1"];
    await happen({ records: names.map((charger, index) => ({ ...aSession(`s${index}`, NOON), charger })) });
    await files.close();
    assert.equal(readdirSync(root).length, names.length);
  });
});
