import assert from "node:assert/strict";
import type { PilotBurst } from "#core/pilot/types";
import { offering, pilotV, SimulatedCharger } from "../../test/support/simulated-charger.ts";
import { SIM_FAULTS, type SimFault } from "./actions.ts";

const near = (actual: number | null, expected: number, tolerance: number, what = "value") =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${what} should be ${expected} ± ${tolerance}, is ${actual}`);

const volts = (burst: PilotBurst) => Array.from(burst.adcV.subarray(0, burst.count), pilotV);
const sigma = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

/** Steady-pilot samples over a second, as deviations from 11.93 V. */
function quietLine(charger: SimulatedCharger): number[] {
  charger.unplug();
  charger.x1();
  return volts(charger.burst({ count: 5000, spacingUs: 200 })).map((v) => v - 11.93);
}

/** The pilot is seen with both plateaus. */
function stands(charger: SimulatedCharger, highV: number, lowV: number, tolerance = 0.1) {
  const seen = charger.pilot();
  near(seen.highV, highV, tolerance, "high plateau");
  near(seen.lowV, lowV, tolerance, "low plateau");
}

/** Trips within `ms` and not half a tenth earlier than asked. */
function trips(charger: SimulatedCharger, ms: number, tolerance: number) {
  let passed = 0;
  while (charger.inputs.gfciTripped !== true) {
    assert.ok(passed <= ms + tolerance, `no trip within ${ms} ms`);
    charger.pass(1, 1);
    passed += 1;
  }
  near(passed, ms, tolerance, "trip time");
}

const contactsSay = (charger: SimulatedCharger, ...closed: boolean[]) => assert.deepEqual(charger.inputs.loadSide, closed);
const openContactor = (charger: SimulatedCharger) => {
  charger.obeysCar = false;
  charger.drive({ coil: false });
  charger.pass(50);
};

/** Each on a car that charges 16 A: injects the fault and shows it at the board's pins, with means of its own. */
const SHOWN: Readonly<Record<SimFault, (charger: SimulatedCharger) => void>> = {
  weld(charger) {
    charger.inject("weld", 2);
    openContactor(charger);
    contactsSay(charger, false, true);
    charger.inject("weld");
    contactsSay(charger, true, true);
    charger.clear("weld");
    contactsSay(charger, false, false);
  },
  stuckOpen(charger) {
    openContactor(charger);
    charger.inject("stuckOpen", 1);
    charger.drive({ coil: true });
    charger.pass(50);
    contactsSay(charger, false, true);
    charger.inject("stuckOpen");
    contactsSay(charger, false, false);
  },
  diodeShort(charger) {
    charger.inject("diodeShort");
    stands(charger, 5.6, -5.59);
  },
  diodeOpen(charger) {
    charger.inject("diodeOpen");
    stands(charger, 11.93, -11.9);
  },
  pilotShort(charger) {
    charger.inject("pilotShort");
    stands(charger, 0.01, -0.01);
  },
  pilotShortAfterDiode(charger) {
    charger.inject("pilotShortAfterDiode");
    stands(charger, 0.01, -11.9);
  },
  pilotShortToHigh(charger) {
    charger.inject("pilotShortToHigh");
    stands(charger, 12, 11.97);
  },
  pilotOpen(charger) {
    charger.inject("pilotOpen");
    stands(charger, 11.93, -11.9);
  },
  pilotLevel(charger) {
    charger.inject("pilotLevel", 7.5);
    stands(charger, 7.5, -11.9, 0.03);
  },
  negativeRailMissing(charger) {
    charger.inject("negativeRailMissing");
    stands(charger, 5.97, 0);
    assert.equal(charger.inputs.railLowV, 0);
  },
  positiveRailLow(charger) {
    charger.inject("positiveRailLow", 10);
    charger.unplug();
    stands(charger, 9.93, -11.9);
    assert.equal(charger.inputs.railHighV, 10);
  },
  lf353(charger) {
    charger.inject("lf353");
    stands(charger, 5.08, -10.42);
  },
  leakage(charger) {
    charger.inject("leakage", 30);
    trips(charger, 560, 2);
    assert.equal(charger.inputs.gfciDc, false);
    charger.pass(30);
    contactsSay(charger, false, false);
  },
  leakageDc(charger) {
    charger.inject("leakageDc", 60);
    trips(charger, 300, 2);
    assert.equal(charger.inputs.gfciDc, true);
  },
  gfciTrip(charger) {
    assert.equal(charger.inputs.gfciTripped, false);
    charger.inject("gfciTrip");
    assert.equal(charger.inputs.gfciTripped, true);
    assert.equal(charger.inputs.coilInhibited, true);
    charger.pass(30);
    contactsSay(charger, false, false);
  },
  gfciStuckHigh(charger) {
    charger.inject("gfciStuckHigh");
    assert.equal(charger.inputs.gfciTripped, true);
    charger.drive({ gfciReset: true });
    assert.equal(charger.inputs.gfciTripped, true);
    assert.equal(charger.inputs.coilInhibited, false, "the signal is stuck, not the latch");
  },
  gfciStuckLow(charger) {
    charger.inject("gfciStuckLow");
    charger.drive({ gfciTest: true });
    charger.inject("leakage", 264);
    charger.inject("gfciTrip");
    charger.pass(2000);
    assert.equal(charger.inputs.gfciTripped, false);
    contactsSay(charger, true, true);
  },
  gfciTestDoesNotClear(charger) {
    charger.inject("gfciTestDoesNotClear");
    charger.drive({ gfciTest: true });
    trips(charger, 100, 2);
    charger.drive({ gfciTest: false });
    charger.drive({ gfciReset: true });
    charger.pass(2000);
    assert.equal(charger.inputs.gfciTripped, true);
  },
  gfciLatchDoesNotInhibit(charger) {
    charger.inject("gfciLatchDoesNotInhibit");
    charger.inject("gfciTrip");
    charger.pass(100);
    assert.equal(charger.inputs.gfciTripped, true);
    assert.equal(charger.inputs.coilInhibited, false);
    contactsSay(charger, true, true);
  },
  earthLost(charger) {
    assert.equal(charger.inputs.groundPresent, true);
    charger.inject("earthLost");
    assert.equal(charger.inputs.groundPresent, false);
  },
  earthLostToCar(charger) {
    charger.inject("earthLostToCar");
    stands(charger, 11.93, -11.9);
  },
  mainsLost(charger) {
    charger.inject("mainsLost");
    charger.pass(50);
    const { mainsV, coilSupplyPercent, railHighV, railLowV } = charger.inputs;
    assert.deepEqual([mainsV, coilSupplyPercent, railHighV, railLowV], [0, 0, 0, 0]);
    contactsSay(charger, false, false);
    stands(charger, 0, 0);
    charger.clear("mainsLost");
    charger.pass(50);
    contactsSay(charger, true, true);
  },
  brownOut(charger) {
    charger.inject("brownOut", 80);
    charger.pass(50);
    assert.equal(charger.inputs.coilSupplyPercent, 80);
    contactsSay(charger, true, true);
    charger.inject("brownOut", 50);
    charger.pass(50);
    contactsSay(charger, false, false);
  },
  temperature(charger) {
    near(charger.inputs.temperatureC, 25, 1);
    charger.inject("temperature", 75);
    charger.pass(120_000, 60);
    near(charger.inputs.temperatureC, 25 + 50 * (1 - Math.exp(-1)), 1.5, "after one time constant");
    charger.pass(1_200_000, 60);
    near(charger.inputs.temperatureC, 75.6, 0.5, "at last, warmed by 16 A");
  },
  temperatureSensorOpen(charger) {
    charger.inject("temperatureSensorOpen");
    charger.pass(1000);
    assert.equal(charger.inputs.temperatureC, null);
    charger.clear("temperatureSensorOpen");
    charger.pass(1000);
    near(charger.inputs.temperatureC, 25, 2);
  },
  temperatureSensorFrozen(charger) {
    const readings = () =>
      new Set(
        Array.from({ length: 10 }, () => {
          charger.pass(1000, 60);
          return charger.inputs.temperatureC;
        }),
      );
    assert.ok(readings().size > 5, "a working sensor flickers");
    charger.inject("temperatureSensorFrozen");
    assert.equal(readings().size, 1);
  },
  meterSilent(charger) {
    near(charger.inputs.currentA, 15.68, 0.2);
    charger.inject("meterSilent");
    const lastAt = charger.inputs.meterAt;
    charger.pass(10_000);
    assert.deepEqual([charger.inputs.currentA, charger.inputs.energyWh], [null, null]);
    assert.equal(charger.inputs.meterAt, lastAt);
  },
  meterFrozen(charger) {
    charger.inject("meterFrozen");
    const { currentA, energyWh, meterAt } = charger.inputs;
    charger.pass(60_000, 60);
    assert.deepEqual([charger.inputs.currentA, charger.inputs.energyWh], [currentA, energyWh]);
    assert.ok((charger.inputs.meterAt ?? 0) > (meterAt ?? 0), "it still answers");
    charger.clear("meterFrozen");
    charger.pass(1000);
    assert.ok((charger.inputs.energyWh ?? 0) > (energyWh ?? 0) + 50, "what was drawn meanwhile");
  },
  meterNaN(charger) {
    const lastAt = charger.inputs.meterAt;
    charger.inject("meterNaN");
    charger.pass(2000);
    assert.deepEqual([charger.inputs.currentA, charger.inputs.energyWh], [null, null], "no NaN gets through");
    assert.equal(charger.inputs.meterAt, lastAt);
  },
  meterTimesTen(charger) {
    charger.inject("meterTimesTen");
    charger.pass(1000);
    near(charger.inputs.currentA, 156.8, 3);
  },
  currentWhileOpen(charger) {
    openContactor(charger);
    charger.inject("currentWhileOpen", 2);
    charger.pass(1000);
    near(charger.inputs.currentA, 2, 0.01);
  },
  adcStuck(charger) {
    charger.inject("adcStuck", 4.08);
    const { adcV, count } = charger.burst();
    assert.equal(count, 256);
    assert.deepEqual([...new Set(adcV.subarray(0, count))].length, 1);
    near(adcV[0] ?? null, 4.08, 0.001);
  },
  noise(charger) {
    charger.inject("noise", 0.3);
    near(sigma(quietLine(charger)), 0.3, 0.02, "sigma");
  },
  outliers(charger) {
    charger.inject("outliers", 5);
    const far = quietLine(charger).filter((v) => Math.abs(v) > 0.5);
    near((100 * far.length) / 5000, 5, 1.2, "percent of samples");
    assert.ok(Math.min(...far) < -20, "anywhere");
  },
  hum(charger) {
    charger.inject("hum", 1);
    const line = quietLine(charger);
    near(Math.max(...line) - Math.min(...line), 1, 0.12, "peak to peak");
    let crossings = 0;
    let above = false;
    for (const v of line) {
      if (Math.abs(v) > 0.1 && v > 0 !== above) {
        above = v > 0;
        crossings += 1;
      }
    }
    near(crossings, 120, 2, "zero crossings a second of 60 Hz");
  },
  holdError(charger) {
    charger.drive({ pilot: offering(6) });
    charger.inject("holdError", 0.14);
    charger.pass(2);
    const seen = volts(charger.burst({ count: 256, spacingUs: 103 }));
    // One sample in the high phase, after one at −11.9 V: C is 5.97 V, and what remains of the one before makes it D.
    near(Math.max(...seen), 0.86 * 5.97 - 0.14 * 11.9, 0.3, "C seen as");
  },
  dutyError(charger) {
    charger.inject("dutyError", 3);
    near(charger.inputs.pwm?.dutyPercent ?? null, 16 / 0.6 + 3, 0.001, "read back");
    near(charger.pilot().dutyPercent, 16 / 0.6 + 3, 1, "on the line");
  },
  pilotFrequency(charger) {
    charger.inject("pilotFrequency", 950);
    assert.equal(charger.inputs.pwm?.frequencyHz, 950);
    charger.drive({ pilot: offering(30) });
    const line = volts(charger.burst({ count: 10_000, spacingUs: 100 }));
    const edges = line.filter((v, index) => v > -5 && (line[index - 1] ?? v) < -5).length;
    near(edges, 950, 2, "rising edges in a second");
  },
  pilotStuckHigh(charger) {
    charger.inject("pilotStuckHigh");
    stands(charger, 5.97, 5.97);
    assert.deepEqual({ ...charger.inputs.pwm }, { dutyPercent: 100, frequencyHz: 0 });
  },
  pilotStuckLow(charger) {
    charger.inject("pilotStuckLow");
    stands(charger, -11.9, -11.9);
    assert.deepEqual({ ...charger.inputs.pwm }, { dutyPercent: 0, frequencyHz: 0 });
  },
  livenessStuck(charger) {
    charger.inject("livenessStuck");
    charger.clock.ms += 10_000;
    contactsSay(charger, true, true);
    assert.equal(charger.inputs.coilInhibited, false);
    charger.clear("livenessStuck");
    assert.equal(charger.inputs.coilInhibited, true);
  },
  emergencyStop(charger) {
    charger.inject("emergencyStop");
    assert.equal(charger.inputs.emergencyStop, true);
    assert.equal(charger.inputs.coilInhibited, true);
    charger.pass(30);
    contactsSay(charger, false, false);
  },
  proximity(charger) {
    assert.equal(charger.inputs.proximityOhms, null);
    charger.inject("proximity", 100);
    assert.equal(charger.inputs.proximityOhms, 100);
  },
  ventilationLost(charger) {
    assert.equal(charger.inputs.ventilationOk, true);
    charger.inject("ventilationLost");
    assert.equal(charger.inputs.ventilationOk, false);
  },
};

describe("simulated faults at the board's pins", () => {
  let charger: SimulatedCharger;
  beforeEach(async () => {
    charger = await SimulatedCharger.open();
    charger.charge(16);
  });

  for (const fault of SIM_FAULTS) {
    it(`${fault} is seen`, () => SHOWN[fault](charger));
  }

  it("nothing is seen on a healthy charger", () => {
    stands(charger, 5.97, -11.9);
    near(charger.pilot().dutyPercent, 16 / 0.6, 1);
    const { meterAt, temperatureC, currentA, energyWh, ...rest } = charger.inputs;
    near(currentA, 15.68, 0.2);
    near(temperatureC, 25, 1);
    near(energyWh, 4, 1);
    assert.ok(meterAt !== null && charger.clock.ms - meterAt <= 500);
    assert.deepEqual(rest, {
      gfciTripped: false,
      gfciDc: false,
      coilInhibited: false,
      loadSide: [true, true],
      groundPresent: true,
      mainsV: 240,
      railHighV: 12,
      railLowV: -12,
      coilSupplyPercent: 100,
      pwm: { dutyPercent: 16 / 0.6, frequencyHz: 1000 },
      ventilationOk: true,
      emergencyStop: false,
      proximityOhms: null,
    });
  });

  it("all faults are gone after clear all", () => {
    for (const fault of SIM_FAULTS) charger.inject(fault);
    openContactor(charger);
    charger.clear("all");
    charger.drive({ gfciReset: true });
    charger.pass(1000);
    assert.deepEqual(charger.truth.faults, []);
    const { gfciTripped, coilInhibited, loadSide, mainsV, emergencyStop } = charger.inputs;
    assert.deepEqual([gfciTripped, coilInhibited, loadSide, mainsV, emergencyStop], [false, false, [false, false], 240, false]);
  });

  it("active faults are told by name, but not the momentary trip", () => {
    charger.inject("noise");
    charger.inject("weld");
    charger.inject("gfciTrip");
    assert.deepEqual(charger.truth.faults, ["weld", "noise"]);
  });
});
