import { ok } from "node:assert/strict";
import fc from "fast-check";
import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, type PilotMemory, readPilot } from "#core/pilot/read";
import { type PilotCalibration, type PilotOutput, type PilotReading, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent, Instant, Volts } from "#core/units/units";
import { CAR_OHM, type Circuit, GAIN, lineOf, OFFSET_V, sampleInto, seededRandom } from "../../../bench/pilot-waveform.ts";

const CALIBRATION: PilotCalibration = { gain: GAIN, offsetV: Volts(OFFSET_V) };
const HELD_C: PilotMemory = { ...EMPTY_PILOT_MEMORY, held: "C" };

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

/** A charger and a car in A or B, anywhere in their tolerances. */
const aOrB: fc.Arbitrary<Circuit> = fc.record({
  carOhm: fc.oneof(fc.constant(CAR_OHM.A), between(2740 * 0.97, 2740 * 1.03)),
  diodeV: between(0.55, 0.85),
  sourceOhm: between(970, 1030),
  railHighV: between(11.4, 12.6),
  railLowV: between(-12.6, -11.4),
  nanofarad: between(1, 5.5),
});

/** What disturbs sampling: noise, outliers, an unlucky phase, a clock that is not ours. */
const disturbed = fc.record({
  dutyPercent: fc.oneof(between(10, 96), between(10, 12), between(90, 96)),
  frequencyHz: between(980, 1020),
  startUs: between(0, 1000),
  noiseV: between(0, 0.3),
  outlierPercent: between(0, 5),
  sequence: fc.nat(1000),
  seed: fc.nat(),
});
type Disturbed = typeof disturbed extends fc.Arbitrary<infer T> ? T : never;

interface Extra {
  /** Replaces the planned spacing. */
  readonly spacingUs?: number;
  readonly bursts?: number;
  readonly memory?: PilotMemory;
  readonly humVpp?: number;
  readonly holdError?: number;
}

/** Reads `bursts` bursts of one line, 12 ms apart. */
function readingsOf(
  circuit: Circuit,
  by: Disturbed,
  { spacingUs, bursts = 1, memory = EMPTY_PILOT_MEMORY, ...more }: Extra = {},
): PilotReading[] {
  const output: PilotOutput = { kind: "pwm", dutyPercent: DutyPercent(by.dutyPercent) };
  const line = lineOf(circuit, by.dutyPercent, by.frequencyHz);
  const random = seededRandom(by.seed);
  const readings: PilotReading[] = [];
  let carried = memory;
  for (let burst = 0; burst < bursts; burst += 1) {
    const plan = burstPlanFor(output, by.sequence + burst);
    const adcV = new Float64Array(plan.count);
    const startUs = by.startUs + burst * 12_000;
    sampleInto(adcV, line, { ...plan, ...by, ...more, startUs, humPhase: by.seed, spacingUs: spacingUs ?? plan.spacingUs }, random);
    const step = readPilot(carried, { adcV, count: plan.count, endedAt: Instant(burst), output }, CALIBRATION);
    carried = step.memory;
    readings.push(step.reading);
  }
  return readings;
}

const RUNS = 12_000;
const STATES = ["A", "B", "C", "D"] as const;
const anywhere = (random: () => number) => ({ frequencyHz: 980 + 40 * random(), startUs: 1000 * random() });

const asksForPower = ({ state }: PilotReading): boolean => state === "C" || state === "D";
const shown = (readings: readonly PilotReading[]): string => JSON.stringify(readings);

describe("readPilot, over all disturbances", () => {
  it("never sees C or D for a car in A or B: noise to 0.3 V, 5 % outliers, 10 to 96 %, 1 to 5.5 nF, one reading [VW-10] [VW-18] [VW-A] [VW-B]", () => {
    fc.assert(
      fc.property(aOrB, disturbed, (circuit, by) => {
        const readings = readingsOf(circuit, by);
        ok(!readings.some(asksForPower), shown(readings));
      }),
      { seed: 1772, numRuns: 12_000 },
    );
  });

  it("never goes on seeing C for a car that has gone back to B [VW-13] [VW-B]", () => {
    fc.assert(
      fc.property(aOrB, disturbed, (circuit, by) => {
        const readings = readingsOf(circuit, by, { memory: HELD_C });
        ok(!readings.some(asksForPower), shown(readings));
      }),
      { seed: 8, numRuns: 4000 },
    );
  });

  it("never sees C or D for a car in A or B however a regular sampling of 28 to 50 µs meets the pilot, locked or not [VW-18]", () => {
    const spacing = fc.oneof(between(28, 50), fc.constantFrom(1000 / 35, 30.3, 31.25, 1000 / 30, 40, 1000 / 24, 50));
    const frequency = fc.oneof(fc.constant(1000), between(980, 1020));
    fc.assert(
      fc.property(aOrB, disturbed, spacing, frequency, (circuit, by, spacingUs, frequencyHz) => {
        const readings = readingsOf(circuit, { ...by, frequencyHz }, { spacingUs });
        ok(!readings.some(asksForPower), shown(readings));
      }),
      { seed: 18, numRuns: 8000 },
    );
  });

  it("never sees C or D twice running for a car in A or B through hum of 1 Vpp and an ADC that keeps 15 % of the sample before [VW-10]", () => {
    fc.assert(
      fc.property(aOrB, disturbed, between(0, 1), between(0, 0.15), (circuit, by, humVpp, holdError) => {
        const readings = readingsOf(circuit, by, { bursts: 2, humVpp, holdError });
        ok(!readings.every(asksForPower), shown(readings));
      }),
      { seed: 54, numRuns: 5000 },
    );
  });

  it("is not misled by samples that gather on the rising edge: 10 %, locked at 50, 40 and 33.3 µs, every phase [VW-10] [VW-18]", () => {
    for (const spacingUs of [50, 40, 1000 / 30]) {
      for (const nanofarad of [3, 5.5]) {
        for (let startUs = 0; startUs < spacingUs; startUs += 0.25) {
          const by = { dutyPercent: 10, frequencyHz: 1000, startUs, noiseV: 0.1, outlierPercent: 0, sequence: 0, seed: 7 };
          const readings = readingsOf({ carOhm: CAR_OHM.B, nanofarad }, by, { spacingUs });
          ok(!readings.some(asksForPower), `${spacingUs} µs, ${nanofarad} nF, ${startUs} µs: ${shown(readings)}`);
        }
      }
    }
  });

  it("is not misled by an ADC that keeps 14 % of the low phase in the first sample of the high one: B at 10 % looks like C in half of them [VW-10]", () => {
    for (let sequence = 0; sequence < 4; sequence += 1) {
      for (let startUs = 0; startUs < 50; startUs += 0.5) {
        const by = { dutyPercent: 10, frequencyHz: 1000, startUs, noiseV: 0.1, outlierPercent: 0, sequence, seed: 7 };
        const readings = readingsOf({ carOhm: CAR_OHM.B, nanofarad: 1 }, by, { holdError: 0.14 });
        ok(!readings.some(asksForPower), `${startUs} µs: ${shown(readings)}`);
      }
    }
  });

  it("never takes a shorted diode for a good one in B, C and D, over three readings [DI-01]", () => {
    const car = fc.constantFrom(CAR_OHM.B, CAR_OHM.C, CAR_OHM.D);
    fc.assert(
      fc.property(aOrB, car, disturbed, (circuit, carOhm, by) => {
        const readings = readingsOf({ ...circuit, carOhm, diodeShorted: true }, by, { bursts: 3 });
        ok(!readings.every(({ diode }) => diode === "ok"), shown(readings));
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  for (const [what, noiseV, outlierPercent, refusedInThousand] of [
    ["0.1 V of noise", 0.1, 0, 1],
    ["0.3 V of noise and 5 % outliers", 0.3, 5, 4],
  ] as const) {
    it(`refuses fewer than ${refusedInThousand} readings in a thousand with ${what}, 10 to 85 %, and mistakes none, in every state [VW-18]`, () => {
      const random = seededRandom(85);
      let refused = 0;
      for (let run = 0; run < RUNS; run += 1) {
        const state = STATES[run % 4] ?? "A";
        const dutyPercent = run % 3 === 0 ? 10 : 10 + 75 * random();
        const by = { ...anywhere(random), dutyPercent, noiseV, outlierPercent, sequence: run, seed: run };
        for (const reading of readingsOf({ carOhm: CAR_OHM[state], nanofarad: 1 + 4.5 * random() }, by)) {
          refused += reading.valid ? 0 : 1;
          ok(!reading.valid || reading.state === state || reading.state === "gap", shown([reading]));
        }
      }
      ok(refused < (RUNS * refusedInThousand) / 1000, `${refused} of ${RUNS} refused`);
    });
  }

  it("refuses fewer than two readings in a thousand at 96 %, 0.1 V of noise and 5.5 nF, once four bursts were seen [VW-18]", () => {
    const random = seededRandom(96);
    let refused = 0;
    for (let run = 0; run < RUNS / 20; run += 1) {
      const by = {
        ...anywhere(random),
        dutyPercent: 96,
        frequencyHz: 999.5 + random(),
        noiseV: 0.1,
        outlierPercent: 0,
        sequence: run,
        seed: run,
      };
      const readings = readingsOf({ carOhm: CAR_OHM.C, nanofarad: 5.5 }, by, { bursts: 24 });
      refused += readings.slice(4).filter(({ valid, diode }) => !valid || diode !== "ok").length;
    }
    ok(refused < (RUNS * 2) / 1000, `${refused} of ${RUNS} refused`);
  });

  it("answers any samples with a reading that keeps its promises, and never throws", () => {
    const output = fc.oneof(
      fc.constantFrom<PilotOutput | null>(STEADY_HIGH, STEADY_LOW, null),
      between(0, 100).map((percent): PilotOutput => ({ kind: "pwm", dutyPercent: DutyPercent(percent) })),
    );
    const volts = fc.oneof(between(0, 5), fc.constantFrom(0.9, 2.717, 3.63, 4.07, 4.54, 0, 5), fc.double());
    fc.assert(
      fc.property(output, fc.array(volts, { maxLength: 600, size: "max" }), fc.integer({ min: -1, max: 700 }), (driven, samples, count) => {
        const burst = { adcV: Float64Array.from(samples), count, endedAt: Instant(1), output: driven };
        const { reading, memory } = readPilot(HELD_C, burst, CALIBRATION);
        ok(reading.valid ? reading.state !== "unknown" : reading.state === "unknown" && reading.reasons.length > 0, shown([reading]));
        ok(reading.reasons.length > 0 === (!reading.valid || reading.state === "gap"), shown([reading]));
        ok(reading.valid || reading.diode === "notTested");
        ok(memory.lows.length <= 4);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});
