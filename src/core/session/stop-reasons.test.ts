import assert from "node:assert/strict";
import type { ChargerReport } from "#core/session/observation";
import { type Ending, endReasonOf, stopShownBy, stopToldBy } from "#core/session/stop-reasons";
import { WallTime } from "#core/units/units";
import { reportWith } from "../../../test/support/ledger-rig.ts";

const CALM: Ending = { whileCharging: false, stopped: null, stoppedForMs: null, carSocPercent: null, unseen: null };
const stopped = (reason: string, isFault = false) => ({ reason, isFault });

describe("end of a session", () => {
  for (const [what, ending, expected] of [
    ["unplugged while charging", { whileCharging: true }, "unpluggedWhileCharging"],
    ["the latch button first, the plug 3 s later", { stopped: stopped("carStopped"), stoppedForMs: 3000 }, "unpluggedWhileCharging"],
    ["the charger's own word for it", { stopped: stopped("unplugged"), stoppedForMs: 0 }, "unpluggedWhileCharging"],
    ["the car stopped an hour before", { stopped: stopped("carStopped"), stoppedForMs: 3_600_000 }, "carStopped"],
    ["the car stopped at its own limit", { stopped: stopped("carStopped"), stoppedForMs: 3_600_000, carSocPercent: 80 }, "carStopped"],
    ["the car stopped with a full battery", { stopped: stopped("carStopped"), stoppedForMs: 3_600_000, carSocPercent: 100 }, "carFull"],
    ["the car said that it is full", { stopped: stopped("carFull"), stoppedForMs: 3_600_000 }, "carFull"],
    ["a car that never asked", { stopped: stopped("carStopped") }, "carStopped"],
    ["paused by a person", { stopped: stopped("paused"), stoppedForMs: 9000 }, "authorisedStop"],
    ["not authorised any more", { stopped: stopped("deauthorised"), stoppedForMs: 9000 }, "authorisedStop"],
    ["the charger was shut down, which nobody wished for this car", { stopped: stopped("shutdown"), stoppedForMs: 9000 }, "unknown"],
    ["no sun left", { stopped: stopped("sun"), stoppedForMs: 9000 }, "limit"],
    ["nobody renewed the limit", { stopped: stopped("lease"), stoppedForMs: 9000 }, "limit"],
    ["a fault", { stopped: stopped("GroundFault", true), stoppedForMs: 9000 }, "fault"],
    ["power came back and the car was gone", { whileCharging: true, unseen: "powerLoss" }, "powerLoss"],
    [
      "power came back and the car was gone, but it had stopped before",
      { stopped: stopped("carStopped"), unseen: "powerLoss", stoppedForMs: 9000 },
      "carStopped",
    ],
    ["the line was silent and the car gone", { whileCharging: true, unseen: "silence" }, "unknown"],
    ["stopped, nobody knows why", { stopped: stopped("unknown"), stoppedForMs: 9000 }, "unknown"],
    ["nothing was ever seen", {}, "unknown"],
  ] as const) {
    it(`${what}: ${expected}`, () => assert.equal(endReasonOf({ ...CALM, ...ending }), expected));
  }

  for (const [what, said, expected] of [
    ["a car that does not take what is offered", { offeredA: 16 }, stopped("carStopped")],
    ["nothing is offered, and the charger says why", { offeredA: 0, limitedBy: "sun" }, stopped("sun")],
    ["nothing is offered", { offeredA: 0 }, stopped("limit")],
    ["a charger that does not tell what it offers", {}, stopped("unknown")],
    ["a fault", { state: "fault", faults: [{ name: "DiodeFault", mrec: null, since: WallTime(0) }] }, stopped("DiodeFault", true)],
    ["a fault without a name", { state: "fault" }, stopped("fault", true)],
  ] as const satisfies readonly (readonly [string, Partial<ChargerReport>, object])[]) {
    it(`a report of ${what} shows ${expected.reason}`, () =>
      assert.deepEqual(stopShownBy(reportWith({ state: "connected", ...said })), expected));
  }

  it("an event's fault goes before its reason, and trouble is known by its words", () => {
    assert.deepEqual(stopToldBy("fault", "GroundFault"), stopped("GroundFault", true));
    assert.deepEqual(stopToldBy("pilotUnseen", null), stopped("pilotUnseen", true));
    assert.deepEqual(stopToldBy("sun", null), stopped("sun"));
    assert.equal(stopToldBy(null, null), null);
  });
});
