/** A scenario on a board as a Pi has it: through the daemon in real time, or the same board by arithmetic. */
import type { Rig } from "#cli/scenario/rig";
import { type RunResult, runOnce } from "#cli/scenario/run";
import type { Scenario } from "#cli/scenario/scenario";
import { VirtualRig } from "#cli/scenario/virtual-rig";
import { LOOP_PERIOD } from "#controller/safety-loop";
import { DEFAULT_EVSE_CONFIG, type EvseConfig } from "#core/evse/config";
import { calibrationOfDivider } from "#core/pilot/calibration";
import { Volts } from "#core/units/units";
import { bitsOf } from "#pi/adc";
import { DIVIDER_3V3, PRESETS } from "#pi/presets";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** What the board has no sensor for. */
const ON_A_PI: EvseConfig = { ...DEFAULT_EVSE_CONFIG, meter: "none" };
const { chip, referenceV } = PRESETS.buildGuide.adc;
export const CALIBRATION = calibrationOfDivider({ vcc: referenceV, divider: DIVIDER_3V3 });
/** Noise on the pilot of both boards, sigma in volts. */
export const NOISE_V = 0.05;

/** A rig that also knows how late its processes were at worst, ms. */
export interface TimedRig extends Rig {
  readonly worstLateMs: number;
}

export interface Played extends RunResult {
  readonly title: string;
  readonly worstLateMs: number;
  readonly outcome: Outcome;
}

/** Plays a scenario on the rig that `open` gives. */
export async function played(scenario: Scenario, open: (config: EvseConfig, seed: number) => Promise<TimedRig>): Promise<Played> {
  const rig = await open(scenario.charger(ON_A_PI), scenario.seed);
  let outcome: Outcome | null = null;
  // The board is closed at the end, which makes it safe: what counts is how it was before.
  const watched: Rig = {
    ...{ seen: rig.seen, perform: (action) => rig.perform(action), run: (until, look) => rig.run(until, look) },
    get broken() {
      return rig.broken;
    },
    async end() {
      outcome = outcomeOf(rig.seen);
      await rig.end();
    },
  };
  const result = await runOnce(scenario, watched, scenario.seed);
  if (outcome === null) throw new Error("expected a scenario that ends");
  return { title: scenario.title, worstLateMs: rig.worstLateMs, ...result, outcome };
}

/** The board that a virtual Pi has on its pins, on virtual time. A daemon reads back the duty it was told, which says nothing of the generator: here none is. */
export const playedByArithmetic = (scenario: Scenario): Promise<Played> =>
  played(scenario, async (config, seed) => {
    const rig = new VirtualRig({
      ...{ config, seed, firstLoopMs: LOOP_PERIOD, calibration: CALIBRATION },
      board: {
        fitted: { meter: false, mainsVoltage: false, rails: false, coilSupply: false, ventilation: false, pwmReadback: false },
        adc: { bits: bitsOf(chip), referenceV, noiseV: NOISE_V },
        divider: { ...DIVIDER_3V3, supplyV: Volts(referenceV) },
      },
    });
    return Object.assign(await rig.open(), { worstLateMs: 0 });
  });
