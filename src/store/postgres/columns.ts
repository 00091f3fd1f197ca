/** How what is kept becomes rows and comes back: one table of columns for each kind of thing, from which every statement is made. */
import type { Checkpoint, LoggedEvent, SessionRecord } from "#core/session/record";

/** `time`: wall time, a timestamptz in the database. `whole`: an integer of any length. */
type Kind = "text" | "number" | "whole" | "time" | "json";
export type Columns<Thing> = Readonly<Record<keyof Thing & string, Kind>>;

/** Energies, and what belongs to them: they are kept together, from the account that counted furthest. */
export const ENERGY_COLUMNS: Columns<
  Pick<SessionRecord, "energyWh" | "sunWh" | "gridWh" | "batteryWh" | "unknownWh" | "cost" | "pricedWh" | "co2G">
> = {
  energyWh: "number",
  sunWh: "number",
  gridWh: "number",
  batteryWh: "number",
  unknownWh: "number",
  cost: "number",
  pricedWh: "number",
  co2G: "number",
};

export const SESSION_COLUMNS: Columns<SessionRecord> = {
  id: "text",
  revision: "whole",
  charger: "text",
  user: "text",
  tag: "text",
  startedAt: "time",
  endedAt: "time",
  connectedMs: "number",
  chargingMs: "number",
  ...ENERGY_COLUMNS,
  meterStartWh: "number",
  meterStopWh: "number",
  maxPowerW: "number",
  meanPowerW: "number",
  offeredMinA: "number",
  offeredMaxA: "number",
  peakTemperatureC: "number",
  interruptions: "json",
  faults: "json",
  endReason: "text",
  gaps: "whole",
};

export const EVENT_COLUMNS: Columns<LoggedEvent> = {
  id: "text",
  charger: "text",
  session: "text",
  at: "time",
  type: "text",
  reason: "text",
  fault: "text",
  evidence: "json",
};

export const CHECKPOINT_COLUMNS: Columns<Checkpoint> = { charger: "text", at: "time", state: "text" };

const TYPES: Readonly<Record<Kind, string>> = { text: "text", number: "float8", whole: "bigint", time: "float8", json: "jsonb" };

/** `startedAt` is kept as `started_at`. */
export const columnOf = (field: string): string => `"${field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)}"`;

export const columnList = (columns: Readonly<Record<string, Kind>>): string => Object.keys(columns).map(columnOf).join(", ");

/** For the list of a `select`: each column as the field it is. */
export const fieldList = (columns: Readonly<Record<string, Kind>>): string =>
  Object.entries(columns)
    .map(([field, kind]) => `${readingOf(columnOf(field), kind)} as "${field}"`)
    .join(", ");

/** A `select` of the things in the JSON parameter `parameter`, in the order of `columnList`. */
export const givenRows = (columns: Readonly<Record<string, Kind>>, parameter: string): string => {
  const fields = Object.entries(columns);
  const values = fields.map(([field, kind]) => (kind === "time" ? instantOf(`"${field}"`) : `"${field}"`)).join(", ");
  const typed = fields.map(([field, kind]) => `"${field}" ${TYPES[kind]}`).join(", ");
  return `select ${values} from json_to_recordset(${parameter}::json) as given(${typed})`;
};

/** Milliseconds since 1970 as a timestamptz. */
export const instantOf = (milliseconds: string): string => `to_timestamp((${milliseconds})::float8 / 1000)`;

/** A timestamptz as milliseconds since 1970. */
export const millisecondsOf = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`;

function readingOf(column: string, kind: Kind): string {
  if (kind === "time") return millisecondsOf(column);
  return kind === "whole" ? `${column}::float8` : column;
}

/** What PostgreSQL's text cannot hold: U+0000 and halves of characters. In JSON they are escapes; a pair of backslashes is none. */
const ESCAPE = /\\(u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/** @returns JSON that PostgreSQL takes; what its text cannot hold is replaced by U+FFFD. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replace(ESCAPE, (whole, escaped: string) => (escaped.length > 1 ? "\\ufffd" : whole));
