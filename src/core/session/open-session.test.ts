import assert from "node:assert/strict";
import {
  continuedSession,
  openSession,
  persistedSession,
  withAuthorisation,
  withCharging,
  withCounterSeen,
  withEnergy,
} from "#core/session/open-session";
import { Instant, Millis, WallTime, WattHours } from "#core/units/units";

const T0 = Instant(1000);
const fresh = openSession("run-1", true, WallTime(5), T0);

describe("open session", () => {
  it("begins with nothing charged", () => {
    assert.deepEqual(persistedSession(fresh, null), {
      id: "run-1",
      startedWall: 5,
      energyWh: 0,
      chargingMs: 0,
      meterWh: null,
      authorised: true,
    });
  });

  it("only ever gains energy [MT-02]", () => {
    const charged = withEnergy(fresh, WattHours(12));
    assert.equal(charged.energy, 12);
    for (const nothing of [0, -5]) assert.equal(withEnergy(charged, WattHours(nothing)), charged);
  });

  it("is worth writing down again after 50 Wh, and whenever charging ends [PW-04]", () => {
    const little = withEnergy(fresh, WattHours(49));
    assert.equal(little.writtenEnergy, 0);
    assert.equal(withEnergy(little, WattHours(1)).writtenEnergy, 50);
    const ended = withCharging(little, Millis(60_000));
    assert.deepEqual([ended.writtenEnergy, ended.chargingFor], [49, 60_000]);
  });

  it("goes on after a restart with what it had and what the meter has counted since [PW-04] [MT-02]", () => {
    const written = persistedSession(withEnergy(fresh, WattHours(100)), WattHours(7000));
    const after = continuedSession(JSON.parse(JSON.stringify(written)), Instant(2000));
    assert.deepEqual([after.energy, after.resumesFrom, after.since], [100, 7000, 2000]);
    const caughtUp = withCounterSeen(after, WattHours(7030));
    assert.deepEqual([caughtUp.energy, caughtUp.resumesFrom], [130, null]);
    assert.equal(withCounterSeen(caughtUp, WattHours(9000)), caughtUp, "once only");
  });

  for (const counter of [6000, 7000, 7501, 1e9]) {
    it(`credits nothing for a counter that went from 7000 to ${counter} Wh [MT-02]`, () => {
      const after = continuedSession(persistedSession(withEnergy(fresh, WattHours(100)), WattHours(7000)), T0);
      assert.equal(withCounterSeen(after, WattHours(counter)).energy, 100);
    });
  }

  it("keeps the counter to go on from until the meter has spoken again", () => {
    const after = continuedSession(persistedSession(fresh, WattHours(7000)), T0);
    assert.equal(persistedSession(after, null).meterWh, 7000);
  });

  it("is the same session when an authorisation changes nothing", () => {
    assert.equal(withAuthorisation(fresh, true), fresh);
    assert.equal(withAuthorisation(fresh, false).authorised, false);
  });
});
