import assert from "node:assert/strict";
import { eventOf, reportOfStatus, type StatusLike } from "#core/session/from-charger";
import { anEvent, aStatus } from "../../../test/support/link-samples.ts";

const STATUS: StatusLike = {
  charger: "bay",
  at: 5,
  state: "C",
  phase: "charging",
  offeredCurrentA: 16,
  limitedBy: "sun",
  currentA: 15.5,
  powerW: 3720,
  energyWh: 12_345,
  temperatureC: 41,
  faults: [{ name: "OverTemperature", mrec: "MREC1", since: 3 }],
  session: { id: "run-1", energyWh: 345 },
};
const SESSION = STATUS.session;

describe("from our own charger", () => {
  for (const [state, phase, session, expected] of [
    ["A", "notConnected", null, "notConnected"],
    ["A", "faulted", null, "notConnected"],
    ["A", "selfTest", SESSION, "unknown"],
    ["A", "faulted", SESSION, "fault"],
    ["B", "waiting", SESSION, "connected"],
    ["B", "paused", SESSION, "connected"],
    ["C", "preparing", SESSION, "connected"],
    ["C", "closing", SESSION, "connected"],
    ["C", "charging", SESSION, "charging"],
    ["D", "charging", SESSION, "charging"],
    ["C", "stopping", SESSION, "charging"],
    ["C", "opening", SESSION, "connected"],
    ["C", "faulted", SESSION, "fault"],
    ["F", "waking", SESSION, "connected"],
    ["F", "faulted", SESSION, "fault"],
    ["E", "faulted", null, "fault"],
    ["unknown", "selfTest", null, "unknown"],
    ["unknown", "charging", SESSION, "unknown"],
  ] as const) {
    it(`state ${state}, ${phase}, ${session === null ? "no session" : "in a session"}: ${expected}`, () => {
      assert.equal(reportOfStatus({ ...STATUS, state, phase, session }).state, expected);
    });
  }

  it("its meter counts over its life; without one its session counts", () => {
    const { energyWh, counterOf, session } = reportOfStatus(STATUS);
    assert.deepEqual([energyWh, counterOf, session], [12_345, "life", "run-1"]);
    const unmetered = reportOfStatus({ ...STATUS, energyWh: null });
    assert.deepEqual([unmetered.energyWh, unmetered.counterOf], [345, "session"]);
    assert.equal(reportOfStatus({ ...STATUS, energyWh: null, session: null }).energyWh, null);
  });

  it("an event keeps what it went from and to as evidence", () => {
    const event = eventOf({
      id: "e1",
      charger: "bay",
      at: 7,
      type: "stateChanged",
      from: "B",
      to: "C",
      session: null,
      evidence: { highV: 6 },
    });
    assert.deepEqual(event, {
      id: "e1",
      charger: "bay",
      session: null,
      at: 7,
      type: "stateChanged",
      reason: null,
      fault: null,
      evidence: { highV: 6, from: "B", to: "C" },
    });
  });

  it("the messages of the link are what it reads", () => {
    assert.deepEqual([reportOfStatus(aStatus()).state, reportOfStatus(aStatus()).charger], ["notConnected", "bay"]);
    assert.equal(eventOf(anEvent("e7")).id, "e7");
  });
});
