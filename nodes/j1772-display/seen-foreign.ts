/** A charger that is not of this package as its display sees it, made from whatever it says of itself. */
import { NOTHING_SEEN, type Seen } from "#core/display/seen";
import { isResting } from "#core/display/seen-state";
import type { ChargerReport } from "#core/session/observation";

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
