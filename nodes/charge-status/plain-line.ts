/** The line that the charger before this one answered with, for those who still read it. */
import { type OldStatus, oldStatusLine } from "#core/session/old-status-line";
import { WallTime } from "#core/units/units";
import type { ChargerView, PilotView, SeenState } from "./api.ts";

const STATES: Readonly<Record<SeenState, OldStatus["state"]>> = {
  notConnected: "notConnected",
  preparing: "connected",
  waiting: "connected",
  paused: "connected",
  charging: "charging",
  resting: "charging",
  stopping: "connected",
  stopped: "fault",
  needsYou: "fault",
  unknown: "unknown",
};

/** @param surplusW what more could be used of the sun; null when nobody says @param now wall time */
export const plainLine = (view: ChargerView, surplusW: number | null, timeZone: string, now: number): string =>
  oldStatusLine(
    {
      at: WallTime(now),
      state: STATES[view.state],
      pilotHighV: view.pilot?.highV ?? null,
      dutyPercent: dutyOf(view.pilot),
      currentA: view.currentA,
      powerW: view.powerW,
      deltaW: surplusW === null ? null : surplusW - (view.powerW ?? 0),
      energyWh: view.charge?.energyWh ?? 0,
      dayEnergyWh: view.dayEnergyWh ?? view.charge?.energyWh ?? 0,
    },
    timeZone,
  );

function dutyOf(pilot: PilotView | null): number | null {
  if (pilot === null) return null;
  if (pilot.output === "pwm") return pilot.dutyPercent;
  return pilot.output === "steadyHigh" ? 100 : 0;
}
