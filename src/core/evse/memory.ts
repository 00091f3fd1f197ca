/** What the machine remembers between two steps, one part for each concern. Private to `core/evse`. */
import type { EvseConfig } from "#core/evse/config";
import { type Contactor, restingContactor } from "#core/evse/contactor";
import { type FaultRegister, NO_FAULTS } from "#core/evse/fault-register";
import { type Lease, noLease } from "#core/evse/lease";
import { type Meter, unheardMeter } from "#core/evse/meter";
import { type Offer, offerUnder } from "#core/evse/offer";
import { FED, type OneShot } from "#core/evse/one-shot";
import { NO_OVERCURRENT, type Overcurrent } from "#core/evse/overcurrent";
import { blankPilotFilter, type PilotFilter } from "#core/evse/pilot-filter";
import type { PlugIn } from "#core/evse/plug-in";
import { type Post, startPost } from "#core/evse/post";
import { NO_CABLE, type Proximity } from "#core/evse/proximity";
import { GOOD_SUPPLY, type Supply } from "#core/evse/supply";
import { COOL, type Temperature } from "#core/evse/temperature";
import { NEVER, type Since } from "#core/evse/time";
import type { BoardInputs, EvseState, PersistedSafety, PersistedSession } from "#core/evse/types";
import { armedRetry, type TripRetry } from "#core/gfci/retry";
import { SELF_TEST_NEVER, type SelfTest } from "#core/gfci/self-test";
import type { OpenSession } from "#core/session/open-session";
import { Instant, WallTime } from "#core/units/units";

/** What was driven, and when it last changed. Only the gate writes it. */
export interface Drive {
  readonly pwmEndedAt: Instant;
  /** Since when the car sees the pilot steady high; meaningless while it does not. */
  readonly highSince: Instant;
  readonly dutyChangedAt: Instant;
}

export interface EvseMemory {
  /** Name of this run; null before the boot event. */
  readonly run: string | null;
  /** Sessions opened in this run. */
  readonly sessions: number;
  readonly at: Instant;
  readonly sensedAt: Instant;
  readonly wall: WallTime;
  readonly inputs: BoardInputs;
  readonly phaseSince: Instant;
  readonly chargingSince: Since;
  /** Why the car was last told to stop. */
  readonly stopReason: string | null;

  readonly pilot: PilotFilter;
  readonly plug: PlugIn | null;
  /** From before a restart, waiting for its car to be seen. */
  readonly resumable: PersistedSession | null;
  readonly proximity: Proximity;
  /** The line was stuck at +12 V, and until a car loads it again, reading A does not mean that the car has left. @see EF-03 */
  readonly stuckHigh: boolean;
  /** A car has left; what its leaving clears waits until it stays away. */
  readonly leaving: boolean;
  /** The pilot was at 0 V and has not yet been at A or B long enough. @see EF-01 */
  readonly shortedToEarth: boolean;

  /** Until when an authorisation given before plugging in waits for its car. */
  readonly authorisedUntil: Instant;

  readonly lease: Lease;
  readonly leaseLapsed: boolean;
  /** Who paused; null when nobody did. */
  readonly pausedBy: string | null;
  readonly delayUntil: Instant;
  readonly shuttingDown: boolean;
  readonly offer: Offer;

  readonly drive: Drive;
  readonly contactor: Contactor;
  readonly oneShot: OneShot;
  readonly inhibitedSince: Since;
  /** What keeps the contactor open for a car that asks, and since when. */
  readonly obstacle: { readonly what: string; readonly since: Instant } | null;

  readonly post: Post;
  readonly selfTest: SelfTest;
  readonly lastSelfTest: "never" | "passed" | "failed";
  readonly retry: TripRetry;
  /** Since when the interrupter has said nothing, if that began with the coil on. */
  readonly gfciUnseenSince: Since;
  readonly earthLostSince: Since;

  readonly supply: Supply;
  readonly temperature: Temperature;
  readonly meter: Meter;
  readonly overcurrent: Overcurrent;

  readonly faults: FaultRegister;
  /** As last handed out to be written down, with the session it was made of. */
  readonly durable: PersistedSafety;
  readonly durableSession: OpenSession | null;
}

/** The state as the machine itself knows it. */
export interface KnownState extends EvseState {
  readonly memory: EvseMemory;
}

/** Every `EvseState` was made by `createEvse` and `step`, so its memory is ours. The one place that says so. */
export const known = (state: EvseState): KnownState => state as KnownState;

/** Nothing sensed yet: every reading is missing. */
export const NOTHING_SENSED: BoardInputs = {
  gfciTripped: null,
  gfciDc: false,
  coilInhibited: null,
  loadSide: [],
  groundPresent: null,
  mainsV: null,
  currentA: null,
  energyWh: null,
  meterAt: null,
  temperatureC: null,
  railHighV: null,
  railLowV: null,
  coilSupplyPercent: null,
  pwm: null,
  ventilationOk: null,
  emergencyStop: false,
  proximityOhms: null,
};

export const NOTHING_DURABLE: PersistedSafety = {
  version: 1,
  latched: [],
  gfciResets: 0,
  welded: false,
  contactorCycles: 0,
  closuresLastHour: 0,
  session: null,
};

export function freshMemory(config: EvseConfig): EvseMemory {
  const at = Instant(0);
  const lease = noLease(config.lease.fallback);
  return {
    run: null,
    sessions: 0,
    at,
    sensedAt: at,
    wall: WallTime(0),
    inputs: NOTHING_SENSED,
    phaseSince: at,
    chargingSince: null,
    stopReason: null,
    pilot: blankPilotFilter(at),
    plug: null,
    resumable: null,
    proximity: NO_CABLE,
    stuckHigh: false,
    leaving: false,
    shortedToEarth: false,
    authorisedUntil: NEVER,
    lease,
    leaseLapsed: false,
    pausedBy: null,
    delayUntil: NEVER,
    shuttingDown: false,
    offer: offerUnder(
      null,
      config,
      { lease, plugRating: null, derate: 1, temperatureUnknown: false, simplifiedCar: false, meterCapped: false },
      at,
    ),
    drive: { pwmEndedAt: NEVER, highSince: at, dutyChangedAt: NEVER },
    contactor: restingContactor(at),
    oneShot: FED,
    inhibitedSince: null,
    obstacle: null,
    post: startPost(at),
    selfTest: SELF_TEST_NEVER,
    lastSelfTest: "never",
    retry: armedRetry(),
    gfciUnseenSince: null,
    earthLostSince: null,
    supply: GOOD_SUPPLY,
    temperature: COOL,
    meter: unheardMeter(at),
    overcurrent: NO_OVERCURRENT,
    faults: NO_FAULTS,
    durable: NOTHING_DURABLE,
    durableSession: null,
  };
}
