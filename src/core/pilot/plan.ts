/**
 * How many samples to take, and how far apart.
 *
 * A PWM is sampled without knowing its phase. Over one period a spacing of `1 ms ÷ n` with n whole meets the same few phases again
 * and again; here n lies near the golden ratio between two whole numbers, which spreads the phases of ten periods as evenly as a
 * spacing can, and four spacings take turns. A burst lasts ten whole periods, or its share of high samples would depend on where
 * it began.
 */
import type { BurstPlan, PilotOutput } from "#core/pilot/types";

type Plans = readonly [BurstPlan, ...BurstPlan[]];

/** Of 250 samples, 20 settle in the shortest high phase (10 %) and 32 in the low phase at 85 %. @see VW-18 */
const PWM_PLANS: Plans = [
  { count: 244, spacingUs: 41.01 },
  { count: 266, spacingUs: 37.57 },
  { count: 246, spacingUs: 40.62 },
  { count: 264, spacingUs: 37.9 },
];

/** Above this duty the low phase is sampled closer. */
const SHORT_LOW_DUTY_PERCENT = 85;
/** Closer than the 40 µs of the shortest low phase (96 %), so that none passes unseen. Its plateau still takes several bursts. */
const SHORT_LOW_PLANS: Plans = [
  { count: 314, spacingUs: 31.87 },
  { count: 326, spacingUs: 30.66 },
  { count: 316, spacingUs: 31.63 },
  { count: 324, spacingUs: 30.88 },
];

/** A steady pilot needs few samples; spread over one period they also show a PWM that should not be there. @see CP-09 */
const STEADY_PLANS: Plans = [
  { count: 16, spacingUs: 61.3 },
  { count: 16, spacingUs: 58.7 },
];

/**
 * The acquisition to start while `output` is driven. A board that cannot keep the spacing takes the nearest it can, at most 50 µs:
 * wider, ten percent of a period holds one sample only, and that may lie on the edge.
 * @param sequence counts bursts; successive bursts get other spacings, so that sampling cannot lock to the pilot. @see VW-18
 */
export function burstPlanFor(output: PilotOutput, sequence: number): BurstPlan {
  const plans = plansFor(output);
  return plans[sequence % plans.length] ?? plans[0];
}

function plansFor(output: PilotOutput): Plans {
  if (output.kind !== "pwm") {
    return STEADY_PLANS;
  }
  return output.dutyPercent > SHORT_LOW_DUTY_PERCENT ? SHORT_LOW_PLANS : PWM_PLANS;
}
