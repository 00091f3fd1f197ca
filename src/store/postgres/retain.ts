/** What is let go by age, in short transactions, so that no writer waits long. An open session is never touched. */
import type { Removed, RetentionPolicy } from "#core/session/question";
import type { WallTime } from "#core/units/units";
import { superfluousTimes } from "../thinning.ts";
import { FIGURES } from "./blocks.ts";
import { columnOf, instantOf, jsonOf, millisecondsOf } from "./columns.ts";
import type { Asker, Connection } from "./connection.ts";

const SESSIONS_A_STEP = 100;
const BLOCKS_A_STEP = 1000;
const EVENTS_A_STEP = 5000;

const NOTHING: Removed = { samples: 0, events: 0, sessions: 0 };
const BEFORE = instantOf("$1");
const CLOSED_BEFORE = `ended_at is not null and greatest(ended_at, started_at) < ${BEFORE}`;
const OPEN = (schema: string, id: string): string => `exists (select 1 from ${schema}.session where id = ${id} and ended_at is null)`;
const CLOSED = (schema: string, id: string): string => `exists (select 1 from ${schema}.session where id = ${id} and ended_at is not null)`;

/** One step: what it removed, and whether there may be more. */
type Step = (asker: Asker, schema: string, before: number) => Promise<{ readonly removed: Partial<Removed>; readonly more: boolean }>;

/** Removes step by step; when it is broken off, the next call goes on. */
export async function retain(connection: Connection, policy: RetentionPolicy, at: WallTime): Promise<Removed> {
  const steps: readonly (readonly [number | null, Step])[] = [
    [policy.dropSessionsAfterMs, dropSessions],
    [policy.dropSessionsAfterMs, dropStraySamples],
    [policy.dropEventsAfterMs, dropEvents],
    [policy.dropSamplesAfterMs, dropSamples],
    [policy.thinSamplesAfterMs, thinSamples],
  ];
  let all = NOTHING;
  for (const [age, step] of steps) {
    for (let more = age !== null; more && age !== null; ) {
      const done = await connection.transaction((asker) => step(asker, connection.schema, at - age));
      all = plus(all, done.removed);
      more = done.more;
    }
  }
  return all;
}

const plus = (a: Removed, b: Partial<Removed>): Removed => ({
  samples: a.samples + (b.samples ?? 0),
  events: a.events + (b.events ?? 0),
  sessions: a.sessions + (b.sessions ?? 0),
});

/** Sessions with all that belongs to them. */
const dropSessions: Step = async (asker, schema, before) => {
  const gone = await asker.ask<{ id: string }>(
    `delete from ${schema}.session where id in (
       select id from ${schema}.session where ${CLOSED_BEFORE} order by id limit ${SESSIONS_A_STEP} for update
     ) returning id`,
    [before],
  );
  const ids = gone.map(({ id }) => id);
  const [samples] = await asker.ask<{ n: number }>(
    `with gone as (delete from ${schema}.sample_block where session = any($1) returning cardinality(offset_ms) as samples)
     select coalesce(sum(samples), 0)::float8 as n from gone`,
    [ids],
  );
  const events = await asker.ask(`delete from ${schema}.event where session = any($1) returning 1`, [ids]);
  await asker.ask(`delete from ${schema}.flow where session = any($1)`, [ids]);
  return { removed: { sessions: ids.length, samples: samples?.n ?? 0, events: events.length }, more: ids.length === SESSIONS_A_STEP };
};

/** Samples whose session never came. */
const dropStraySamples: Step = async (asker, schema, before) => {
  const gone = await asker.ask<{ samples: number; session: string }>(
    `delete from ${schema}.sample_block where session in (
       select session from ${schema}.flow
       where first_at < ${BEFORE} and not exists (select 1 from ${schema}.session where id = flow.session) limit ${SESSIONS_A_STEP}
     ) returning session, cardinality(offset_ms) as samples`,
    [before],
  );
  const strays = [...new Set(gone.map(({ session }) => session))];
  await asker.ask(`delete from ${schema}.flow where session = any($1)`, [strays]);
  return { removed: { samples: gone.reduce((sum, { samples }) => sum + samples, 0) }, more: strays.length === SESSIONS_A_STEP };
};

const dropEvents: Step = async (asker, schema, before) => {
  const gone = await asker.ask(
    `delete from ${schema}.event where id in (
       select id from ${schema}.event where at < ${BEFORE} and not ${OPEN(schema, "event.session")} limit ${EVENTS_A_STEP}
     ) returning 1`,
    [before],
  );
  return { removed: { events: gone.length }, more: gone.length === EVENTS_A_STEP };
};

/** Whole hours go at once; of the hour in which the age ends, what is older. */
const dropSamples: Step = async (asker, schema, before) => {
  const old = await asker.ask<Block>(
    `select session, ${millisecondsOf("at")} as at, to_json(offset_ms) as offset from ${schema}.sample_block
     where at <= ${BEFORE} and at + offset_ms[1] * interval '1 ms' < ${BEFORE} and ${CLOSED(schema, "session")}
     limit ${BLOCKS_A_STEP} for update`,
    [before],
  );
  const samples = await withoutSamples(
    asker,
    schema,
    old.map((block) => ({ ...block, offset: block.offset.filter((offset) => block.at + offset < before) })),
  );
  return { removed: { samples }, more: old.length === BLOCKS_A_STEP };
};

const thinSamples: Step = async (asker, schema, before) => {
  const due = await asker.ask<{ id: string }>(
    `select id from ${schema}.session join ${schema}.flow on flow.session = id
     where ended_at is not null and started_at < ${BEFORE}
       and (thinned_before is null or thinned_before < least(greatest(ended_at, started_at), ${BEFORE}))
     order by id limit ${SESSIONS_A_STEP}`,
    [before],
  );
  const ids = due.map(({ id }) => id);
  const blocks = await asker.ask<Block>(
    `select session, ${millisecondsOf("at")} as at, to_json(offset_ms) as offset from ${schema}.sample_block
     where session = any($1) order by session, sample_block.at for update`,
    [ids],
  );
  const superfluous = ids.flatMap((id) =>
    superfluousOf(
      blocks.filter(({ session }) => session === id),
      before,
    ),
  );
  const samples = await withoutSamples(asker, schema, superfluous);
  await asker.ask(`update ${schema}.flow set thinned_before = ${BEFORE} where session = any($2)`, [before, ids]);
  return { removed: { samples }, more: ids.length === SESSIONS_A_STEP };
};

/** The times of samples in one hour of a session. */
interface Block {
  readonly session: string;
  readonly at: number;
  readonly offset: readonly number[];
}

/** @param blocks all of one session, in the order of time. @returns of each block the times that may go */
function superfluousOf(blocks: readonly Block[], before: number): readonly Block[] {
  const times = blocks.flatMap(({ at, offset }) => offset.map((ms) => at + ms));
  const superfluous = new Set(superfluousTimes(times, before));
  return blocks.map((block) => ({ ...block, offset: block.offset.filter((ms) => superfluous.has(block.at + ms)) }));
}

/** Takes samples out of their blocks; an empty block goes. @returns how many */
async function withoutSamples(asker: Asker, schema: string, gone: readonly Block[]): Promise<number> {
  const given = [jsonOf(gone.filter(({ offset }) => offset.length > 0))];
  const from = `json_to_recordset($1::json) as gone(session text, at float8, "offset" int4[])`;
  const same = `block.session = gone.session and block.at = ${instantOf("gone.at")}`;
  await asker.ask(`delete from ${schema}.sample_block as block using ${from} where ${same} and block.offset_ms <@ gone."offset"`, given);
  const columns = ["offset_ms", ...FIGURES.map(columnOf)];
  await asker.ask(
    `update ${schema}.sample_block as block set (${columns.join(", ")}) = (
       select ${columns.map((column) => `array_agg(${column} order by offset_ms)`).join(", ")}
       from unnest(${columns.map((column) => `block.${column}`).join(", ")}) as one (${columns.join(", ")})
       where not offset_ms = any(gone."offset")
     ) from ${from} where ${same}`,
    given,
  );
  return gone.reduce((sum, { offset }) => sum + offset.length, 0);
}
