import assert from "node:assert/strict";
import { PRESETS } from "./presets.ts";
import { objectionsWithoutDaemon } from "./without-daemon.ts";

describe("a board without a daemon", () => {
  it("is one whose one-shot is pulsed and shows that it blocks [WD-01]", () => {
    assert.deepEqual(objectionsWithoutDaemon(PRESETS.buildGuide), []);
    const [objection = "", ...more] = objectionsWithoutDaemon({ ...PRESETS.buildGuide, coilInhibited: null });
    assert.match(objection, /^coilInhibited: expected .*nothing but the one-shot in hardware opens/);
    assert.deepEqual(more, []);
  });

  it("is none whose watchdog wants a heartbeat, with the reason and the way out", () =>
    assert.match(objectionsWithoutDaemon(PRESETS.evseHat)[0] ?? "", /^liveness: .*would stop the pilot's PWM\); use the driver pigpiod$/));
});
