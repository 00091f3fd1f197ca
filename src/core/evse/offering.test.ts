import assert from "node:assert/strict";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

/** Opened because the diode went missing; the offer stands for up to a second, since only PWM shows a diode. @see DI-02 */
function awaitingDiode(): Rig {
  const rig = Rig.charging();
  rig.set({ diode: "shorted" }).msUntilOpen();
  assert.deepEqual([rig.pilot, rig.faults], ["pwm", ["DiodeFault"]]);
  return rig;
}

describe("offering: while a diode is missing", () => {
  it("ends with the car [CP-09] [ST-03]", () => {
    const rig = awaitingDiode();
    rig.line("A").advanceUntil(() => rig.view.vehicle === "A", 40);
    assert.equal(rig.pilot, "steadyHigh");
  });

  it("says no more than a limit in force [I2]", () => {
    const rig = awaitingDiode();
    rig.limit(6);
    assert.equal(rig.offeredA, 6);
  });

  for (const [what, end] of [
    ["a pause", (rig: Rig) => rig.apply({ type: "pause", by: "user" })],
    ["a withdrawn authorisation", (rig: Rig) => rig.apply({ type: "deauthorise", reason: "user" })],
    ["a limit below 6 A", (rig: Rig) => rig.limit(5)],
    ["a limit that ran out", (rig: Rig) => rig.with(() => rig.limit(16, 1)).advance(LOOP)],
  ] as const) {
    it(`ends with ${what} [ST-10] [WD-02]`, () => {
      const rig = awaitingDiode();
      end(rig);
      assert.equal(rig.pilot, "steadyHigh");
    });
  }
});
