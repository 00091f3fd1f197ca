/** What a wire may bring: news of a charger, of its sessions, of the sun and the house. Known by its shape, whatever node sent it. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import type { SessionRecord } from "#core/session/record";
import { parseReading } from "#core/solar/reading";
import { StatusMessage } from "#link/messages";
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

/** Of any other charger: a word for its state, and what it knows of power, current and energy, as numbers or text with a unit. */
const ForeignStatus = v.object({
  charger: v.optional(word),
  state: v.optional(v.union([v.string(), finite])),
  powerW: v.optional(v.unknown()),
  currentA: v.optional(v.unknown()),
  offeredCurrentA: v.optional(v.unknown()),
  energyWh: v.optional(v.unknown()),
  limitedBy: v.optional(v.nullable(word)),
  temperatureC: v.optional(maybe),
  faults: v.optional(v.pipe(v.array(word), v.maxLength(32))),
});

export type ForeignState = "notConnected" | "connected" | "charging" | "fault" | "unknown";
export interface ForeignNews {
  readonly charger: string;
  readonly state: ForeignState | null;
  readonly powerW: number | null;
  readonly currentA: number | null;
  readonly offeredA: number | null;
  readonly energyWh: number | null;
  readonly limitedBy: string | null;
  readonly temperatureC: number | null;
  readonly faults: readonly string[];
}

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
const split = { sunWh: finite, gridWh: finite, batteryWh: finite, unknownWh: finite };
/** Enough of a record to know it by; a record comes from our own log, which keeps to its shape. */
const Record = v.looseObject({ id: word, revision: finite, charger: word, startedAt: finite, endedAt: maybe, ...split, energyWh: finite });

export interface SiteNews {
  readonly sunW: number | null;
  readonly gridW: number | null;
  readonly houseW: number | null;
  readonly batteryW: number | null;
}

export type News =
  | { readonly of: "status"; readonly status: OwnStatus }
  | { readonly of: "foreign"; readonly report: ForeignNews }
  | { readonly of: "session"; readonly record: SessionRecord }
  | { readonly of: "solar"; readonly telemetry: v.InferOutput<typeof Telemetry> }
  | { readonly of: "site"; readonly site: SiteNews }
  /** A charger's event or a limit: known, and shown by the status that follows it. */
  | { readonly of: "nothing" };

const STATES: Readonly<Record<ForeignState, readonly string[]>> = {
  notConnected: ["a", "notconnected", "unplugged", "disconnected", "idle", "available"],
  connected: [
    "b",
    "connected",
    "plugged",
    "occupied",
    "waiting",
    "paused",
    "ready",
    "preparing",
    "suspendedev",
    "suspendedevse",
    "finishing",
  ],
  charging: ["c", "d", "charging"],
  fault: ["e", "f", "fault", "faulted", "error"],
  unknown: ["unknown", "offline", "unavailable", "reserved"],
};

/** The site's powers by topic, each a number or text with a unit. */
const SITE_TOPICS: Readonly<Record<string, keyof SiteNews>> = {
  grid: "gridW",
  pv: "sunW",
  sun: "sunW",
  house: "houseW",
  battery: "batteryW",
};
const NO_SITE: SiteNews = { sunW: null, gridW: null, houseW: null, batteryW: null };
const TELLING = ["state", "powerW", "currentA", "offeredCurrentA", "energyWh"];

/**
 * @param usual the charger's name where the message has none
 * @throws MessageError notNews when nothing of it is understood; unknownState or the reason why a value is none.
 */
export function newsOf(topic: unknown, payload: unknown, usual: string): News {
  const site = typeof topic === "string" ? SITE_TOPICS[topic.toLowerCase()] : undefined;
  if (site !== undefined && (typeof payload === "number" || typeof payload === "string")) {
    return { of: "site", site: { ...NO_SITE, [site]: magnitude(site, payload, "power") } };
  }
  if (typeof payload !== "object" || payload === null) throw notNews(payload);
  const status = v.safeParse(OwnStatus, payload);
  if (status.success) return { of: "status", status: status.output };
  if (v.is(Event, payload)) return { of: "nothing" };
  if (v.is(Record, payload)) return { of: "session", record: payload as unknown as SessionRecord };
  const telemetry = v.safeParse(Telemetry, payload);
  if (telemetry.success) return { of: "solar", telemetry: telemetry.output };
  if (v.is(Limit, payload)) return { of: "nothing" };
  if (TELLING.some((key) => Object.hasOwn(payload, key))) return { of: "foreign", report: foreign(payload, usual) };
  return siteNews(payload);
}

function siteNews(payload: object): News {
  if (!["sunW", "pvW", "gridW", "houseW", "batteryW"].some((key) => Object.hasOwn(payload, key))) throw notNews(payload);
  const parsed = v.safeParse(Site, payload);
  if (!parsed.success) throw notNews(payload);
  const { sunW, pvW, gridW = null, houseW = null, batteryW = null } = parsed.output;
  return { of: "site", site: { sunW: sunW ?? pvW ?? null, gridW, houseW, batteryW } };
}

function foreign(payload: object, usual: string): ForeignNews {
  const parsed = v.safeParse(ForeignStatus, payload);
  if (!parsed.success) throw notNews(payload);
  const told = parsed.output;
  return {
    charger: told.charger ?? usual,
    state: told.state === undefined ? null : foreignState(told.state),
    powerW: magnitude("powerW", told.powerW, "power"),
    currentA: magnitude("currentA", told.currentA, "current"),
    offeredA: magnitude("offeredCurrentA", told.offeredCurrentA, "current"),
    energyWh: magnitude("energyWh", told.energyWh, "energy"),
    limitedBy: told.limitedBy ?? null,
    temperatureC: told.temperatureC ?? null,
    faults: told.faults ?? [],
  };
}

function foreignState(said: string | number): ForeignState {
  const plain = String(said)
    .toLowerCase()
    .replace(/[\s_-]/g, "");
  const found = (Object.keys(STATES) as ForeignState[]).find((name) => STATES[name].includes(plain));
  if (found === undefined) {
    throw new MessageError(
      "unknownState",
      `state: expected notConnected, connected, charging, fault or unknown, or a letter from A to F, got ${shown(said)}.`,
    );
  }
  return found;
}

function magnitude(name: string, said: unknown, kind: "power" | "current" | "energy"): number | null {
  if (said === undefined || said === null) return null;
  const read = parseReading(said, kind);
  if (read.ok) return read.value;
  if (read.reason === "unavailable") return null;
  throw new MessageError(read.reason, `${name}: expected a number, or text with a unit of ${kind}, got ${shown(said)}.`);
}

const notNews = (payload: unknown): MessageError =>
  new MessageError(
    "notNews",
    `msg.payload: expected the status of a charger, the telemetry of a limiter, a session or powers of the site, got ${shown(payload)}.`,
  );
