/** What the home battery leaves to the car. */
import { WattHours, type Watts } from "#core/units/units";

/** A charge that stands still while so much went in or out is stuck: five percent of a large battery. Until then it counts, however rarely it is told. */
export const STUCK_CHARGE = WattHours(3000);

/** Who gets the sun first when there is a home battery. */
export interface BatteryPolicy {
  /** `ignore`: no battery readings; `carFirst`, `batteryFirst` up to `targetSoc`, or `share` of the charging power for the car. */
  readonly priority: "ignore" | "carFirst" | "batteryFirst" | "share";
  /** Percent. Above it the car goes first. */
  readonly targetSoc: number;
  /** Part of the battery's charging power the car may take in `share`, 0 to 1. */
  readonly share: number;
  /** What the battery can take at most; null when not known: what it takes now is kept for it. */
  readonly largestCharge: Watts | null;
  /** Power the battery may give to the car while its SoC is above `floorSoc`. */
  readonly allowedDischarge: Watts;
  readonly floorSoc: number;
}

/**
 * Power to add to the grid's view of the surplus, W. Without it a battery that regulates the grid to nothing would hide the sun.
 * `power` is positive when charging; `soc` in percent; null when not known.
 */
export function batteryShare(policy: BatteryPolicy, power: number | null, soc: number | null): number {
  if (policy.priority === "ignore" || power === null) return 0;
  const room = policy.largestCharge ?? Math.max(0, power);
  const discharge = soc !== null && soc > policy.floorSoc ? policy.allowedDischarge : 0;
  const kept = (): number => {
    if (policy.priority === "carFirst") return 0;
    if (policy.priority === "share") return (1 - policy.share) * room;
    return soc !== null && soc >= policy.targetSoc ? 0 : room;
  };
  // A full battery takes nothing, so nothing is kept for it.
  const full = soc !== null && soc >= 99.5;
  return power - (full ? 0 : kept()) + discharge;
}
