/** A residual-current sensor that trips a latch in hardware, with a test winding and a reset input. */

/** Below this no trip is required of a CCID20, mA AC. @see GF-02 */
export const AC_THRESHOLD_MA = 20;
/** @see GF-03 */
export const DC_THRESHOLD_MA = 6;
/** Current in the test winding while the test input is on, mA AC: trips in 0.1 s. @see GF-04 */
export const TEST_MA = 100;
/** No trip is asked to be quicker. @see GF-02 */
const QUICKEST_TRIP_MS = 20;

/** Largest trip times of an RDC-DD. @see GF-03 */
const DC_TRIPS: readonly { readonly milliamps: number; readonly ms: number }[] = [
  { milliamps: DC_THRESHOLD_MA, ms: 10_000 },
  { milliamps: 60, ms: 300 },
  { milliamps: 200, ms: 100 },
];

/** T = (20/I)^1.43 s, as late as is allowed. @returns ∞ where no trip is required. @see GF-02 */
export function acTripMs(milliamps: number): number {
  if (milliamps < AC_THRESHOLD_MA) return Number.POSITIVE_INFINITY;
  return Math.max(QUICKEST_TRIP_MS, 1000 * (AC_THRESHOLD_MA / milliamps) ** 1.43);
}

/** On a line through the points of the table, both axes logarithmic. @returns ∞ where no trip is required. @see GF-03 */
export function dcTripMs(milliamps: number): number {
  if (milliamps < DC_THRESHOLD_MA) return Number.POSITIVE_INFINITY;
  for (const [index, upper] of DC_TRIPS.entries()) {
    const lower = DC_TRIPS[index - 1];
    if (lower === undefined || milliamps > upper.milliamps) continue;
    const share = Math.log(milliamps / lower.milliamps) / Math.log(upper.milliamps / lower.milliamps);
    return lower.ms * (upper.ms / lower.ms) ** share;
  }
  return milliamps <= DC_THRESHOLD_MA ? 10_000 : 100;
}

/** Integrates the residual current toward a trip, and holds the latch. */
export class GroundFaultSensor {
  /** The latch takes no reset. */
  unresettable = false;
  /** When it trips if the current stays as it is, ms. */
  nextAt = Number.POSITIVE_INFINITY;
  #latched = false;
  #dc = false;
  #acMa = 0;
  #dcMa = 0;
  /** Share of the way to a trip, 0..1, and when it was counted. */
  #charge = 0;
  #countedAt = 0;

  get latched(): boolean {
    return this.#latched;
  }

  /** The latch was set by direct current. */
  get latchedByDc(): boolean {
    return this.#latched && this.#dc;
  }

  /** The residual current from now on. */
  feel(acMa: number, dcMa: number, at: number): void {
    if (acMa === this.#acMa && dcMa === this.#dcMa) return;
    this.#count(at);
    this.#acMa = acMa;
    this.#dcMa = dcMa;
    if (this.#tripMs() === Number.POSITIVE_INFINITY) this.#charge = 0;
    this.#schedule();
  }

  advance(at: number): void {
    if (at < this.nextAt) return;
    this.#count(at);
    this.#charge = 1;
    this.trip(dcTripMs(this.#dcMa) < acTripMs(this.#acMa));
    this.#schedule();
  }

  /** Sets the latch at once. */
  trip(dc: boolean): void {
    if (this.#latched) return;
    this.#latched = true;
    this.#dc = dc;
  }

  /** The reset input: clears the latch unless a trip current still flows. */
  reset(): void {
    if (this.unresettable || this.#charge >= 1) return;
    this.#latched = false;
  }

  #tripMs(): number {
    return Math.min(acTripMs(this.#acMa), dcTripMs(this.#dcMa));
  }

  #count(at: number): void {
    this.#charge = Math.min(1, this.#charge + (at - this.#countedAt) / this.#tripMs());
    this.#countedAt = at;
  }

  #schedule(): void {
    const tripMs = this.#tripMs();
    const due = this.#charge < 1 && tripMs !== Number.POSITIVE_INFINITY;
    this.nextAt = due ? this.#countedAt + (1 - this.#charge) * tripMs : Number.POSITIVE_INFINITY;
  }
}
