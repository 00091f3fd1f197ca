import assert from "node:assert/strict";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

const MINUTE = 60_000;

/** Charging for long enough that a trip is not taken for one at closing. */
const charging = (config: ConstructorParameters<typeof Rig>[0] = {}): Rig => Rig.charging(config).advance(20_000);

/** Trips, and lets the 15 minutes pass until it charges again. */
function tripAndRecover(rig: Rig): number {
  rig.trip();
  rig.msUntilOpen();
  const opened = rig.at;
  rig.advanceUntil(() => rig.coil, 20 * MINUTE).advance(20_000);
  return (rig.coilMarks.at(-1)?.at ?? Number.NaN) - opened;
}

describe("ground fault", () => {
  it("comes back after 15 minutes, four times, is locked out at the fifth, over restarts in between [F-18] [GF-06] [GF-08]", () => {
    const rig = charging();
    for (let trip = 1; trip <= 4; trip += 1) {
      rig.trip();
      rig.msUntilOpen();
      rig
        .advance(5 * MINUTE)
        .restart()
        .limit(32);
      const booted = rig.at;
      assert.deepEqual([rig.faults, rig.view.gfciResets], [["GroundFault"], trip - 1]);
      rig.advanceUntil(() => rig.coil, 17 * MINUTE);
      assert.ok(rig.at - booted >= 15 * MINUTE, `${rig.at - booted} ms`);
      assert.equal(rig.view.gfciResets, trip);
      rig.advance(20_000);
    }
    rig.trip();
    rig.msUntilOpen();
    rig
      .forget()
      .advance(60 * MINUTE)
      .restart()
      .limit(32);
    rig.advance(60 * MINUTE);
    assert.deepEqual([rig.fault("GroundFault")?.latched, rig.fault("GroundFault")?.retryAt, rig.coilMarks], ["untilReset", null, []]);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.advanceUntil(() => rig.coil, 5 * MINUTE);
    assert.equal(rig.view.gfciResets, 0);
  });

  it("says when it will be tried again, and tries then, not before [GF-06]", () => {
    const rig = charging();
    rig.trip();
    rig.msUntilOpen();
    const retryAt = rig.fault("GroundFault")?.retryAt ?? Number.NaN;
    assert.equal(retryAt, rig.at + 15 * MINUTE);
    rig.advance(15 * MINUTE - LOOP);
    assert.deepEqual(rig.faults, ["GroundFault"]);
    rig.advance(1000);
    assert.deepEqual([rig.faults, rig.heard("reset").map(({ reason }) => reason)], [[], ["automatic"]]);
  });

  it("is forgotten when the car leaves [GF-08]", () => {
    const rig = charging();
    const again = tripAndRecover(rig);
    assert.ok(again >= 15 * MINUTE);
    assert.equal(rig.view.gfciResets, 1);
    rig.line("A").advance(1000);
    assert.deepEqual([rig.view.gfciResets, rig.persisted?.gfciResets], [0, 0]);
  });

  it("is not forgotten when the plug only bounces [GF-06] [GF-08]", () => {
    const rig = charging();
    tripAndRecover(rig);
    rig.trip();
    rig.msUntilOpen();
    for (let bounce = 0; bounce < 20; bounce += 1) rig.line("A").advance(400).line("C").advance(2000);
    rig.forget().advance(13 * MINUTE);
    assert.deepEqual([rig.faults, rig.coilMarks, rig.view.gfciResets], [["GroundFault"], [], 1]);
  });

  it("a person may reset it sooner [GF-06]", () => {
    const rig = charging();
    rig.trip();
    rig.msUntilOpen();
    rig.advance(2 * MINUTE);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.advanceUntil(() => rig.coil, 10_000);
  });

  it("is locked out until a reset when it comes within 10 s of closing [GF-07] [F-19]", () => {
    const rig = Rig.offering();
    rig
      .line("C")
      .advanceUntil(() => rig.coil)
      .advance(5000)
      .trip();
    assert.ok(rig.msUntilOpen() <= 50);
    assert.equal(rig.fault("GroundFault")?.latched, "untilReset");
    rig.line("A").advance(60 * MINUTE);
    assert.deepEqual(rig.faults, ["GroundFault"]);
  });

  it("is locked out until a reset where resetting by itself is not allowed [GF-09]", () => {
    const rig = charging({ autoReset: false });
    rig.trip();
    rig.msUntilOpen();
    rig.advance(60 * MINUTE);
    assert.equal(rig.fault("GroundFault")?.latched, "untilReset");
  });

  it("waits its 15 minutes when it came while the controller was dead and a session was open [GF-06] [GF-08] [F-30]", () => {
    const rig = Rig.charging();
    rig.trip().restart(300).limit(32);
    rig.advance(5000);
    assert.equal(rig.fault("GroundFault")?.latched, "no");
    rig.advance(14 * 60_000).limit(32);
    assert.deepEqual([rig.coil, rig.faults], [false, ["GroundFault"]]);
    rig.advanceUntil(() => rig.coil, 2 * 60_000);
    assert.equal(rig.view.gfciResets, 1);
  });

  it("is locked out when the latch cannot be reset [GF-06]", () => {
    const rig = charging();
    rig.trip();
    rig.msUntilOpen();
    rig.set({ gfci: "stuckHigh" }).advance(16 * MINUTE);
    assert.equal(rig.fault("GroundFault")?.latched, "untilReset");
  });

  it("is never reset a fifth time, though the count was used up by earth while it waited [GF-06] [GF-08] [GM-02]", () => {
    const rig = charging();
    for (let trip = 1; trip <= 3; trip += 1) tripAndRecover(rig);
    rig.trip();
    rig.msUntilOpen();
    rig
      .inputs({ groundPresent: false })
      .advance(1000)
      .inputs({ groundPresent: true })
      .advance(2 * MINUTE);
    assert.deepEqual([rig.faults, rig.view.gfciResets], [["GroundFault"], 4]);
    rig.forget().advance(20 * MINUTE);
    assert.deepEqual([rig.view.gfciResets, rig.fault("GroundFault")?.latched, rig.coilMarks], [4, "untilReset", []]);
    assert.deepEqual([rig.heard("reset"), rig.heard("fault").length], [[], 1], "it is told that a person has to come");
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.advanceUntil(() => rig.coil, 2 * MINUTE);
  });

  it("waits for a person when the controller ended in the middle of the fourth reset [GF-06] [GF-08] [PW-04]", () => {
    const rig = charging();
    for (let trip = 1; trip <= 3; trip += 1) tripAndRecover(rig);
    rig.trip();
    rig.msUntilOpen();
    rig.advanceUntil(() => rig.state.outputs.gfciReset, 16 * MINUTE);
    rig.restart().limit(32);
    rig.forget().advance(60 * MINUTE);
    assert.deepEqual([rig.view.gfciResets, rig.fault("GroundFault")?.latched, rig.coilMarks], [4, "untilReset", []]);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.advanceUntil(() => rig.coil, 2 * MINUTE);
  });

  it("is no longer reset by itself when the settings forbid that after a restart [GF-09] [PW-04]", () => {
    const before = charging();
    before.trip();
    before.msUntilOpen();
    assert.deepEqual(
      before.persisted?.latched.map(({ latched }) => latched),
      ["no"],
    );
    const rig = new Rig({ autoReset: false }, before.persisted);
    rig.limit(32);
    rig.line("C").advance(60 * MINUTE);
    assert.deepEqual([rig.fault("GroundFault")?.latched, rig.fault("GroundFault")?.retryAt, rig.coilMarks], ["untilReset", null, []]);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.advanceUntil(() => rig.coil, 2 * MINUTE);
  });

  it("is one, and is told, where the contactor is welded: a load side that is live can leak with the coil off [GF-01] [GF-06] [F-02]", () => {
    const rig = Rig.ready();
    rig.set({ welded: [0, 1] }).advance(1000);
    rig.forget().trip().advance(1000);
    assert.deepEqual([rig.faults, rig.heard("selfTestPassed")], [["ContactorWelded", "GroundFault"], []]);
    assert.equal(rig.state.outputs.gfciReset, false, "the latch is left alone");
    rig.set({ welded: [] }).advance(1000);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.advance(10_000);
    assert.deepEqual(rig.faults, []);
  });

  it("earth that fails again and again is tried four times in a plug-in [GM-02] [F-21]", () => {
    const rig = charging();
    for (let time = 1; time <= 5; time += 1) {
      rig.inputs({ groundPresent: false });
      rig.msUntilOpen();
      assert.equal(rig.fault("ProtectiveEarthLost")?.latched, time <= 4 ? "no" : "untilUnplugged");
      rig.advance(5000).inputs({ groundPresent: true });
      const back = rig.at;
      if (time <= 4) {
        rig.advanceUntil(() => rig.coil, 2 * MINUTE);
        assert.ok(rig.at - back >= MINUTE);
        rig.advance(15_000);
      }
    }
    rig.forget().advance(60 * MINUTE);
    assert.deepEqual(rig.coilMarks, []);
    rig.line("A").advance(1000);
    assert.deepEqual([rig.faults, rig.view.gfciResets], [[], 0]);
  });

  it("no earth, no closing [GM-01] [F-21]", () => {
    const rig = Rig.ready();
    rig.inputs({ groundPresent: false }).line("C").advance(60_000);
    assert.deepEqual([rig.coilMarks, rig.faults], [[], ["ProtectiveEarthLost"]]);
  });

  it("without a ground monitor earth is not asked for [GM-01]", () => {
    const rig = Rig.charging({ groundMonitor: "notFitted" });
    rig.inputs({ groundPresent: null }).advance(10_000);
    assert.equal(rig.coil, true);
  });
});

describe("ground-fault self-test in the machine", () => {
  for (const gfci of ["stuckHigh", "stuckLow", "doesNotClear", "silent"] as const) {
    it(`keeps open and latches for an interrupter that ${gfci === "silent" ? "is silent" : gfci} [F-16] [GF-04] [GF-05]`, () => {
      const rig = Rig.offering();
      rig.set({ gfci }).line("C");
      rig.advanceUntil(() => rig.faults.includes("GfciSelfTestFailed"), 2600).advance(60_000);
      assert.deepEqual([rig.coilMarks, rig.fault("GfciSelfTestFailed")?.latched, rig.view.selfTest], [[], "untilReset", "failed"]);
      assert.equal(rig.heard("selfTestFailed").length, 1);
      rig.set({ gfci: "works" }).advance(60_000);
      assert.deepEqual(rig.coilMarks, [], "no reset, no closing");
      assert.equal(rig.apply({ type: "reset", by: "user" }), null);
      rig.advanceUntil(() => rig.coil, 20_000);
    });
  }

  it("keeps open for a latch that does not block the coil [F-17] [GF-04]", () => {
    const rig = Rig.offering();
    rig.set({ inhibit: "broken" }).line("C").advance(60_000);
    assert.deepEqual([rig.coilMarks, rig.heard("selfTestFailed")[0]?.reason], [[], "doesNotBlockCoil"]);
  });

  it("takes a trip at rest for the interrupter's own, and tests it there and then [F-16] [GF-05]", () => {
    const rig = Rig.ready();
    rig.forget().trip().advance(1000);
    assert.deepEqual([rig.faults, rig.heard("selfTestPassed").length], [[], 1]);
    rig.set({ gfci: "stuckHigh" }).advance(1000);
    assert.deepEqual([rig.faults, rig.heard("selfTestFailed").length], [["GfciSelfTestFailed"], 1]);
  });

  it("is run anew for every closing [GF-04]", () => {
    const rig = Rig.offering();
    rig.forget();
    for (let closing = 1; closing <= 3; closing += 1) {
      rig.line("C").advanceUntil(() => rig.coil, 20_000);
      assert.equal(rig.heard("selfTestPassed").length, closing);
      rig.advance(500).line("B").advance(1000);
    }
  });

  it("is begun again after the process stood still in the middle of it, instead of failing [F-31]", () => {
    const rig = Rig.offering();
    rig.line("C").advanceUntil(() => rig.state.outputs.gfciTest, 1000);
    rig.stall(3000).advance(4000);
    assert.deepEqual([rig.faults, rig.coil], [[], true]);
  });

  it("can be asked for at rest, not while closed or running or with a trip waiting [GF-04]", () => {
    const rig = Rig.ready();
    rig.forget();
    assert.equal(rig.apply({ type: "selfTest", by: "user" }), null);
    assert.equal(rig.view.selfTest, "running");
    assert.equal(rig.apply({ type: "selfTest", by: "user" })?.code, "busy");
    rig.advance(1000);
    assert.deepEqual([rig.view.selfTest, rig.heard("selfTestPassed").length], ["passed", 1]);
    const closed = charging();
    assert.equal(closed.apply({ type: "selfTest", by: "user" })?.code, "busy");
    closed.trip();
    closed.msUntilOpen();
    closed.advance(1000);
    assert.equal(closed.apply({ type: "selfTest", by: "user" })?.code, "notAllowed");
  });
});
