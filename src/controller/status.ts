/** The machine's view and the board's newest inputs, as the message that everybody else reads. */
import type { ActiveFault, BoardInputs, EvseView } from "#core/evse/types";
import { type Instant, powerOf, type WallTime } from "#core/units/units";
import type { FaultMessage, StatusMessage } from "#link/messages";
import { rounded, roundedDown, roundedOrNull } from "./rounded.ts";

export interface StatusSource {
  readonly charger: string;
  readonly view: EvseView;
  /** Null before the board was read for the first time. */
  readonly inputs: BoardInputs | null;
  readonly phases: 1 | 3;
  readonly now: Instant;
  readonly wall: WallTime;
  readonly loopLatenessMs: number;
}

/** The wall time at which the monotonic clock will show `instant`, to the millisecond. */
const wallOf = (instant: Instant, { now, wall }: StatusSource): number => Math.round(wall + (instant - now));

function faultMessage(fault: ActiveFault, source: StatusSource): FaultMessage {
  return {
    name: fault.name,
    mrec: fault.mrec,
    severity: fault.severity,
    since: fault.sinceWall,
    latched: fault.latched,
    retryAt: fault.retryAt === null ? null : wallOf(fault.retryAt, source),
    clears: fault.clears,
  };
}

/** Never guesses: what is not known is null, "unknown" or absent. */
export function statusOf(source: StatusSource): StatusMessage {
  const { view, inputs } = source;
  const { pilot, coil } = view.outputs;
  const { session, reading } = view;
  const currentA = inputs?.currentA ?? null;
  const mainsV = inputs?.mainsV ?? null;
  return {
    charger: source.charger,
    at: source.wall,
    state: view.vehicle,
    phase: view.phase,
    offeredCurrentA: roundedDown(view.offered),
    limitedBy: view.limitedBy,
    limitValidUntil: view.leaseExpiresAt === null ? null : wallOf(view.leaseExpiresAt, source),
    pilot: {
      output: pilot.kind,
      dutyPercent: pilot.kind === "pwm" ? rounded(pilot.dutyPercent) : null,
      highV: roundedOrNull(reading?.highV),
      lowV: roundedOrNull(reading?.lowV),
      valid: reading?.valid ?? false,
    },
    relay: view.relay,
    coil,
    currentA: roundedOrNull(currentA),
    powerW: currentA === null || mainsV === null ? null : rounded(powerOf(mainsV, currentA, source.phases)),
    energyWh: roundedOrNull(inputs?.energyWh),
    voltageV: roundedOrNull(mainsV),
    temperatureC: roundedOrNull(inputs?.temperatureC),
    authorised: view.authorised,
    gfci: { tripped: inputs?.gfciTripped ?? null, selfTest: view.selfTest, resets: view.gfciResets },
    contactor: { cycles: view.contactorCycles, closuresLastHour: view.closuresLastHour },
    faults: view.faults.map((fault) => faultMessage(fault, source)),
    session:
      session === null
        ? null
        : {
            id: session.id,
            startedAt: session.startedWall,
            energyWh: rounded(session.energyWh),
            chargingMs: Math.round(session.chargingMs),
          },
    loopLatenessMs: source.loopLatenessMs,
  };
}
