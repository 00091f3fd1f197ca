import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DriverUnavailable } from "#core/errors";
import { connectLink, type LinkClient } from "#link/client";
import { type ControllerConfig, parseControllerConfig } from "#link/controller-config";
import type { EventMessage } from "#link/messages";
import { FakeBoard } from "../../test/support/fake-board.ts";
import { ChargerProcess } from "./charger-process.ts";
import { systemClock } from "./clock.ts";
import { decodeSafety } from "./safety-record.ts";

describe("charger process on a real board", () => {
  let folder: string;
  let config: ControllerConfig;
  let board: FakeBoard;
  let charger: ChargerProcess;
  let link: LinkClient | null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-charger-"));
    config = parseControllerConfig(JSON.stringify({ version: 1, charger: "bay", driver: { kind: "sim" } }), folder);
    board = new FakeBoard(systemClock);
    link = null;
    charger = new ChargerProcess({
      config,
      hands: { board, simulation: null },
      openSideLine: null,
      clock: systemClock,
      console: { line: () => {}, close: () => {} },
      forked: false,
      welcome: { version: "0.1.0", priority: "nice 0" },
    });
  });

  afterEach(() => {
    link?.close();
    rmSync(folder, { recursive: true });
  });

  async function connect(): Promise<LinkClient> {
    link = connectLink(config.socket, { client: "test" });
    await link.opened();
    return link;
  }

  const log = (): Record<string, unknown>[] =>
    readFileSync(join(folder, "events.log"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));

  it("says that it has no front panel to whoever tells one something, and changes nothing", async () => {
    await charger.start();
    const client = await connect();
    const reply = await client.show({ sunPercent: 50, startsInMs: null, stopsInMs: null });
    assert.ok(!reply.ok && reply.code === "noPanel");
    charger.stop("test");
    await charger.ended;
    assert.ok(log().every(({ kind }) => kind !== "request"));
  });

  it("introduces itself, and logs who asked for what [I6]", async () => {
    await charger.start();
    const client = await connect();
    const { frame, protocol, startedAt, ...welcome } = await client.opened();
    assert.deepEqual(welcome, {
      version: "0.1.0",
      charger: "bay",
      driver: "fake",
      config: config.fingerprint,
      capabilities: [],
      pid: process.pid,
      priority: "nice 0",
      leaseMs: 30_000,
    });
    await client.command({ command: "pause", by: "Ann" });
    charger.stop("the test is over");
    assert.equal(await charger.ended, 0);
    const request = log().find(({ kind }) => kind === "request");
    assert.deepEqual(request?.asked, { command: "pause", by: "Ann" });
    assert.deepEqual([request?.client, request?.reply], ["test", { ok: true }]);
    for (const line of log()) assert.ok(typeof line.wall === "string" && typeof line.monotonicMs === "number");
  });

  it("logs a limit once and not its renewals, and every change of it", async () => {
    await charger.start();
    const client = await connect();
    for (const limitA of [16, 16, 10, 10, 16]) await client.command({ command: "limit", limitA, validForMs: 30_000 });
    charger.stop("the test is over");
    await charger.ended;
    const asked = log().filter(({ kind }) => kind === "request");
    assert.deepEqual(
      asked.map((line) => line.asked),
      [16, 10, 16].map((limitA) => ({ command: "limit", limitA, validForMs: 30_000 })),
    );
  });

  it("does nothing simulated to a real board", async () => {
    await charger.start();
    const client = await connect();
    for (const reply of [await client.sim({ do: "plug" }), await client.askTruth()]) assert.equal(reply.ok || reply.code, "notSimulated");
    charger.stop("the test is over");
    await charger.ended;
  });

  it("stops when a client asks for it, and tells everyone before it goes", async () => {
    await charger.start();
    const client = await connect();
    const events: string[] = [];
    client.on("event", ({ type }) => events.push(type));
    const lost = once(client, "lost");
    assert.deepEqual(await client.command({ command: "shutdown" }), { ok: true });
    assert.equal(await charger.ended, 0);
    const [reason] = await lost;
    assert.equal(reason.code, "shuttingDown");
    assert.ok(events.includes("shutdown"));
    assert.equal(board.calls.at(-1), "close");
  });

  it("opens, latches and remembers a fault of its own, tells of it, and ends with 5 when something breaks outside the loop [I5]", async () => {
    await charger.start();
    const client = await connect();
    const events: EventMessage[] = [];
    client.on("event", (event) => events.push(event));
    charger.fail(new Error("a bug"));
    assert.equal(board.outputs, null);
    assert.equal(await charger.ended, 5);
    if (client.isOpen) await once(client, "lost");
    const event = events.find(({ type }) => type === "fault");
    assert.deepEqual([event?.fault, event?.reason], ["InternalFault", "a bug"]);
    assert.deepEqual(
      decodeSafety(readFileSync(join(folder, "safety.json"), "utf8")).latched.map(({ fault: name }) => name),
      ["InternalFault"],
    );
    assert.ok(log().some(({ type, stack }) => type === "failed" && /a bug/.test(String(stack))));
  });

  const closings = {
    hangs: () => new Promise<void>(() => {}),
    fails: () => Promise.reject(new Error("the bus is gone")),
  };
  for (const [how, close] of Object.entries(closings))
    it(`ends all the same, safe, when giving the board back ${how}: who starts it anew waits for its end`, async () => {
      await charger.start();
      board.close = close;
      charger.fail(new Error("a bug"));
      assert.equal(board.outputs, null);
      assert.equal(await charger.ended, 5);
    });

  it("leaves the board safe and nothing listening when it cannot start", async () => {
    board.open = () => Promise.reject(new DriverUnavailable("boardBusy", "The board is busy."));
    await assert.rejects(charger.start(), { name: "DriverUnavailable" });
    await assert.rejects(connect(), { name: "LinkLost", code: "noController" });
  });
});
