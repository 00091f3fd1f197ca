/** How two accounts of one session become one. In whatever order and however often a store is given them, it ends with the same. */
import type { Checkpoint, SessionRecord } from "#core/session/record";

/**
 * The highest revision stays, and of the energies the highest account: a session that was counted further than its newest revision
 * says keeps what was counted, with the cost and the CO₂ that belong to it.
 */
export function mergedRecord(kept: SessionRecord, given: SessionRecord): SessionRecord {
  const newer = given.revision > kept.revision ? given : kept;
  const older = newer === given ? kept : given;
  if (older.energyWh <= newer.energyWh) return newer;
  const { energyWh, sunWh, gridWh, batteryWh, unknownWh, cost, pricedWh, co2G } = older;
  return { ...newer, energyWh, sunWh, gridWh, batteryWh, unknownWh, cost, pricedWh, co2G };
}

/** A checkpoint takes the place of one that is not newer. */
export const replacesCheckpoint = (given: Checkpoint, kept: Checkpoint): boolean => given.at >= kept.at;
