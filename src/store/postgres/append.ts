/** Taking over a batch: one transaction of statements that give the same end whatever other writers do, and however often they are repeated. */
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

/** Writes `batch` in the transaction of `asker`. Every statement takes its rows in one order, so that writers do not deadlock. */
export async function appendBatch(asker: Asker, schema: string, batch: SessionBatch): Promise<void> {
  const give = async (things: readonly object[], sql: (schema: string) => string): Promise<void> => {
    if (things.length > 0) await asker.ask(sql(schema), [jsonOf(things)]);
  };
  const blocks = blocksOf(batch.samples);
  await give(merged(batch.records), SESSIONS);
  await give(blocks, BLOCKS);
  await give(
    blocks.map(({ session, at }) => ({ session, at })),
    FLOWS,
  );
  await give(batch.events, EVENTS);
  await give(newest(batch.checkpoints), CHECKPOINTS);
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
function SESSIONS(schema: string): string {
  const isNewer = "excluded.revision > session.revision";
  const isFurther = `(${isNewer} and excluded.energy_wh >= session.energy_wh or excluded.energy_wh > session.energy_wh)`;
  const changes = Object.keys(SESSION_COLUMNS)
    .filter((field) => field !== "id")
    .map((field) => {
      const column = columnOf(field);
      return `${column} = case when ${field in ENERGY_COLUMNS ? isFurther : isNewer} then excluded.${column} else session.${column} end`;
    });
  return `insert into ${schema}.session (${columnList(SESSION_COLUMNS)})
    ${givenRows(SESSION_COLUMNS, "$1")} order by id
    on conflict (id) do update set ${changes.join(", ")} where ${isNewer} or ${isFurther}`;
}

const ARRAYS = ["offset", ...FIGURES];
const arrayColumn = (field: string): string => (field === "offset" ? "offset_ms" : columnOf(field));
const ARRAY_LIST = ARRAYS.map(arrayColumn).join(", ");
const GIVEN_BLOCKS = `json_to_recordset($1::json) as given(session text, at float8, ${['"offset" int4[]', ...FIGURES.map((figure) => `"${figure}" ${TYPES[figure]}[]`)].join(", ")})`;

/** A sample that is there stays; a block that brings nothing new is not written again. */
function BLOCKS(schema: string): string {
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
    select session, ${instantOf("at")}, ${ARRAYS.map((field) => `"${field}"`).join(", ")} from ${GIVEN_BLOCKS} order by session, at
    on conflict (session, at) do update set (${ARRAY_LIST}) = (${together})
    where not block.offset_ms @> excluded.offset_ms`;
}

/** From the samples as they are kept now: one that came twice counts as it came first. */
function FLOWS(schema: string): string {
  return `insert into ${schema}.flow as flow (session, first_at, last_at, zero_at, energy_wh, until_at)
    select session, min(at), max(at), max(at) filter (where steps = 0), max(steps), min(at) filter (where steps = most)
    from (
      select block.session, block.at + one.offset_ms * interval '1 ms' as at, steps, max(steps) over (partition by block.session) as most
      from json_to_recordset($1::json) as given(session text, at float8)
      join ${schema}.sample_block as block on block.session = given.session and block.at = ${instantOf("given.at")},
      unnest(block.offset_ms, block.energy_wh) as one (offset_ms, steps)
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

const EVENTS = (schema: string): string =>
  `insert into ${schema}.event (${columnList(EVENT_COLUMNS)}) ${givenRows(EVENT_COLUMNS, "$1")} on conflict (id) do nothing`;

const CHECKPOINTS = (schema: string): string =>
  `insert into ${schema}.checkpoint (${columnList(CHECKPOINT_COLUMNS)}) ${givenRows(CHECKPOINT_COLUMNS, "$1")} order by charger
    on conflict (charger) do update set at = excluded.at, state = excluded.state where excluded.at >= checkpoint.at`;
