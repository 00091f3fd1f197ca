import assert from "node:assert/strict";
import { StoreCorrupt } from "#core/errors";
import type { EventMessage } from "#link/messages";
import type { FakeBoard } from "../../test/support/fake-board.ts";
import type { FakeSafetyStore } from "../../test/support/fake-safety-store.ts";
import { SafetyLoopRig } from "../../test/support/safety-loop-rig.ts";
import { LOOP_PERIOD, type SafetyLoop } from "./safety-loop.ts";

describe("safety loop that fails", () => {
  let rig: SafetyLoopRig;
  let board: FakeBoard;
  let store: FakeSafetyStore;
  let events: EventMessage[];
  let loop: SafetyLoop;

  const run = (ms: number): void => rig.run(loop, ms);

  beforeEach(() => {
    rig = new SafetyLoopRig();
    ({ board, store, events } = rig);
    loop = rig.makeLoop();
  });

  for (const call of ["read", "write", "pulse", "burst"] as const) {
    it(`opens for good when ${call} throws: safe outputs, no pulse, a latched fault that survives [I5]`, () => {
      loop.start();
      run(1_000);
      board.broken.add(call);
      run(LOOP_PERIOD);
      board.broken.clear();
      const pulses = board.count("pulse");
      run(1_000);
      assert.equal(board.count("pulse"), pulses);
      assert.equal(board.calls.at(-1), "makeSafe");
      assert.equal(board.outputs, null);
      const status = loop.status();
      assert.deepEqual([status.phase, status.coil, status.state, status.offeredCurrentA], ["faulted", false, "unknown", 0]);
      assert.deepEqual(
        status.faults.map(({ name, latched }) => [name, latched]),
        [["InternalFault", "untilReset"]],
      );
      const told = events.filter(({ fault }) => fault === "InternalFault");
      assert.equal(told.length, 1);
      assert.match(String(told[0]?.reason), new RegExp(`${call} is broken`));
      assert.deepEqual(
        store.saved?.latched.map(({ fault }) => fault),
        ["InternalFault"],
      );
    });
  }

  it("takes no command but reset when it has failed, and begins afresh with its self-test on reset [I5]", () => {
    loop.start();
    run(5_000);
    loop.emergencyOpen("a test says so");
    const refused = loop.command({ command: "limit", limitA: 16 });
    assert.equal(refused.ok || refused.code, "internalFault");
    assert.equal(loop.isAtRest, true);
    assert.deepEqual(loop.command({ command: "reset" }), { ok: true });
    assert.deepEqual(store.saved?.latched, []);
    assert.equal(loop.status().phase, "selfTest");
    run(5_000);
    assert.equal(loop.status().phase, "notConnected");
    assert.deepEqual(loop.status().faults, []);
  });

  it("keeps and tells what was latched in the very loop that failed [I5] [I6] [PW-04]", () => {
    loop.start();
    run(5_000);
    board.inputs = { ...board.inputs, emergencyStop: true };
    board.broken.add("write");
    run(LOOP_PERIOD);
    assert.deepEqual(
      store.saved?.latched.map(({ fault }) => fault),
      ["EmergencyStop", "InternalFault"],
    );
    assert.deepEqual(
      events.filter(({ type }) => type === "fault").map(({ fault }) => fault),
      ["EmergencyStop", "InternalFault"],
    );
  });

  it("says so when it fails again at once after a reset [I5]", () => {
    loop.start();
    run(1_000);
    board.broken.add("write");
    run(LOOP_PERIOD);
    const refused = loop.command({ command: "reset" });
    assert.equal(refused.ok || refused.code, "internalFault");
    assert.equal(board.outputs, null);
    board.broken.clear();
    assert.deepEqual(loop.command({ command: "reset" }), { ok: true });
    run(5_000);
    assert.equal(loop.status().phase, "notConnected");
  });

  it("does not close again after a restart until a person has reset its failure [I3] [I5]", () => {
    loop.start();
    run(1_000);
    loop.emergencyOpen("a test says so");
    loop = rig.makeLoop();
    loop.start();
    run(5_000);
    assert.deepEqual(
      loop.status().faults.map(({ name }) => name),
      ["InternalFault"],
    );
    assert.equal(loop.command({ command: "reset" }).ok, true);
    run(5_000);
    assert.deepEqual(loop.status().faults, []);
  });

  it("starts with a latched fault when the state is damaged, because what was latched is not known any more [PW-04]", () => {
    store.loadError = new StoreCorrupt("stateCorrupt", "The checksum does not fit.");
    loop.start();
    run(5_000);
    const [fault] = loop.status().faults;
    assert.deepEqual([fault?.name, fault?.latched], ["InternalFault", "untilReset"]);
    assert.match(String(events.find((event) => event.fault === "InternalFault")?.reason), /checksum/);
    assert.deepEqual(
      store.saved?.latched.map(({ fault: name }) => name),
      ["InternalFault"],
    );
  });
});
