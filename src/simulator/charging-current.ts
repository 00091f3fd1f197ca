/** The current a car takes of an offer. */
import type { CarSpec } from "./actions.ts";
import { FULL_PERCENT } from "./battery.ts";

/** A simplified car limits itself. @see ST-02 */
const SIMPLIFIED_A = 10;

/**
 * What the car draws, amps a phase: as much of the offer as its charger can take, less when the battery is nearly full, more when it is greedy.
 * @param offeredA the offer it follows, 0 for none
 */
export function chargingA(spec: CarSpec, offeredA: number, socPercent: number): number {
  const ableA = spec.simplified ? Math.min(spec.onboardChargerA, SIMPLIFIED_A) : spec.onboardChargerA;
  const takenA = Math.min(offeredA, ableA);
  const leastA = Math.min(spec.minimumA, takenA);
  const tapered = taperedBy(spec.taperFromPercent, socPercent);
  return Math.max(0, (takenA + (leastA - takenA) * tapered) * spec.drawFactor + spec.drawExtraA);
}

/** Share of the way from the beginning of the taper to its end, 0..1. */
function taperedBy(fromPercent: number, socPercent: number): number {
  if (fromPercent >= FULL_PERCENT) return 0;
  return Math.min(1, Math.max(0, (socPercent - fromPercent) / (FULL_PERCENT - fromPercent)));
}
