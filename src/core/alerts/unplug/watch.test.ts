/** What is made of messages: of foreign chargers, of clocks that are set, of faults that come and go. */
import assert from "node:assert/strict";
import { Minutes, Seconds } from "#core/units/units";
import { UnplugUnderTest } from "../../../../test/support/unplug-watch.ts";
import type { UnplugConfig } from "./config.ts";

const calm = (config: Partial<UnplugConfig> = {}): UnplugUnderTest =>
  new UnplugUnderTest({ noNewsAfter: null, escalateAfter: [], level: "everything", ...config });

/** Says the same for a while, every ten seconds. */
function keepSaying(alert: UnplugUnderTest, payload: object, ms: number): void {
  for (let passed = 0; passed < ms; passed += 10_000) {
    alert.hear({ ...payload, ...("at" in payload ? { at: alert.wall } : {}) });
    alert.pass(10_000);
  }
}

describe("any charger", () => {
  it("needs no more than a state", () => {
    const alert = calm();
    for (const state of ["A", "B", "C", "A"]) {
      alert.hear({ state });
      alert.pass(60_000);
    }
    assert.deepEqual(alert.types, ["pluggedIn", "unpluggedWhileCharging"]);
  });

  it("may call its states as its protocol does", () => {
    const alert = calm();
    for (const state of ["Available", "Preparing", "Charging", "Available"]) {
      alert.hear({ state });
      alert.pass(60_000);
    }
    assert.deepEqual(alert.types, ["pluggedIn", "unpluggedWhileCharging"]);
  });

  it("that stays in C without power has a car that is done", () => {
    const alert = calm();
    alert.hear({ state: "A" });
    alert.pass(10_000);
    keepSaying(alert, { state: "C", powerW: 3600 }, 60_000);
    keepSaying(alert, { state: "C", powerW: 4 }, 180_000);
    alert.hear({ state: "A", powerW: 0 });
    alert.pass(10_000);
    assert.deepEqual(alert.types, ["pluggedIn", "stoppedDrawing", "unpluggedAfterDone"]);
  });

  it("that offers nothing while its car goes on drawing has interrupted nothing until that stops", () => {
    const alert = calm();
    alert.hear({ state: "A" });
    alert.pass(10_000);
    const charging = { state: "C", phase: "charging", offeredCurrentA: 16, currentA: 16, limitedBy: "sun" };
    keepSaying(alert, charging, 60_000);
    keepSaying(alert, { ...charging, offeredCurrentA: 0 }, 600_000);
    assert.deepEqual(alert.types, ["pluggedIn"]);
    keepSaying(alert, { ...charging, offeredCurrentA: 0, phase: "paused", currentA: 0 }, 60_000);
    assert.deepEqual(alert.types, ["pluggedIn", "interrupted"]);
  });

  it("that tells only power is never said to be unplugged", () => {
    const alert = calm();
    keepSaying(alert, { powerW: 3600 }, 300_000);
    keepSaying(alert, { powerW: 0 }, 300_000);
    assert.deepEqual(alert.types, ["stoppedDrawing"]);
  });

  it("may have a meter that is late: power after the plug is out is no car", () => {
    const alert = calm();
    alert.hear({ state: "A" });
    alert.pass(10_000);
    alert.hear({ state: "C" });
    alert.hear({ powerW: 3600 });
    alert.pass(60_000);
    alert.hear({ state: "A" });
    alert.pass(1_000);
    alert.hear({ powerW: 3600 });
    alert.pass(60_000);
    assert.deepEqual(alert.types, ["pluggedIn", "unpluggedWhileCharging"]);
  });

  it("that says E or F has a fault, and what is unplugged then is no theft", () => {
    const alert = calm();
    alert.hear({ state: "A" });
    alert.pass(10_000);
    alert.hear({ state: "C" });
    alert.pass(60_000);
    alert.hear({ state: "F" });
    alert.pass(30_000);
    alert.hear({ state: "A" });
    alert.pass(10_000);
    assert.deepEqual(alert.types, ["pluggedIn", "fault", "faultCleared", "unpluggedAfterFault"]);
  });

  it("is watched apart from its neighbour", () => {
    const alert = calm();
    for (const charger of ["left", "right"]) alert.hear({ charger, state: "A" });
    alert.pass(10_000);
    for (const charger of ["left", "right"]) alert.hear({ charger, state: "C" });
    alert.pass(60_000);
    alert.hear({ charger: "right", state: "A" });
    alert.pass(10_000);
    const alarms = alert.told.filter(({ severity }) => severity === "alarm");
    assert.deepEqual(
      alarms.map(({ charger }) => charger),
      ["right"],
    );
  });

  it("is one of 64 at most, and remembers only so much", () => {
    const alert = calm();
    for (let name = 0; name < 200; name += 1) alert.hear({ charger: `c${name}`, state: "A" });
    assert.equal(Object.keys(alert.state.watches).length, 64);
    const one = calm();
    for (let round = 0; round < 500; round += 1) {
      for (const state of ["B", "C", "A"]) {
        one.hear({ id: `e${round}${state}`, at: one.wall, type: "stateChanged", to: state, session: `s${round}` });
        one.hear({ at: one.wall + 1, state, session: state === "A" ? null : `s${round}`, faults: [{ name: `F${round}` }] });
        one.pass(3_000);
      }
    }
    const { length } = JSON.stringify(one.state);
    assert.ok(length < 40_000, `${length} characters`);
  });

  it("says nothing when nothing happens, and its state stays the same object", () => {
    const alert = calm({ pluggedBy: 60, quiet: { from: 0, to: 30 } });
    alert.hear({ state: "C" });
    alert.pass(60_000);
    const { state } = alert;
    alert.pass(60_000);
    assert.equal(alert.state, state);
  });

  for (const state of ["A", "B", "C", "E"]) {
    it(`says nothing when the first that is heard of it is ${state}`, () => {
      const alert = calm();
      alert.hear({ state });
      alert.pass(60_000);
      assert.deepEqual(alert.types, []);
    });
  }
});

describe("news that comes late", () => {
  /** A charger with a clock and sessions. */
  const charging = (config: Partial<UnplugConfig> = {}): UnplugUnderTest => {
    const alert = calm({ level: "alarms", ...config });
    alert.hear({ at: alert.wall, state: "A", session: null });
    alert.pass(10_000);
    keepSaying(alert, { at: 0, state: "C", session: "s1" }, 60_000);
    return alert;
  };

  it("is heard all the same after the sender's clock was set back by an hour", () => {
    const alert = charging();
    for (let second = 0; second < 60; second += 10) {
      alert.hear({ at: alert.wall - 3_600_000, state: "C", session: "s1" });
      alert.pass(10_000);
    }
    alert.hear({ at: alert.wall - 3_600_000, state: "A", session: null });
    alert.pass(10_000);
    assert.deepEqual(alert.types, ["unpluggedWhileCharging"]);
  });

  it("does not bring a car back that has gone", () => {
    const alert = charging();
    const old = { at: alert.wall, state: "C", session: "s1" };
    alert.pass(5_000);
    alert.hear({ at: alert.wall, state: "A", session: null });
    alert.pass(1_000);
    alert.hear(old);
    alert.pass(60_000);
    alert.hear({ ...old, at: alert.wall });
    alert.pass(60_000);
    assert.deepEqual(alert.types, ["unpluggedWhileCharging"]);
  });

  it("is not taken for a clock that was set back when old statuses come again, one after the other", () => {
    const alert = calm({ level: "alarms" });
    const old = [0, 10_000].map((later) => ({ at: alert.wall + later, state: "A" }));
    for (const status of old) {
      alert.hear(status);
      alert.pass(10_000);
    }
    keepSaying(alert, { at: 0, state: "C" }, 60_000);
    for (const status of old) alert.hear(status);
    alert.pass(5_000);
    assert.deepEqual(alert.types, []);
  });

  it("tells how long the car had rested by the sender's clock, not by when it was heard", () => {
    const alert = charging();
    const { wall } = alert;
    alert.pass(50_000);
    // A Node-RED that stood still hears it all at once.
    alert.hear({ id: "e1", type: "stateChanged", to: "B", at: wall + 1_000, session: "s1" });
    alert.hear({ id: "e2", type: "stateChanged", to: "A", at: wall + 41_000, session: "s1" });
    alert.pass(10_000);
    assert.deepEqual(alert.types, ["unpluggedSoonAfterStop"]);
    assert.equal(alert.told[0]?.evidence.restedMs, 40_000);
  });

  it("of a stop excuses an unplugging that was heard of first", () => {
    const alert = charging({ level: "everything" });
    const { wall } = alert;
    alert.hear({ id: "e2", type: "stateChanged", to: "A", at: wall + 500, session: "s1" });
    alert.pass(1_000);
    alert.hear({ id: "e1", type: "deauthorised", reason: "app", at: wall, session: "s1" });
    alert.pass(10_000);
    assert.equal(alert.types.at(-1), "unpluggedAfterStop");
  });

  it("is missed after a while, from a charger that used to be regular", () => {
    const alert = charging({ noNewsAfter: Seconds(60), level: "charge" });
    alert.pass(59_000);
    assert.deepEqual(alert.types, ["noNews"]);
    keepSaying(alert, { at: 0, state: "C", session: "s1" }, 30_000);
    assert.deepEqual(alert.types, ["noNews", "newsAgain"]);
  });

  it("is not missed from a charger that speaks on change only", () => {
    const alert = calm({ noNewsAfter: Seconds(60), level: "charge" });
    alert.hear({ state: "A" });
    alert.pass(600_000);
    alert.hear({ state: "C" });
    alert.pass(600_000);
    assert.deepEqual(alert.types, []);
    alert.hear({ state: "A" });
    alert.pass(10_000);
    assert.deepEqual(alert.types, ["unpluggedWhileCharging"]);
  });

  it("of one look after a restart is enough from a charger that speaks on change only, when it says no more", () => {
    const alert = calm({ level: "charge" });
    alert.hear({ state: "A" });
    alert.pass(10_000);
    alert.hear({ state: "C" });
    alert.pass(60_000);
    alert.restart(10_000);
    alert.pass(3_600_000);
    alert.hear({ state: "A" });
    alert.pass(29_000);
    assert.deepEqual(alert.types, []);
    alert.pass(2_000);
    assert.deepEqual(alert.types, ["unpluggedDuringOutage"]);
  });

  it("is waited for when a restart came while the plug was settling", () => {
    const alert = calm({ level: "charge" });
    alert.hear({ state: "A" });
    alert.pass(10_000);
    alert.hear({ state: "C" });
    alert.pass(60_000);
    alert.hear({ state: "A" });
    alert.pass(500);
    alert.restart(600_000);
    alert.pass(600_000);
    assert.deepEqual(alert.types, []);
    alert.hear({ state: "C" });
    alert.pass(60_000);
    assert.deepEqual(alert.types, []);
  });

  it("of another charge after a silence is somebody else's car, and no alarm", () => {
    const alert = charging({ level: "everything" });
    const before = alert.told.length;
    alert.restart(600_000);
    keepSaying(alert, { at: 0, state: "C", session: "s2" }, 30_000);
    assert.deepEqual(
      alert.told.slice(before).map(({ type, evidence }) => [type, evidence.outage]),
      [["pluggedIn", true]],
    );
  });

  it("of less energy than before, where charges have no names, is another charge", () => {
    const alert = calm();
    alert.hear({ state: "A" });
    alert.pass(10_000);
    const metered = (energyWh: number) => ({ state: "C", session: { energyWh } });
    keepSaying(alert, metered(5_000), 30_000);
    alert.restart(600_000);
    keepSaying(alert, metered(5_200), 30_000);
    assert.deepEqual(alert.types, ["pluggedIn"]);
    alert.restart(600_000);
    keepSaying(alert, metered(100), 30_000);
    assert.deepEqual(
      alert.told.map(({ type, evidence }) => [type, evidence.outage ?? false]),
      [
        ["pluggedIn", false],
        ["pluggedIn", true],
      ],
    );
  });
});

describe("faults", () => {
  const charging = (): UnplugUnderTest => {
    const alert = calm({ level: "charge" });
    alert.hear({ state: "A", faults: [] });
    alert.pass(10_000);
    alert.hear({ state: "C", faults: [] });
    alert.pass(60_000);
    return alert;
  };
  const fault = (name: string, severity = "emergency") => ({ state: "C", faults: [{ name, severity }] });

  it("that pulling the plug makes for a moment are told as the theft they come with", () => {
    for (const name of ["PilotFault", "ProximityFault", "DiodeFault"]) {
      const alert = charging();
      alert.hear(fault(name));
      alert.pass(500);
      alert.hear({ state: "A", faults: [{ name, severity: "emergency" }] });
      alert.pass(10_000);
      alert.hear({ state: "A", faults: [] });
      alert.pass(10_000);
      assert.deepEqual(alert.types, ["unpluggedWhileCharging"], name);
    }
  });

  it("that took the power away long before excuse whoever unplugs", () => {
    const alert = charging();
    alert.hear(fault("PilotFault"));
    alert.pass(60_000);
    alert.hear({ state: "A", faults: [] });
    alert.pass(10_000);
    assert.deepEqual(alert.types, ["fault", "faultCleared", "unpluggedAfterFault"]);
  });

  it("of the ground excuse even a moment before, for nobody pulls on purpose what has just tripped", () => {
    const alert = charging();
    alert.hear(fault("GroundFault"));
    alert.pass(500);
    alert.hear({ state: "A", faults: [{ name: "GroundFault", severity: "emergency" }] });
    alert.pass(10_000);
    assert.deepEqual(alert.types.toSorted(), ["fault", "unpluggedAfterFault"]);
  });

  it("that come after the plug was out excuse nobody, though the charger restarted in between", () => {
    const alert = charging();
    alert.hear({ state: "A", faults: [] });
    alert.hear({ type: "booted" });
    alert.hear({ state: "A", faults: [] });
    alert.pass(4_000);
    alert.hear({ ...fault("GroundFault"), state: "A" });
    alert.pass(60_000);
    assert.deepEqual(
      alert.told.filter(({ type }) => type !== "fault").map(({ type, severity }) => [type, severity]),
      [["unpluggedDuringOutage", "alarm"]],
    );
  });

  it("that do not last are not told, and excuse nobody", () => {
    const alert = charging();
    alert.hear(fault("BrownOut"));
    alert.pass(1_000);
    alert.hear({ state: "C", faults: [] });
    alert.pass(1_000);
    alert.hear({ state: "A", faults: [] });
    alert.pass(10_000);
    assert.deepEqual(alert.types, ["unpluggedWhileCharging"]);
  });

  it("that come and go are told once in a quarter of an hour", () => {
    const alert = charging();
    for (let minute = 0; minute < 20; minute += 1) {
      alert.hear(fault("MeterSilent", "error"));
      alert.pass(30_000);
      alert.hear({ state: "C", faults: [] });
      alert.pass(30_000);
    }
    assert.deepEqual(
      alert.types.filter((type) => type === "fault"),
      ["fault", "fault"],
    );
  });

  it("that take no power away are warnings, and no excuse", () => {
    const alert = charging();
    alert.hear(fault("TemperatureSensorFault", "warning"));
    alert.pass(60_000);
    alert.hear({ state: "A", faults: [] });
    alert.pass(10_000);
    assert.deepEqual(
      alert.told.map(({ type, severity }) => [type, severity]),
      [
        ["fault", "warning"],
        ["faultCleared", "info"],
        ["unpluggedWhileCharging", "alarm"],
      ],
    );
  });

  it("that were there before anybody looked are no news", () => {
    const alert = calm({ level: "charge", noNewsAfter: Minutes(2) });
    alert.hear({ state: "B", faults: [{ name: "DiodeFault", severity: "emergency" }] });
    alert.pass(60_000);
    assert.deepEqual(alert.types, []);
  });
});
