/** Many batches that wait as few that say the same. What is newest of each thing is never given up; old samples and events may be. */
import type { LoggedEvent, SessionBatch, SessionSample } from "#core/session/record";
import { EMPTY_BATCH } from "#core/session/record";
import { mergedRecord, replacesCheckpoint } from "../merge.ts";

/** A batch that a store takes in a moment. */
const ITEMS_A_BATCH = 200;

export interface Compacted {
  readonly batches: readonly SessionBatch[];
  readonly givenUp: { readonly samples: number; readonly events: number };
}

/** Each thing once, as a store would have it after these batches. */
export function merged(batches: readonly SessionBatch[]): SessionBatch {
  const records = new Map<string, SessionBatch["records"][number]>();
  const samples = new Map<string, SessionSample>();
  const events = new Map<string, LoggedEvent>();
  const checkpoints = new Map<string, SessionBatch["checkpoints"][number]>();
  for (const batch of batches) {
    for (const record of batch.records) {
      const kept = records.get(record.id);
      records.set(record.id, kept ? mergedRecord(kept, record) : record);
    }
    for (const sample of batch.samples) {
      const key = `${sample.at} ${sample.session}`;
      if (!samples.has(key)) samples.set(key, sample);
    }
    for (const event of batch.events) if (!events.has(event.id)) events.set(event.id, event);
    for (const checkpoint of batch.checkpoints) {
      const kept = checkpoints.get(checkpoint.charger);
      if (!kept || replacesCheckpoint(checkpoint, kept)) checkpoints.set(checkpoint.charger, checkpoint);
    }
  }
  const byTime = (a: { readonly at: number }, b: { readonly at: number }): number => a.at - b.at;
  return {
    records: [...records.values()],
    samples: [...samples.values()].sort(byTime),
    events: [...events.values()].sort(byTime),
    checkpoints: [...checkpoints.values()],
  };
}

/**
 * As few bytes as the batches need; when these are more than `bytes`, the oldest samples are given up, then the oldest events.
 * @param sizeOf bytes that a batch takes
 * @returns null when not even the records and checkpoints have room
 */
export function compacted(batches: readonly SessionBatch[], bytes: number, sizeOf: (batch: SessionBatch) => number): Compacted | null {
  const all = merged(batches);
  const books: SessionBatch = { ...EMPTY_BATCH, records: all.records, checkpoints: all.checkpoints };
  const size = (parts: readonly SessionBatch[]): number => parts.reduce((sum, part) => sum + sizeOf(part), 0);
  const room = bytes - sizeOf(books);
  if (room < 0) return null;
  const allEvents = chunks(all.events).map((events) => ({ ...EMPTY_BATCH, events }));
  const events = newestWithin(allEvents, room, sizeOf);
  const allSamples = chunks(all.samples).map((samples) => ({ ...EMPTY_BATCH, samples }));
  const samples = newestWithin(allSamples, room - size(events), sizeOf);
  const count = (parts: readonly SessionBatch[]): number => parts.reduce((sum, part) => sum + part.samples.length + part.events.length, 0);
  return {
    // The books come last: whoever reads a checkpoint finds what it presupposes.
    batches: [...samples, ...events, books],
    givenUp: { samples: all.samples.length - count(samples), events: all.events.length - count(events) },
  };
}

function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / ITEMS_A_BATCH) }, (_, index) =>
    items.slice(index * ITEMS_A_BATCH, (index + 1) * ITEMS_A_BATCH),
  );
}

/** The last of the parts, as many as fit. */
function newestWithin(parts: readonly SessionBatch[], bytes: number, sizeOf: (batch: SessionBatch) => number): readonly SessionBatch[] {
  let left = bytes;
  const from = parts.findLastIndex((part) => {
    left -= sizeOf(part);
    return left < 0;
  });
  return parts.slice(from + 1);
}
