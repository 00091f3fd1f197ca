import assert from "node:assert/strict";
import fc from "fast-check";
import { adcOfPilot, calibrationOfDivider, pilotOfAdc } from "#core/pilot/calibration";
import { Volts } from "#core/units/units";
import {
  calibrationOf,
  type Level,
  levelOf,
  objectionToDrift,
  objectionToLevel,
  objectionToMeter,
  objectionToOpenLine,
  objectionToProof,
  type Points,
  pointsOf,
} from "./calibration.ts";
import { DIVIDER_3V3, PRESETS } from "./presets.ts";
import { isSoundLow, lineOf } from "./rails.ts";

const { adc } = PRESETS.buildGuide;
const NOMINAL = calibrationOfDivider({ vcc: Volts(3.3), divider: DIVIDER_3V3 });

const burst = (pilotV: number, { noiseV = 0, count = 64 } = {}): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => adcOfPilot(NOMINAL, Volts(pilotV + (index % 2 === 0 ? noiseV : -noiseV))));
const level = (...bursts: readonly Float64Array[]): Level => {
  const made = levelOf(bursts);
  assert.ok(made);
  return made;
};

describe("a level for calibration", () => {
  it("is the mean of all samples, with their noise and how far bursts lie apart", () => {
    const { adcV, noiseV, wanderV, samples } = level(Float64Array.of(1, 1.2), Float64Array.of(2, 2.2));
    assert.deepEqual([adcV.toFixed(6), samples, wanderV.toFixed(6)], ["1.600000", 4, "1.000000"]);
    assert.ok(Math.abs(noiseV - Math.sqrt((0.36 + 0.16 + 0.16 + 0.36) / 4)) < 1e-12);
    assert.equal(levelOf([]), null);
    assert.equal(levelOf([new Float64Array(0)]), null);
  });

  it("of any samples lies between the lowest and the highest", () => {
    const volts = fc.float64Array({ min: 0, max: 3.3, noNaN: true, minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.array(volts, { minLength: 1, maxLength: 8 }), (bursts) => {
        const { adcV, lowest, highest, noiseV, wanderV } = level(...bursts);
        assert.ok(adcV >= lowest - 1e-9 && adcV <= highest + 1e-9);
        assert.ok(noiseV <= highest - lowest + 1e-9 && wanderV <= highest - lowest + 1e-9);
      }),
      { seed: 1772 },
    );
  });

  const refusals: readonly (readonly [string, Level | null, RegExp])[] = [
    ["without a sample", null, /at least 64 samples.*got 0.*j1772 doctor/],
    ["of too few samples", level(burst(12, { count: 63 })), /got 63/],
    ["cut off at the upper end", level(Float64Array.from({ length: 64 }, () => 3.299)), /cut off at the upper end.*resistors/],
    ["cut off at the lower end", level(Float64Array.from({ length: 64 }, () => 0)), /cut off at the lower end/],
    ["that is noisy", level(burst(11, { noiseV: 0.4 })), /noise of 0\.40 V.*buffer/],
    ["that wanders", level(burst(11.9), burst(12.1)), /wandered by 0\.20 V.*supply/],
  ];
  for (const [what, made, objection] of refusals) {
    it(`${what} is refused`, () => assert.match(objectionToLevel(made, adc, NOMINAL)?.what ?? "", objection));
  }

  it("that is quiet and within range is taken, at both ends of the pilot", () => {
    for (const pilotV of [12.6, -12.6]) assert.equal(objectionToLevel(level(burst(pilotV, { noiseV: 0.05 })), adc, NOMINAL), null);
  });
});

describe("what a calibration will not begin with", () => {
  it("a car: B, C and D are told from an open line even by a divider that is 5 % off [VW-B] [VW-C] [VW-D]", () => {
    for (const carV of [9, 6, 3]) {
      for (const error of [-0.05, 0, 0.05]) {
        assert.match(
          objectionToOpenLine(level(burst(carV * (1 + error))), NOMINAL)?.what ?? "",
          /Unplug the car|loads the pilot/,
          `${carV} ${error}`,
        );
      }
    }
    for (const openV of [11.4, 12, 12.6]) {
      for (const error of [-0.05, 0, 0.05]) assert.equal(objectionToOpenLine(level(burst(openV * (1 + error))), NOMINAL), null);
    }
  });

  it("an open line that nobody can judge, because the divider is not known, is left to the meter", () => {
    assert.equal(objectionToOpenLine(level(burst(9)), null), null);
    assert.match(objectionToMeter("high", 9)?.what ?? "", /car is connected/);
  });

  it("a divider that cannot be this board's", () => {
    assert.match(objectionToOpenLine(level(burst(14)), NOMINAL)?.what ?? "", /shows about 14\.0 V: the divider's resistors or its supply/);
  });

  it("a level that has moved since it was measured, by a car or by a drift", () => {
    const at = (volts: number) => level(burst(volts));
    assert.equal(objectionToDrift("high", at(12), at(12.05), NOMINAL), null);
    assert.match(objectionToDrift("high", at(12), at(9), NOMINAL)?.what ?? "", /moved by -3\.00 V: a car was plugged in/);
    assert.match(objectionToDrift("low", at(-12), at(-11.8), NOMINAL)?.what ?? "", /low level.*drifts/);
  });

  for (const [point, volts, hint] of [
    ["high", 10.4, /weak/],
    ["high", 12.9, /too high, or the meter was misread/],
    ["high", -12, /probes/],
    ["high", 0, /probes/],
    ["high", Number.NaN, /probes/],
    ["low", 12, /probes/],
    ["low", -10.4, /−12 V supply is weak/],
  ] as const) {
    it(`a meter that shows ${volts} V at the ${point} point`, () => assert.match(objectionToMeter(point, volts)?.what ?? "", hint));
  }
});

describe("a refusal", () => {
  it("says what it is about, for whoever has words of their own", () => {
    const whys = [
      objectionToLevel(null, adc, NOMINAL),
      objectionToLevel(level(burst(11, { noiseV: 0.4 })), adc, NOMINAL),
      objectionToOpenLine(level(burst(9)), NOMINAL),
      objectionToOpenLine(level(burst(14)), NOMINAL),
      objectionToDrift("high", level(burst(12)), level(burst(9)), NOMINAL),
      objectionToDrift("low", level(burst(-12)), level(burst(-11.7)), NOMINAL),
      objectionToMeter("high", 9),
    ].map((objection) => objection?.why);
    assert.deepEqual(whys, ["board", "unsteady", "car", "board", "car", "unsteady", "meter"]);
  });
});

describe("two points", () => {
  const real = fc.record({
    gainError: fc.double({ min: -0.03, max: 0.03, noNaN: true }),
    zeroV: fc.double({ min: -0.35, max: 0.35, noNaN: true }),
    highV: fc.double({ min: 11.4, max: 12.4, noNaN: true }),
    lowV: fc.double({ min: -12.4, max: -11.4, noNaN: true }),
  });

  it("read back every pilot as it really is, whatever divider and supply are within their tolerances [CP-01] [CP-02]", () => {
    fc.assert(
      fc.property(real, fc.double({ min: -12.4, max: 12.4, noNaN: true }), ({ gainError, zeroV, highV, lowV }, pilotV) => {
        const truth = { gain: NOMINAL.gain * (1 + gainError), offsetV: Volts(NOMINAL.offsetV + zeroV) };
        const seen = (volts: number) => level(Float64Array.from({ length: 64 }, () => adcOfPilot(truth, Volts(volts))));
        const calibration = calibrationOf(pointsOf(seen(highV), highV, seen(lowV), lowV), NOMINAL);
        assert.ok(Math.abs(pilotOfAdc(calibration, adcOfPilot(truth, Volts(pilotV))) - pilotV) < 0.01);
      }),
      { seed: 1772 },
    );
  });

  it("that belong to no such divider are refused", () => {
    const swapped = pointsOf(level(burst(-12)), 12, level(burst(12)), -12);
    assert.throws(() => calibrationOf(swapped, NOMINAL), { code: "calibration.points" });
    const stretched = pointsOf(level(burst(12)), 12, level(burst(-8)), -12);
    assert.throws(() => calibrationOf(stretched, NOMINAL), { code: "calibration.points" });
  });
});

describe("the proof by a PWM", () => {
  const points: Points = pointsOf(level(burst(11.97)), 11.97, level(burst(-11.94)), -11.94);
  const good = { highV: 11.96, lowV: -11.93, dutyPercent: 50, drivenPercent: 50 };

  it("holds when plateaus and duty are what was measured and driven", () => assert.equal(objectionToProof(good, points), null));
  for (const [what, part, objection] of [
    ["no low phase", { lowV: null }, /no low one/],
    ["a high plateau that a car has loaded", { highV: 9 }, /a car was plugged in/],
    ["a low plateau that is off", { lowV: -11.5 }, /got 11\.96 V and -11\.50 V/],
    ["another duty", { dutyPercent: 52 }, /duty of 50 %.*got 52\.0 %/],
  ] as const) {
    it(`fails for ${what}`, () => assert.match(objectionToProof({ ...good, ...part }, points)?.what ?? "", objection));
  }
});

describe("rails at rest", () => {
  it("an open line is told from a car and from a supply that is wrong [CP-11] [F-10]", () => {
    const seen = [12, 11.3, 12.7, 11.2, 12.8, 10.45, 10, 9, 6, 0].map(lineOf);
    assert.deepEqual(seen, ["open", "open", "open", "wrong", "wrong", "wrong", "loaded", "loaded", "loaded", "loaded"]);
  });

  it("a low level must be −12 V, and neither a weak rail nor none at all [CP-02] [F-10]", () => {
    assert.deepEqual([-12, -11, -13, -10.45, 0, 11.9].map(isSoundLow), [true, true, true, false, false, false]);
  });
});
