/** What an owner can set, and the timings behind it. All timings are proposals to be calibrated on real cars. */
import type { DailyWindow, MinuteOfDay } from "#core/alerts/local-time";
import { Amps, Hours, type Millis, Minutes, Seconds, WattHours, type Watts } from "#core/units/units";
import type { UnplugLevel } from "./types.ts";

/** B for at most this long between drawing and gone: the handle's button was pressed, then it was pulled. */
export const POLITE_GAP = Seconds(10);
/** Less than this is not drawing. */
export const DRAWING_FROM = Amps(1);
/** Without power for this long the car is done, or rests by itself. */
export const DONE_AFTER = Seconds(120);
/** An unplugging this soon after somebody stopped the charge is theirs. */
export const STOP_COUNTS = Minutes(5);
/** A car that is told to stop may take this long; drawing that begins sooner does not mean that it may go on. */
export const STOP_TAKES = Seconds(10);
/** An unplugging this soon after the car was unlocked is its owner's. */
export const UNLOCK_COUNTS = Minutes(5);
/** A state shorter than this is a bounce of the contact. */
export const BOUNCE = Seconds(2);
/** So many bounces within `BOUNCES_WITHIN` are a bad contact. */
export const BAD_CONTACT_FROM = 5;
export const BOUNCES_WITHIN = Minutes(1);
/** The same fault within this time is told once. */
export const FAULT_REST = Minutes(15);
/** A session's energy that goes back by more belongs to another session. */
export const SAME_ENERGY = WattHours(50);
/** Faults that pulling a plug can make, when they come with it. */
export const FAULTS_OF_PULLING: ReadonlySet<string> = new Set(["PilotFault", "ProximityFault", "DiodeFault"]);
/** Drawing for this long is charging again. */
export const RESUMED_AFTER = Seconds(10);
/** Starting is judged against the sun this long after, when the meter has seen it. */
export const SUN_JUDGED_AFTER = Seconds(60);
/** What was said of the sun or the battery is believed this long. */
export const SUN_FRESH = Minutes(5);
export const BATTERY_FRESH = Minutes(30);
/** How long an evening's question may still be asked. */
export const EVENING_LASTS = 180;
/** A plug that was seen out once, by a charger that says no more, is out after this long. */
export const ONE_LOOK_IS_ENOUGH = Seconds(30);
/** Messages in a row that make a charger regular, so that its silence is news. */
export const REGULAR_FROM = 3;
/** Stamps that go back by more than this mean that the sender's clock was set. */
export const CLOCK_WAS_SET = Seconds(10);
/** More chargers than this are not watched by one node. */
export const MOST_CHARGERS = 64;
/** Memory that must not grow. */
export const MOST_TAKEN = 64;
export const MOST_STAMPS = 16;
export const MOST_ENDED = 8;
export const MOST_OPEN = 32;
export const MOST_HELD = 32;
export const MOST_FAULTS = 32;

export interface UnplugConfig {
  /** Armed after each plugging in; otherwise only when told. */
  readonly arms: boolean;
  /** What an unplugging means while the owner is at home. */
  readonly atHome: "quiet" | "alarm";
  readonly level: UnplugLevel;
  /** How long the plug must read A before it is believed. */
  readonly settle: Millis;
  /** Plugged in again within this time takes the alarm back. */
  readonly grace: Millis;
  /** Not offering for longer than this interrupts a charge. */
  readonly interruptedAfter: Millis;
  /** Silence of a charger that used to be regular; null for one that speaks on change only. */
  readonly noNewsAfter: Millis | null;
  readonly zone: string;
  readonly quiet: DailyWindow | null;
  /** Whether alarms wait for the end of the quiet hours as well. */
  readonly holdAlarms: boolean;
  /** A car is expected by then; null for never. */
  readonly pluggedBy: MinuteOfDay | null;
  /** An alarm without an answer takes its next steps so long after it was told. */
  readonly escalateAfter: readonly Millis[];
  readonly remindEvery: Millis | null;
  readonly remindTimes: number;
  readonly timeToLive: Millis;
  /** A battery at this charge counts as full. */
  readonly fullPercent: number;
  readonly energyLimit: WattHours | null;
  readonly timeLimit: Millis | null;
  readonly socLimitPercent: number | null;
  /** Less sun than this is "without sun"; null when nobody asked. */
  readonly sunFrom: Watts | null;
}

export const DEFAULT_UNPLUG_CONFIG: UnplugConfig = {
  arms: true,
  atHome: "quiet",
  level: "charge",
  settle: Seconds(2),
  grace: Seconds(30),
  interruptedAfter: Minutes(5),
  noNewsAfter: Seconds(120),
  zone: "UTC",
  quiet: null,
  holdAlarms: false,
  pluggedBy: null,
  escalateAfter: [Minutes(3)],
  remindEvery: null,
  remindTimes: 3,
  timeToLive: Hours(12),
  fullPercent: 99,
  energyLimit: null,
  timeLimit: null,
  socLimitPercent: null,
  sunFrom: null,
};
