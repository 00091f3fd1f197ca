/**
 * What a node says under itself, in fewer than twenty characters. One table for all nodes, so that the same thing is
 * called the same everywhere. A colour never stands alone: the words or the shape say it too.
 */

import { DRAWING_FROM_A } from "#core/display/seen-state";
import type { FaultMessage, StatusMessage } from "#link/messages";
import type { TruthMessage } from "#link/sim-truth";
import type { LinkState } from "./charger-handle.ts";
import { groundFault, mostSevere } from "./faults.ts";
import type { NodeStatus, Translate } from "./red.ts";

/** Longest text that fits under a node. */
export const STATUS_TEXT_MAX = 19;

/** Reasons for a limit that the catalogues have a word for; any other is shown as it was sent. */
export const KNOWN_REASONS: ReadonlySet<string> = new Set([
  "authorisation",
  "breaker",
  "cable",
  "car",
  "contactor",
  "demand",
  "fault",
  "floor",
  "flow",
  "fuse",
  "hardware",
  "lease",
  "maximum",
  "meter",
  "meterTurned",
  "minimum",
  "minimumOff",
  "minimumOn",
  "off",
  "offer",
  "page",
  "paused",
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
  "unit",
  "user",
  "waiting",
]);

/** Cuts what a sender chose freely, so that it fits. */
export function cutToFit(text: string): string {
  const characters = [...text];
  return characters.length <= STATUS_TEXT_MAX ? text : `${characters.slice(0, STATUS_TEXT_MAX - 1).join("")}…`;
}

/** What the pilot node says: what the charger is doing and why. */
export function pilotStatus(status: StatusMessage, t: Translate): NodeStatus {
  const fault = mostSevere(status.faults);
  if (fault && status.phase === "faulted") return faultStatus(fault, t);
  switch (status.phase) {
    case "notConnected":
      return { fill: "grey", shape: "ring", text: t("status.notConnected") };
    case "waiting":
      return { fill: "blue", shape: "ring", text: t("status.waiting", { limit: whole(status.offeredCurrentA) }) };
    case "paused":
      return { fill: "blue", shape: "ring", text: cutToFit(t("status.paused", { why: reasonWord(status.limitedBy, t) })) };
    case "charging":
      return chargingStatus(status, t);
    case "selfTest":
    case "preparing":
    case "closing":
    case "stopping":
    case "opening":
    case "waking":
      return { fill: "blue", shape: "dot", text: t(`status.${status.phase}`) };
    case "faulted":
      return { fill: "red", shape: "ring", text: t("status.faulted") };
  }
}

/** What the relay node says: what the contacts are known to do. */
export function relayStatus(status: StatusMessage, t: Translate): NodeStatus {
  if (status.relay === "welded") return { fill: "red", shape: "dot", text: t("status.relayWelded") };
  if (status.relay === "unknown") return { fill: "yellow", shape: "ring", text: t("status.relayUnknown") };
  if (status.relay === "closed") {
    return status.coil
      ? { fill: "green", shape: "dot", text: t("status.relayClosed") }
      : { fill: "blue", shape: "ring", text: t("status.opening") };
  }
  return status.coil
    ? { fill: "blue", shape: "dot", text: t("status.closing") }
    : { fill: "grey", shape: "ring", text: t("status.relayOpen") };
}

/** What the ground-fault node says: tripped, tested or not yet tested. */
export function gfciStatus(status: StatusMessage, t: Translate): NodeStatus {
  const fault = groundFault(status.faults);
  if (fault) return faultStatus(fault, t);
  if (status.gfci.tripped) return { fill: "red", shape: "ring", text: t("fault.GroundFault.short") };
  switch (status.gfci.selfTest) {
    case "running":
      return { fill: "blue", shape: "dot", text: t("status.gfciTesting") };
    case "passed":
      return { fill: "green", shape: "dot", text: t("status.gfciPassed") };
    case "failed":
      return { fill: "red", shape: "dot", text: t("status.gfciFailed") };
    case "never":
      return { fill: "grey", shape: "ring", text: t("status.gfciUntested") };
  }
}

/** What the simulated car's node says. Faults put in by hand are never forgotten: they show before anything else. */
export function carStatus(truth: TruthMessage, t: Translate): NodeStatus {
  const charge = whole(truth.socPercent);
  const injected = truth.faults.length;
  if (injected > 0) return { fill: "yellow", shape: "dot", text: t("status.carInjected", { count: injected, charge }) };
  if (!truth.plugged) return { fill: "grey", shape: "ring", text: t("status.carUnplugged", { charge }) };
  if (truth.carFault) return { fill: "red", shape: "ring", text: t("status.carFault") };
  if (truth.asleep) return { fill: "blue", shape: "ring", text: t("status.carAsleep", { charge }) };
  if (truth.drawA >= DRAWING_FROM_A)
    return { fill: "green", shape: "dot", text: t("status.carDrawing", { drawn: tenths(truth.drawA, t), charge }) };
  return { fill: "blue", shape: "ring", text: t("status.carPlugged", { charge }) };
}

/** What every node says while there is no news of the charger. */
export function linkStatus(link: Exclude<LinkState, "connected">, t: Translate): NodeStatus {
  switch (link) {
    case "starting":
      return { fill: "blue", shape: "ring", text: t("status.starting") };
    case "lost":
      return { fill: "yellow", shape: "ring", text: t("status.noController") };
    case "refused":
      return { fill: "red", shape: "ring", text: t("status.refused") };
    case "stopped":
      return { fill: "grey", shape: "ring", text: t("status.stopped") };
  }
}

/** What a node says whose own settings cannot be used. */
export const badSettingsStatus = (t: Translate): NodeStatus => ({ fill: "red", shape: "ring", text: t("status.badSettings") });

/** What a node says that has no charger to speak to. */
export const noChargerStatus = (t: Translate): NodeStatus => ({ fill: "red", shape: "ring", text: t("status.noCharger") });

/** What a node says that has no store to keep things in. */
export const noStoreStatus = (t: Translate): NodeStatus => ({ fill: "red", shape: "ring", text: t("status.noStore") });

/** What the car node says on a charger that is not simulated. */
export const notSimulatedStatus = (t: Translate): NodeStatus => ({ fill: "red", shape: "ring", text: t("status.notSimulated") });

function chargingStatus({ currentA, powerW }: StatusMessage, t: Translate): NodeStatus {
  if (currentA === null) return { fill: "green", shape: "dot", text: t("status.charging") };
  if (currentA < DRAWING_FROM_A) return { fill: "green", shape: "ring", text: t("status.notDrawing") };
  const amps = `${tenths(currentA, t)} A`;
  return { fill: "green", shape: "dot", text: powerW === null ? amps : `${power(powerW, t)} · ${amps}` };
}

/** A dot needs a person; a ring sorts itself out: ↻ and when it is tried again. */
function faultStatus({ name, latched, retryAt }: FaultMessage, t: Translate): NodeStatus {
  if (retryAt !== null) return { fill: "red", shape: "ring", text: cutToFit(`${faultWord(name, "short", t)} ↻${clock(retryAt)}`) };
  switch (latched) {
    case "untilReset":
      return { fill: "red", shape: "dot", text: cutToFit(t("status.needsReset", { what: faultWord(name, "tag", t) })) };
    case "untilUnplugged":
      return { fill: "red", shape: "dot", text: cutToFit(t("status.needsUnplug", { what: faultWord(name, "tag", t) })) };
    case "no":
      return { fill: "red", shape: "ring", text: cutToFit(faultWord(name, "short", t)) };
  }
}

/** A fault that a newer controller knows and this catalogue does not goes by its own name. */
function faultWord(name: string, length: "short" | "tag", t: Translate): string {
  const key = `fault.${name}.${length}`;
  const found = t(key);
  return found === key ? name : found;
}

/** The word for a reason that limits or pauses; one that nobody knows goes by its own name. */
export const reasonWord = (word: string, t: Translate): string => (KNOWN_REASONS.has(word) ? t(`reason.${word}`) : word);
const whole = (value: number): string => String(Math.round(value));
/** A magnitude with one decimal, as the language writes it. */
export const tenths = (value: number, t: Translate): string => value.toFixed(1).replace(".", t("number.decimal"));
const power = (watts: number, t: Translate): string => (watts < 1000 ? `${whole(watts)} W` : `${tenths(watts / 1000, t)} kW`);

/** Local time of day, always five characters. */
function clock(wall: number): string {
  const time = new Date(wall);
  return `${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
}
