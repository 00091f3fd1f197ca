/** Taking over a batch: one statement that gives the same end whatever other writers do, and however often it is repeated. */
import type { Checkpoint, SessionBatch, SessionRecord } from "#core/session/record";
import { mergedRecord, replacesCheckpoint } from "../merge.ts";
import { blocksOf, FIGURES, TYPES } from "./blocks.ts";
import {
  CHECKPOINT_COLUMNS,
  columnList,
  columnOf,
  ENERGY_COLUMNS,
  EVENT_COLUMNS,
  givenRows,
  instantOf,
  jsonOf,
  SESSION_COLUMNS,
} from "./columns.ts";
import type { Asker } from "./connection.ts";

/**
 * Writes `batch` in the transaction of `asker`, by one statement: a server far away is asked once. Each part takes its rows in one order, so
 * that writers seldom wait for each other crosswise; where they do, one of them is told to do it again.
 */
export async function appendBatch(asker: Asker, schema: string, batch: SessionBatch): Promise<void> {
  const parts: string[] = [];
  const values: string[] = [];
  const give = (name: string, things: readonly object[], sql: (schema: string, given: string) => string): void => {
    if (things.length > 0) parts.push(`${name} as (${sql(schema, `$${values.push(jsonOf(things))}`)})`);
  };
  give("given_sessions", merged(batch.records), SESSIONS);
  give("given_blocks", blocksOf(batch.samples), BLOCKS);
  if (batch.samples.length > 0) parts.push(`given_flows as (${FLOWS(schema)})`);
  give("given_events", batch.events, EVENTS);
  give("given_checkpoints", newest(batch.checkpoints), CHECKPOINTS);
  if (parts.length > 0) await asker.ask(`with ${parts.join(", ")} select`, values);
}

/** One statement can change a row once only: what comes twice in a batch is made one before. */
function merged(records: readonly SessionRecord[]): readonly SessionRecord[] {
  const byId = new Map<string, SessionRecord>();
  for (const record of records) {
    const before = byId.get(record.id);
    byId.set(record.id, before === undefined ? record : mergedRecord(before, record));
  }
  return [...byId.values()];
}

function newest(checkpoints: readonly Checkpoint[]): readonly Checkpoint[] {
  const byCharger = new Map<string, Checkpoint>();
  for (const checkpoint of checkpoints) {
    const before = byCharger.get(checkpoint.charger);
    if (before === undefined || replacesCheckpoint(checkpoint, before)) byCharger.set(checkpoint.charger, checkpoint);
  }
  return [...byCharger.values()];
}

/** `mergedRecord` as the database does it, on the row as it is when it is locked: kept is `session`, given is `excluded`. */
function SESSIONS(schema: string, given: string): string {
  const isNewer = "excluded.revision > session.revision";
  const isFurther = `(${isNewer} and excluded.energy_wh >= session.energy_wh or excluded.energy_wh > session.energy_wh)`;
  const changes = Object.keys(SESSION_COLUMNS)
    .filter((field) => field !== "id")
    .map((field) => {
      const column = columnOf(field);
      return `${column} = case when ${field in ENERGY_COLUMNS ? isFurther : isNewer} then excluded.${column} else session.${column} end`;
    });
  return `insert into ${schema}.session (${columnList(SESSION_COLUMNS)})
    ${givenRows(SESSION_COLUMNS, given)} order by id
    on conflict (id) do update set ${changes.join(", ")} where ${isNewer} or ${isFurther}`;
}

const ARRAYS = ["offset", ...FIGURES];
const arrayColumn = (field: string): string => (field === "offset" ? "offset_ms" : columnOf(field));
const ARRAY_LIST = ARRAYS.map(arrayColumn).join(", ");
const BLOCK_TYPES = `(session text, at float8, ${['"offset" int4[]', ...FIGURES.map((figure) => `"${figure}" ${TYPES[figure]}[]`)].join(", ")})`;

/** A sample that is there stays; a block that brings nothing new is not written again. Gives back the blocks as they are now. */
function BLOCKS(schema: string, given: string): string {
  const unnested = (row: string): string => `unnest(${ARRAYS.map((field) => `${row}.${arrayColumn(field)}`).join(", ")})`;
  const together = `
    select ${ARRAYS.map((field) => `array_agg(${arrayColumn(field)} order by offset_ms)`).join(", ")}
    from (
      select distinct on (offset_ms) * from (
        select 0 as rank, kept.* from ${unnested("block")} as kept (${ARRAY_LIST})
        union all
        select 1, given.* from ${unnested("excluded")} as given (${ARRAY_LIST})
      ) as each order by offset_ms, rank
    ) as once`;
  return `insert into ${schema}.sample_block as block (session, at, ${ARRAY_LIST})
    select session, ${instantOf("at")}, ${ARRAYS.map((field) => `"${field}"`).join(", ")} 
    from json_to_recordset(${given}::json) as given${BLOCK_TYPES} order by session, at
    on conflict (session, at) do update set (${ARRAY_LIST}) = (${together})
    where not block.offset_ms @> excluded.offset_ms
    returning block.session, block.at, block.offset_ms, block.energy_wh`;
}

/** From the samples as they are kept now: one that came twice counts as it came first. */
function FLOWS(schema: string): string {
  return `insert into ${schema}.flow as flow (session, first_at, last_at, zero_at, energy_wh, until_at)
    select session, min(at), max(at), max(at) filter (where steps = 0), max(steps), min(at) filter (where steps = most)
    from (
      select block.session, block.at + one.offset_ms * interval '1 ms' as at, steps, max(steps) over (partition by block.session) as most
      from given_blocks as block, unnest(block.offset_ms, block.energy_wh) as one (offset_ms, steps)
    ) as sample
    group by session order by session
    on conflict (session) do update set
      first_at = least(flow.first_at, excluded.first_at),
      last_at = greatest(flow.last_at, excluded.last_at),
      zero_at = greatest(flow.zero_at, excluded.zero_at),
      energy_wh = greatest(flow.energy_wh, excluded.energy_wh),
      until_at = case
        when excluded.energy_wh > flow.energy_wh then excluded.until_at
        when excluded.energy_wh = flow.energy_wh then least(flow.until_at, excluded.until_at)
        else flow.until_at
      end`;
}

const EVENTS = (schema: string, given: string): string =>
  `insert into ${schema}.event (${columnList(EVENT_COLUMNS)}) ${givenRows(EVENT_COLUMNS, given)} on conflict (id) do nothing`;

const CHECKPOINTS = (schema: string, given: string): string =>
  `insert into ${schema}.checkpoint (${columnList(CHECKPOINT_COLUMNS)}) ${givenRows(CHECKPOINT_COLUMNS, given)} order by charger
    on conflict (charger) do update set at = excluded.at, state = excluded.state where excluded.at >= checkpoint.at`;
