/** Why a car does not charge, in the words of events and reports, and what that makes of the session's end. */
import type { ChargerReport } from "#core/session/observation";
import type { EndReason } from "#core/session/record";
import { Seconds } from "#core/units/units";

/** A car that stops and is unplugged this soon after was stopped by the hand on the plug: its latch button ends C before the plug leaves. */
export const UNPLUGGED_AFTER_STOP = Seconds(10);
/** Only a battery this full is full: a car that stops below has a limit of its own. */
const FULL_PERCENT = 99.5;

const CAR = new Set(["carStopped", "stateLeft", "vehicle", "suspendedEV"]);
const PERSON = new Set(["paused", "authorisation", "deauthorised", "authorisedStop", "user", "stopped", "remote"]);
const POWER = new Set(["powerLoss", "BrownOut", "supply"]);
/** None of the words for an end fits: the charger itself went out of service, which was nobody's wish for this car. */
const NO_WORD = new Set(["unknown", "shutdown"]);
/** What a charger says when it opened because something was wrong, besides the names of faults. */
const TROUBLE = new Set(["fault", "diode", "pilotBroken", "pilotUnseen", "stuckHigh", "gap", "unreadable", "carIgnoredStop"]);

export interface Stopped {
  readonly reason: string;
  readonly isFault: boolean;
}

/** What the report itself shows of why a plugged car does not charge. */
export function stopShownBy(report: ChargerReport): Stopped {
  if (report.state === "fault") return { reason: report.faults[0]?.name ?? "fault", isFault: true };
  if (report.offeredA === null) return { reason: report.limitedBy ?? "unknown", isFault: false };
  return report.offeredA > 0 ? { reason: "carStopped", isFault: false } : { reason: report.limitedBy ?? "limit", isFault: false };
}

/** What an event of the type `chargingStopped` says. */
export const stopToldBy = (reason: string | null, fault: string | null): Stopped | null => {
  if (fault !== null) return { reason: fault, isFault: true };
  return reason === null ? null : { reason, isFault: TROUBLE.has(reason) };
};

export interface Ending {
  /** The car was charging until it was seen unplugged. */
  readonly whileCharging: boolean;
  readonly stopped: Stopped | null;
  /** Since it stopped, ms; null while it charges or when it never did. */
  readonly stoppedForMs: number | null;
  readonly carSocPercent: number | null;
  /** Why its end was not seen; null when it was. */
  readonly unseen: "powerLoss" | "silence" | null;
}

/** Never a guess: `unknown` when nothing tells. */
export function endReasonOf({ whileCharging, stopped, stoppedForMs, carSocPercent, unseen }: Ending): EndReason {
  if (unseen === "powerLoss" && (whileCharging || stopped === null)) return "powerLoss";
  if (unseen !== null && whileCharging) return "unknown";
  if (whileCharging) return "unpluggedWhileCharging";
  if (stopped === null) return "unknown";
  if (stopped.isFault) return "fault";
  if (stopped.reason === "unplugged") return "unpluggedWhileCharging";
  if (stopped.reason === "carFull") return "carFull";
  if (CAR.has(stopped.reason)) {
    if (carSocPercent !== null && carSocPercent >= FULL_PERCENT) return "carFull";
    return unseen === null && stoppedForMs !== null && stoppedForMs <= UNPLUGGED_AFTER_STOP ? "unpluggedWhileCharging" : "carStopped";
  }
  if (PERSON.has(stopped.reason)) return "authorisedStop";
  if (POWER.has(stopped.reason)) return "powerLoss";
  return NO_WORD.has(stopped.reason) ? "unknown" : "limit";
}
