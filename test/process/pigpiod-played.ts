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
import { DIVIDER_3V3, PRESETS, type PresetName } from "#pi/presets";
import type { Fitted } from "#simulator/board-options";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** Supply of the divider on a virtual Pi, whatever its converter's reference. */
const DIVIDER_V = Volts(3.3);
export const CALIBRATION = calibrationOfDivider({ vcc: DIVIDER_V, divider: DIVIDER_3V3 });
/** No board on a Pi has these sensors; the duty that a daemon reads back is the one it was told, which says nothing of the generator. */
const ON_A_PI: EvseConfig = { ...DEFAULT_EVSE_CONFIG, meter: "none" };
const FITTED_ON_A_PI = { meter: false, mainsVoltage: false, rails: false, coilSupply: false, ventilation: false, pwmReadback: false };

/** Boards by their preset: what the charger is told of them, and what they sense. */
const BOARDS: Readonly<Record<PresetName, { readonly config: EvseConfig; readonly fitted: Partial<Fitted> }>> = {
  buildGuide: { config: ON_A_PI, fitted: FITTED_ON_A_PI },
  evseHat: {
    config: {
      ...ON_A_PI,
      groundMonitor: "notFitted",
      temperature: { ...ON_A_PI.temperature, sensor: "notFitted" },
      supply: { ...ON_A_PI.supply, poles: 1 },
    },
    fitted: { ...FITTED_ON_A_PI, coilInhibit: false, groundMonitor: false, temperature: false },
  },
};
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
export async function played(
  scenario: Scenario,
  preset: PresetName,
  open: (config: EvseConfig, seed: number) => Promise<TimedRig>,
): Promise<Played> {
  const rig = await open(scenario.charger(BOARDS[preset].config), scenario.seed);
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

/** The board that a virtual Pi has on its pins, on virtual time. */
export const playedByArithmetic = (scenario: Scenario, preset: PresetName): Promise<Played> =>
  played(scenario, preset, async (config, seed) => {
    const { chip, referenceV } = PRESETS[preset].adc;
    const rig = new VirtualRig({
      ...{ config, seed, firstLoopMs: LOOP_PERIOD, calibration: CALIBRATION },
      board: {
        fitted: BOARDS[preset].fitted,
        adc: { bits: bitsOf(chip), referenceV, noiseV: NOISE_V },
        divider: { ...DIVIDER_3V3, supplyV: DIVIDER_V },
      },
    });
    return Object.assign(await rig.open(), { worstLateMs: 0 });
  });
