/** Cars as they are met: one polite default, and what the others do differently. */
import type { CarPreset, CarSpec } from "./actions.ts";

/** An ordinary single-phase car that does everything as it should. @see conformance 2.1, 2.2 */
export const CAR_DEFAULTS: CarSpec = {
  r2Ohm: 2740,
  r3Ohm: 1300,
  diodeV: 0.7,
  inletNanofarad: 1,
  plugBounceMs: 20,
  decideMs: 1500,
  startCurrentMs: 2000,
  rampUpAps: 2,
  rampDownAps: 10,
  dutyReactionMs: 500,
  x1ReactionMs: 2000,
  rude: false,
  minimumA: 6,
  onboardChargerA: 32,
  drawFactor: 0.98,
  drawExtraA: 0,
  phases: 1,
  batteryWh: 60_000,
  socPercent: 40,
  taperFromPercent: 92,
  pausesPerHour: 0,
  pauseMs: 30_000,
  sleepsAfterMs: null,
  wakesOn: "either",
  latchesOnF: false,
  toggles: 0,
  toggleMs: 300,
  simplified: false,
  ventilated: false,
  dutyGlitchMs: 0,
  unplugBounceMs: 0,
  givesUpAfter: null,
};

/** Asleep after this long without an offer. @see conformance 2.2 */
const FALLS_ASLEEP_MS = 15 * 60_000;

const DIFFERENCES: Readonly<Record<CarPreset, Partial<CarSpec>>> = {
  polite: {},
  rude: { rude: true },
  greedy: { drawFactor: 1.3 },
  sleepy: { sleepsAfterMs: FALLS_ASLEEP_MS },
  latchesOnF: { latchesOnF: true, sleepsAfterMs: FALLS_ASLEEP_MS, wakesOn: "stateE" },
  ignoresDuty: { dutyReactionMs: null },
  ignoresX1: { x1ReactionMs: null },
  tapering: { socPercent: 91 },
  pausing: { pausesPerHour: 6 },
  toggling: { toggles: 3 },
  simplified: { simplified: true, onboardChargerA: 10 },
  ventilated: { ventilated: true, r3Ohm: 270 },
  glitching: { dutyGlitchMs: 30, unplugBounceMs: 60 },
  impatient: { givesUpAfter: 10 },
};

/** A whole car of that habit. */
export function carPreset(name: CarPreset): CarSpec {
  return { ...CAR_DEFAULTS, ...DIFFERENCES[name] };
}
