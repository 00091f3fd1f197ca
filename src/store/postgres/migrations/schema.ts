/** The schema's versions, kept in the table `migration` of the schema itself. All steps of one call are one transaction. */
import { StoreCorrupt } from "#core/errors";
import type { Asker, Connection } from "../connection.ts";
import { sessions } from "./0001-sessions.ts";
import { flow } from "./0002-flow.ts";
import { documents } from "./0003-documents.ts";
import type { Migration } from "./migration.ts";

/** Step `n` (from 0) leads from version `n` to `n + 1`. Steps that were released are never changed. */
const STEPS: readonly Migration[] = [sessions, flow, documents];

export const SCHEMA_VERSION = STEPS.length;

/** Ten years of samples are not rebuilt in a minute, and another process may be at it; the longest that a timer can be set to, ms. */
const AS_LONG_AS_IT_TAKES = 2 ** 31 - 1;

/**
 * Brings the schema to `version`, up or down. Several processes may call it at the same time: one does it, the others wait.
 * Where nothing is to be done nothing is asked but reading, so that a user without the right to create tables may use them.
 * @throws StoreCorrupt postgres.newer, postgres.foreign
 */
export async function migrateTo(connection: Connection, version = SCHEMA_VERSION): Promise<void> {
  if (STEPS[version - 1] === undefined && version !== 0) throw new RangeError(`expected a schema version from 0 to ${SCHEMA_VERSION}`);
  const { schema } = connection;
  if ((await versionOf(connection, schema)) === version) return;
  await connection.transaction(async (asker) => {
    await asker.ask("select pg_advisory_xact_lock(hashtextextended('j1772 migration ' || $1, 0))", [schema]);
    const now = await versionOf(asker, schema);
    if (now === 0) await asker.ask(`create schema if not exists ${schema}; create table if not exists ${schema}.migration ${RECORD}`);
    for (const step of STEPS.slice(now, version)) await asker.ask(step.up(schema));
    for (const step of STEPS.slice(version, now).reverse()) await asker.ask(step.down(schema));
    await asker.ask(`delete from ${schema}.migration where version > $1`, [version]);
    await asker.ask(`insert into ${schema}.migration (version) select generate_series($1::int + 1, $2::int)`, [now, version]);
  }, AS_LONG_AS_IT_TAKES);
}

const RECORD = "(version int primary key, at timestamptz not null default now())";

/** @returns 0 where there is nothing of ours yet. */
async function versionOf(asker: Asker, schema: string): Promise<number> {
  const [found] = await asker.ask<{ ours: boolean; others: string | null }>(
    `select to_regclass($1 || '.migration') is not null as ours,
       (select string_agg(relname, ', ') from pg_class where relnamespace = to_regnamespace($1) and relkind in ('r', 'p', 'v')) as others`,
    [schema],
  );
  if (found?.ours !== true) {
    if (found === undefined || found.others === null) return 0;
    throw new StoreCorrupt(
      "postgres.foreign",
      `expected our tables or none in the schema ${schema}, got ${found.others}; nothing was changed; name another with ?schema=NAME`,
    );
  }
  const [{ version } = { version: 0 }] = await asker.ask<{ version: number }>(
    `select coalesce(max(version), 0)::int as version from ${schema}.migration`,
  );
  if (version > SCHEMA_VERSION) {
    throw new StoreCorrupt(
      "postgres.newer",
      `expected schema version ${SCHEMA_VERSION} at most in ${schema}, got ${version}: a newer package has been here; update this one`,
    );
  }
  return version;
}
