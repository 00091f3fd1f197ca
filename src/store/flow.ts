/** When a session's energy flowed, and where its counters stood in between, from its samples. */
import type { SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import { SAMPLE_SCALE } from "./resolution.ts";
import { between, type Standing } from "./tally.ts";

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

/** Whether a record tells of more energy than its samples do, as finely as samples tell it. */
export const exceeds = (recordWh: number, sampledWh: number): boolean =>
  Math.round(recordWh * SAMPLE_SCALE.energyWh) > Math.round(sampledWh * SAMPLE_SCALE.energyWh);

/** @param samples all, in the order of time */
export function flowOf(record: SessionRecord, samples: readonly SessionSample[]): { flowFrom: WallTime; flowUntil: WallTime } {
  const most = samples.reduce((highest, { energyWh }) => Math.max(highest, energyWh), 0);
  const end = endOf(record, samples.at(-1)?.at ?? null).at;
  const first = samples.findIndex(({ energyWh }) => energyWh > 0);
  const lastZero = first < 0 ? samples.at(-1) : samples[first - 1];
  return {
    flowFrom: lastZero?.at ?? record.startedAt,
    flowUntil: exceeds(record.energyWh, most) ? end : (samples.find(({ energyWh }) => energyWh === most)?.at ?? end),
  };
}

/** Where the counters stood at `at`. @param samples all, in the order of time */
export function standingIn(record: SessionRecord, samples: readonly SessionSample[], at: WallTime): Standing {
  const before = samples.findLast((sample) => sample.at <= at);
  const after = samples.find((sample) => sample.at > at);
  return between(before ? momentOf(before) : beginOf(record), after ? momentOf(after) : endOf(record, samples.at(-1)?.at ?? null), at);
}
