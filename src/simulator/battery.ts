/** The car's battery: what of the power taken from the charger arrives in it. */

/** The on-board charger's own use, and its efficiency beyond that: 0.93 × (P − 250 W). @see conformance 2.2 */
const OWN_USE_W = 250;
const EFFICIENCY = 0.93;
/** A car stops here. @see conformance 2.2 */
export const FULL_PERCENT = 99;

/** Its state of charge, and how it grows. */
export class Battery {
  socPercent = 0;

  get full(): boolean {
    return this.socPercent >= FULL_PERCENT;
  }

  /** @param takenWh from the charger @param overMs during which it was taken */
  charge(takenWh: number, overMs: number, capacityWh: number): void {
    const arrivedWh = EFFICIENCY * Math.max(0, takenWh - (OWN_USE_W * overMs) / 3_600_000);
    this.socPercent = Math.min(100, this.socPercent + (arrivedWh / capacityWh) * 100);
  }
}
