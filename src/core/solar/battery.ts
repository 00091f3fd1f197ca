/** What the home battery leaves to the car. */
import type { BatteryPolicy } from "./config.ts";

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
