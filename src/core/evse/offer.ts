/** The most a car may be offered, and who keeps it from being more: the lowest of all limits wins. */
import type { EvseConfig } from "#core/evse/config";
import { isInForce, type Lease, leasedLimit } from "#core/evse/lease";
import { dutyForLimit } from "#core/pilot/duty";
import type { PilotOutput } from "#core/pilot/types";
import { Amps, type Instant } from "#core/units/units";

/** A car that came to C without B limits itself to this; an option says it too. @see ST-02 */
const SIMPLIFIED_LIMIT = Amps(10);
/** With an unknown temperature no more than this is offered. @see OT-02 */
const BLIND_TEMPERATURE_LIMIT = Amps(10);
/** Lowest cap for a charger without meter news. @see MT-01 */
const BLIND_METER_AT_LEAST = Amps(6);

/** Everything that can limit besides the installation. */
export interface Ceilings {
  readonly lease: Lease;
  /** What the plugged cable carries; null with a fixed cable. @see PX-03 */
  readonly plugRating: Amps | null;
  /** Share of the installed limit that the temperature allows. @see OT-01 */
  readonly derate: number;
  readonly temperatureUnknown: boolean;
  readonly simplifiedCar: boolean;
  readonly meterCapped: boolean;
}

export interface Offer {
  readonly limit: Amps;
  readonly limitedBy: string;
  /** The pilot that says it; steady high when it is too low to be offered. */
  readonly pilot: PilotOutput;
}

/** What hardware, cable and breaker allow for hours on end. @see DC-08 @see NE-01 */
export function installedLimit({ ratings }: EvseConfig): Amps {
  return Amps(Math.min(ratings.hardware, ratings.cable, ratings.breaker * ratings.continuousFactor));
}

function installedBy({ ratings }: EvseConfig): string {
  const breaker = ratings.breaker * ratings.continuousFactor;
  if (breaker < ratings.hardware && breaker < ratings.cable) return "breaker";
  return ratings.cable < ratings.hardware ? "cable" : "hardware";
}

/** @returns the same object as before when nothing changed. @see DC-08 */
export function offerUnder(before: Offer | null, config: EvseConfig, ceilings: Ceilings, at: Instant): Offer {
  const installed = installedLimit(config);
  let limit: number = installed;
  let limitedBy = "";
  if (ceilings.plugRating !== null && ceilings.plugRating < limit) {
    limit = ceilings.plugRating;
    limitedBy = "cable";
  }
  if (installed * ceilings.derate < limit) {
    limit = installed * ceilings.derate;
    limitedBy = "temperature";
  }
  if (ceilings.temperatureUnknown && BLIND_TEMPERATURE_LIMIT < limit) {
    limit = BLIND_TEMPERATURE_LIMIT;
    limitedBy = "temperature";
  }
  if (ceilings.simplifiedCar && SIMPLIFIED_LIMIT < limit) {
    limit = SIMPLIFIED_LIMIT;
    limitedBy = "car";
  }
  const meterCap = Math.max(BLIND_METER_AT_LEAST, installed / 2);
  if (ceilings.meterCapped && meterCap < limit) {
    limit = meterCap;
    limitedBy = "meter";
  }
  const leased = leasedLimit(ceilings.lease, config.lease.fallback, at);
  if (leased < limit) {
    limit = leased;
    limitedBy = isInForce(ceilings.lease, at) ? ceilings.lease.by : "lease";
  }
  if (limitedBy === "") limitedBy = installedBy(config);
  if (before !== null && before.limit === limit && before.limitedBy === limitedBy) return before;
  return { limit: Amps(limit), limitedBy, pilot: dutyForLimit(Amps(limit)) };
}
