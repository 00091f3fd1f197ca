/** One of our own chargers as its display sees it, made from what its controller says of it. */
import { NOTHING_SEEN, type Seen, type SeenFault } from "#core/display/seen";
import { stateOfPhase } from "#core/display/seen-state";
import { type Latching, mostSevere, type Severity } from "#core/evse/faults";
import type { Phase } from "#core/evse/types";

/** The part of a status that is shown. */
export interface ToldStatus {
  readonly phase: Phase;
  readonly offeredCurrentA: number;
  readonly limitedBy: string;
  readonly currentA: number | null;
  readonly powerW: number | null;
  readonly temperatureC: number | null;
  readonly faults: readonly {
    readonly name: string;
    readonly severity: Severity;
    readonly latched: Latching;
    /** Wall time, ms since 1970. */
    readonly retryAt: number | null;
  }[];
  readonly session: { readonly energyWh: number; readonly chargingMs: number } | null;
}

/**
 * What is known of a charger, apart from what others say of it. `retryIn` is as of `now`.
 * @param readyA what would be offered if a car came; null where nobody said
 * @param now wall time, ms since 1970
 */
export function seenOfOurs(status: ToldStatus, readyA: number | null, now: number): Seen {
  const { phase, offeredCurrentA, limitedBy, currentA, powerW, temperatureC, session } = status;
  const fault = seenFault(status.faults, now);
  return {
    ...NOTHING_SEEN,
    state: stateOfPhase(phase, currentA, fault !== null && fault.needs !== null && fault.retryIn === null),
    offeredA: phase === "notConnected" && offeredCurrentA === 0 ? readyA : offeredCurrentA,
    limitedBy,
    currentA,
    powerW,
    temperatureC,
    chargingMs: session?.chargingMs ?? null,
    energyWh: energyOf(status),
    fault,
  };
}

/** Nothing counted where nothing measures is no energy that was counted. */
const energyOf = ({ session, currentA, powerW }: ToldStatus): number | null =>
  session === null || (session.energyWh === 0 && currentA === null && powerW === null) ? null : session.energyWh;

const NEEDS = { untilReset: "reset", untilUnplugged: "unplug", no: null } as const;

/** The fault that matters most; null when there is none. @param now wall time, ms since 1970 */
export function seenFault(faults: ToldStatus["faults"], now: number): SeenFault | null {
  const worst = mostSevere(faults);
  if (worst === undefined) return null;
  return { name: worst.name, needs: NEEDS[worst.latched], retryIn: worst.retryAt === null ? null : worst.retryAt - now };
}
