import assert from "node:assert/strict";
import { StoreUnavailable } from "#core/errors";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { Millis, Seconds, Volts } from "#core/units/units";
import type { EventMessage } from "#link/messages";
import type { FakeBoard } from "../../test/support/fake-board.ts";
import type { FakeSafetyStore } from "../../test/support/fake-safety-store.ts";
import type { ManualClock } from "../../test/support/manual-clock.ts";
import { SafetyLoopRig } from "../../test/support/safety-loop-rig.ts";
import { LOOP_PERIOD, type SafetyLoop, type SafetyLoopOptions } from "./safety-loop.ts";

describe("safety loop", () => {
  let rig: SafetyLoopRig;
  let clock: ManualClock;
  let board: FakeBoard;
  let store: FakeSafetyStore;
  let events: EventMessage[];
  let loop: SafetyLoop;

  function begin(options: Partial<SafetyLoopOptions> = {}): void {
    rig = new SafetyLoopRig();
    ({ clock, board, store, events } = rig);
    loop = rig.makeLoop(options);
  }

  const run = (ms: number): void => rig.run(loop, ms);

  /** A car comes, asks and is served. */
  function charge(): void {
    run(4_000);
    loop.command({ command: "limit", limitA: 32, validForMs: 3_600_000 });
    board.pilotHighV = Volts(9);
    run(1_000);
    board.pilotHighV = Volts(6);
    for (let loops = 0; loops < 500 && loop.status().phase !== "charging"; loops += 1) {
      const closed = board.outputs?.coil === true;
      board.inputs = { ...board.inputs, loadSide: [closed, closed] };
      run(LOOP_PERIOD);
    }
    assert.equal(loop.status().phase, "charging");
  }

  const typesOf = (): string[] => events.map(({ type }) => type);

  beforeEach(() => begin());

  it("boots with the outputs safe before the first loop", () => {
    loop.start();
    assert.equal(board.outputs?.coil, false);
    assert.deepEqual(board.calls, ["write"]);
    assert.equal(loop.status().coil, false);
  });

  it("reads, drives, pulses, then samples: in this order in every loop [WD-01]", () => {
    loop.start();
    board.calls.length = 0;
    run(10 * LOOP_PERIOD);
    for (let n = 0; n < 10; n += 1) assert.deepEqual(board.calls.slice(4 * n, 4 * n + 4), ["read", "write", "pulse", "burst"]);
  });

  it("comes out of its self-test in state A, offering nothing to nobody", () => {
    loop.start();
    run(5_000);
    const status = loop.status();
    assert.deepEqual([status.state, status.phase, status.relay, status.offeredCurrentA], ["A", "notConnected", "open", 0]);
    assert.ok(typesOf().includes("booted"));
  });

  it("stamps what happens with both clocks and an id of its own [I6]", () => {
    loop.start();
    run(5_000);
    assert.ok(events.length > 0);
    for (const { at, monotonicMs } of events) assert.equal(at, clock.wallStartMs + monotonicMs);
    assert.equal(new Set(events.map(({ id }) => id)).size, events.length);
  });

  it("tells what happened only after the outputs were driven", () => {
    const order: string[] = [];
    loop = rig.makeLoop({ onEvent: ({ type }) => order.push(`${type} after ${board.calls.at(-1)}`) });
    loop.start();
    run(5_000);
    assert.ok(order.length > 1);
    assert.deepEqual(
      order.filter((line) => !/after (write|burst)$/.test(line)),
      [],
    );
  });

  it("starts a burst when the last one has come, each with another spacing [VW-18]", () => {
    loop.start();
    run(20 * LOOP_PERIOD);
    assert.equal(board.plans.length, 21);
    for (const [index, plan] of board.plans.slice(1).entries()) assert.notEqual(plan.spacingUs, board.plans[index]?.spacingUs);
  });

  it("does not break off a burst that runs, and gives up one that never ends after three loops", () => {
    loop.start();
    run(20 * LOOP_PERIOD);
    board.finishesBursts = false;
    const before = board.plans.length;
    run(12 * LOOP_PERIOD);
    assert.equal(board.plans.length - before, 4);
  });

  it("does not pulse in a loop that came more than 60 ms late, and says how late it was [WD-01] [F-31]", () => {
    loop.start();
    run(1_000);
    const pulses = board.count("pulse");
    clock.ms = loop.dueAt + 61;
    loop.cycle();
    assert.equal(board.count("pulse"), pulses);
    assert.equal(loop.status().loopLatenessMs, 61);
    run(LOOP_PERIOD);
    assert.equal(board.count("pulse"), pulses + 1);
  });

  it("pulses on through a loop that came 30 ms late [WD-01]", () => {
    loop.start();
    run(1_000);
    const pulses = board.count("pulse");
    clock.ms = loop.dueAt + 30;
    loop.cycle();
    assert.equal(board.count("pulse"), pulses + 1);
  });

  it("does not pulse at the end of a loop that was itself stopped on its way, and opens in the next [WD-01] [F-31]", () => {
    loop.start();
    charge();
    const pulses = board.count("pulse");
    const read = board.read.bind(board);
    board.read = () => {
      clock.ms += 100;
      return read();
    };
    clock.ms = loop.dueAt;
    loop.cycle();
    board.read = read;
    assert.equal(board.count("pulse"), pulses);
    loop.cycle();
    assert.equal(board.outputs?.coil, false);
    assert.ok(events.some(({ fault }) => fault === "ControllerLate"));
  });

  it("starves the one-shot while something else than the machine may hold the contactor, and no longer than that helps [WD-01] [RL-01]", () => {
    loop.start();
    run(4_000);
    board.inputs = { ...board.inputs, loadSide: [true, true] };
    run(100);
    const pulses = board.count("pulse");
    run(500);
    assert.equal(board.count("pulse"), pulses);
    run(1_000);
    assert.ok(board.count("pulse") > pulses, "welded contacts do not open by it");
    board.inputs = { ...board.inputs, loadSide: [false, false] };
    run(1_000);
    board.inputs = { ...board.inputs, loadSide: [true, true] };
    run(100);
    board.inputs = { ...board.inputs, loadSide: [false, false] };
    const later = board.count("pulse");
    run(60_000);
    assert.equal(board.count("pulse"), later);
    assert.deepEqual(loop.command({ command: "reset" }), { ok: true });
    run(100);
    assert.ok(board.count("pulse") > later);
  });

  it("looks before it judges when a command comes before a loop that is 48 ms late, which is news and no opening [F-31] [F-33]", () => {
    loop.start();
    charge();
    clock.ms = loop.dueAt + 48;
    assert.ok(loop.command({ command: "limit", limitA: 20, validForMs: 60_000 }).ok);
    loop.cycle();
    run(1_000);
    assert.deepEqual([board.outputs?.coil, loop.status().phase, loop.status().faults], [true, "charging", []]);
    assert.ok(typesOf().includes("late"));
  });

  it("opens when a command comes before a loop that is more than 60 ms late [F-31]", () => {
    loop.start();
    charge();
    clock.ms = loop.dueAt + 61;
    const pulses = board.count("pulse");
    loop.command({ command: "limit", limitA: 20, validForMs: 60_000 });
    assert.deepEqual([board.outputs?.coil, board.count("pulse")], [false, pulses]);
    assert.ok(events.some(({ fault }) => fault === "ControllerLate"));
  });

  it("is not at rest while the ground-fault interrupter is being tested, whose latch would outlive it [GF-04] [GF-06]", () => {
    loop.start();
    for (let loops = 0; loops < 100 && board.outputs?.gfciTest !== true; loops += 1) run(LOOP_PERIOD);
    assert.deepEqual([board.outputs?.gfciTest, loop.isAtRest], [true, false]);
    loop.command({ command: "shutdown" });
    run(1_000);
    assert.equal(loop.isAtRest, true);
  });

  it("charges on while a flow lowers the limit in every loop [F-33] [F-39]", () => {
    loop.start();
    charge();
    for (let limitA = 30; limitA > 7; limitA -= 0.1) {
      assert.ok(loop.command({ command: "limit", limitA, validForMs: 60_000 }).ok);
      run(LOOP_PERIOD);
      assert.equal(board.outputs?.coil, true, `${limitA} A`);
    }
    assert.equal(loop.status().phase, "charging");
  });

  it("drives nothing when the state cannot be read at all", () => {
    store.loadError = new StoreUnavailable("stateUnavailable", "Cannot read.");
    assert.throws(() => loop.start(), { name: "StoreUnavailable" });
    assert.deepEqual(board.calls, []);
  });

  it("charges on when the state cannot be saved, and says so [F-43]", () => {
    store.saveError = new StoreUnavailable("stateUnavailable", "The disk is full.");
    loop.start();
    run(1_000);
    loop.emergencyOpen("a test says so");
    assert.ok(events.some(({ type, reason }) => type === "storeFailed" && reason === "The disk is full."));
    assert.equal(loop.command({ command: "reset" }).ok, true);
    run(5_000);
    assert.equal(loop.status().phase, "notConnected");
  });

  it("refuses with the machine's own words", () => {
    loop.start();
    run(5_000);
    const reply = loop.command({ command: "wakeUp" });
    assert.equal(reply.ok, false);
    assert.ok(!reply.ok && reply.code.length > 0 && reply.message.length > 0);
  });

  it("tells evidence in digits that mean something", () => {
    loop.start();
    run(5_000);
    loop.command({ command: "limit", limitA: 50 / 3, validForMs: 3_600_000 });
    const told = events.find(({ type }) => type === "limitChanged");
    const numbers = Object.values(told?.evidence ?? {}).filter((value) => typeof value === "number");
    assert.ok(numbers.length > 0, JSON.stringify(told));
    for (const value of numbers) assert.equal(value, Math.round(value * 1000) / 1000);
  });

  it("draws the start delay in whole seconds below its bound [PW-03]", () => {
    const config = { ...DEFAULT_EVSE_CONFIG, startDelayMax: Seconds(600) };
    for (const [random, seconds] of [
      [0, 0],
      [0.5, 300],
      [0.999_999, 599],
    ] as const) {
      begin({ config, random: () => random });
      loop.start();
      run(10_000);
      loop.command({ command: "limit", limitA: 16, validForMs: 3_600_000 });
      board.pilotHighV = Volts(9);
      run(seconds * 1_000 - 12_000);
      assert.notEqual(loop.status().phase, "waiting", `${random}`);
      run(24_000);
      assert.equal(loop.status().phase, "waiting", `${random}`);
    }
  });

  it("is at rest before anything is connected, and stays so when told to shut down", () => {
    loop.start();
    run(5_000);
    assert.equal(loop.isAtRest, true);
    assert.equal(loop.command({ command: "shutdown" }).ok, true);
    run(1_000);
    assert.equal(loop.isAtRest, true);
    assert.equal(board.outputs?.coil, false);
  });

  it("needs no time of its own: nothing happens between two loops", () => {
    loop.start();
    run(1_000);
    const calls = board.calls.length;
    clock.advance(Millis(5));
    loop.status();
    loop.command({ command: "pause" });
    assert.equal(board.calls.length, calls);
  });
});
