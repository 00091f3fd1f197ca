/** Where the counters of sessions stood at the borders that they cross. */
import type { SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import { momentOf } from "../moments.ts";
import { between, type Countable, type Standing } from "../tally.ts";
import { sampleOf } from "./blocks.ts";
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
    borders.slice(countUpTo(borders, flowFrom), countUpTo(borders, flowUntil - 1)).map((at) => ({ session: id, at })),
  );
  if (crossings.length === 0) return new Map();
  const found = await asker.ask<Crossing>(crossingsOf(schema), [jsonOf(crossings)]);
  return new Map(found.map((crossing) => [keyOf(crossing.session, crossing.at), besideOf(crossing)]));
}

/** How many of ascending `borders` are not after `at`. */
function countUpTo(borders: readonly number[], at: number): number {
  let [low, high] = [0, borders.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((borders[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
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

/** What a standing is made of. */
const COUNTED = ["energyWh", "sunWh", "gridWh", "batteryWh", "cost"] as const;

/** Milliseconds since 1970, and the counted figures in steps. */
type RowSample = readonly [at: number, ...figures: (number | null)[]];

/**
 * Looks into the hour that the border is in and its neighbours only, however long the session. How many samples of an hour are up to the
 * border is their place among its times.
 */
function crossingsOf(schema: string): string {
  const found = `json_build_array(
    ${millisecondsOf("block.at")} + offset_ms[place], ${COUNTED.map((figure) => `${columnOf(figure)}[place]`).join(", ")})`;
  const upTo = `width_bucket((least(extract(epoch from crossing.at - block.at), 3600) * 1000)::int4, block.offset_ms)`;
  const hours = (condition: string): string =>
    `select * from ${schema}.sample_block where sample_block.session = crossing.session and sample_block.at ${condition} limit 2`;
  return `
    select session, ${millisecondsOf("crossing.at")} as at,
      (select ${found} from (${hours("<= crossing.at order by at desc")}) as block cross join lateral (select ${upTo} as place) as here
        where place > 0 order by block.at desc limit 1) as before,
      (select ${found} from (${hours("> crossing.at - interval '1 hour' order by at")}) as block
        cross join lateral (select ${upTo} + 1 as place) as here
        where place <= cardinality(block.offset_ms) order by block.at limit 1) as after
    from (select session, ${instantOf("at")} as at from json_to_recordset($1::json) as given(session text, at float8)) as crossing`;
}

const besideOf = ({ session, before, after }: Crossing): Beside => ({ before: takenAt(session, before), after: takenAt(session, after) });

function takenAt(session: string, row: RowSample | null): SessionSample | null {
  if (row === null) return null;
  const [at, ...figures] = row;
  return sampleOf(session, at, (figure) => figures[(COUNTED as readonly string[]).indexOf(figure)] ?? null);
}
