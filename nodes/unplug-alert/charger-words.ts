/** What a charger says, ours in full or any other in part, as the rules understand it. */
import * as v from "valibot";
import { DRAWING_FROM } from "#core/alerts/unplug/config";
import type { ChargerEvent, FaultSighting, PlugState, Sighting, UnplugInput } from "#core/alerts/unplug/types";
import { FAULTS } from "#core/evse/faults";
import { parseReading, type ReadingKind } from "#core/solar/reading";
import { Instant, type WallTime } from "#core/units/units";
import { type ReportedState, stateCalled } from "../shared/charger-states.ts";
import { KNOWN_REASONS } from "../shared/status-text.ts";

/** A stamp that is older than this, or from the future, says more about a clock than about the message, ms. */
const LATEST_BELIEVED = 60_000;
/** A charger without a meter in amps draws from this power on, W. */
const DRAWING_FROM_W = 200;
/** Below this nothing is offered, A. */
const LEAST_OFFER_A = 6;
/** Reasons for not offering that somebody chose; every other that has a name came by itself, and one without a name is a person's or a flow's. */
const CHOSEN: ReadonlySet<string> = new Set(["authorisation", "flow", "off", "paused", "user"]);
const byItself = (reason: string): boolean => KNOWN_REASONS.has(reason) && !CHOSEN.has(reason);

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const finite = v.pipe(v.number(), v.finite());
/** A value as others send it too: text with a unit; what is not available is not known. */
const figure = (kind: ReadingKind) =>
  v.optional(
    v.pipe(
      v.nullable(v.union([finite, v.string()])),
      v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
        const read = value === null ? null : parseReading(value, kind);
        if (read === null || read.ok) return read?.value ?? null;
        if (read.reason === "unavailable") return null;
        addIssue({ message: `expected a number, or text with a unit of ${kind}` });
        return NEVER;
      }),
    ),
  );
const known = v.optional(v.nullable(finite));
const Letter = v.pipe(
  v.union([v.string(), v.boolean(), v.number()]),
  v.transform((said) => letterOf(String(said))),
  v.string(),
);

/** What is told apart here: a charger that only says "fault" has no E and no F. */
const LETTERS: Readonly<Record<ReportedState, string>> = {
  notConnected: "A",
  connected: "B",
  charging: "C",
  fault: "F",
  unknown: "unknown",
};

function letterOf(said: string): string | undefined {
  const state = stateCalled(said);
  if (state === undefined) return undefined;
  return state === "fault" && said.trim().toLowerCase() === "e" ? "E" : LETTERS[state];
}

const Fault = v.object({ name: word, severity: v.optional(v.picklist(["emergency", "error", "warning"])) });

/** The part of a status that matters here; any charger may send less. */
const Status = v.object({
  charger: v.optional(word),
  at: v.optional(finite),
  state: v.optional(Letter),
  phase: v.optional(word),
  offeredCurrentA: figure("current"),
  limitedBy: v.optional(word),
  currentA: figure("current"),
  powerW: figure("power"),
  energyWh: v.optional(v.unknown()),
  faults: v.optional(v.pipe(v.array(Fault), v.maxLength(32))),
  session: v.optional(v.nullable(v.union([word, v.object({ id: v.optional(word), energyWh: known, chargingMs: known })]))),
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
    stopped: offering === false && limitedBy !== null && !byItself(limitedBy),
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
      return byItself(reason) ? { is: "paused", why: reason } : { is: "stopped", by: reason };
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
