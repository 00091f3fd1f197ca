/** Our own charger's statuses and events, in the ledger's words. */
import type { ChargerReport } from "#core/session/observation";
import type { LoggedEvent } from "#core/session/record";
import type { WallTime } from "#core/units/units";

/** What is read of a status message. */
export interface StatusLike {
  readonly charger: string;
  readonly at: number;
  readonly state: "A" | "B" | "C" | "D" | "E" | "F" | "unknown";
  readonly phase: string;
  readonly offeredCurrentA: number;
  readonly limitedBy: string;
  readonly currentA: number | null;
  readonly powerW: number | null;
  readonly energyWh: number | null;
  readonly temperatureC: number | null;
  readonly faults: readonly { readonly name: string; readonly mrec: string; readonly since: number }[];
  readonly session: { readonly id: string; readonly energyWh: number } | null;
}

/** A charger without a meter of its own counts by session. */
export function reportOfStatus(status: StatusLike): ChargerReport {
  const { session, energyWh } = status;
  return {
    charger: status.charger,
    at: status.at as WallTime,
    state: stateOf(status),
    powerW: status.powerW,
    energyWh: energyWh ?? session?.energyWh ?? null,
    counterOf: energyWh === null ? "session" : "life",
    currentA: status.currentA,
    offeredA: status.offeredCurrentA,
    limitedBy: status.limitedBy,
    temperatureC: status.temperatureC,
    session: session?.id ?? null,
    user: null,
    tag: null,
    carSocPercent: null,
    faults: status.faults.map(({ name, mrec, since }) => ({ name, mrec, since: Math.round(since) as WallTime })),
  };
}

/** A car is charging while the contactor is closed for it, also while it is given time to stop. */
function stateOf({ state, phase, session }: StatusLike): ChargerReport["state"] {
  if (state === "A" && session === null) return "notConnected";
  if (phase === "faulted") return "fault";
  // Reading A proves nothing while the charger still holds the session: a line stuck high, or a restart.
  if (state === "A") return "unknown";
  if (state === "unknown") return "unknown";
  if (state === "E" || state === "F") return session === null ? "fault" : phase === "waking" ? "connected" : "fault";
  return phase === "charging" || phase === "stopping" ? "charging" : "connected";
}

/** What is read of an event message. */
export interface EventLike {
  readonly id: string;
  readonly charger: string;
  readonly at: number;
  readonly type: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly reason?: string | undefined;
  readonly fault?: string | undefined;
  readonly session: string | null;
  readonly evidence?: Readonly<Record<string, number | string | boolean | null>> | undefined;
}

/** `from` and `to` are kept as evidence. */
export const eventOf = ({ id, charger, session, at, type, from, to, reason, fault, evidence }: EventLike): LoggedEvent => ({
  id,
  charger,
  session,
  at: Math.round(at) as WallTime,
  type,
  reason: reason ?? null,
  fault: fault ?? null,
  evidence: { ...evidence, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
});
