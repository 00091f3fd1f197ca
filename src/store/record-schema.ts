/** The shape of what stores keep, for whoever is handed it by a file or a wire. */
import * as v from "valibot";
import type { SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";

export const figure = v.pipe(v.number(), v.finite());
const energy = v.pipe(v.number(), v.finite(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Nobody charged before 1970, and nobody asks day by day for what lies beyond 2200. A store may tell parts of a millisecond. */
export const moment = v.pipe(
  v.number(),
  v.minValue(0),
  v.maxValue(Date.UTC(2200, 0, 1)),
  v.transform((ms) => WallTime(Math.round(ms))),
);
export const name = v.pipe(v.string(), v.nonEmpty());
export const split = { energyWh: energy, sunWh: energy, gridWh: energy, batteryWh: energy };

const END_REASONS = [
  "carFull",
  "carStopped",
  "unpluggedWhileCharging",
  "authorisedStop",
  "limit",
  "fault",
  "powerLoss",
  "unknown",
] as const satisfies readonly SessionRecord["endReason"][];

/** A session, and nothing else. */
export const Session = v.strictObject({
  id: name,
  revision: count,
  charger: name,
  user: v.nullable(v.string()),
  tag: v.nullable(v.string()),
  startedAt: moment,
  endedAt: v.nullable(moment),
  connectedMs: energy,
  chargingMs: energy,
  ...split,
  unknownWh: energy,
  cost: v.nullable(figure),
  pricedWh: energy,
  co2G: v.nullable(figure),
  meterStartWh: v.nullable(figure),
  meterStopWh: v.nullable(figure),
  maxPowerW: v.nullable(figure),
  meanPowerW: v.nullable(figure),
  offeredMinA: v.nullable(figure),
  offeredMaxA: v.nullable(figure),
  peakTemperatureC: v.nullable(figure),
  interruptions: v.array(v.strictObject({ at: moment, until: v.nullable(moment), reason: v.string() })),
  faults: v.array(v.strictObject({ at: moment, name: v.string(), mrec: v.nullable(v.string()) })),
  endReason: v.nullable(v.picklist(END_REASONS)),
  gaps: count,
}) satisfies v.GenericSchema<unknown, SessionRecord>;
