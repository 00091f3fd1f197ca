/** What a charger says of its car, taken from its status messages; and what several of them add up to. */
import * as v from "valibot";
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

/** The chargers together, as the rules see one: is anybody charging, and how much is drawn. */
export function together(
  reports: readonly ChargerReport[],
  expected: number,
): { readonly presence: CarPresence; readonly currentA: number | null } {
  const presences = new Set(reports.map(({ presence }) => presence));
  let currentA: number | null = reports.length < expected ? null : 0;
  for (const report of reports) {
    const idle = report.presence === "absent" || report.presence === "waiting";
    // What is measured counts, whatever the pilot says: a welded contactor draws in state B, too.
    const draws = report.currentA ?? (idle ? 0 : null);
    currentA = currentA === null || draws === null ? null : currentA + draws;
  }
  const silent = reports.length < expected || presences.has("unknown");
  const presence = presences.has("charging") ? "charging" : silent ? "unknown" : presences.has("waiting") ? "waiting" : "absent";
  return { presence, currentA };
}
