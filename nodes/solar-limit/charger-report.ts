/** What a charger says of its car, taken from its status messages. */
import * as v from "valibot";
import { SURELY_DRAWS } from "#core/solar/range";
import type { CarPresence } from "#core/solar/types";

const finite = v.pipe(v.number(), v.finite());

/** The part of a charger's status that matters here; what else it says is left alone. */
const Status = v.object({
  charger: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  state: v.picklist(["A", "B", "C", "D", "E", "F", "unknown"]),
  at: v.optional(finite),
  relay: v.optional(v.string()),
  currentA: v.optional(v.nullable(finite)),
});

export interface ChargerReport {
  readonly charger: string;
  readonly presence: CarPresence;
  /** Measured current; null without a meter. */
  readonly currentA: number | null;
  /** Wall time of the measurement, ms since 1970; null when not said. */
  readonly at: number | null;
}

/** Null when the payload is something else. */
export function chargerReportOf(payload: unknown): ChargerReport | null {
  if (typeof payload !== "object" || payload === null) return null;
  const parsed = v.safeParse(Status, payload);
  if (!parsed.success) return null;
  const { charger, state, relay, currentA = null, at = null } = parsed.output;
  return { charger, presence: presenceOf(state, relay), currentA, at };
}

/** A car behind an open contactor draws nothing, whatever it asks for and whatever is wrong. */
function presenceOf(state: v.InferOutput<typeof Status>["state"], relay: string | undefined): CarPresence {
  switch (state) {
    case "A":
      return "absent";
    case "B":
      return "waiting";
    case "C":
    case "D":
      return relay === "open" ? "waiting" : "charging";
    case "E":
    case "F":
    case "unknown":
      return relay === "open" ? "waiting" : "unknown";
  }
}

/** No current can flow, by the pilot and the contactor. */
const isOpen = ({ presence }: ChargerReport): boolean => presence === "absent" || presence === "waiting";

/** What the car draws, A; null where nobody measures it. What is measured counts, whatever the pilot says: a welded contactor draws in state B, too. */
export const drawnOf = (report: ChargerReport): number | null => report.currentA ?? (isOpen(report) ? 0 : null);

/** The car takes nothing, whatever it is offered. */
export const isIdle = (report: ChargerReport): boolean => (drawnOf(report) ?? SURELY_DRAWS) < SURELY_DRAWS;

/** Nothing flows and nothing will before the charger says so, which it does at once. */
export const isResting = (report: ChargerReport): boolean => isOpen(report) && isIdle(report);

/** Whether a car is there at any of the chargers, as the rules ask it of one. */
export function together(reports: readonly ChargerReport[], expected: number): CarPresence {
  const presences = new Set(reports.map(({ presence }) => presence));
  if (presences.has("charging")) return "charging";
  if (reports.length < expected || presences.has("unknown")) return "unknown";
  return presences.has("waiting") ? "waiting" : "absent";
}
