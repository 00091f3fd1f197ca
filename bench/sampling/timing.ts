/** What one reading costs. */
import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, readPilot } from "#core/pilot/read";
import type { PilotBurst, PilotCalibration, PilotOutput } from "#core/pilot/types";
import { DutyPercent, Instant, Volts } from "#core/units/units";
import { CAR_OHM, GAIN, lineOf, OFFSET_V, sampleInto } from "../pilot-waveform.ts";
import { DUTIES } from "./estimators.ts";

const CALIBRATION: PilotCalibration = { gain: GAIN, offsetV: Volts(OFFSET_V) };
/** A steady line is read this often to time one reading. */
const READINGS = 20_000;
const BURSTS = 64;

export interface Timing {
  readonly dutyPercent: number;
  readonly samples: number;
  readonly microseconds: number;
}

/** @returns microseconds per reading at each duty, on a warm engine: the best of three. */
export function timeReadings(random: () => number): readonly Timing[] {
  const burstsAt = (dutyPercent: number): PilotBurst[] => {
    const output: PilotOutput = { kind: "pwm", dutyPercent: DutyPercent(dutyPercent) };
    return Array.from({ length: BURSTS }, (_, sequence) => {
      const plan = burstPlanFor(output, sequence);
      const adcV = new Float64Array(plan.count);
      sampleInto(adcV, lineOf({ carOhm: CAR_OHM.C }, dutyPercent), { ...plan, startUs: 1000 * random(), noiseV: 0.03 }, random);
      return { adcV, count: plan.count, endedAt: Instant(sequence), output };
    });
  };
  const read = (bursts: readonly PilotBurst[]): number => {
    let memory = EMPTY_PILOT_MEMORY;
    const start = performance.now();
    for (let turn = 0; turn < READINGS; turn += bursts.length) {
      for (const burst of bursts) memory = readPilot(memory, burst, CALIBRATION).memory;
    }
    return ((performance.now() - start) * 1000) / READINGS;
  };
  for (const dutyPercent of DUTIES) read(burstsAt(dutyPercent));
  return DUTIES.map((dutyPercent) => {
    const bursts = burstsAt(dutyPercent);
    const microseconds = Math.min(read(bursts), read(bursts), read(bursts));
    return { dutyPercent, samples: bursts[0]?.count ?? 0, microseconds: Number(microseconds.toFixed(2)) };
  });
}
