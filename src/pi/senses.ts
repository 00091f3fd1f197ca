/** What the pins show, as the machine wants to know it. News that are too old are no news. */
import { NOTHING_SENSED } from "#core/evse/memory";
import type { BoardInputs } from "#core/evse/types";
import { Celsius, DutyPercent, type Instant } from "#core/units/units";
import { PWM_FULL } from "#pi/dead-man";
import type { BoardLayout, InputPin } from "#pi/layout";

/** Levels older than this are unknown, ms: as old as the pilot's samples may be for a coil to be held. @see WD-01 */
const STALE_AFTER = 60;
/** A sense of alternating current that pulses with the mains is held this long, ms: a full wave of 50 Hz. */
const AC_HELD = 20;
/** A temperature older than this is none, ms. */
const TEMPERATURE_STALE_AFTER = 3_000;

/** Inputs of a board that says nothing. */
export function silent({ loadSide }: BoardLayout): BoardInputs {
  return { ...NOTHING_SENSED, loadSide: loadSide.map(() => null) };
}

/** What the pilot's PWM is said to do. */
export interface PwmReadback {
  /** Of a million. */
  readonly duty: number;
  readonly frequencyHz: number;
}

export class Senses {
  readonly #layout: BoardLayout;
  #levels = 0;
  /** When the levels were asked for that were last told; null before the first. */
  #askedAt: Instant | null = null;
  #pwm: PwmReadback | null = null;
  #temperature: { readonly celsius: number; readonly at: Instant } | null = null;
  /** When each pole was last seen live. */
  readonly #liveAt: number[];
  /** Something here keeps the coil off, whatever the pins say. */
  coilBlocked = false;

  constructor(layout: BoardLayout) {
    this.#layout = layout;
    this.#liveAt = layout.loadSide.map(() => Number.NEGATIVE_INFINITY);
  }

  get levels(): number {
    return this.#levels;
  }

  /** Levels of all pins. @param at now */
  see(levels: number, at: Instant): void {
    this.#levels = levels;
    for (const [index, pin] of this.#layout.loadSide.entries()) if (this.#says(pin)) this.#liveAt[index] = at;
  }

  /** The levels seen last were the answer to a question asked at that time. */
  answeredTo(askedAt: Instant): void {
    this.#askedAt = askedAt;
  }

  readBack(pwm: PwmReadback): void {
    this.#pwm = pwm;
  }

  feel(celsius: number, at: Instant): void {
    this.#temperature = { celsius, at };
  }

  inputs(now: Instant): BoardInputs {
    const nothing = silent(this.#layout);
    const temperature = this.#temperature;
    const temperatureC = temperature === null || now - temperature.at > TEMPERATURE_STALE_AFTER ? null : Celsius(temperature.celsius);
    if (this.#askedAt === null || now - this.#askedAt > STALE_AFTER) return { ...nothing, temperatureC };
    const { gfciTripped, coilInhibited, groundPresent, emergencyStop, ventilationOk, loadSide } = this.#layout;
    const read = (pin: InputPin | null): boolean | null => (pin === null ? null : this.#says(pin));
    return {
      ...nothing,
      gfciTripped: this.#says(gfciTripped),
      coilInhibited: this.coilBlocked ? true : read(coilInhibited),
      loadSide: loadSide.map((pin, index) => this.#says(pin) || now - (this.#liveAt[index] ?? 0) <= AC_HELD),
      groundPresent: read(groundPresent),
      temperatureC,
      pwm: this.#readback(),
      ventilationOk: read(ventilationOk),
      emergencyStop: read(emergencyStop) === true,
    };
  }

  #says({ gpio, active }: InputPin): boolean {
    return ((this.#levels >>> gpio) & 1) === (active === "high" ? 1 : 0);
  }

  /** A level without edges has no frequency. */
  #readback(): BoardInputs["pwm"] {
    if (this.#pwm === null) return null;
    const { duty, frequencyHz } = this.#pwm;
    const steady = duty === 0 || duty === PWM_FULL;
    return { dutyPercent: DutyPercent((duty * 100) / PWM_FULL), frequencyHz: steady ? 0 : frequencyHz };
  }
}
