/** Names that chargers and their bridges have for the states of a plug. */
import type { ChargerReport } from "#core/session/observation";

export type ReportedState = NonNullable<ChargerReport["state"]>;

/** Without regard to case, blanks, dashes and underscores; with the statuses of OCPP 1.6 and 2.0.1. */
const WORDS: Readonly<Record<ReportedState, string>> = {
  notConnected: "a notconnected unplugged disconnected idle available absent",
  connected: "b connected plugged occupied waiting paused ready preparing suspendedev suspendedevse finishing",
  charging: "c d charging",
  fault: "e f fault faulted error",
  unknown: "unknown offline unavailable reserved",
};
const STATES: ReadonlyMap<string, ReportedState> = new Map(
  (Object.entries(WORDS) as [ReportedState, string][]).flatMap(([state, words]) => words.split(" ").map((word) => [word, state] as const)),
);

/** The state that a charger means; undefined for a word that nobody uses for one. */
export const stateCalled = (said: string | number | boolean): ReportedState | undefined =>
  STATES.get(
    String(said)
      .toLowerCase()
      .replace(/[\s_-]/g, ""),
  );
