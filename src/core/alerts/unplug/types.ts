/** The vocabulary of the unplug alert: what it hears, what it remembers, what it says. */
import type { AlertAnswer, AlertEvidence, AlertNotice, AlertSeverity } from "#core/alerts/alert";
import type { Instant, Watts } from "#core/units/units";

export type UnplugAlertType =
  | "unpluggedWhileCharging"
  | "unpluggedSoonAfterStop"
  | "unpluggedWhilePaused"
  | "unpluggedBeforeCharging"
  | "unpluggedDuringOutage"
  | "unpluggedAfterDone"
  | "unpluggedAfterStop"
  | "unpluggedAfterFault"
  | "pluggedInAgain"
  | "pluggedIn"
  | "full"
  | "stoppedDrawing"
  | "interrupted"
  | "resumed"
  | "startedWithoutSun"
  | "limitReached"
  | "notPluggedIn"
  | "badContact"
  | "fault"
  | "faultCleared"
  | "noNews"
  | "newsAgain"
  | "answered"
  | "test";

export type UnplugNotice = AlertNotice<UnplugAlertType>;

/** How much the owner wants to hear. */
export type UnplugLevel = "alarms" | "charge" | "everything";

/** Plug states that mean something: no car, a car, a car that asks for power (D counts as C). */
export type PlugState = "A" | "B" | "C";

export interface FaultSighting {
  readonly name: string;
  readonly severity: AlertSeverity;
}

/** What a message says of a charger; null where it says nothing. */
export interface Sighting {
  readonly state: PlugState | null;
  /** Whether power flows, as far as the charger or its meter tells. */
  readonly drawing: boolean | null;
  readonly currentA: number | null;
  /** Whether the charger offers current to the car. */
  readonly offering: boolean | null;
  /** Why it does not, in the charger's word. */
  readonly why: string | null;
  /** Whether somebody who may do so has stopped it, or has not allowed it yet. */
  readonly stopped: boolean;
  /** The charge it belongs to; undefined when the message does not say, null when it says there is none. */
  readonly session: string | null | undefined;
  readonly energyWh: number | null;
  readonly chargingMs: number | null;
  /** All faults there are. */
  readonly faults: readonly FaultSighting[] | null;
}

/** One thing that a charger says happened. */
export type ChargerEvent =
  /** The charger's controller began anew. */
  | { readonly is: "booted" }
  | { readonly is: "state"; readonly state: PlugState }
  | { readonly is: "plugged" }
  /** `whileAway`: the controller was not running when it happened. */
  | { readonly is: "unplugged"; readonly whileAway: boolean }
  | { readonly is: "chargingStarted" }
  | { readonly is: "chargingStopped" }
  | { readonly is: "offered" }
  | { readonly is: "paused"; readonly why: string }
  /** Somebody who may do so stopped the charge: a button, a card, an app, a remote stop. */
  | { readonly is: "stopped"; readonly by: string }
  /** Somebody who may do so wants it to go on. */
  | { readonly is: "allowed" }
  | { readonly is: "fault"; readonly fault: FaultSighting }
  | { readonly is: "faultCleared"; readonly name: string }
  /** Anything else: a sign of life. */
  | { readonly is: "other" };

/** Where and when something was said, so that what comes twice or late changes nothing. */
export interface Origin {
  readonly charger: string;
  /** When it was true, on the rules' line of time; at most a minute before it was heard. */
  readonly at: Instant;
  /** The sender's own clock, ms since 1970; null when it does not say. */
  readonly stamp: number | null;
}

export type UnplugInput =
  /** Whoever runs the rules began anew: what happened meanwhile is not known. */
  | { readonly type: "start" }
  | { readonly type: "tick" }
  | ({ readonly type: "status"; readonly sighting: Sighting } & Origin)
  | ({ readonly type: "event"; readonly id: string | null; readonly session: string | null; readonly event: ChargerEvent } & Origin)
  /** What a car or somebody who knows it says of its battery. */
  | { readonly type: "battery"; readonly socPercent: number | null; readonly full: boolean }
  /** What the car may use of the sun; `intended` when the owner asked for power without it. */
  | { readonly type: "sun"; readonly surplusW: Watts; readonly intended: boolean }
  | { readonly type: "arm" }
  /** Until then, or until the next car is plugged in. */
  | { readonly type: "disarm"; readonly until: Instant | null }
  | { readonly type: "presence"; readonly home: boolean | null }
  /** The owner's car was unlocked: whoever unplugs it now is likely its owner. */
  | { readonly type: "unlocked" }
  /** Somebody wants to see whether an alert arrives. */
  | { readonly type: "test" }
  /** `alert` null means the newest that waits for an answer. */
  | { readonly type: "answer"; readonly alert: string | null; readonly answer: AlertAnswer };

/** What changes with every message; losing it costs nothing. */
export interface Pulse {
  readonly heardAt: Instant;
  /** Messages in a row that came soon enough after each other to make silence news. */
  readonly beats: number;
  readonly currentA: number | null;
  readonly energyWh: number | null;
  readonly chargingMs: number | null;
  /** Newest clock of the sender. */
  readonly stamp: number | null;
  /** Those of its newest statuses: the same again is the same status again. */
  readonly statusStamps: readonly number[];
  /** A clock far behind the newest, which was not believed; the next one of its kind will be. */
  readonly backStamp: number | null;
}

/** One car at the plug, from plugging in to unplugging. */
export interface Stay {
  readonly session: string | null;
  readonly since: Instant;
  /** Its plugging in has been told, or is no news. */
  readonly greeted: boolean;
  readonly drew: boolean;
  /** Power flows since; null while it does not. */
  readonly drawingSince: Instant | null;
  /** It has drawn, and has not since then; null while it draws or has not yet. */
  readonly restSince: Instant | null;
  /** The charger does not offer since; null while it does. */
  readonly pausedSince: Instant | null;
  readonly pausedBy: string;
  /** It may draw again since, after a pause of ours, and has not begun to; null when there is no such thing. */
  readonly allowedSince: Instant | null;
  /** Somebody who may do so stopped it. */
  readonly stoppedAt: Instant | null;
  readonly stoppedBy: string;
  /** The fault that took the power away, until it flows again. */
  readonly cutBy: string | null;
  readonly cutAt: Instant | null;
  /** Ids of what was told of it and may be followed up. */
  readonly restAlert: string | null;
  readonly interruptAlert: string | null;
  /** What is told once a stay. */
  readonly once: readonly string[];
}

/** The plug reads A; whether it was more than a bounce shows after the settling time. */
export interface Gone {
  readonly at: Instant;
  readonly heardAt: Instant;
  readonly from: "B" | "C";
  readonly drawing: boolean;
  readonly currentA: number | null;
  readonly outage: boolean;
}

/** Nobody looked since; what is seen first is not an event. */
export interface Blind {
  readonly since: Instant;
  readonly why: "start" | "restart" | "silence";
  /** A was seen once; it takes another look to believe it. */
  readonly goneSince: Instant | null;
  /** When that look was; null while nobody has looked since. */
  readonly lookedAt: Instant | null;
  /** What was told of the silence. */
  readonly alert: string | null;
}

export interface FaultRecord extends FaultSighting {
  readonly since: Instant;
  readonly evidence: AlertEvidence;
  /** Not told yet: it may be a blip. */
  readonly pending: boolean;
  /** Id of what was told; null when nothing was. */
  readonly alert: string | null;
}

/** What is known of one charger. */
export interface Watch {
  readonly pulse: Pulse;
  /** Null before the first state. */
  readonly state: PlugState | null;
  readonly stateSince: Instant;
  /** It has told a state, so that its power alone is none. */
  readonly tellsState: boolean;
  readonly blind: Blind | null;
  readonly stay: Stay | null;
  readonly gone: Gone | null;
  /** The newest unplugging, and what was told of it. */
  readonly departed: { readonly at: Instant; readonly alert: string | null } | null;
  readonly faults: readonly FaultRecord[];
  /** When each fault was told last, so that one that comes and goes is not told each time. */
  readonly faultsTold: Readonly<Record<string, Instant>>;
  readonly bounces: readonly Instant[];
  /** Ids of events that were taken, newest last. */
  readonly taken: readonly string[];
  /** Charges that are over: what still speaks of them is old. */
  readonly ended: readonly string[];
}

/** Something that waits for an answer, or may be followed up. */
export interface OpenAlert {
  readonly notice: UnplugNotice;
  readonly toldAt: Instant;
  readonly expiresAt: Instant;
}

/** An alert that was not told because of the hour. */
export interface HeldAlert {
  readonly notice: UnplugNotice;
  readonly expiresAt: Instant;
}

/** Plain JSON, finite numbers only. Instants are on the rules' own line of time, which goes on over restarts. */
export interface UnplugState {
  readonly version: 1;
  /** Beginning of every alert's id, so that those of two nodes differ. */
  readonly name: string;
  readonly count: number;
  readonly armed: boolean;
  readonly disarmedUntil: Instant | null;
  readonly home: boolean | null;
  readonly unlockedAt: Instant | null;
  readonly battery: { readonly socPercent: number | null; readonly full: boolean; readonly at: Instant } | null;
  readonly sun: { readonly surplusW: number; readonly intended: boolean; readonly at: Instant } | null;
  /** Local date of the evening that was judged last. */
  readonly evening: string | null;
  readonly watches: Readonly<Record<string, Watch>>;
  readonly open: readonly OpenAlert[];
  readonly held: readonly HeldAlert[];
}

export interface UnplugStep {
  /** The same object when nothing changed. */
  readonly state: UnplugState;
  /** What is to be told now, in order. */
  readonly effects: readonly UnplugNotice[];
}
