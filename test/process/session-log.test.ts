import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { SessionRecord, SessionSample } from "#core/session/record";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin } from "../support/admin.ts";
import { StatusWatch } from "../support/status-watch.ts";
import { buildPackage, FLOW, NodeRedUnderTest } from "./nodered-under-test.ts";

/** The charger of the other tests, its log, and a web address to ask it. */
const LOG_FLOW = [
  ...FLOW.map((node) => (node.id === "pilot" ? { ...node, intervalS: "1", wires: [["log"], ["log"]] } : node)),
  { id: "leave", type: "inject", z: "tab", props: [{ p: "payload" }], payload: "unplug", payloadType: "str", wires: [["car"]] },
  { id: "kept", type: "j1772-store", name: "sessions", file: "sessions.sqlite", timeZone: "UTC", currency: "EUR" },
  { id: "log", type: "session-log", z: "tab", store: "kept", sampleS: "1", price: "0.4", x: 1, y: 1, wires: [["reply"], []] },
  { id: "door", type: "http in", z: "tab", url: "/ask", method: "get", x: 1, y: 1, wires: [["log"]] },
  { id: "reply", type: "http response", z: "tab", x: 1, y: 1, wires: [] },
];

/** What 16 A at 240 V deliver in ten seconds, Wh. */
const TEN_SECONDS_WH = (16 * 240 * 10) / 3600;
const DEADLINE = 30_000;

/** Moves the wall clock of a Node-RED when it is told to; its monotonic clock goes on. */
const STEPPED_CLOCK = `
let stepMs = 0;
const now = () => RealDate.now() + stepMs;
const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, parts) => (parts.length === 0 ? new RealDate(now()) : Reflect.construct(target, parts)),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});
process.on("message", (message) => { if (typeof message?.stepMs === "number") stepMs = message.stepMs; });
`;

class LogUnderTest {
  readonly test: NodeRedUnderTest;
  private constructor(test: NodeRedUnderTest) {
    this.test = test;
  }

  static async start(): Promise<LogUnderTest> {
    const test = await NodeRedUnderTest.start(LOG_FLOW);
    await test.observe();
    await test.watch?.until("pilot", /not connected/, DEADLINE);
    return new LogUnderTest(test);
  }

  async ask<T>(query: string): Promise<T> {
    const answer = await fetch(`${this.test.nodeRed?.address}/ask?${query}`, { signal: AbortSignal.timeout(DEADLINE) });
    return (await answer.json()) as T;
  }

  sessions(): Promise<readonly SessionRecord[]> {
    return this.ask("ask=sessions");
  }

  /** The charger's own counter, Wh. */
  async meter(): Promise<number> {
    return (await this.test.status(() => true)).energyWh ?? Number.NaN;
  }

  /** Waits until the car drew so much more, Wh. */
  async drew(moreWh: number): Promise<void> {
    const sinceWh = await this.meter();
    await this.test.status(({ energyWh }) => (energyWh ?? 0) >= sinceWh + moreWh);
  }

  /** Unplugs the car and waits until the only session there is has ended. */
  async unplug(): Promise<SessionRecord> {
    await this.test.admin.inject("leave");
    for (const deadline = performance.now() + DEADLINE; ; await wait(200)) {
      const [only, ...more] = await this.sessions();
      if (only?.endedAt != null || performance.now() > deadline) {
        assert.equal(more.length, 0, `${more.length + 1} sessions for one car`);
        assert.ok(only?.endedAt, "the session has ended");
        return only;
      }
    }
  }

  async kill(): Promise<void> {
    this.test.watch?.close();
    this.test.nodeRed?.child.kill("SIGKILL");
    await this.test.nodeRed?.ended();
  }

  end(): Promise<void> {
    return this.test.end();
  }
}

describe("a session log and its Node-RED", function () {
  // A machine that is busy may hold the controller up. A charger then opens, as it should, and rests for a minute.
  this.retries(2);
  let log: LogUnderTest;

  before(function () {
    this.timeout(120_000);
    buildPackage();
  });
  beforeEach(async () => {
    log = await LogUnderTest.start();
  });
  afterEach(() => log?.end());

  /** What was counted is what the meter counted: never more, and at most ten seconds less. */
  async function agrees(record: SessionRecord, startWh: number): Promise<void> {
    const meterWh = (await log.meter()) - startWh;
    assert.ok(record.energyWh <= meterWh + 0.1, `${record.energyWh} Wh, but the meter has ${meterWh}`);
    assert.ok(record.energyWh >= meterWh - TEN_SECONDS_WH, `${record.energyWh} Wh, and the meter has ${meterWh}`);
    const samples = await log.ask<readonly SessionSample[]>(`ask=samples&id=${record.id}`);
    const at = samples.map((sample) => sample.at);
    assert.deepEqual(
      at,
      [...new Set(at)].toSorted((a, b) => a - b),
      "each sample once, in order",
    );
    const energies = samples.map(({ energyWh }) => energyWh);
    assert.deepEqual(
      energies,
      energies.toSorted((a, b) => a - b),
      "energy never runs backwards",
    );
  }

  it("goes on with the same session when Node-RED is killed in a charge, twice, and nothing is missing or double", async function () {
    this.timeout(120_000);
    const startWh = await log.meter();
    await log.test.charge();
    const plugged = (await log.sessions())[0]?.id;
    for (let kill = 0; kill < 2; kill++) {
      await log.drew(4);
      await log.kill();
      await wait(1_000);
      await log.test.startNodeRed();
      await log.test.watch?.until("log", /charging|connected/, DEADLINE);
    }
    await log.test.status(({ phase, currentA }) => phase === "charging" && (currentA ?? 0) > 10);
    const record = await log.unplug();
    if (plugged !== undefined) assert.equal(record.id, plugged);
    await agrees(record, startWh);
    assert.ok(record.energyWh > 5, `${record.energyWh} Wh`);
  });

  it("keeps everything in memory while its database is locked and no spool can be had, and writes it when it is free", async function () {
    this.timeout(120_000);
    const startWh = await log.meter();
    await log.kill();
    const spool = join(log.test.userDir, "sessions.sqlite.spool");
    rmSync(spool, { force: true });
    mkdirSync(spool);
    await log.test.startNodeRed();
    await log.test.charge();
    await log.test.watch?.until("log", /charging/, DEADLINE);
    const file = join(log.test.userDir, "sessions.sqlite");
    // Node-RED may be just about to write.
    const other = new DatabaseSync(file, { timeout: DEADLINE });
    other.exec("BEGIN EXCLUSIVE");
    await log.test.watch?.until("log", /away|full/, DEADLINE);
    await wait(3_000);
    other.exec("ROLLBACK");
    other.close();
    await log.test.watch?.until("log", /charging/, 90_000);
    await agrees(await log.unplug(), startWh);
  });

  it("makes no energy and no second session of a clock that is set by an hour, ahead and back", async function () {
    this.timeout(120_000);
    const startWh = await log.meter();
    await log.kill();
    const preload = join(log.test.folder, "clock.mjs");
    writeFileSync(preload, STEPPED_CLOCK);
    const port = await freePort();
    log.test.nodeRed = new NodeRed({
      folder: log.test.userDir,
      port,
      packageFolder: join(import.meta.dirname, "../.."),
      nodeOptions: ["--import", pathToFileURL(preload).href],
    });
    await log.test.nodeRed.running();
    log.test.admin = new Admin(log.test.nodeRed.address);
    log.test.watch = new StatusWatch(log.test.nodeRed.address);
    await log.test.charge();
    await wait(3_000);
    for (const stepMs of [3_600_000, 0, -3_600_000]) {
      log.test.nodeRed.child.send({ stepMs });
      await wait(4_000);
    }
    const record = await log.unplug();
    await agrees(record, startWh);
    assert.ok(record.connectedMs < 1_800_000, `connected for ${record.connectedMs} ms`);
    assert.ok(record.endedAt !== null && record.endedAt >= record.startedAt);
  });
});
