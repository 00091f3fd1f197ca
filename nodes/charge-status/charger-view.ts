/** A charger as a person sees it, made from whatever it says of itself. */

import { isResting, stateOfPhase } from "#core/display/seen-state";
import type { ChargerReport } from "#core/session/observation";
import type { SessionRecord } from "#core/session/record";
import { mostSevere } from "../shared/faults.ts";
import type { ChargerView, ChargeView, FaultView, SeenState } from "./api.ts";
import type { OwnStatus } from "./news.ts";

/** A limit that runs out sooner is a lease that somebody renews; its end means nothing to a person. */
const WORTH_SAYING = 90_000;

type Said = Omit<ChargerView, "charge" | "lastCharge" | "dayEnergyWh"> & { readonly charge: ChargeView | null };

/** @param now wall time here, ms since 1970 */
export function saidByOurs(status: OwnStatus, now: number): Said {
  const { charger, at, phase, state: vehicleState, relay, limitedBy, limitValidUntil, pilot, faults, session } = status;
  const { offeredCurrentA: offeredA, powerW, currentA, voltageV, temperatureC, energyWh } = status;
  return {
    charger,
    at,
    state: stateOfPhase(status.phase, status.currentA, needsPerson(mostSevere(status.faults))),
    phase,
    vehicleState,
    powerW,
    currentA,
    offeredA,
    limitedBy,
    limitValidUntil: limitValidUntil !== null && limitValidUntil - now > WORTH_SAYING ? limitValidUntil : null,
    voltageV,
    temperatureC,
    energyWh,
    relay,
    pilot,
    faults: faults.map(({ name, mrec, severity, since, latched, retryAt }) => ({ name, mrec, severity, since, latched, retryAt })),
    charge:
      session === null
        ? null
        : { ...NOTHING_COUNTED, startedAt: session.startedAt, energyWh: session.energyWh, chargingMs: session.chargingMs },
  };
}

const needsPerson = (fault: Pick<FaultView, "latched" | "retryAt"> | undefined): boolean =>
  fault !== undefined && fault.retryAt === null && fault.latched !== "no";

const NOTHING_COUNTED = { sunWh: 0, gridWh: 0, batteryWh: 0, unknownWh: 0, cost: null, user: null };

/** @param before what it said last, from which it takes what is not said this time */
export function saidByForeign(news: ChargerReport, before: Said | null, now: number): Said {
  const { charger, energyWh, limitedBy, temperatureC } = news;
  const draws = news.state !== "connected" && news.state !== "notConnected";
  const powerW = news.powerW ?? (draws ? (before?.powerW ?? null) : null);
  const currentA = news.currentA ?? (draws ? (before?.currentA ?? null) : null);
  return {
    charger,
    at: news.at ?? now,
    state: news.state === null ? (before?.state ?? "unknown") : foreignState(news, powerW),
    phase: null,
    vehicleState: null,
    powerW,
    currentA,
    offeredA: news.offeredA ?? before?.offeredA ?? null,
    limitedBy: limitedBy ?? before?.limitedBy ?? null,
    limitValidUntil: null,
    voltageV: null,
    temperatureC: temperatureC ?? before?.temperatureC ?? null,
    energyWh: energyWh ?? before?.energyWh ?? null,
    relay: null,
    pilot: null,
    // A part of a report that speaks of something else ends no fault.
    faults: news.state === null && news.faults.length === 0 ? (before?.faults ?? []) : faultsOf(news, before),
    charge: null,
  };
}

const faultsOf = ({ faults }: ChargerReport, before: Said | null): FaultView[] =>
  faults.map(({ name, mrec, since }) => ({
    name,
    mrec,
    severity: "error",
    since: sinceOf(name, before) ?? since,
    latched: "no",
    retryAt: null,
  }));

const sinceOf = (name: string, before: Said | null): number | undefined => before?.faults.find((fault) => fault.name === name)?.since;

function foreignState({ state, currentA, offeredA }: ChargerReport, powerW: number | null): SeenState {
  switch (state) {
    case "notConnected":
      return "notConnected";
    case "connected":
      return offeredA === 0 ? "paused" : "waiting";
    case "charging":
      return isResting(currentA, powerW) ? "resting" : "charging";
    case "fault":
      return "stopped";
    case "unknown":
    case null:
      return "unknown";
  }
}

/**
 * What is seen: what the charger said, and what the log made of the charge.
 * @param open the record of the charge under way, null when there is none @param isFresh whether the charger has spoken lately
 */
export function viewOf(
  said: Said,
  open: SessionRecord | null,
  last: SessionRecord | null,
  dayEnergyWh: number | null,
  isFresh: boolean,
): ChargerView {
  const view = { ...said, charge: chargeOf(said, open), lastCharge: last === null ? null : lastOf(last), dayEnergyWh };
  return isFresh ? view : { ...view, state: "unknown", phase: null, powerW: null, currentA: null, offeredA: null, pilot: null };
}

/** The charger's own count is fresher than the log's, which knows the sources and the cost. */
function chargeOf({ charge, state }: Said, open: SessionRecord | null): ChargeView | null {
  if (open === null || state === "notConnected") return charge;
  const { startedAt, energyWh, chargingMs, sunWh, gridWh, batteryWh, unknownWh, cost, user } = open;
  const counted = { sunWh, gridWh, batteryWh, unknownWh, cost, user };
  return charge === null ? { startedAt, energyWh, chargingMs, ...counted } : { ...charge, ...counted };
}

function lastOf({ id, endedAt, startedAt, sunWh, gridWh, batteryWh, unknownWh, energyWh, cost }: SessionRecord): ChargerView["lastCharge"] {
  return { id, endedAt: endedAt ?? startedAt, sunWh, gridWh, batteryWh, unknownWh, energyWh, cost };
}

export type { Said };
