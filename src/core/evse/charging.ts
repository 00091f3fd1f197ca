/** The end of a stretch of charging, whoever ends it. */
import type { FaultName } from "#core/evse/faults";
import { report, type Turn } from "#core/evse/turn";
import { withCharging } from "#core/session/open-session";
import { between } from "#core/units/units";

/** Power ends: the stretch of charging is credited to its session, if there was one. */
export function endCharging(turn: Turn, reason: string, fault?: FaultName): void {
  const { memory, at } = turn;
  const { plug, chargingSince } = memory;
  if (chargingSince === null) return;
  const session = plug === null ? null : withCharging(plug.session, between(chargingSince, at));
  if (plug !== null && session !== null) memory.plug = { ...plug, session };
  memory.chargingSince = null;
  const evidence = { currentA: memory.meter.current, energyWh: session?.energy ?? null };
  report(turn, { type: "chargingStopped", reason, ...(fault === undefined ? {} : { fault }), evidence });
}
