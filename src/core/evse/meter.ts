/** What the meter says and whether it still says it. No rule of protection rests on the meter alone. */
import { holdsSince, isKnown, lasted, NEVER, type Since } from "#core/evse/time";
import type { BoardInputs } from "#core/evse/types";
import { type Amps, between, energyOf, type Instant, powerOf, Seconds, type Volts, WattHours } from "#core/units/units";

/** No answer for this long is silence, and an answer without a current is none. @see MT-01 @see F-26 */
const SILENT_AFTER = Seconds(10);
/** Current flows, but neither it nor the counter moves. @see F-26 */
const FROZEN_AFTER = Seconds(30);
const FLOWING_A = 0.5;
/** More than the installation can pass in the time is no energy but a jump; twice that and a coarse counter's step are allowed. @see MT-02 */
const JUMP_FACTOR = 2;
const COUNTER_STEP_WH = 100;

export interface Meter {
  /** Null while there is no news to go by. */
  readonly current: Amps | null;
  /** The counter, and when it last moved; null where there is none. */
  readonly counter: WattHours | null;
  readonly counterAt: Instant;
  readonly heardAt: Instant;
  /** Since when current flows by a reading that does not move. */
  readonly frozenSince: Since;
  /** When current or counter last changed from one known value to another. */
  readonly movedAt: Instant;
}

export const unheardMeter = (at: Instant): Meter => ({
  current: null,
  counter: null,
  counterAt: NEVER,
  heardAt: at,
  frozenSince: null,
  movedAt: NEVER,
});

export interface MeterNews {
  readonly meter: Meter;
  /** Energy since the last news; 0 when it did not count on. */
  readonly energy: WattHours;
  /** The counter went backwards or further than possible. @see MT-02 */
  readonly jumped: boolean;
}

const NO_ENERGY = WattHours(0);

/** What the installation can pass, and by what voltage current becomes power where there is no counter. */
export interface Installation {
  readonly volts: Volts;
  readonly phases: number;
  readonly most: Amps;
}

/** @returns the same meter when there is no news. */
export function withMeter(before: Meter, inputs: BoardInputs, coil: boolean, installation: Installation, at: Instant): MeterNews {
  const answers = isKnown(inputs.currentA) && isKnown(inputs.meterAt) && inputs.meterAt <= at;
  const heardAt = answers && inputs.meterAt > before.heardAt ? inputs.meterAt : before.heardAt;
  const current = at - heardAt < SILENT_AFTER && isKnown(inputs.currentA) ? inputs.currentA : null;
  const counter = isKnown(inputs.energyWh) ? inputs.energyWh : before.counter;
  const moved = current !== before.current || counter !== before.counter;
  const mayFreeze = current !== null && current > FLOWING_A && (coil || before.frozenSince !== null);
  const frozenSince = holdsSince(moved ? null : before.frozenSince, mayFreeze, at);
  if (!moved && heardAt === before.heardAt && frozenSince === before.frozenSince)
    return { meter: before, energy: NO_ENERGY, jumped: false };
  const counterAt = counter === before.counter ? before.counterAt : at;
  const movedAt = moved && before.current !== null ? at : before.movedAt;
  const meter: Meter = { current, counter, counterAt, heardAt, frozenSince, movedAt };
  if (counter === null || before.counter === null) return { meter, energy: integrated(before, meter, installation), jumped: false };
  const gained = counter - before.counter;
  const mostPower = powerOf(installation.volts, installation.most, installation.phases);
  const possible = JUMP_FACTOR * energyOf(mostPower, between(before.counterAt, at)) + COUNTER_STEP_WH;
  const jumped = gained < 0 || gained > possible;
  return { meter, energy: jumped ? NO_ENERGY : WattHours(gained), jumped };
}

/** Without a counter: the last current, for the time until the meter spoke again. */
function integrated(before: Meter, { counter, heardAt }: Meter, { volts, phases }: Installation): WattHours {
  if (counter !== null || before.current === null || !(before.current > 0)) return NO_ENERGY;
  return energyOf(powerOf(volts, before.current, phases), between(before.heardAt, heardAt));
}

/** @see MT-01 @see F-26 */
export function meterTrouble(meter: Meter, at: Instant): "silent" | "frozen" | null {
  if (at - meter.heardAt >= SILENT_AFTER) return "silent";
  return lasted(meter.frozenSince, at, FROZEN_AFTER) ? "frozen" : null;
}
