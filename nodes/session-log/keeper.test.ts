import assert from "node:assert/strict";
import { MessageError, StoreUnavailable } from "#core/errors";
import { EMPTY_BATCH, type SessionRecord } from "#core/session/record";
import { Instant, WallTime } from "#core/units/units";
import type { StatusMessage } from "#link/messages";
import { SmallHandle } from "../../test/flows/session-log-store.ts";
import { MovedTime, settled } from "../../test/flows/support/moved-time.ts";
import { anEvent, aStatus } from "../../test/support/link-samples.ts";
import { readConfig } from "../shared/read-config.ts";
import type { NodeStatus } from "../shared/red.ts";
import { Keeper, type LogMemory, type LogTime } from "./keeper.ts";
import type { Question } from "./question-input.ts";
import type { SessionNews } from "./session-log.outputs.ts";
import { SessionLogNode } from "./session-log.schema.ts";

class LogClock extends MovedTime implements LogTime {
  /** The monotonic clock is not moved when the wall clock is set. */
  setBy = 0;
  now(): Instant {
    return Instant(this.ms - 1_767_225_600_000 + 1000);
  }
  override wall(): WallTime {
    return WallTime(this.ms + this.setBy);
  }
}

const SESSION = { id: "5f", startedAt: 0, energyWh: 0, chargingMs: 0 };

class Bench {
  readonly time = new LogClock();
  kept = new SmallHandle();
  readonly news: SessionNews[] = [];
  readonly shown: NodeStatus[] = [];
  readonly warnings: string[] = [];
  readonly questions: Question[] = [];
  keeper: Keeper;
  meterWh = 100_000;
  #ids = 0;

  constructor(form: object = {}, memory: LogMemory | null = null) {
    this.keeper = this.open(form, memory);
  }

  open(form: object = {}, memory: LogMemory | null = null): Keeper {
    const settings = readConfig(SessionLogNode.fields, { store: "s", ...form }, SessionLogNode.migrations);
    this.keeper = new Keeper(
      settings,
      this.kept,
      {
        time: this.time,
        t: (key, values = {}) => (key === "number.decimal" ? "." : `${key} ${Object.values(values).join(" ")}`.trim()),
        charger: "log",
        newId: () => `id${++this.#ids}`,
        news: ({ payload }) => this.news.push(payload as SessionNews),
        show: (status) => this.shown.push(status),
        warn: (text) => this.warnings.push(text),
        recorded: () => {},
        answer: async (question) => {
          this.questions.push(question);
        },
      },
      memory,
    );
    return this.keeper;
  }

  async status(changes: Partial<StatusMessage>): Promise<void> {
    await this.keeper.receive({ topic: "bay", payload: { ...aStatus(), at: this.time.wall(), energyWh: this.meterWh, ...changes } });
    await settled();
  }

  /** No car is there yet. */
  async free(): Promise<void> {
    await this.status({});
    await this.pass(1);
  }

  /** A car plugs in and charges with 3600 W, one Wh a second, told every five seconds. */
  async charge(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 5) {
      await this.status({ state: "C", phase: "charging", powerW: 3600, offeredCurrentA: 16, session: SESSION });
      await this.pass(5);
      this.meterWh += 5;
    }
  }

  async unplug(): Promise<void> {
    await this.status({ state: "A", phase: "notConnected", powerW: 0, session: null });
    await this.pass(10);
  }

  async pass(seconds: number): Promise<void> {
    await this.time.advance(seconds * 1000);
    await settled();
  }

  /** From now on there is only what the store has; the keeper that was is no longer heard. */
  async kill(): Promise<void> {
    const { samples, events, checkpoints } = this.kept.store.kept;
    const survivor = new SmallHandle();
    await survivor.store.append({ records: this.records, samples, events, checkpoints });
    this.kept = survivor;
  }

  get records(): readonly SessionRecord[] {
    return [...this.kept.store.records.values()];
  }

  get line(): NodeStatus {
    return this.shown.at(-1) ?? {};
  }
}

describe("the log's keeper", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = new Bench();
    await bench.free();
  });
  afterEach(() => bench.keeper.close());

  it("keeps a charge from plugging in to unplugging, with its price and its sun", async () => {
    bench = new Bench({ price: "0.4", sunPrice: "0.1" });
    await bench.free();
    await bench.keeper.receive({ topic: "grid", payload: "1.8 kW" });
    await bench.charge(20);
    for (let minute = 0; minute < 3; minute++) {
      await bench.keeper.receive({ topic: "grid", payload: 1800 });
      await bench.charge(30);
    }
    await bench.unplug();
    const [record, ...more] = bench.records;
    assert.equal(more.length, 0);
    assert.ok(record?.endedAt);
    assert.equal(record.charger, "bay");
    assert.equal(record.energyWh, 110);
    assert.ok(Math.abs(record.gridWh - 55) < 2 && Math.abs(record.sunWh - 55) < 2, `${record.gridWh} Wh from the grid`);
    assert.ok(Math.abs((record.cost ?? 0) - 0.0275) < 0.001, `cost ${record.cost}`);
    assert.ok(bench.kept.store.kept.samples.length >= 1);
  });

  it("tells that a session was opened, goes on and has ended, and not each second in between", async () => {
    await bench.charge(125);
    await bench.unplug();
    const kinds = bench.news.map(({ news }) => news);
    assert.equal(kinds[0], "opened");
    assert.equal(kinds.at(-1), "ended");
    const changed = kinds.filter((news) => news === "changed").length;
    assert.ok(changed >= 1 && changed <= 4, `${changed} changes in two minutes`);
    assert.equal(bench.news.at(-1)?.energyWh, 125);
  });

  it("shows the charge, a waiting car, and that it is ready", async () => {
    assert.equal(bench.line.text, "log.ready");
    await bench.charge(60);
    assert.deepEqual(bench.line, { fill: "green", shape: "dot", text: "log.charging 0.06" });
    await bench.status({ state: "B", phase: "paused", session: SESSION, offeredCurrentA: 0 });
    await bench.pass(2);
    assert.equal(bench.line.text, "log.connected");
    await bench.unplug();
    assert.equal(bench.line.text, "log.ready");
  });

  it("goes on with the same session after a deployment, and counts nothing twice", async () => {
    await bench.charge(60);
    await bench.keeper.close();
    const { memory } = bench.keeper;
    bench.open({ price: "0.5" }, memory);
    await bench.pass(1);
    assert.match(bench.line.text ?? "", /^log\.charging/, "it knows what it knew");
    await bench.charge(60);
    await bench.unplug();
    assert.equal(bench.records.length, 1);
    assert.equal(bench.records[0]?.energyWh, 120);
    assert.deepEqual(
      bench.news.filter(({ news }) => news === "opened" || news === "ended").map(({ news }) => news),
      ["opened", "ended"],
    );
    const at = bench.kept.store.kept.samples.map((sample) => sample.at);
    assert.equal(new Set(at).size, at.length);
  });

  it("goes on from the store after a kill, at most ten seconds short where there is no counter", async () => {
    const noCounter = { energyWh: null, session: null };
    const charging = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await bench.status({ state: "C", phase: "charging", powerW: 3600, ...noCounter });
        await bench.pass(5);
      }
    };
    await charging(13);
    await bench.kill();
    bench.open();
    await charging(12);
    await bench.status({ ...noCounter });
    await bench.pass(10);
    assert.equal(bench.records.length, 1);
    const { energyWh = 0, endedAt } = bench.records[0] ?? {};
    assert.ok(endedAt);
    assert.ok(energyWh <= 125 && energyWh >= 115, `${energyWh} of 125 Wh`);
  });

  it("ends a session whose books were lost, as far as it is known, and begins another", async () => {
    await bench.charge(60);
    const torn = { charger: "bay", at: bench.time.wall(), state: "{torn" };
    await bench.keeper.close();
    await bench.kept.store.append({ ...EMPTY_BATCH, checkpoints: [torn] });
    bench.open();
    await bench.charge(30);
    const [lost, next] = bench.records;
    assert.ok(lost?.endedAt && lost.endReason === "unknown" && lost.energyWh >= 50);
    assert.equal(next?.endedAt, null);
    assert.match(bench.warnings.join(), /start afresh/);
  });

  it("takes no session for lost that ended while the store was away, though the spool has not told the store yet", async () => {
    await bench.charge(20);
    await bench.unplug();
    const { store } = bench.kept;
    const [ended] = bench.records;
    assert.ok(ended !== undefined && ended.endReason !== null);
    await bench.keeper.close();
    const { sessions } = store;
    store.sessions = async function* (query) {
      for await (const page of sessions.call(store, query))
        yield page.map((one) => ({ ...one, revision: 1, endedAt: null, endReason: null }));
    };
    bench.news.length = 0;
    bench.open();
    await bench.free();
    assert.deepEqual([bench.news, bench.records], [[], [ended]]);
  });

  it("loses nothing while the store is away, says so once, and writes it in order when it is back", async () => {
    await bench.charge(30);
    bench.kept.store.refuses = new StoreUnavailable("away", "the database does not answer");
    await bench.charge(600);
    assert.equal(bench.warnings.length, 1);
    assert.match(bench.warnings[0] ?? "", /does not answer/);
    assert.match(bench.line.text ?? "", /^log.away \d+$/);
    const before = bench.records[0]?.energyWh ?? 0;
    assert.ok(before <= 30);
    bench.kept.store.refuses = null;
    await bench.pass(10);
    await bench.unplug();
    assert.equal(bench.records.length, 1);
    assert.equal(bench.records[0]?.energyWh, 630);
    const at = bench.kept.store.kept.samples.map((sample) => sample.at);
    assert.deepEqual(
      at,
      at.toSorted((a, b) => a - b),
    );
    assert.ok(at.length >= 10);
  });

  it("waits with what a charger says until the store can tell where its books stand", async () => {
    await bench.charge(60);
    await bench.keeper.close();
    bench.kept.store.refuses = new StoreUnavailable("away", "not yet");
    bench.open();
    await bench.charge(60);
    assert.ok((bench.records[0]?.energyWh ?? 0) <= 60);
    bench.kept.store.refuses = null;
    await bench.pass(10);
    await bench.unplug();
    assert.equal(bench.records.length, 1);
    assert.equal(bench.records[0]?.energyWh, 120);
  });

  it("makes no energy of a clock that is set, nor of messages that come twice", async () => {
    await bench.charge(60);
    bench.time.setBy = 3_600_000;
    await bench.charge(60);
    bench.time.setBy = -3_600_000;
    await bench.charge(60);
    const again = { ...aStatus(), at: bench.time.wall(), energyWh: bench.meterWh, state: "C", phase: "charging", session: SESSION };
    for (let i = 0; i < 5; i++) await bench.keeper.receive({ payload: again });
    await bench.unplug();
    assert.equal(bench.records.length, 1);
    assert.equal(bench.records[0]?.energyWh, 180);
    assert.ok((bench.records[0]?.chargingMs ?? 0) <= 190_000, `${bench.records[0]?.chargingMs} ms of charging`);
  });

  it("puts together what a charger tells one thing at a time", async () => {
    const say = async (payload: object): Promise<void> => {
      await bench.keeper.receive({ payload: { charger: "meter", ...payload } });
      await settled();
    };
    await say({ state: "charging" });
    for (let minute = 0; minute < 60; minute++) {
      await say({ powerW: "7.2 kW" });
      await say({ currentA: 31 });
      await bench.pass(10);
    }
    await say({ state: "unplugged" });
    await bench.pass(10);
    const record = bench.records.find(({ charger }) => charger === "meter");
    assert.ok(record?.endedAt);
    assert.ok(Math.abs(record.energyWh - 1200) <= 20, `${record.energyWh} of 1200 Wh`);
  });

  it("makes no power of what a charger cannot measure at the moment", async () => {
    const silent = { state: "C", phase: "charging", currentA: null, powerW: null, energyWh: null } as const;
    await bench.charge(30);
    for (let i = 0; i < 6; i++) {
      await bench.status({ ...silent, session: SESSION });
      await bench.pass(5);
    }
    const own = bench.records[0]?.energyWh ?? 0;
    await bench.keeper.receive({ payload: { charger: "meter", state: "charging", powerW: 7200 } });
    await bench.pass(1);
    for (let i = 0; i < 6; i++) {
      await bench.keeper.receive({ payload: { charger: "meter", powerW: "unavailable" } });
      await bench.pass(5);
    }
    const other = bench.records.find(({ charger }) => charger === "meter");
    assert.ok(own <= 31, `${own} of 30 Wh`);
    assert.ok((other?.energyWh ?? 0) <= 2.1, `${other?.energyWh} of 2 Wh`);
  });

  it("goes on with the meter's counter after it was silent for a while", async () => {
    await bench.charge(30);
    const before = { ...SESSION, energyWh: 30 };
    for (let i = 0; i < 6; i++) {
      await bench.status({ state: "C", phase: "charging", currentA: null, powerW: null, energyWh: null, session: before });
      await bench.pass(5);
      bench.meterWh += 5;
    }
    await bench.charge(30);
    await bench.unplug();
    assert.equal(bench.records[0]?.energyWh, 90);
  });

  it("says who charges without disturbing what is counted", async () => {
    await bench.charge(30);
    await bench.keeper.receive({ payload: { charger: "bay", user: "Anna" } });
    await bench.charge(30);
    await bench.unplug();
    assert.deepEqual([bench.records[0]?.user, bench.records[0]?.energyWh], ["Anna", 60]);
  });

  it("keeps the books of each charger apart, and each event once", async () => {
    await bench.charge(30);
    await bench.keeper.receive({ payload: { charger: "other", state: "connected", energyWh: 5 } });
    const event = { ...anEvent("e1"), at: bench.time.wall(), session: SESSION.id };
    for (let i = 0; i < 2; i++) await bench.keeper.receive({ payload: event });
    await bench.pass(10);
    assert.deepEqual(bench.records.map(({ charger }) => charger).toSorted(), ["bay", "other"]);
    assert.equal(bench.kept.store.kept.events.filter(({ id }) => id === "e1").length, 1);
  });

  it("passes a question on, and refuses what it cannot read without changing anything", async () => {
    await bench.keeper.receive({ topic: "sessions", payload: "today" });
    assert.equal(bench.questions.length, 1);
    const before = JSON.stringify(bench.kept.store.kept);
    await assert.rejects(bench.keeper.receive({ payload: { state: "humming" } }), MessageError);
    await bench.pass(2);
    assert.equal(JSON.stringify(bench.kept.store.kept), before);
  });

  it("does not keep a charger that another log already keeps in the same store", async () => {
    const other = new Bench();
    other.kept = bench.kept;
    other.open();
    await assert.rejects(other.status({}), (error) => error instanceof MessageError && error.code === "keptElsewhere");
    await bench.keeper.close();
    await other.status({});
    await other.keeper.close();
  });

  it("bounds how many chargers a flood of names can make", async () => {
    for (let i = 0; i < 499; i++) await bench.keeper.receive({ payload: { charger: `c${i}`, state: "A" } });
    await assert.rejects(
      bench.keeper.receive({ payload: { charger: "one more", state: "A" } }),
      (error) => error instanceof MessageError && error.code === "tooManyChargers",
    );
  });

  it("shows how the store is", async () => {
    const table = [
      ["opening", "log.opening", "blue"],
      ["away", "log.away 12", "yellow"],
      ["full", "log.full 12", "red"],
      ["unusable", "log.unusable", "red"],
    ] as const;
    for (const [state, text, fill] of table) {
      const one = new Bench();
      one.kept.become({ state, why: "x", waiting: 12 });
      await one.time.advance(600);
      assert.deepEqual([one.line.text, one.line.fill], [text, fill]);
      await one.keeper.close();
    }
  });
});
