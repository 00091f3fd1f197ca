/** Why a car is no longer plugged in: from what was seen before, the most that may be claimed, and never more. */
import type { AlertAnswer, AlertEvidence, AlertSeverity } from "#core/alerts/alert";
import type { Instant } from "#core/units/units";
import { BOUNCE, DONE_AFTER, FAULTS_OF_PULLING, POLITE_GAP, STOP_COUNTS } from "./config.ts";
import { within } from "./turn.ts";
import type { Gone, Pulse, Stay, UnplugAlertType } from "./types.ts";

export interface Departure {
  readonly type: UnplugAlertType;
  readonly severity: AlertSeverity;
  readonly evidence: AlertEvidence;
  readonly actions: readonly AlertAnswer[];
}

const QUESTION: readonly AlertAnswer[] = ["yes", "no"];

/**
 * The first row that fits. Whoever may stop a charge may unplug it; a fault is told as a fault; what happened while nobody looked
 * is told as such. Only then does it matter what the car was doing.
 */
export function departureOf(stay: Stay, gone: Gone, pulse: Pulse): Departure {
  const restedMs = stay.restSince === null ? 0 : gone.at - stay.restSince;
  const pluggedForMs = gone.at - stay.since;
  const common = { before: gone.from, pluggedForMs, energyWh: pulse.energyWh, chargingMs: pulse.chargingMs };
  const told = (type: UnplugAlertType, severity: AlertSeverity, evidence: AlertEvidence = {}): Departure => ({
    type,
    severity,
    evidence: { ...common, ...evidence },
    actions: severity === "info" ? [] : QUESTION,
  });

  if (within(stay.stoppedAt, gone.at, STOP_COUNTS)) return told("unpluggedAfterStop", "info", { stoppedBy: stay.stoppedBy });
  if (stay.cutBy !== null && !isOfPulling(stay, gone)) return told("unpluggedAfterFault", "info", { fault: stay.cutBy });
  if (gone.outage) return told("unpluggedDuringOutage", gone.drawing ? "alarm" : "info", { drawingBefore: gone.drawing });
  if (gone.drawing) return told("unpluggedWhileCharging", "alarm", { restedMs: 0, currentA: gone.currentA });
  if (!stay.drew && pluggedForMs < DONE_AFTER) return told("unpluggedBeforeCharging", "info");
  if (isWaitingForUs(stay, gone.at)) {
    return told("unpluggedWhilePaused", stay.stoppedAt === null ? "warning" : "info", {
      pausedBy: stay.pausedBy,
      pausedMs: stay.pausedSince === null ? 0 : gone.at - stay.pausedSince,
    });
  }
  if (!stay.drew) return told("unpluggedBeforeCharging", "warning");
  if (restedMs <= POLITE_GAP) return told("unpluggedWhileCharging", "alarm", { restedMs, currentA: gone.currentA });
  if (restedMs < DONE_AFTER) return told("unpluggedSoonAfterStop", "warning", { restedMs });
  return told("unpluggedAfterDone", "info", { restedMs });
}

/**
 * The charger's pause is why it does not draw, or was until a moment ago. A car that had stopped by itself before is done all the
 * same.
 */
export const isWaitingForUs = ({ pausedSince, allowedSince, restSince }: Stay, at: Instant): boolean =>
  pausedSince === null
    ? allowedSince !== null && at - allowedSince < DONE_AFTER
    : restSince === null || restSince >= pausedSince - POLITE_GAP;

/** Pulling a plug can look like a fault of the pilot for a moment. That is no excuse for whoever pulls it. */
const isOfPulling = ({ cutBy, cutAt }: Stay, { at }: Gone): boolean =>
  cutBy !== null && cutAt !== null && FAULTS_OF_PULLING.has(cutBy) && at - cutAt < BOUNCE;
