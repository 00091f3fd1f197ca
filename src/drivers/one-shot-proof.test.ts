import assert from "node:assert/strict";
import { proveOneShot } from "./one-shot-proof.ts";

describe("proof of the one-shot", () => {
  /** A gate that shows one level after the one-shot was fed, and one after it was starved. */
  function tried(fed: 0 | 1, starved: 0 | 1, active: "high" | "low" = "high"): { readonly verdict: Promise<boolean>; pulses: number } {
    const levels = [fed, starved];
    const trial = { pulses: 0, verdict: Promise.resolve(false) };
    trial.verdict = proveOneShot({
      gate: { gpio: 16, active, pull: "none" },
      pulse: () => {
        trial.pulses += 1;
      },
      level: async () => levels.shift() ?? assert.fail("looked a third time"),
    });
    return trial;
  }

  it("is given by a gate that lets go while it is fed and blocks when it is starved, whatever level means that [WD-01] [H1]", async () => {
    const trial = tried(0, 1);
    assert.equal(await trial.verdict, true);
    assert.ok(trial.pulses >= 5);
    assert.equal(await tried(1, 0, "low").verdict, true);
  });

  it("is not given, and is not claimed, where something else blocks the gate [WD-01]", async () => {
    assert.equal(await tried(1, 1).verdict, false);
  });

  it("refuses a one-shot that does not drop [WD-01] [F-30]", async () => {
    await assert.rejects(tried(0, 0).verdict, { name: "DriverUnavailable", code: "oneShotStuck", message: /does not drop/ });
  });
});
