import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { captureOf, PilotCapture } from "#core/pilot/capture";
import { type CaptureVerdict, verdictOf } from "#core/pilot/capture-verdict";
import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, readPilot } from "#core/pilot/read";
import type { PilotCalibration, PilotOutput } from "#core/pilot/types";
import { DutyPercent, Instant, Volts } from "#core/units/units";
import {
  CAR_OHM,
  type Circuit,
  GAIN,
  gaussian,
  lineOf,
  OFFSET_V,
  type PilotLine,
  seededRandom,
  voltsAt,
} from "../../../bench/pilot-waveform.ts";

interface Recording {
  readonly stepUs: number;
  readonly forUs: number;
  readonly startUs?: number;
  readonly noiseV?: number;
  readonly outlierPercent?: number;
  /** Rows without a value, percent. */
  readonly missingPercent?: number;
  readonly seed?: number;
}

function record(
  line: PilotLine,
  { stepUs, forUs, startUs = 0, noiseV = 0, outlierPercent = 0, missingPercent = 0, seed = 1 }: Recording,
): PilotCapture {
  const random = seededRandom(seed);
  const capture = new PilotCapture();
  for (let tUs = 0; tUs <= forUs; tUs += stepUs) {
    const clean = voltsAt(line, startUs + tUs) + noiseV * gaussian(random);
    const volts = random() * 100 < outlierPercent ? 33 * random() - 18 : clean;
    capture.add(tUs, random() * 100 < missingPercent ? Number.NaN : volts);
  }
  return capture;
}

const verdict = (line: PilotLine, recording: Recording, knownDuty?: number): CaptureVerdict =>
  verdictOf(record(line, recording).summary(), knownDuty === undefined ? null : DutyPercent(knownDuty));

const near = (actual: number | null, expected: number, tolerance: number, what: string): void =>
  ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${what}: ${actual} should be within ${tolerance} of ${expected}`);

const STATES = ["A", "B", "C", "D"] as const;
const ONE_CYCLE: Recording = { stepUs: 1, forUs: 1000 };
const TEN_CYCLES: Recording = { stepUs: 1, forUs: 10_000, startUs: 313 };

describe("a recording of the pilot", () => {
  for (const state of STATES) {
    it(`shows ${state}, its levels, duty, frequency and offer, at every duty, rate and capacitance [VW-${state}] [VW-10]`, () => {
      for (const duty of [10, 16, 50, 85, 96]) {
        for (const nanofarad of [1, 3, 5.5]) {
          for (const stepUs of [0.1, 1, 2.5]) {
            const line = lineOf({ carOhm: CAR_OHM[state], nanofarad }, duty, 1003);
            const found = verdict(line, { ...TEN_CYCLES, stepUs });
            const where = `${duty} %, ${nanofarad} nF, ${stepUs} µs: ${JSON.stringify(found)}`;
            equal(found.verdict, "valid", where);
            equal(found.state, state, where);
            near(found.highV, line.highV, 0.1, where);
            near(found.lowV, -12, 0.35, where);
            near(found.dutyCycle, duty, 0.4, where);
            near(found.frequencyHz, 1003, 1, where);
            equal(found.diode, state === "A" ? "notTested" : "ok", where);
          }
        }
      }
    });
  }

  it("gives the offer of the measured duty, and of the given one when they agree [DC-09]", () => {
    const line = lineOf({ carOhm: CAR_OHM.C }, 50);
    near(verdict(line, TEN_CYCLES).offeredCurrentA, 30, 0.07, "measured");
    equal(verdict(line, TEN_CYCLES, 50).offeredCurrentA, 30);
    const wrong = verdict(line, TEN_CYCLES, 26.6);
    deepEqual(wrong.reasons, ["dutyMismatch"]);
    near(wrong.offeredCurrentA, 30, 0.07, "what the car sees counts");
  });

  it("reads one cycle that begins and ends anywhere, if it is whole", () => {
    for (let startUs = 0; startUs < 1000; startUs += 37) {
      const found = verdict(lineOf({ carOhm: CAR_OHM.B }, 32), { ...ONE_CYCLE, startUs });
      equal(found.verdict, "valid", `${startUs} µs: ${JSON.stringify(found)}`);
      near(found.dutyCycle, 32, 0.4, `${startUs} µs`);
    }
  });

  it("knows levels but no duty from less than a cycle", () => {
    const found = verdict(lineOf({ carOhm: CAR_OHM.B }, 50), { stepUs: 1, forUs: 300, startUs: 350 });
    equal(found.state, "B");
    equal(found.dutyCycle, null);
    equal(found.offeredCurrentA, null);
  });

  it("finds shorted diodes in B, C and D [DI-01] [VW-Ds]", () => {
    for (const state of ["B", "C", "D"] as const) {
      for (const duty of [10, 50, 96]) {
        const found = verdict(lineOf({ carOhm: CAR_OHM[state], diodeShorted: true }, duty), TEN_CYCLES);
        equal(found.diode, "shorted");
        equal(found.state, state);
        deepEqual(found.reasons, ["diodeShorted"]);
      }
    }
  });

  it("finds a driver that loses 1.5 V a rail, in every state [CP-11] [CP-02]", () => {
    for (const state of STATES) {
      const found = verdict(lineOf({ carOhm: CAR_OHM[state], railHighV: 10.45, railLowV: -10.42 }, 50), TEN_CYCLES);
      equal(found.verdict, "invalid", state);
      ok(found.reasons.includes("lowOutOfRange"), state);
    }
    const high = verdict(lineOf({ carOhm: CAR_OHM.A, railHighV: 10.45 }, 100), TEN_CYCLES);
    deepEqual(high.reasons, ["highOutOfRange"]);
    equal(high.state, "gap");
  });

  it("reads a steady pilot: A to D at 100 %, F at 0 %, nothing offered [EF-02] [CP-09]", () => {
    for (const state of STATES) {
      const found = verdict(lineOf({ carOhm: CAR_OHM[state] }, 100), TEN_CYCLES);
      deepEqual([found.verdict, found.state, found.dutyCycle, found.offeredCurrentA, found.frequencyHz], ["valid", state, 100, 0, null]);
    }
    const f = verdict(lineOf({ carOhm: CAR_OHM.B }, 0), TEN_CYCLES);
    deepEqual([f.verdict, f.state, f.dutyCycle, f.offeredCurrentA], ["valid", "F", 0, 0]);
  });

  it("calls a steady pilot stuck when a PWM was commanded [EF-03]", () => {
    const found = verdict(lineOf({ carOhm: CAR_OHM.A }, 100), TEN_CYCLES, 50);
    deepEqual(found.reasons, ["stuck"]);
  });

  it("sees a PWM where steady was commanded [CP-09]", () => {
    ok(verdict(lineOf({ carOhm: CAR_OHM.A }, 50), TEN_CYCLES, 100).reasons.includes("dutyMismatch"));
  });

  it("reads a dead pilot as E, with and without the low phase [EF-01] [VW-17] [VW-E]", () => {
    for (const circuit of [
      { carOhm: 1e-3, diodeShorted: true },
      { carOhm: 1e-3, diodeV: 0 },
    ]) {
      const found = verdict(lineOf(circuit, 50), TEN_CYCLES);
      equal(found.state, "E");
      deepEqual(found.reasons, ["pilotDead"]);
    }
  });

  it("refuses a recording in which the state changes [VW-10]", () => {
    for (const [before, after] of [
      ["B", "C"],
      ["C", "B"],
      ["A", "B"],
    ] as const) {
      const capture = new PilotCapture();
      for (let tUs = 0; tUs < 20_000; tUs += 1) {
        capture.add(tUs, voltsAt(lineOf({ carOhm: CAR_OHM[tUs < 15_000 ? before : after] }, 50), tUs));
      }
      const found = verdictOf(capture.summary());
      equal(found.state, "unknown");
      deepEqual(found.reasons, ["highUnstable"], `${before} to ${after}`);
    }
  });

  it("refuses a missing −12 V supply: 9 and 0 V are not a B [CP-11]", () => {
    for (const duty of [10, 50, 90]) {
      const line = { ...lineOf({ carOhm: CAR_OHM.B }, duty), lowV: 0, fallBelowKnee: { towardsV: 0, tauUs: 3 } };
      equal(verdict(line, TEN_CYCLES).verdict, "invalid", `${duty} %`);
    }
  });

  it("sees a frequency outside 980 to 1020 Hz and lets its edges pass [CP-04]", () => {
    for (const [hertz, reasons] of [
      [950, ["frequencyOutOfRange"]],
      [1050, ["frequencyOutOfRange"]],
      [980.5, []],
      [1019.5, []],
    ] as const) {
      deepEqual(verdict(lineOf({ carOhm: CAR_OHM.B }, 50, hertz), TEN_CYCLES).reasons, reasons, `${hertz} Hz`);
    }
  });

  it("says when a duty means nothing [CP-10]", () => {
    const found = verdict(lineOf({ carOhm: CAR_OHM.B, nanofarad: 1 }, 7.5), TEN_CYCLES);
    deepEqual(found.reasons, ["dutyMeaningless"]);
    equal(found.offeredCurrentA, 0);
  });

  it("refuses what was sampled too slowly, however it looks: at 1 kHz every sample may lie on the edge [VW-10] [VW-18]", () => {
    for (const stepUs of [100, 200, 950, 1000]) {
      for (let startUs = 0; startUs < 10; startUs += 0.5) {
        const found = verdict(lineOf({ carOhm: CAR_OHM.B, nanofarad: 5.5 }, 10), { stepUs, forUs: 200_000, startUs });
        deepEqual([found.state, found.reasons], ["unknown", ["sampledTooSlowly"]], `${stepUs} µs from ${startUs} µs`);
      }
    }
  });

  it("reads a slow recording when the pilot is known to be steady", () => {
    equal(verdict(lineOf({ carOhm: CAR_OHM.B }, 100), { stepUs: 1000, forUs: 50_000 }, 100).state, "B");
  });

  it("refuses fewer than eight samples, and none [VW-10]", () => {
    deepEqual(verdictOf(new PilotCapture().summary()).reasons, ["noSamples"]);
    deepEqual(verdictOf(captureOf([0, 1, 2], [9, 9, 9]).summary()).reasons, ["noSamples"]);
    deepEqual(verdictOf(captureOf(new Float64Array(50), new Float64Array(50).fill(Number.NaN)).summary()).reasons, ["noSamples"]);
  });

  it("bears rows without a value, and holes", () => {
    const line = lineOf({ carOhm: CAR_OHM.C }, 53.3);
    const capture = record(line, { ...TEN_CYCLES, missingPercent: 30 });
    ok(capture.summary().missing > 2500);
    equal(verdictOf(capture.summary()).state, "C");
    equal(verdictOf(capture.summary()).verdict, "valid");
    const holed = new PilotCapture();
    for (let tUs = 0; tUs < 40_000; tUs += 1) {
      if (tUs % 5000 < 3200) {
        holed.add(tUs, voltsAt(line, tUs));
      }
    }
    equal(holed.summary().holes, 7);
    equal(verdictOf(holed.summary()).verdict, "valid");
    near(verdictOf(holed.summary()).dutyCycle, 53.3, 0.4, "duty");
  });

  it("never shows C or D for a car in A or B: noise to 0.3 V, 5 % outliers, 10 to 96 %, 1 to 5.5 nF, any rate [VW-10] [VW-A] [VW-B]", () => {
    const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const circuit: fc.Arbitrary<Circuit> = fc.record({
      carOhm: fc.constantFrom(CAR_OHM.A, CAR_OHM.B),
      nanofarad: real(1, 5.5),
      railHighV: real(11.4, 12.6),
      railLowV: real(-12.6, -11.4),
    });
    const recording = fc.record({
      stepUs: fc.oneof(real(0.5, 4), real(4, 80), fc.constantFrom(1, 10, 20, 25, 40, 50, 62.5, 1000 / 24)),
      cycles: real(1, 12),
      startUs: real(0, 1000),
      noiseV: real(0, 0.3),
      outlierPercent: real(0, 5),
      missingPercent: real(0, 10),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(circuit, fc.oneof(real(10, 12), real(10, 96)), real(980, 1020), recording, (car, duty, hertz, { cycles, ...how }) => {
        const found = verdict(lineOf(car, duty, hertz), { ...how, forUs: cycles * Math.max(1000, 20 * how.stepUs) });
        ok(found.state !== "C" && found.state !== "D", JSON.stringify(found));
      }),
      { seed: 96, numRuns: 3000 },
    );
  });

  it("is valid for a healthy pilot of ten cycles at 1 µs, noise of 0.3 V and 5 % outliers, in every state [VW-10]", () => {
    const random = seededRandom(2);
    for (let run = 0; run < 200; run += 1) {
      const state = STATES[run % 4] ?? "A";
      const duty = 10 + 86 * random();
      const line = lineOf({ carOhm: CAR_OHM[state], nanofarad: 1 + 4.5 * random() }, duty);
      const found = verdict(line, { ...TEN_CYCLES, startUs: 1000 * random(), noiseV: 0.3, outlierPercent: 5, seed: run });
      equal(found.verdict, "valid", `${duty} %: ${JSON.stringify(found)}`);
      equal(found.state, state);
      near(found.dutyCycle, duty, 0.6, "duty");
    }
  });
});

const SHARED = join(import.meta.dirname, "../../../../shared/data/pilot");
const files = existsSync(SHARED) ? readdirSync(SHARED).filter((name) => name.endsWith(".csv")) : [];

/** Truth of a simulated cycle, from its file's name. */
function truthOf(name: string) {
  const [, driver, state, short, duty] = /^(ideal|LF353)_pm12_3n_([A-D])_(diode_short_)?(\d+)\.csv$/.exec(name) ?? [];
  return { driver, state, isShorted: short !== undefined, duty: Number(duty) };
}

describe("simulated cycles", () => {
  for (const name of files) {
    const { driver, state, isShorted, duty } = truthOf(name);
    const rows = readFileSync(join(SHARED, name), "utf8")
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(",").map(Number));
    const cycle = Float64Array.from(rows.slice(0, 1000), ([, , adc]) => adc ?? Number.NaN);

    it(`${name} as a recording [VW-10] [DI-01] [CP-11]`, () => {
      const found = verdictOf(
        captureOf(
          rows.map(([t]) => t ?? 0),
          rows.map(([, v]) => v ?? 0),
        ).summary(),
      );
      near(found.dutyCycle, duty, 0.25, "duty");
      if (driver === "LF353") {
        equal(found.verdict, "invalid");
        ok(found.state === "gap" || found.state === state);
        ok(found.reasons.includes(isShorted ? "diodeShorted" : "lowOutOfRange"));
      } else {
        equal(found.state, state);
        equal(found.verdict, isShorted ? "invalid" : "valid");
        equal(found.diode, isShorted ? "shorted" : state === "A" ? "notTested" : "ok");
      }
    });

    it(`${name} tiled, sampled asynchronously with noise [VW-10] [VW-18] [DI-01] [CP-11]`, () => {
      const output: PilotOutput = { kind: "pwm", dutyPercent: DutyPercent(duty) };
      const calibration: PilotCalibration = { gain: GAIN, offsetV: Volts(OFFSET_V) };
      const random = seededRandom(duty);
      for (const [noiseV, outlierPercent] of [
        [0.03, 0],
        [0.3, 2],
      ] as const) {
        let memory = EMPTY_PILOT_MEMORY;
        for (let burst = 0; burst < 200; burst += 1) {
          const { count, spacingUs } = burstPlanFor(output, burst);
          const startUs = 1000 * random();
          const adcV = Float64Array.from({ length: count }, (_, index) => {
            const clean = (cycle[Math.floor(startUs + index * spacingUs) % 1000] ?? 0) + (noiseV / GAIN) * gaussian(random);
            return 100 * random() < outlierPercent ? 5 * random() : clean;
          });
          const step = readPilot(memory, { adcV, count, endedAt: Instant(burst), output }, calibration);
          memory = step.memory;
          const { reading } = step;
          const where = `burst ${burst}: ${JSON.stringify(reading)}`;
          if (driver === "LF353") {
            ok(!reading.valid || (isShorted && reading.diode === "shorted"), where);
          } else if (burst >= 4 && outlierPercent === 0) {
            ok(reading.valid && reading.state === state, where);
            equal(reading.diode, isShorted ? "shorted" : state === "A" ? "notTested" : "ok", where);
          } else {
            ok(!reading.valid || reading.state === state || reading.state === "gap", where);
          }
        }
      }
    });
  }
});
