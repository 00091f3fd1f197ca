/** Where a session's counters stood at its begin, at a sample and at its end. */
import type { SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import type { Standing } from "./tally.ts";

type Moment = Standing & { readonly at: WallTime };

/** A sample tells what nobody could attribute as what is left. */
export const momentOf = (sample: SessionSample): Moment => ({
  ...sample,
  unknownWh: Math.max(0, sample.energyWh - sample.sunWh - sample.gridWh - sample.batteryWh),
});

/** Before its first sample a session stood at nothing when it began. */
export const beginOf = ({ startedAt, cost }: Pick<SessionRecord, "startedAt" | "cost">): Moment => ({
  at: startedAt,
  energyWh: 0,
  sunWh: 0,
  gridWh: 0,
  batteryWh: 0,
  unknownWh: 0,
  cost: cost === null ? null : 0,
});

/** After its last sample it comes to what its record says, when it ended; an open one did so with that sample. */
export const endOf = (record: Standing & Pick<SessionRecord, "startedAt" | "endedAt">, lastAt: WallTime | null): Moment => ({
  ...record,
  at: record.endedAt ?? lastAt ?? record.startedAt,
});
