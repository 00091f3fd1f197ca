/**
 * Duty cycle and current, both ways. The charger encodes: never more than it was told, never a duty without a meaning.
 * The car decodes: it also accepts the tolerance bands around what a charger may produce.
 */
import { type PilotOutput, STEADY_HIGH } from "#core/pilot/types";
import { Amps, DutyPercent } from "#core/units/units";

/** Lowest current a car can be offered by PWM. @see DC-03 */
export const LOWEST_OFFER = Amps(6);
/** Highest current the code can say. @see DC-05 */
export const HIGHEST_OFFER = Amps(80);
/** Bottom of the high range, `amps = 2.5 × (duty − 64)`, which begins above 85 %: from 51 A up to this, nothing has a code. @see DC-02 */
export const HIGH_RANGE_BOTTOM = Amps(52.5);

const LOW_RANGE_A_PER_PERCENT = 0.6;
const HIGH_RANGE_A_PER_PERCENT = 2.5;
/** Current at which the high range's line would cross 0 %: 64 % × 2.5 A. */
const HIGH_RANGE_OFFSET_A = 160;
const LOW_RANGE_TOP_PERCENT = 85;
const LOWEST_DUTY_PERCENT = 10;
const HIGHEST_DUTY_PERCENT = 96;
/** The one duty that asks for digital communication. Understood, never produced here. @see CP-10 */
const DIGITAL_DUTY_PERCENT = 5;

/** What a car takes for the digital duty, and for an offer: wider than what may be produced. @see CP-10 @see DC-01 */
const DIGITAL_BAND = { from: 3, to: 7 };
const OFFER_BAND = { from: 8, to: 97 };

/** PWM steps per percent of duty unless the board says otherwise: 0.01 %, 100 ns at 1 kHz. @see DC-01 */
export const DEFAULT_STEPS_PER_PERCENT = 100;

/**
 * What a duty tells a car.
 * `notAvailable` 0 % · `digital` around 5 % · `offer` a current · `notReady` 100 % · `meaningless` everything else, which a car reads as 0 A.
 */
export type DutyMeaning = "notAvailable" | "digital" | "offer" | "notReady" | "meaningless";

/** Whether `limit` is a current the charger can be given as a limit: a number from 0 to 80 A. 0 to 6 A pauses. @see DC-05 */
export function isOfferable(limit: unknown): limit is Amps {
  return typeof limit === "number" && limit >= 0 && limit <= HIGHEST_OFFER;
}

/**
 * The pilot that offers at most `limit`: duty is rounded down to the PWM's steps, so that a car never reads more than was meant.
 * @param stepsPerPercent resolution of the PWM; 2.55 for 8 bits.
 * @returns steady high (no offer) below 6 A, below the first step a coarse PWM can say, and for what is not offerable.
 * @see DC-01 @see DC-02 @see DC-03 @see DC-04
 */
export function dutyForLimit(limit: Amps, stepsPerPercent = DEFAULT_STEPS_PER_PERCENT): PilotOutput {
  if (!isOfferable(limit) || limit < LOWEST_OFFER) {
    return STEADY_HIGH;
  }
  let step = Math.round(exactDuty(limit) * stepsPerPercent);
  while (saysTooMuch(DutyPercent(step / stepsPerPercent), limit)) {
    step -= 1;
  }
  const dutyPercent = DutyPercent(step / stepsPerPercent);
  return dutyPercent < LOWEST_DUTY_PERCENT ? STEADY_HIGH : { kind: "pwm", dutyPercent };
}

function saysTooMuch(duty: DutyPercent, limit: Amps): boolean {
  return duty > HIGHEST_DUTY_PERCENT || offerOfDuty(duty) > limit;
}

function exactDuty(limit: Amps): number {
  if (limit >= HIGH_RANGE_BOTTOM) {
    return (limit + HIGH_RANGE_OFFSET_A) / HIGH_RANGE_A_PER_PERCENT;
  }
  return Math.min(limit / LOW_RANGE_A_PER_PERCENT, LOW_RANGE_TOP_PERCENT);
}

/** What a car understands from a duty, tolerance bands included. @see CP-10, and the bands of DC-01 */
export function meaningOfDuty(duty: DutyPercent): DutyMeaning {
  if (duty === 0) {
    return "notAvailable";
  }
  if (duty === 100) {
    return "notReady";
  }
  if (duty >= DIGITAL_BAND.from && duty <= DIGITAL_BAND.to) {
    return "digital";
  }
  return duty >= OFFER_BAND.from && duty <= OFFER_BAND.to ? "offer" : "meaningless";
}

/** The current a car may draw at `duty`. @returns 0 A where the duty offers nothing. @see DC-01 */
export function offerOfDuty(duty: DutyPercent): Amps {
  if (meaningOfDuty(duty) !== "offer") {
    return Amps(0);
  }
  if (duty < LOWEST_DUTY_PERCENT) {
    return LOWEST_OFFER;
  }
  if (duty <= LOW_RANGE_TOP_PERCENT) {
    return Amps(duty * LOW_RANGE_A_PER_PERCENT);
  }
  return duty <= HIGHEST_DUTY_PERCENT ? Amps(duty * HIGH_RANGE_A_PER_PERCENT - HIGH_RANGE_OFFSET_A) : HIGHEST_OFFER;
}

/** The current an output offers a car. @returns 0 A for a steady pilot. */
export function offerOf(output: PilotOutput): Amps {
  return output.kind === "pwm" ? offerOfDuty(output.dutyPercent) : Amps(0);
}

/** Whether a charger may drive `output`: steady, or PWM at 5 %, or 10 to 96 %. Tolerance bands are for the car to accept. @see CP-10 */
export function mayBeProduced(output: PilotOutput): boolean {
  if (output.kind !== "pwm") {
    return true;
  }
  const duty = output.dutyPercent;
  return duty === DIGITAL_DUTY_PERCENT || (duty >= LOWEST_DUTY_PERCENT && duty <= HIGHEST_DUTY_PERCENT);
}
