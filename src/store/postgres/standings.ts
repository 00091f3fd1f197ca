/** Where the counters of sessions stood at the borders that they cross. */
import type { SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import { momentOf } from "../moments.ts";
import { between, type Countable, type Standing } from "../tally.ts";
import { FIGURES, sampleOf } from "./blocks.ts";
import { columnOf, instantOf, jsonOf, millisecondsOf } from "./columns.ts";
import type { Asker } from "./connection.ts";

export type CutSession = Omit<Countable, "standingAt"> & { readonly id: string };

/** The samples beside a moment; null where there is none. */
interface Beside {
  readonly before: SessionSample | null;
  readonly after: SessionSample | null;
}

/** By session and moment. */
export type Standings = ReadonlyMap<string, Beside>;

const keyOf = (session: string, at: number): string => `${at} ${session}`;

/** @param borders ascending; only those within a session's flow are looked up */
export async function standingsOf(
  asker: Asker,
  schema: string,
  sessions: readonly CutSession[],
  borders: readonly number[],
): Promise<Standings> {
  const crossings = sessions.flatMap(({ id, flowFrom, flowUntil }) =>
    borders.filter((at) => at > flowFrom && at < flowUntil).map((at) => ({ session: id, at })),
  );
  if (crossings.length === 0) return new Map();
  const found = await asker.ask<Crossing>(crossingsOf(schema), [jsonOf(crossings)]);
  return new Map(found.map((crossing) => [keyOf(crossing.session, crossing.at), besideOf(crossing)]));
}

export function countableOf(session: CutSession, standings: Standings): Countable {
  const begin = {
    energyWh: 0,
    sunWh: 0,
    gridWh: 0,
    batteryWh: 0,
    unknownWh: 0,
    cost: session.cost === null ? null : 0,
    at: session.flowFrom,
  };
  const end = { ...session, at: session.flowUntil };
  return {
    ...session,
    standingAt(at: WallTime): Standing {
      const beside = standings.get(keyOf(session.id, at));
      const [before, after] = [beside?.before ?? null, beside?.after ?? null];
      return between(before === null ? begin : momentOf(before), after === null ? end : momentOf(after), at);
    },
  };
}

interface Crossing {
  readonly session: string;
  readonly at: number;
  readonly before: RowSample | null;
  readonly after: RowSample | null;
}

/** Milliseconds since 1970, and the figures in steps. */
type RowSample = readonly [at: number, ...figures: (number | null)[]];

/** Of the hour that the border is in and of its neighbours: no more is read, however long the session. */
function crossingsOf(schema: string): string {
  const columns = ["offset_ms", ...FIGURES.map(columnOf)];
  const nearest = (hours: string, samples: string, direction: string): string => `(
    select json_build_array(${millisecondsOf("one_at")}, ${columns
      .slice(1)
      .map((column) => `one.${column}`)
      .join(", ")})
    from (
      select * from ${schema}.sample_block where sample_block.session = crossing.session and sample_block.at ${hours}
    ) as block
    cross join lateral unnest(${columns.map((column) => `block.${column}`).join(", ")}) as one (${columns.join(", ")})
    cross join lateral (select block.at + one.offset_ms * interval '1 ms' as one_at) as moment
    where one_at ${samples} order by one_at ${direction} limit 1
  )`;
  return `
    select session, ${millisecondsOf("at")} as at,
      ${nearest("<= crossing.at order by at desc limit 2", "<= crossing.at", "desc")} as before,
      ${nearest("> crossing.at - interval '1 hour' order by at limit 2", "> crossing.at", "asc")} as after
    from (select session, ${instantOf("at")} as at from json_to_recordset($1::json) as given(session text, at float8)) as crossing`;
}

const besideOf = ({ session, before, after }: Crossing): Beside => ({ before: takenAt(session, before), after: takenAt(session, after) });

function takenAt(session: string, row: RowSample | null): SessionSample | null {
  if (row === null) return null;
  const [at, ...figures] = row;
  return sampleOf(session, at, (figure) => figures[FIGURES.indexOf(figure)] ?? null);
}
