/**
 * What is kept of a charge, and of everything around it. Plain and serialisable: stores keep exactly this.
 * Times are wall time in ms since 1970; durations were measured on the monotonic clock.
 */
import type { WallTime } from "#core/units/units";

/** Energy into the car, by where it came from. `unknownWh` is what nobody could tell: no site readings at that time. */
export interface EnergySplit {
  readonly sunWh: number;
  readonly gridWh: number;
  readonly batteryWh: number;
  readonly unknownWh: number;
}

/** Why a session ended. `unknown` rather than a guess. */
export type EndReason =
  | "carFull"
  | "carStopped"
  | "unpluggedWhileCharging"
  | "authorisedStop"
  | "limit"
  | "fault"
  | "powerLoss"
  | "unknown";

/** A stretch inside a session in which the car did not charge though it had begun to. */
export interface Interruption {
  readonly at: WallTime;
  /** Null while it lasts. */
  readonly until: WallTime | null;
  readonly reason: string;
}

export interface SessionFault {
  readonly at: WallTime;
  readonly name: string;
  /** The industry's minimum required error code, e.g. `MREC2GroundFailure`; null from a charger that does not know it. */
  readonly mrec: string | null;
}

/** One session, from plugging in to unplugging. `energyWh` is the sum of the split. */
export interface SessionRecord extends EnergySplit {
  /** UUID. */
  readonly id: string;
  /** Grows with each change; a store keeps the highest it was given. */
  readonly revision: number;
  readonly charger: string;
  readonly user: string | null;
  readonly tag: string | null;
  readonly startedAt: WallTime;
  /** Null while the car is plugged. */
  readonly endedAt: WallTime | null;
  readonly connectedMs: number;
  readonly chargingMs: number;
  readonly energyWh: number;
  /** In the store's currency; null when no energy had a price, also where none flowed. */
  readonly cost: number | null;
  /** How much of the energy had a price; cost per this is the effective price. */
  readonly pricedWh: number;
  readonly co2G: number | null;
  readonly meterStartWh: number | null;
  readonly meterStopWh: number | null;
  readonly maxPowerW: number | null;
  readonly meanPowerW: number | null;
  readonly offeredMinA: number | null;
  readonly offeredMaxA: number | null;
  readonly peakTemperatureC: number | null;
  readonly interruptions: readonly Interruption[];
  readonly faults: readonly SessionFault[];
  /** Null while it is open. */
  readonly endReason: EndReason | null;
  /** Stretches in which the log was not running; their energy is counted only as far as a counter proves it. */
  readonly gaps: number;
}

/** A sample of a session. Energies and cost are running totals since its start, so that any stretch is a difference. */
export interface SessionSample {
  readonly session: string;
  readonly at: WallTime;
  readonly energyWh: number;
  readonly sunWh: number;
  readonly gridWh: number;
  readonly batteryWh: number;
  readonly cost: number | null;
  readonly powerW: number | null;
  readonly currentA: number | null;
  readonly offeredA: number | null;
  readonly temperatureC: number | null;
}

/** One thing that happened, with or without a session. */
export interface LoggedEvent {
  /** Unique; receiving it twice changes nothing. */
  readonly id: string;
  readonly charger: string;
  readonly session: string | null;
  readonly at: WallTime;
  readonly type: string;
  readonly reason: string | null;
  readonly fault: string | null;
  /** What was seen, as it came. */
  readonly evidence: Readonly<Record<string, number | string | boolean | null>>;
}

/** Where a charger's books stand: what the ledger goes on from after a restart. Opaque to stores. */
export interface Checkpoint {
  readonly charger: string;
  readonly at: WallTime;
  /** JSON of the ledger's state. */
  readonly state: string;
}

/** What is written together: all of it or nothing. */
export interface SessionBatch {
  readonly records: readonly SessionRecord[];
  readonly samples: readonly SessionSample[];
  readonly events: readonly LoggedEvent[];
  readonly checkpoints: readonly Checkpoint[];
}

export const EMPTY_BATCH: SessionBatch = { records: [], samples: [], events: [], checkpoints: [] };
