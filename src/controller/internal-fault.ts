/** A fault of our own: how it is remembered, and what a charger says of itself while it has one. */
import type { PersistedSafety } from "#core/evse/types";
import type { WallTime } from "#core/units/units";
import type { StatusMessage } from "#link/messages";

const NOTHING_KNOWN: PersistedSafety = {
  version: 1,
  latched: [],
  gfciResets: 0,
  welded: false,
  contactorCycles: 0,
  closuresLastHour: 0,
  session: null,
};

/** The same facts with a latched InternalFault among them; `null` when no facts are left. */
export function withInternalFault(safety: PersistedSafety | null, wall: WallTime): PersistedSafety {
  const known = safety ?? NOTHING_KNOWN;
  if (known.latched.some(({ fault }) => fault === "InternalFault")) return known;
  return { ...known, latched: [...known.latched, { fault: "InternalFault", sinceWall: wall, latched: "untilReset" }] };
}

/** The same facts after a person has reset it. */
export function withoutInternalFault(safety: PersistedSafety): PersistedSafety {
  return { ...safety, latched: safety.latched.filter(({ fault }) => fault !== "InternalFault") };
}

/** What a charger says whose loop has failed: everything is off, and nothing else is known. */
export function afterInternalFault(status: StatusMessage, saved: PersistedSafety | null, reason: string): StatusMessage {
  const since = saved?.latched.find(({ fault }) => fault === "InternalFault")?.sinceWall ?? status.at;
  return {
    ...status,
    state: "unknown",
    phase: "faulted",
    offeredCurrentA: 0,
    limitedBy: "fault",
    pilot: { output: "steadyHigh", dutyPercent: null, highV: null, lowV: null, valid: false },
    relay: "unknown",
    coil: false,
    faults: [
      ...status.faults.filter(({ name }) => name !== "InternalFault"),
      {
        name: "InternalFault",
        mrec: "PermanentFault",
        severity: "emergency",
        since,
        latched: "untilReset",
        retryAt: null,
        clears: `a reset starts the controller afresh (${reason})`.slice(0, 200),
      },
    ],
  };
}
