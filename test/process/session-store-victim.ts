/**
 * A process that writes sessions until somebody kills it: `node session-store-victim.ts FOLDER SEED [settle]`. It keeps three files going
 * at once: one written directly, one with a spool before it whose store comes and goes, one whose schema goes down and up. It tells each
 * step that is durable, and what it found when it began.
 */
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { StoreUnavailable } from "#core/errors";
import type { SessionBatch } from "#core/session/record";
import { Seconds, WallTime } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import { batch, Chance, checkpoint, event, record, sample } from "#store/contract-history";
import { withSpool } from "#store/spool/spooled-store";
import { openForWriting } from "#store/sqlite/database";
import { migrateTo, SCHEMA_VERSION } from "#store/sqlite/migrations/schema";
import { SqliteStore } from "#store/sqlite/sqlite-store";
import { STEP_WH, STEPS_A_SESSION } from "./session-store-killer.ts";

const [folder = "", seed = "0", mode] = process.argv.slice(2);
const chance = new Chance(Number(seed));
const settles = mode === "settle";
/** What was written before a kill stays written; a pipe that nobody reads just now would hold us up. */
const diary = openSync(join(folder, "diary"), "a");
const said = new Set<string>();

/** Writes a line into the diary, and says its second word aloud the first time. */
function say(line: string): void {
  writeSync(diary, `${line}\n`);
  const [, word = ""] = line.split(" ");
  if (!said.has(word)) process.stdout.write(`${word}\n`);
  said.add(word);
}

/** Time for the spool runs this many times as fast, so that a short life sees outages begin and end. */
const HURRY = 20;
/** Enough steps to compact the spool, too few for it to give up a sample. */
const SPOOL_BYTES = 110_000;
const MOST_WAITING = 120;

/** Ten seconds of a charge: everything that a log writes then, as one batch. */
function stepBatch(step: number): SessionBatch {
  const id = `session-${Math.floor((step - 1) / STEPS_A_SESSION)}`;
  const inSession = ((step - 1) % STEPS_A_SESSION) + 1;
  const at = WallTime(step * Seconds(10));
  const energyWh = inSession * STEP_WH;
  const startedAt = WallTime(at - inSession * Seconds(10));
  const endedAt = inSession === STEPS_A_SESSION ? at : null;
  return batch({
    records: [record({ id, revision: inSession, startedAt, endedAt, energyWh })],
    samples: [sample(id, at, energyWh)],
    events: [event(`step ${step}`, at, { session: id })],
    checkpoints: [checkpoint("bay", at, `${step}`)],
  });
}

/**
 * Goes on from the checkpoint, as a log does.
 * @param behind what the store itself has; it may fall back by `MOST_WAITING` steps
 */
async function charge(name: string, store: SessionStore, behind: SessionStore): Promise<never> {
  const found = await store.checkpoint("bay");
  let step = Number(found?.state ?? 0);
  const session = step === 0 ? null : await store.session(`session-${Math.floor((step - 1) / STEPS_A_SESSION)}`);
  say(`${name} found ${step} ${session?.energyWh ?? 0}`);
  let stored = Number((await behind.checkpoint("bay"))?.state ?? 0);
  for (;;) {
    step += 1;
    while (step - stored > MOST_WAITING) {
      stored = Number((await behind.checkpoint("bay"))?.state ?? 0);
      await new Promise(setImmediate);
    }
    await store.append(stepBatch(step));
    say(`${name} kept ${step}`);
  }
}

/** A database that is away now and then. */
class ComingAndGoing extends SqliteStore {
  #away = chance.next() < 0.5;

  override append(given: SessionBatch): Promise<void> {
    this.#away = chance.next() < (this.#away ? 0.9 : 0.3);
    return this.#away && !settles ? Promise.reject(new StoreUnavailable("away", "gone for a while")) : super.append(given);
  }
}

const database = new ComingAndGoing(join(folder, "spooled.db"));
const spooled = withSpool(database, join(folder, "spooled.db.spool"), {
  maxBytes: SPOOL_BYTES,
  after(ms, then) {
    const timer = setTimeout(then, ms / (ms < 10_000 ? HURRY : 1));
    return () => clearTimeout(timer);
  },
  health: ({ state, why, waiting }) => {
    if (state === "full") say(`spooled full ${why}`);
    if (state === "open" && waiting === 0) say("spooled empty");
  },
});

/** A schema that is never at rest. */
async function migrate(): Promise<never> {
  const file = join(folder, "migrated.db");
  const db = await openForWriting(file);
  say("migrated found");
  for (;;) {
    migrateTo(db, file, 1);
    say("migrated down");
    await new Promise(setImmediate);
    migrateTo(db, file, SCHEMA_VERSION);
    say("migrated up");
    await new Promise(setImmediate);
  }
}

if (settles) {
  while (spooled.health.state !== "open") await new Promise(setImmediate);
  await spooled.close();
  await new SqliteStore(join(folder, "direct.db")).open();
} else {
  const direct = new SqliteStore(join(folder, "direct.db"));
  await Promise.all([charge("direct", direct, direct), charge("spooled", spooled, database), migrate()]);
}
