import assert from "node:assert/strict";
import { acTripMs, dcTripMs, GroundFaultSensor } from "./ground-fault-sensor.ts";

/** When the latch sets, with the current as it is. */
function tripsAt(sensor: GroundFaultSensor): number {
  const at = sensor.nextAt;
  if (at !== Number.POSITIVE_INFINITY) sensor.advance(at);
  return at;
}

describe("ground-fault sensor", () => {
  const curve: readonly [number, number][] = [
    [20, 1000],
    [30, 560],
    [60, 208],
    [100, 100],
    [264, 25],
    [1000, 20],
  ];
  for (const [milliamps, ms] of curve) {
    it(`trips at ${milliamps} mA within ${ms} ms [GF-02]`, () => {
      const sensor = new GroundFaultSensor();
      sensor.feel(milliamps, 0, 50);
      assert.ok(Math.abs(tripsAt(sensor) - 50 - ms) <= 0.01 * ms);
      assert.equal(sensor.latched, true);
      assert.equal(sensor.latchedByDc, false);
    });
  }

  it("never trips below 20 mA [GF-02]", () => {
    const sensor = new GroundFaultSensor();
    sensor.feel(19.9, 5.9, 0);
    assert.equal(tripsAt(sensor), Number.POSITIVE_INFINITY);
    assert.equal(acTripMs(6), Number.POSITIVE_INFINITY);
  });

  const direct: readonly [number, number][] = [
    [6, 10_000],
    [60, 300],
    [200, 100],
    [300, 100],
  ];
  for (const [milliamps, ms] of direct) {
    it(`trips at ${milliamps} mA DC within ${ms} ms and says it was DC [GF-03]`, () => {
      const sensor = new GroundFaultSensor();
      sensor.feel(0, milliamps, 0);
      assert.ok(Math.abs(tripsAt(sensor) - ms) <= 0.01 * ms);
      assert.equal(sensor.latchedByDc, true);
    });
  }

  it("gets quicker with every milliamp of DC", () => {
    for (let milliamps = 6; milliamps < 200; milliamps++) assert.ok(dcTripMs(milliamps + 1) < dcTripMs(milliamps));
  });

  it("has come part of the way when the current grows", () => {
    const sensor = new GroundFaultSensor();
    sensor.feel(20, 0, 0);
    sensor.feel(30, 0, 500);
    assert.ok(Math.abs(tripsAt(sensor) - 780) < 1);
  });

  it("starts anew after the current was away", () => {
    const sensor = new GroundFaultSensor();
    sensor.feel(20, 0, 0);
    sensor.feel(0, 0, 900);
    sensor.feel(20, 0, 901);
    assert.equal(Math.round(tripsAt(sensor)), 1901);
  });

  it("stays latched after the current is gone, until it is reset [GF-01]", () => {
    const sensor = new GroundFaultSensor();
    sensor.feel(100, 0, 0);
    tripsAt(sensor);
    sensor.feel(0, 0, 200);
    assert.equal(sensor.latched, true);
    sensor.reset();
    assert.equal(sensor.latched, false);
  });

  it("takes no reset while the current still flows [GF-01]", () => {
    const sensor = new GroundFaultSensor();
    sensor.feel(100, 0, 0);
    tripsAt(sensor);
    sensor.reset();
    assert.equal(sensor.latched, true);
  });
});
