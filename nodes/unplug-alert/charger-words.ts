/** What a charger says, ours in full or any other in part, as the rules understand it. */
import * as v from "valibot";
import { DRAWING_FROM } from "#core/alerts/unplug/config";
import type { ChargerEvent, FaultSighting, PlugState, Sighting, UnplugInput } from "#core/alerts/unplug/types";
import { FAULTS } from "#core/evse/faults";
import { Instant, type WallTime } from "#core/units/units";

/** A stamp that is older than this, or from the future, says more about a clock than about the message, ms. */
const LATEST_BELIEVED = 60_000;
/** A charger without a meter in amps draws from this power on, W. */
const DRAWING_FROM_W = 200;
/** Below this nothing is offered, A. */
const LEAST_OFFER_A = 6;
/** Reasons for not offering that nobody chose just now; any other is somebody who stopped it. */
const BY_ITSELF: ReadonlySet<string> = new Set([
  "breaker",
  "cable",
  "car",
  "contactor",
  "demand",
  "fault",
  "floor",
  "fuse",
  "hardware",
  "lease",
  "maximum",
  "meter",
  "minimum",
  "minimumOff",
  "minimumOn",
  "offer",
  "page",
  "plan",
  "recovery",
  "selfTest",
  "settling",
  "share",
  "shutdown",
  "stale",
  "startDelay",
  "starts",
  "sun",
  "tariff",
  "temperature",
  "waiting",
]);

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const finite = v.pipe(v.number(), v.finite());
const measured = v.optional(v.nullable(finite));
const Letter = v.pipe(
  v.union([v.string(), v.boolean(), v.number()]),
  v.transform((said) => letterOf(String(said))),
  v.string(),
);

/** What other chargers and their bridges call the states. */
const LETTERS: Readonly<Record<string, string>> = {
  a: "A",
  disconnected: "A",
  unplugged: "A",
  absent: "A",
  available: "A",
  b: "B",
  connected: "B",
  plugged: "B",
  waiting: "B",
  preparing: "B",
  suspendedev: "B",
  suspendedevse: "B",
  finishing: "B",
  c: "C",
  d: "C",
  charging: "C",
  e: "E",
  f: "F",
  faulted: "F",
  unknown: "unknown",
  unavailable: "unknown",
};

const letterOf = (said: string): string | undefined => {
  const word = said.trim().toLowerCase();
  return Object.hasOwn(LETTERS, word) ? LETTERS[word] : undefined;
};

const Fault = v.object({ name: word, severity: v.optional(v.picklist(["emergency", "error", "warning"])) });

/** The part of a status that matters here; any charger may send less. */
const Status = v.object({
  charger: v.optional(word),
  at: v.optional(finite),
  state: v.optional(Letter),
  phase: v.optional(word),
  offeredCurrentA: measured,
  limitedBy: v.optional(word),
  currentA: measured,
  powerW: measured,
  energyWh: v.optional(v.unknown()),
  faults: v.optional(v.pipe(v.array(Fault), v.maxLength(32))),
  session: v.optional(v.nullable(v.union([word, v.object({ id: v.optional(word), energyWh: measured, chargingMs: measured })]))),
});
type Status = v.InferOutput<typeof Status>;

const Event = v.object({
  id: v.optional(word),
  charger: v.optional(word),
  at: v.optional(finite),
  type: word,
  to: v.optional(word),
  reason: v.optional(v.string()),
  fault: v.optional(word),
  session: v.optional(v.nullable(word)),
});
type Event = v.InferOutput<typeof Event>;

/** Where and when a message is read. */
export interface Reading {
  /** Name of a charger that does not say its own. */
  readonly charger: string;
  readonly at: Instant;
  readonly wall: WallTime;
}

const SEVERITIES = { emergency: "alarm", error: "alarm", warning: "warning" } as const;

/**
 * A status or an event of a charger.
 * @returns null when the payload is neither.
 */
export function chargerNewsOf(payload: unknown, reading: Reading): UnplugInput | null {
  if (typeof payload !== "object" || payload === null) return null;
  const event = v.safeParse(Event, payload);
  if (event.success && !("state" in payload)) return eventInput(event.output, reading);
  const status = v.safeParse(Status, payload);
  if (!status.success || !speaks(status.output)) return null;
  return { type: "status", ...originOf(status.output, reading), sighting: sightingOf(status.output) };
}

const speaks = ({ state, currentA, powerW }: Status): boolean => state !== undefined || currentA != null || powerW != null;

/** When it was true, on the rules' line of time. */
function originOf({ charger, at: stamp }: { charger?: string | undefined; at?: number | undefined }, reading: Reading) {
  const lag = stamp === undefined ? 0 : reading.wall - stamp;
  const believed = lag >= 0 && lag <= LATEST_BELIEVED ? lag : 0;
  return { charger: charger ?? reading.charger, at: Instant(reading.at - believed), stamp: stamp ?? null };
}

function sightingOf(status: Status): Sighting {
  const { state, phase, offeredCurrentA = null, limitedBy = null, currentA = null, powerW = null, session } = status;
  const offering = offeredCurrentA === null ? null : offeredCurrentA >= LEAST_OFFER_A;
  const charge = typeof session === "object" ? session : null;
  return {
    state: state === "A" || state === "B" || state === "C" ? state : null,
    drawing: drawingOf(phase, currentA, powerW),
    currentA,
    offering,
    why: limitedBy,
    stopped: offering === false && limitedBy !== null && !BY_ITSELF.has(limitedBy),
    session: session === undefined || session === null ? session : typeof session === "string" ? session : session.id,
    energyWh: charge?.energyWh ?? null,
    chargingMs: charge?.chargingMs ?? null,
    faults: faultsOf(status),
  };
}

/** A charger that tells its phase knows whether its contactor is closed; for any other only its meter counts. */
function drawingOf(phase: string | undefined, currentA: number | null, powerW: number | null): boolean | null {
  if (phase !== undefined && phase !== "charging" && phase !== "stopping") return false;
  if (currentA !== null) return currentA >= DRAWING_FROM;
  if (powerW !== null) return powerW >= DRAWING_FROM_W;
  return phase === undefined ? null : true;
}

/** E and F are faults of a charger that has no list of them. */
function faultsOf({ faults, state, phase }: Status): FaultSighting[] | null {
  if (faults !== undefined) return faults.map(({ name, severity = "error" }) => ({ name, severity: SEVERITIES[severity] }));
  if (phase !== undefined || state === undefined || state === "unknown") return null;
  return state === "E" || state === "F" ? [{ name: `State${state}`, severity: "alarm" }] : [];
}

/** An event does not say how bad its fault is; ours are in a table, and any other is bad. */
const severityOf = (fault: string): FaultSighting["severity"] => {
  const known = Object.entries(FAULTS).find(([name]) => name === fault)?.[1];
  return SEVERITIES[known?.severity ?? "error"];
};

function eventInput(message: Event, reading: Reading): UnplugInput {
  const { id = null, session = null } = message;
  return { type: "event", ...originOf(message, reading), id, session, event: eventOf(message) };
}

const OTHER: ChargerEvent = { is: "other" };

function eventOf({ type, to = "", reason = "", fault }: Event): ChargerEvent {
  switch (type) {
    case "booted":
    case "plugged":
    case "chargingStarted":
    case "chargingStopped":
    case "offered":
      return { is: type };
    case "unplugged":
      return { is: "unplugged", whileAway: reason === "whileAway" };
    case "stateChanged":
      return stateOf(to);
    case "paused":
      return BY_ITSELF.has(reason) ? { is: "paused", why: reason } : { is: "stopped", by: reason };
    case "deauthorised":
    case "stopped":
      return { is: "stopped", by: reason };
    case "resumed":
    case "authorised":
      return { is: "allowed" };
    case "fault":
      return fault === undefined ? OTHER : { is: "fault", fault: { name: fault, severity: severityOf(fault) } };
    case "faultCleared":
      return fault === undefined ? OTHER : { is: "faultCleared", name: fault };
    default:
      return OTHER;
  }
}

function stateOf(letter: string): ChargerEvent {
  const state = letterOf(letter);
  return state === "A" || state === "B" || state === "C" ? { is: "state", state: state satisfies PlugState } : OTHER;
}
