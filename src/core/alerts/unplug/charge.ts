/** How a charge goes on: done, interrupted, resumed, past a limit, without sun. Nothing here needs an answer. */
import type { AlertEvidence } from "#core/alerts/alert";
import type { Instant } from "#core/units/units";
import { BATTERY_FRESH, DONE_AFTER, RESUMED_AFTER, SUN_FRESH, SUN_JUDGED_AFTER } from "./config.ts";
import { raise } from "./desk.ts";
import { changeStay, type Turn, watchOf, within } from "./turn.ts";
import type { Stay, UnplugAlertType, Watch } from "./types.ts";

/** Once a step, for a charger that somebody looks at and a car that is plugged in. */
export function passCharge(turn: Turn, charger: string): void {
  const watch = watchOf(turn, charger);
  if (watch?.stay == null || watch.blind !== null || watch.gone !== null) return;
  passRest(turn, charger, watch, watch.stay);
  passPause(turn, charger, watch, watch.stay);
  passResumed(turn, charger, watch, watch.stay);
  passSun(turn, charger, watch.stay);
  passLimits(turn, charger, watch, watch.stay);
}

const inform = (turn: Turn, charger: string, stay: Stay, type: UnplugAlertType, at: Instant, evidence: AlertEvidence): string | null =>
  raise(turn, { type, severity: "info", charger, session: stay.session, at, evidence });

/** It has not drawn for a while although it may. Full it is only when the car says so. */
function passRest(turn: Turn, charger: string, { pulse, faults }: Watch, stay: Stay): void {
  const { restSince, pausedSince, restAlert, once } = stay;
  if (restSince === null || pausedSince !== null || restAlert !== null || once.includes("rest") || stay.cutBy !== null || faults.length > 0)
    return;
  if (turn.at - Math.max(restSince, stay.allowedSince ?? restSince) < DONE_AFTER) return;
  const { battery } = turn.state;
  const known = battery !== null && within(battery.at, turn.at, BATTERY_FRESH) ? battery : null;
  const socPercent = known?.socPercent ?? null;
  const isFull = known !== null && (known.full || (socPercent !== null && socPercent >= turn.config.fullPercent));
  const evidence = { socPercent, energyWh: pulse.energyWh, chargingMs: pulse.chargingMs, restedMs: turn.at - restSince };
  const alert = inform(turn, charger, stay, isFull ? "full" : "stoppedDrawing", restSince, evidence);
  changeStay(turn, charger, { restAlert: alert, once: [...once, "rest"] });
}

/** We do not offer any more, and it does not draw. A short pause, as clouds make it, is nobody's business; nor is one that somebody asked for. */
function passPause(turn: Turn, charger: string, { pulse }: Watch, stay: Stay): void {
  const { pausedSince, pausedBy, interruptAlert, stoppedAt, once, drawingSince, restSince } = stay;
  if (pausedSince === null || drawingSince !== null || !stay.drew) return;
  if (interruptAlert !== null || once.includes("pause") || stoppedAt !== null || stay.cutBy !== null) return;
  const hadStopped = restSince !== null && restSince < pausedSince;
  if (hadStopped || turn.at - pausedSince < turn.config.interruptedAfter) return;
  const evidence = { pausedBy, energyWh: pulse.energyWh, pausedMs: turn.at - pausedSince };
  const alert = inform(turn, charger, stay, "interrupted", pausedSince, evidence);
  changeStay(turn, charger, { interruptAlert: alert, once: [...once, "pause"] });
}

/** It draws again, after somebody was told that it does not. */
function passResumed(turn: Turn, charger: string, { pulse }: Watch, stay: Stay): void {
  const { drawingSince, restAlert, interruptAlert, session, once } = stay;
  if (drawingSince === null || turn.at - drawingSince < RESUMED_AFTER) return;
  if (!once.includes("rest") && !once.includes("pause")) return;
  changeStay(turn, charger, { restAlert: null, interruptAlert: null, once: once.filter((each) => each !== "rest" && each !== "pause") });
  const follows = interruptAlert ?? restAlert;
  if (follows === null) return;
  const evidence = { energyWh: pulse.energyWh, currentA: pulse.currentA };
  raise(turn, { type: "resumed", severity: "info", charger, session, at: drawingSince, evidence, follows });
}

/** A charge that began with less sun than it needs. Not knowing the sun is not "no sun". */
function passSun(turn: Turn, charger: string, stay: Stay): void {
  const { sunFrom } = turn.config;
  const { drawingSince, once } = stay;
  const { sun } = turn.state;
  if (sunFrom === null || drawingSince === null || once.includes("sun")) return;
  const drawn = turn.at - drawingSince;
  if (drawn < SUN_JUDGED_AFTER) return;
  const isKnown = sun !== null && within(sun.at, turn.at, SUN_FRESH) && sun.at >= drawingSince;
  if (!isKnown && drawn < SUN_FRESH) return;
  changeStay(turn, charger, { once: [...once, "sun"] });
  if (!isKnown || sun.intended || sun.surplusW >= sunFrom) return;
  const evidence = { surplusW: sun.surplusW, neededW: sunFrom };
  inform(turn, charger, stay, "startedWithoutSun", drawingSince, evidence);
}

function passLimits(turn: Turn, charger: string, { pulse }: Watch, stay: Stay): void {
  const { energyLimit, timeLimit, socLimitPercent } = turn.config;
  const { battery } = turn.state;
  const soc = battery !== null && within(battery.at, turn.at, BATTERY_FRESH) ? battery.socPercent : null;
  const reached = [
    ["energy", energyLimit !== null && pulse.energyWh !== null && pulse.energyWh >= energyLimit, { energyWh: pulse.energyWh }],
    ["time", timeLimit !== null && pulse.chargingMs !== null && pulse.chargingMs >= timeLimit, { chargingMs: pulse.chargingMs }],
    ["charge", socLimitPercent !== null && soc !== null && soc >= socLimitPercent && stay.drew, { socPercent: soc }],
  ] as const;
  for (const [limit, isReached, measured] of reached) {
    const once = watchOf(turn, charger)?.stay?.once ?? [];
    const mark = `limit ${limit}`;
    if (!isReached || once.includes(mark)) continue;
    changeStay(turn, charger, { once: [...once, mark] });
    inform(turn, charger, stay, "limitReached", turn.at, { limit, ...measured });
  }
}
