/** Sessions from one place to another, a part at a time: what is held in memory does not grow with what is moved. */
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { SessionBatch, SessionSample } from "#core/session/record";
import type { SessionStore } from "#ports/session-store";
import { type Line, lineOf, parseLine } from "./sessions-lines.ts";

/** Lines that are written together: all of them or none. */
const LINES_A_BATCH = 2000;

/** What was moved; `skipped` are sessions that were there already, with all their samples. */
export interface Moved {
  sessions: number;
  skipped: number;
  samples: number;
  events: number;
}

const EVERYTHING = { from: null, until: null, charger: null, user: null } as const;
const newMoved = (): Moved => ({ sessions: 0, skipped: 0, samples: 0, events: 0 });

/** Copies everything. Begun again after it was broken off, it leaves out the closed sessions that are complete; twice changes nothing. */
export async function copySessions(from: SessionStore, to: SessionStore, moved = newMoved()): Promise<Moved> {
  await takeOver(linesOf(from, moved, to), to, moved);
  return moved;
}

/** Writes everything into `file`, which appears when it is complete. */
export async function exportSessions(from: SessionStore, file: string, moved = newMoved()): Promise<Moved> {
  const partial = `${file}.part`;
  try {
    await pipeline(Readable.from(counted(linesOf(from, moved, null), moved)).map(lineOf), createWriteStream(partial, { flush: true }));
    await rename(partial, file);
  } catch (failure) {
    await rm(partial, { force: true });
    throw failure;
  }
  return moved;
}

/** Takes over what is in `file`, batch by batch. Twice changes nothing. @throws MessageError for a line that is none of ours; the ones before it stay. */
export async function importSessions(file: string, to: SessionStore, moved = newMoved()): Promise<Moved> {
  await takeOver(readLines(file), to, moved);
  return moved;
}

async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (text.trim() !== "") yield parseLine(text, number);
  }
}

/** Everything in a store, the oldest session first, each after its samples. @param has a store whose complete sessions are left out */
async function* linesOf(store: SessionStore, moved: Moved, has: SessionStore | null): AsyncGenerator<Line> {
  const chargers = new Set<string>();
  for await (const page of store.sessions({ ...EVERYTHING, order: "oldest", limit: null })) {
    for (const session of page) {
      chargers.add(session.charger);
      const there = await has?.session(session.id);
      if (there && there.endedAt !== null && there.revision >= session.revision) {
        moved.skipped += 1;
        continue;
      }
      for await (const samples of store.samples(session.id)) yield* asLines(samples);
      yield { session };
    }
  }
  for await (const events of store.events({ from: null, until: null, charger: null, session: null })) {
    for (const event of events) {
      chargers.add(event.charger);
      yield { event };
    }
  }
  for (const charger of chargers) {
    const checkpoint = await store.checkpoint(charger);
    if (checkpoint !== null) yield { checkpoint };
  }
}

function* asLines(samples: readonly SessionSample[]): Generator<Line> {
  for (const sample of samples) yield { sample };
}

async function takeOver(lines: AsyncIterable<Line>, to: SessionStore, moved: Moved): Promise<void> {
  let waiting: Line[] = [];
  for await (const line of counted(lines, moved)) {
    waiting.push(line);
    if (waiting.length >= LINES_A_BATCH) {
      await to.append(batchOf(waiting));
      waiting = [];
    }
  }
  if (waiting.length > 0) await to.append(batchOf(waiting));
}

async function* counted(lines: AsyncIterable<Line>, moved: Moved): AsyncGenerator<Line> {
  for await (const line of lines) {
    if ("session" in line) moved.sessions += 1;
    else if ("sample" in line) moved.samples += 1;
    else if ("event" in line) moved.events += 1;
    yield line;
  }
}

const batchOf = (lines: readonly Line[]): SessionBatch => ({
  records: lines.flatMap((line) => ("session" in line ? [line.session] : [])),
  samples: lines.flatMap((line) => ("sample" in line ? [line.sample] : [])),
  events: lines.flatMap((line) => ("event" in line ? [line.event] : [])),
  checkpoints: lines.flatMap((line) => ("checkpoint" in line ? [line.checkpoint] : [])),
});
