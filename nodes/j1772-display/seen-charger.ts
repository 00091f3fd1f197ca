/** A charger as its display sees it, made from whatever it says of itself. */
import { NOTHING_SEEN, type Seen, type SeenFault, type SeenState } from "#core/display/seen";
import type { ChargerReport } from "#core/session/observation";
import { mostSevere } from "../shared/faults.ts";
import type { OwnStatus } from "./display-input.ts";

/** Below this a car that may charge is resting. */
const DRAWING_FROM_A = 0.5;
const DRAWING_FROM_W = 100;

/** What is known of a charger, apart from what others say of it. `retryIn` is as of `now`. */
export function seenOfOurs(status: OwnStatus, readyA: number | null, now: number): Seen {
  const { phase, offeredCurrentA, limitedBy, currentA, powerW, temperatureC, session } = status;
  const fault = faultOf(status, now);
  return {
    ...NOTHING_SEEN,
    state: stateOf(status, fault),
    offeredA: phase === "notConnected" && offeredCurrentA === 0 ? readyA : offeredCurrentA,
    limitedBy,
    currentA,
    powerW,
    temperatureC,
    chargingMs: session?.chargingMs ?? null,
    energyWh: session?.energyWh ?? null,
    fault,
  };
}

function stateOf({ phase, currentA }: OwnStatus, fault: SeenFault | null): SeenState {
  switch (phase) {
    case "notConnected":
    case "waiting":
    case "paused":
      return phase;
    case "charging":
      return currentA === null || currentA >= DRAWING_FROM_A ? "charging" : "resting";
    case "selfTest":
    case "preparing":
    case "closing":
    case "waking":
      return "preparing";
    case "stopping":
    case "opening":
      return "stopping";
    case "faulted":
      return fault !== null && fault.needs !== null && fault.retryIn === null ? "needsYou" : "stopped";
  }
}

const NEEDS = { untilReset: "reset", untilUnplugged: "unplug", no: null } as const;

function faultOf({ faults }: OwnStatus, now: number): SeenFault | null {
  const worst = mostSevere(faults.map((fault) => ({ mrec: "", since: 0, clears: "", ...fault })));
  if (worst === undefined) return null;
  return { name: worst.name, needs: NEEDS[worst.latched], retryIn: worst.retryAt === null ? null : worst.retryAt - now };
}

/** @param before what it said last, from which a state that is not said this time is taken */
export function seenOfForeign(report: ChargerReport, chargeWh: number | null, before: Seen, readyA: number | null): Seen {
  const { powerW, currentA, offeredA, limitedBy, temperatureC, faults } = report;
  const now = {
    ...before,
    powerW: powerW ?? before.powerW,
    currentA: currentA ?? before.currentA,
    offeredA: offeredA ?? before.offeredA,
    limitedBy: limitedBy ?? before.limitedBy,
    temperatureC: temperatureC ?? before.temperatureC,
    energyWh: chargeWh ?? before.energyWh,
    fault: faults[0] === undefined ? null : { name: faults[0].name, needs: null, retryIn: null },
  };
  switch (report.state) {
    case null:
      return now;
    case "notConnected":
      return { ...NOTHING_SEEN, state: "notConnected", offeredA: offeredA ?? readyA, temperatureC: now.temperatureC };
    case "connected":
      return { ...now, state: now.offeredA === 0 ? "paused" : "waiting" };
    case "charging":
      return { ...now, state: rests(now) ? "resting" : "charging" };
    case "fault":
      return { ...now, state: "stopped" };
    case "unknown":
      return { ...now, state: "unknown" };
  }
}

const rests = ({ currentA, powerW }: Seen): boolean =>
  currentA === null ? powerW !== null && powerW < DRAWING_FROM_W : currentA < DRAWING_FROM_A;
