/** The charge that is under way: from plugging in to unplugging, over restarts of the charger. */
import type { PersistedSession } from "#core/evse/types";
import { type Instant, Millis, type WallTime, WattHours } from "#core/units/units";

/** Energy after which the session is written down again, so that a power cut costs little. @see PW-04 */
const WORTH_PERSISTING = WattHours(50);
/** More than this can the meter not have counted between the last writing and a power cut. @see MT-02 */
const MOST_UNWRITTEN = WattHours(500);

export interface OpenSession {
  readonly id: string;
  readonly startedWall: WallTime;
  /** Plugged since, on this run's clock. */
  readonly since: Instant;
  readonly energy: WattHours;
  /** Time with the contactor confirmed closed, finished stretches only. */
  readonly chargingFor: Millis;
  readonly authorised: boolean;
  /** The meter's counter to go on from after a restart; null once it has been, or where there is none. */
  readonly resumesFrom: WattHours | null;
  /** `energy` when it was last worth writing down. */
  readonly writtenEnergy: WattHours;
}

export const openSession = (id: string, authorised: boolean, wall: WallTime, at: Instant): OpenSession => ({
  id,
  startedWall: wall,
  since: at,
  energy: WattHours(0),
  chargingFor: Millis(0),
  authorised,
  resumesFrom: null,
  writtenEnergy: WattHours(0),
});

/** The session from before a restart goes on: its car was seen again. @see PW-02 */
export const continuedSession = (before: PersistedSession, at: Instant): OpenSession => ({
  id: before.id,
  startedWall: before.startedWall,
  since: at,
  energy: WattHours(before.energyWh),
  chargingFor: Millis(before.chargingMs),
  authorised: before.authorised,
  resumesFrom: before.meterWh === null ? null : WattHours(before.meterWh),
  writtenEnergy: WattHours(before.energyWh),
});

/** @returns the same session for no energy. Energy only ever grows. @see MT-02 */
export function withEnergy(session: OpenSession, energy: WattHours): OpenSession {
  if (!(energy > 0)) return session;
  const total = WattHours(session.energy + energy);
  return { ...session, energy: total, writtenEnergy: total - session.writtenEnergy >= WORTH_PERSISTING ? total : session.writtenEnergy };
}

/** The first counter seen after a restart: what was counted after the last writing is credited, an impossible amount is not. */
export function withCounterSeen(session: OpenSession, counter: WattHours): OpenSession {
  if (session.resumesFrom === null) return session;
  const missed = counter - session.resumesFrom;
  const caughtUp: OpenSession = { ...session, resumesFrom: null };
  return missed > 0 && missed <= MOST_UNWRITTEN ? withEnergy(caughtUp, WattHours(missed)) : caughtUp;
}

/** A stretch of charging has ended: written down at once. */
export const withCharging = (session: OpenSession, duration: Millis): OpenSession => ({
  ...session,
  chargingFor: Millis(session.chargingFor + duration),
  writtenEnergy: session.energy,
});

export const withAuthorisation = (session: OpenSession, authorised: boolean): OpenSession =>
  session.authorised === authorised ? session : { ...session, authorised };

/** @param counter the meter's, null where there is none */
export const persistedSession = (session: OpenSession, counter: WattHours | null): PersistedSession => ({
  id: session.id,
  startedWall: session.startedWall,
  energyWh: session.energy,
  chargingMs: session.chargingFor,
  meterWh: counter ?? session.resumesFrom,
  authorised: session.authorised,
});
