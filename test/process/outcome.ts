/** How a scenario ended, in what a board with pins and one of arithmetic must have in common. */
import type { Observation } from "#cli/scenario/observation";
import type { StatusMessage } from "#link/messages";

export interface Outcome {
  readonly state: StatusMessage["state"] | null;
  readonly phase: StatusMessage["phase"] | null;
  readonly relay: StatusMessage["relay"] | null;
  readonly selfTest: StatusMessage["gfci"]["selfTest"] | null;
  readonly offeredCurrentA: number | null;
  /** Active faults with their severity and what clears them. */
  readonly faults: readonly string[];
  readonly pilot: string | null;
  readonly coil: boolean | null;
  readonly shuntTrip: boolean | null;
  /** The coil itself, and the contacts. */
  readonly coilEnergised: boolean | null;
  readonly contacts: readonly boolean[] | null;
  /** Faults as they came and went, in their order. */
  readonly told: readonly string[];
}

export function outcomeOf({ status, outputs, truth, heard }: Observation): Outcome {
  return {
    state: status?.state ?? null,
    phase: status?.phase ?? null,
    relay: status?.relay ?? null,
    selfTest: status?.gfci.selfTest ?? null,
    offeredCurrentA: status?.offeredCurrentA ?? null,
    faults: (status?.faults ?? []).map(({ name, severity, latched }) => `${name} ${severity} ${latched}`),
    pilot: outputs?.pilot.kind ?? null,
    coil: outputs?.coil ?? null,
    shuntTrip: outputs?.shuntTrip ?? null,
    coilEnergised: truth?.coilEnergised ?? null,
    contacts: truth?.contacts ?? null,
    told: heard.flatMap(({ event }) => (event.type === "fault" || event.type === "faultCleared" ? [`${event.type} ${event.fault}`] : [])),
  };
}
