import { deepEqual, equal, ok } from "node:assert/strict";
import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, type PilotMemory, readPilot } from "#core/pilot/read";
import { type PilotCalibration, type PilotOutput, type PilotReading, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent, Instant, Volts } from "#core/units/units";
import {
  CAR_OHM,
  type Circuit,
  GAIN,
  lineOf,
  OFFSET_V,
  type PilotLine,
  type Sampling,
  sampleInto,
  seededRandom,
} from "../../../bench/pilot-waveform.ts";

const CALIBRATION: PilotCalibration = { gain: GAIN, offsetV: Volts(OFFSET_V) };
const pwm = (percent: number): PilotOutput => ({ kind: "pwm", dutyPercent: DutyPercent(percent) });
const adcOf = (pilotV: number): number => (pilotV - OFFSET_V) / GAIN;

/** A charger and its ADC: reads what `line` is now, burst after burst. */
class Bench {
  memory: PilotMemory = EMPTY_PILOT_MEMORY;
  private sequence = 0;
  private readonly adcV = new Float64Array(512);
  private readonly random = seededRandom(20);

  read(output: PilotOutput, line: PilotLine, disturbance: Partial<Sampling> = {}): PilotReading {
    const plan = burstPlanFor(output, this.sequence);
    this.sequence += 1;
    sampleInto(this.adcV, line, { ...plan, startUs: 1000 * this.random(), noiseV: 0.03, ...disturbance }, this.random);
    return this.readSamples(output, this.adcV.subarray(0, disturbance.count ?? plan.count));
  }

  readSamples(output: PilotOutput | null, adcV: Float64Array, count = adcV.length): PilotReading {
    const step = readPilot(this.memory, { adcV, count, endedAt: Instant(12), output }, CALIBRATION);
    this.memory = step.memory;
    return step.reading;
  }

  /** The reading once the low phase of a high duty has been seen for four bursts. */
  settle(duty: number, circuit: Circuit, disturbance: Partial<Sampling> = {}): PilotReading {
    let reading = this.read(pwm(duty), lineOf(circuit, duty), disturbance);
    for (let burst = 1; burst < 4; burst += 1) {
      reading = this.read(pwm(duty), lineOf(circuit, duty), disturbance);
    }
    return reading;
  }
}

const STATES = ["A", "B", "C", "D"] as const;
const DUTIES = [10, 16, 50, 85, 90, 96] as const;
const shorted: Circuit = { carOhm: 1e-3, diodeShorted: true };

describe("readPilot with PWM", () => {
  for (const state of STATES) {
    it(`reads ${state} with both plateaus at every duty and capacitance [VW-${state}] [VW-10] [VW-18] [VW-L]`, () => {
      for (const duty of DUTIES) {
        for (const nanofarad of [1, 3, 5.5]) {
          const circuit = { carOhm: CAR_OHM[state], nanofarad };
          const reading = new Bench().settle(duty, circuit);
          const where = `${duty} %, ${nanofarad} nF: ${JSON.stringify(reading)}`;
          ok(reading.valid && reading.state === state, where);
          ok(Math.abs((reading.highV ?? 99) - lineOf(circuit, duty).highV) < 0.25, where);
          ok(Math.abs((reading.lowV ?? 99) + 12) < 0.9, where);
          ok(Math.abs((reading.dutyPercent ?? 99) - duty) < 1, where);
          equal(reading.diode, state === "A" ? "notTested" : "ok", where);
          deepEqual(reading.reasons, [], where);
        }
      }
    });
  }

  it("says when it was read", () => {
    equal(new Bench().settle(50, { carOhm: CAR_OHM.B }).at, 12);
  });

  it("finds the diode shorted in B, C and D, at every duty and over supply tolerance [DI-01] [DI-02] [VW-Ds]", () => {
    for (const state of ["B", "C", "D"] as const) {
      for (const duty of DUTIES) {
        for (const rail of [11.4, 12, 12.6]) {
          const circuit = { carOhm: CAR_OHM[state], diodeShorted: true, railHighV: rail, railLowV: -rail };
          const reading = new Bench().settle(duty, circuit);
          ok(reading.valid && reading.diode === "shorted", `${state} ${duty} % ±${rail} V: ${JSON.stringify(reading)}`);
        }
      }
    }
  });

  it("passes a healthy diode over supply and source tolerance, and never calls a shorted one healthy at −6 V [DI-01]", () => {
    for (const rail of [11.4, 12.6]) {
      for (const sourceOhm of [970, 1030]) {
        for (const diodeV of [0.55, 0.85]) {
          const circuit = { carOhm: CAR_OHM.C, sourceOhm, diodeV, railHighV: rail, railLowV: -rail };
          equal(new Bench().settle(32, circuit).diode, "ok");
          equal(new Bench().settle(32, { ...circuit, diodeShorted: true }).diode, "shorted");
        }
      }
    }
  });

  it("notices a diode that shorts while charging within 12 ms up to 85 %, within 36 ms at 96 % [DI-02]", () => {
    for (const [duty, bursts] of [
      [10, 1],
      [53, 1],
      [85, 1],
      [96, 3],
    ] as const) {
      const bench = new Bench();
      equal(bench.settle(duty, { carOhm: CAR_OHM.C }).diode, "ok");
      let reading = bench.read(pwm(duty), lineOf({ carOhm: CAR_OHM.C, diodeShorted: true }, duty));
      for (let burst = 1; burst < bursts; burst += 1) {
        reading = bench.read(pwm(duty), lineOf({ carOhm: CAR_OHM.C, diodeShorted: true }, duty));
      }
      equal(reading.diode, "shorted", `${duty} %: ${JSON.stringify(reading)}`);
    }
  });

  it("reads a pilot shorted to earth as E, in both phases or behind the diode [EF-01] [VW-17] [VW-E]", () => {
    const dead = new Bench().read(pwm(50), lineOf(shorted, 50));
    ok(dead.valid && dead.state === "E" && dead.diode === "notTested", JSON.stringify(dead));
    const behindDiode: PilotLine = { ...lineOf({ carOhm: 1e-3, diodeV: 0 }, 50) };
    const half = new Bench().read(pwm(50), behindDiode);
    ok(half.valid && half.state === "E", JSON.stringify(half));
    ok(Math.abs((half.lowV ?? 0) + 12) < 0.1);
  });

  it("calls a pilot that stays at +12 V stuck, with no low phase [EF-03]", () => {
    for (const duty of DUTIES) {
      const bench = new Bench();
      bench.settle(duty, { carOhm: CAR_OHM.C });
      const reading = bench.read(pwm(duty), lineOf({ carOhm: CAR_OHM.A }, 100));
      ok(!reading.valid && reading.state === "unknown");
      deepEqual(reading.reasons, ["noLowPhase", "stuck"], `${duty} %`);
      equal(reading.dutyPercent, 100);
    }
  });

  it("calls a pilot that stays at −12 V stuck, with no high phase [EF-03]", () => {
    const reading = new Bench().read(pwm(50), lineOf({ carOhm: CAR_OHM.B }, 0));
    deepEqual(reading.reasons, ["noHighPhase", "stuck"]);
    equal(reading.dutyPercent, 0);
  });

  it("refuses an ADC that always answers the same, though it lies in B or C [EF-03] [VW-18]", () => {
    for (const volts of [adcOf(8.9), adcOf(5.9), 0, 5]) {
      const reading = new Bench().readSamples(pwm(53.33), new Float64Array(256).fill(volts));
      ok(!reading.valid && reading.state === "unknown", `${volts} V: ${JSON.stringify(reading)}`);
      ok(reading.reasons.includes("stuck"));
    }
  });

  it("refuses a missing −12 V supply: both phases at 9 and 0 V are not a B [CP-11] [VW-18]", () => {
    for (const duty of [10, 50, 85]) {
      const line = { ...lineOf({ carOhm: CAR_OHM.B }, duty), fallBelowKnee: { towardsV: 0, tauUs: 3 }, lowV: 0 };
      const reading = new Bench().read(pwm(duty), line);
      ok(!reading.valid && reading.reasons.includes("noLowPhase"), `${duty} %: ${JSON.stringify(reading)}`);
    }
  });

  it("refuses an op-amp that loses 1.5 V a rail, at its low phase, in every state [CP-11] [CP-02]", () => {
    for (const state of STATES) {
      const reading = new Bench().settle(50, { carOhm: CAR_OHM[state], railHighV: 10.45, railLowV: -10.42 });
      ok(!reading.valid && reading.reasons.includes("lowOutOfRange"), `${state}: ${JSON.stringify(reading)}`);
    }
  });

  it("holds no state in a gap, says so, and goes on from the state before [VW-11] [VW-13]", () => {
    const bench = new Bench();
    const at = (highV: number): PilotReading =>
      bench.read(pwm(50), { ...lineOf({ carOhm: CAR_OHM.B }, 50), riseAboveKnee: { towardsV: highV, tauUs: 2 }, highV });
    equal(at(8.9).state, "B");
    equal(at(8.1).state, "B", "the edge of the window is still B");
    const gap = at(7.5);
    ok(gap.valid && gap.state === "gap");
    deepEqual(gap.reasons, ["highOutOfRange"]);
    equal(gap.diode, "ok");
    equal(at(8.1).state, "B", "B is entered again at once, it was never left for another state");
    equal(at(6).state, "C");
    equal(at(6.9).state, "C");
    equal(at(7.5).state, "gap");
    equal(at(8.1).state, "gap", "B is not entered at its edge");
    equal(at(8.3).state, "B");
  });

  it("refuses a plateau above A [VW-A]", () => {
    const reading = new Bench().read(pwm(50), lineOf({ carOhm: CAR_OHM.A, railHighV: 13.6 }, 50));
    ok(!reading.valid);
    deepEqual(reading.reasons, ["highOutOfRange"]);
  });

  it("refuses a burst with two plateaus in its high phase and reads the next [VW-10]", () => {
    const bench = new Bench();
    bench.settle(50, { carOhm: CAR_OHM.C });
    const mixed = new Float64Array(256);
    const random = seededRandom(4);
    sampleInto(mixed.subarray(0, 180), lineOf({ carOhm: CAR_OHM.C }, 50), { count: 180, spacingUs: 41, startUs: 30, noiseV: 0.05 }, random);
    sampleInto(mixed.subarray(180), lineOf({ carOhm: CAR_OHM.B }, 50), { count: 76, spacingUs: 41, startUs: 410, noiseV: 0.05 }, random);
    const reading = bench.readSamples(pwm(50), mixed);
    ok(!reading.valid && reading.reasons.includes("highUnstable"), JSON.stringify(reading));
    equal(bench.settle(50, { carOhm: CAR_OHM.B }).state, "B");
  });

  it("refuses samples that gather nowhere [VW-10]", () => {
    const random = seededRandom(8);
    const reading = new Bench().readSamples(
      pwm(50),
      Float64Array.from({ length: 256 }, () => 5 * random()),
    );
    ok(!reading.valid && reading.state === "unknown");
    ok(reading.reasons.includes("highUnstable"), JSON.stringify(reading));
  });

  it("sees a duty that is far off in one burst, and one that is 2 points off within a second [DC-09] [CP-07]", () => {
    const far = new Bench().read(pwm(26.66), lineOf({ carOhm: CAR_OHM.C }, 50));
    deepEqual(far.reasons, ["dutyMismatch"]);
    const bench = new Bench();
    const off: PilotReading[] = [];
    for (let burst = 0; burst < 83; burst += 1) {
      off.push(bench.read(pwm(26.66), lineOf({ carOhm: CAR_OHM.C }, 28.66)));
    }
    ok(off.slice(0, 20).every((reading) => reading.valid));
    deepEqual(off.at(-1)?.reasons, ["dutyMismatch"]);
  });

  it("bears half a point of duty error for ever, and forgets the old duty when another is commanded [CP-07]", () => {
    const bench = new Bench();
    for (const duty of [16.66, 53.33]) {
      for (let burst = 0; burst < 83; burst += 1) {
        const reading = bench.read(pwm(duty), lineOf({ carOhm: CAR_OHM.C }, duty + 0.5));
        ok(reading.valid, `${duty} %, burst ${burst}: ${JSON.stringify(reading)}`);
      }
    }
  });

  it("remembers nothing of a high duty's low phase once the pilot was steady [DI-01]", () => {
    const bench = new Bench();
    bench.settle(96, { carOhm: CAR_OHM.C });
    bench.read(STEADY_HIGH, lineOf({ carOhm: CAR_OHM.C }, 100));
    deepEqual(bench.memory.lows, []);
  });
});

describe("readPilot with a steady pilot", () => {
  for (const state of STATES) {
    it(`reads ${state} from 16 samples, diode not tested [VW-${state}] [CP-09]`, () => {
      const reading = new Bench().read(STEADY_HIGH, lineOf({ carOhm: CAR_OHM[state] }, 100));
      ok(reading.valid && reading.state === state, JSON.stringify(reading));
      equal(reading.diode, "notTested");
      equal(reading.lowV, null);
      equal(reading.dutyPercent, null);
    });
  }

  it("reads E at 0 V and refuses −12 V [EF-01] [EF-03]", () => {
    equal(new Bench().read(STEADY_HIGH, lineOf(shorted, 100)).state, "E");
    const low = new Bench().read(STEADY_HIGH, lineOf({ carOhm: CAR_OHM.A }, 0));
    deepEqual(low.reasons, ["noHighPhase", "stuck"]);
    ok(low.highV === null && Math.abs((low.lowV ?? 0) + 12) < 0.1);
  });

  it("sees a PWM that should not run [CP-09]", () => {
    for (const duty of [10, 50, 75]) {
      const reading = new Bench().read(STEADY_HIGH, lineOf({ carOhm: CAR_OHM.A }, duty));
      ok(!reading.valid, `${duty} %: ${JSON.stringify(reading)}`);
    }
  });

  it("finds a weak op-amp in A: 10.45 V lies in the gap below A [CP-11] [VW-11]", () => {
    const reading = new Bench().read(STEADY_HIGH, lineOf({ carOhm: CAR_OHM.A, railHighV: 10.45 }, 100));
    equal(reading.state, "gap");
    deepEqual(reading.reasons, ["highOutOfRange"]);
  });

  it("reads F when −12 V is driven and seen, E at 0 V, and refuses the rest [EF-02] [VW-L]", () => {
    equal(new Bench().read(STEADY_LOW, lineOf({ carOhm: CAR_OHM.B }, 0)).state, "F");
    equal(new Bench().read(STEADY_LOW, lineOf(shorted, 0)).state, "E");
    deepEqual(new Bench().read(STEADY_LOW, lineOf({ carOhm: CAR_OHM.A }, 100)).reasons, ["noLowPhase", "stuck"]);
    deepEqual(new Bench().read(STEADY_LOW, lineOf({ carOhm: CAR_OHM.A, railLowV: -9 }, 0)).reasons, ["lowOutOfRange"]);
    const random = seededRandom(5);
    const scattered = Float64Array.from({ length: 16 }, () => 5 * random());
    deepEqual(new Bench().readSamples(STEADY_LOW, scattered).reasons, ["lowOutOfRange"]);
  });

  it("holds no car's state over steady low, which cannot sense a car [EF-02]", () => {
    const bench = new Bench();
    bench.read(STEADY_HIGH, lineOf({ carOhm: CAR_OHM.C }, 100));
    equal(bench.memory.held, "C");
    bench.read(STEADY_LOW, lineOf({ carOhm: CAR_OHM.C }, 0));
    equal(bench.memory.held, null);
  });
});

describe("readPilot with a burst that cannot be read", () => {
  it("refuses a burst during which the output changed, and keeps its memory", () => {
    const bench = new Bench();
    bench.settle(50, { carOhm: CAR_OHM.C });
    const before = bench.memory;
    const reading = bench.readSamples(null, new Float64Array(256).fill(adcOf(6)));
    deepEqual(reading.reasons, ["outputChanged"]);
    ok(!reading.valid && reading.state === "unknown");
    equal(bench.memory, before);
  });

  it("refuses fewer than eight samples, however many were promised [VW-10]", () => {
    for (const adcV of [new Float64Array(0), new Float64Array(7).fill(adcOf(6))]) {
      deepEqual(new Bench().readSamples(STEADY_HIGH, adcV, 256).reasons, ["noSamples"]);
    }
    deepEqual(new Bench().readSamples(STEADY_HIGH, new Float64Array(256).fill(adcOf(6)), Number.NaN).reasons, ["noSamples"]);
  });

  it("counts no NaN as a sample", () => {
    const reading = new Bench().readSamples(STEADY_HIGH, new Float64Array(16).fill(Number.NaN));
    deepEqual(reading.reasons, ["highUnstable"]);
    equal(reading.highV, null);
  });

  it("does not look beyond the count: the array is reused by the board", () => {
    const adcV = new Float64Array(512).fill(adcOf(6));
    adcV.fill(adcOf(8.9), 0, 16);
    equal(new Bench().readSamples(STEADY_HIGH, adcV, 16).state, "B");
  });

  it("gives the same answer whatever was read before: its scratch leaks nothing", () => {
    const adcV = new Float64Array(16).fill(adcOf(8.9));
    const fresh = new Bench().readSamples(STEADY_HIGH, adcV);
    new Bench().settle(96, { carOhm: CAR_OHM.C });
    deepEqual(new Bench().readSamples(STEADY_HIGH, adcV), fresh);
  });
});
