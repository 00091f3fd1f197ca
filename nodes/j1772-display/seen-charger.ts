/** A charger as its display sees it, made from whatever it says of itself. */
import { NOTHING_SEEN, type Seen, type SeenFault } from "#core/display/seen";
import type { ChargerReport } from "#core/session/observation";
import { mostSevere } from "../shared/faults.ts";
import { isResting, stateOfPhase } from "../shared/seen-state.ts";
import type { OwnStatus } from "./display-input.ts";

/** What is known of a charger, apart from what others say of it. `retryIn` is as of `now`. */
export function seenOfOurs(status: OwnStatus, readyA: number | null, now: number): Seen {
  const { phase, offeredCurrentA, limitedBy, currentA, powerW, temperatureC, session } = status;
  const fault = faultOf(status, now);
  return {
    ...NOTHING_SEEN,
    state: stateOfPhase(phase, currentA, fault !== null && fault.needs !== null && fault.retryIn === null),
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

const rests = ({ currentA, powerW }: Seen): boolean => isResting(currentA, powerW);
