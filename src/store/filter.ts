/** What a question is about, in the words that all stores share. */
import type { SessionFilter, TimeRange } from "#core/session/question";
import type { SessionRecord } from "#core/session/record";
import type { WallTime } from "#core/units/units";

/** Half-open: a session that ended exactly at `from` is before the range; one that began and ended there is in it. */
export function touches({ startedAt, endedAt }: SessionRecord, { from, until }: TimeRange): boolean {
  if (until !== null && startedAt >= until) return false;
  return from === null || endedAt === null || endedAt > from || startedAt >= from;
}

export const isWithin = (at: WallTime, { from, until }: TimeRange): boolean =>
  (from === null || at >= from) && (until === null || at < until);

export const matches = (record: SessionRecord, filter: SessionFilter): boolean =>
  (filter.charger === null || record.charger === filter.charger) &&
  (filter.user === null || record.user === filter.user) &&
  touches(record, filter);
