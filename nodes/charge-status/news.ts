/** What a wire may bring: news of a charger, of its sessions, of the sun and the house. Known by its shape, whatever node sent it. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import type { ChargerReport } from "#core/session/observation";
import type { SessionRecord } from "#core/session/record";
import { parseReading } from "#core/solar/reading";
import type { WallTime } from "#core/units/units";
import { StatusMessage } from "#link/messages";
import { Session } from "#store/record-schema";
import { foreignReportOf, isForeignReport } from "../shared/charger-report.ts";
import { shown } from "../shared/shown.ts";

const finite = v.pipe(v.number(), v.finite());
const word = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(64));
const maybe = v.nullable(finite);

const { charger, at, state, phase, offeredCurrentA, limitedBy, limitValidUntil, relay } = StatusMessage.entries;
const { currentA, powerW, energyWh, voltageV, temperatureC } = StatusMessage.entries;

/** The part of our own status that is shown; what a newer controller says beside it is left alone. */
const OwnStatus = v.object({
  charger,
  at,
  state,
  phase,
  offeredCurrentA,
  limitedBy,
  limitValidUntil,
  relay,
  currentA,
  powerW,
  energyWh,
  voltageV,
  temperatureC,
  pilot: v.object(StatusMessage.entries.pilot.entries),
  faults: v.array(v.object(StatusMessage.entries.faults.item.entries)),
  session: v.nullable(v.object({ id: v.string(), startedAt: finite, energyWh: finite, chargingMs: finite })),
});
export type OwnStatus = v.InferOutput<typeof OwnStatus>;

const Event = v.object({ id: word, charger: word, at: finite, type: word, monotonicMs: finite });
const Limit = v.object({ limitA: finite, limitedBy: v.optional(word), validUntil: v.optional(finite) });
const Telemetry = v.object({
  at: finite,
  mode: word,
  limitA: finite,
  limitedBy: word,
  surplusW: maybe,
  carA: finite,
  stopsInMs: maybe,
  startsInMs: maybe,
});
/** What the simulated house says, and what a meter may. */
const Site = v.object({
  sunW: v.optional(maybe),
  pvW: v.optional(maybe),
  gridW: v.optional(maybe),
  houseW: v.optional(maybe),
  batteryW: v.optional(maybe),
});
/** A record, and what the log says beside it. */
const Record = v.object(Session.entries);

export interface SiteNews {
  readonly sunW: number | null;
  readonly gridW: number | null;
  readonly houseW: number | null;
  readonly batteryW: number | null;
}

export type News =
  | { readonly of: "status"; readonly status: OwnStatus }
  | { readonly of: "foreign"; readonly report: ChargerReport }
  | { readonly of: "session"; readonly record: SessionRecord }
  | { readonly of: "solar"; readonly telemetry: v.InferOutput<typeof Telemetry> }
  | { readonly of: "site"; readonly site: SiteNews }
  /** A charger's event or a limit: known, and shown by the status that follows it. */
  | { readonly of: "nothing" };

/** The site's powers by topic, each a number or text with a unit. */
const SITE_TOPICS: Readonly<Record<string, keyof SiteNews>> = {
  grid: "gridW",
  pv: "sunW",
  sun: "sunW",
  house: "houseW",
  battery: "batteryW",
};
/** A status is a kilobyte or two. */
const LONGEST_TEXT = 16_384;
const SITE_KEYS = ["sunW", "pvW", "gridW", "houseW", "batteryW"];
const NO_SITE: SiteNews = { sunW: null, gridW: null, houseW: null, batteryW: null };
/**
 * @param usual the charger's name where the message has none @param now wall time
 * @throws MessageError notNews when nothing of it is understood; or what is wrong with a report or a value.
 */
export function newsOf(topic: unknown, payload: unknown, usual: string, now: WallTime): News {
  const site = typeof topic === "string" ? SITE_TOPICS[topic.toLowerCase()] : undefined;
  if (site !== undefined && (typeof payload === "number" || typeof payload === "string")) {
    return { of: "site", site: { ...NO_SITE, [site]: powerOf(site, payload) } };
  }
  return newsIn(unpacked(payload), usual, now);
}

function newsIn(payload: unknown, usual: string, now: WallTime): News {
  if (typeof payload !== "object" || payload === null) throw notNews(payload);
  const status = v.safeParse(OwnStatus, payload);
  if (status.success) return { of: "status", status: status.output };
  if (v.is(Event, payload)) return { of: "nothing" };
  const session = v.safeParse(Record, payload);
  if (session.success) return { of: "session", record: session.output };
  const telemetry = v.safeParse(Telemetry, payload);
  if (telemetry.success) return { of: "solar", telemetry: telemetry.output };
  if (v.is(Limit, payload)) return { of: "nothing" };
  if (SITE_KEYS.some((key) => Object.hasOwn(payload, key))) return siteNews(payload);
  if (isForeignReport(payload)) return { of: "foreign", report: foreignReportOf(payload, usual, now) };
  throw notNews(payload);
}

function siteNews(payload: object): News {
  const parsed = v.safeParse(Site, payload);
  if (!parsed.success) throw notNews(payload);
  const { sunW, pvW, gridW = null, houseW = null, batteryW = null } = parsed.output;
  return { of: "site", site: { sunW: sunW ?? pvW ?? null, gridW, houseW, batteryW } };
}

/** A status as it comes over MQTT: the text of an object. */
function unpacked(payload: unknown): unknown {
  if (typeof payload !== "string" || payload.length > LONGEST_TEXT || !payload.trimStart().startsWith("{")) return payload;
  try {
    return JSON.parse(payload);
  } catch {
    throw notNews(payload);
  }
}

function powerOf(name: string, said: unknown): number | null {
  const read = parseReading(said, "power");
  if (read.ok) return read.value;
  if (read.reason === "unavailable") return null;
  throw new MessageError(read.reason, `${name}: expected a power, such as 800 or "1.2 kW", got ${shown(said)}.`);
}

const notNews = (payload: unknown): MessageError =>
  new MessageError(
    "notNews",
    `msg.payload: expected the status of a charger, the telemetry of a limiter, a session or powers of the site, got ${shown(payload)}.`,
  );
