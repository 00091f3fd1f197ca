/** The plug in the inlet: what of the car the pilot line touches, from the first bounce to the last. */
import type { CarSpec } from "./actions.ts";
import type { PilotBranch } from "./pilot-circuit.ts";
import type { Random } from "./random.ts";

/** R3 of a car that asks for ventilation. @see conformance 2.1 */
const VENTILATED_R3_OHM = 270;

/** Contact and no contact while the plug slides in, each this long. */
const SHORTEST_BOUNCE_MS = 0.5;
const LONGEST_BOUNCE_MS = 4;

/** What the pilot goes through to earth while the plug slides out: about 3 V, then about 1 V. @see VW-19 */
const UNPLUG_OHMS: readonly number[] = [250, 27];

type Contact = "apart" | "slidingIn" | "together" | "slidingOut";

/** Whether the plug is in, and whether pilot current can flow right now. */
export class Inlet {
  /** When the contact next changes by itself, ms. */
  nextAt = Number.POSITIVE_INFINITY;
  readonly #random: Random;
  #contact: Contact = "apart";
  #touches = false;
  #settledAt = 0;
  #slidOutMs = 0;
  #slide = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The plug is in and rests. */
  get together(): boolean {
    return this.#contact === "together";
  }

  get plugged(): boolean {
    return this.#contact === "together" || this.#contact === "slidingIn";
  }

  /** Pilot current can flow into the car right now. */
  get touches(): boolean {
    return this.#touches;
  }

  plugIn(spec: CarSpec, at: number): void {
    this.#contact = "slidingIn";
    this.#touches = spec.plugBounceMs > 0;
    this.#settledAt = at + spec.plugBounceMs;
    this.#bounce(at);
  }

  unplug(spec: CarSpec, at: number): void {
    if (!this.plugged) return;
    this.#touches = false;
    this.#slide = 0;
    this.#slidOutMs = spec.unplugBounceMs / UNPLUG_OHMS.length;
    this.#contact = spec.unplugBounceMs > 0 ? "slidingOut" : "apart";
    this.nextAt = spec.unplugBounceMs > 0 ? at + this.#slidOutMs : Number.POSITIVE_INFINITY;
  }

  advance(at: number): void {
    if (at < this.nextAt) return;
    if (this.#contact === "slidingOut") {
      this.#slide += 1;
      if (this.#slide < UNPLUG_OHMS.length) this.nextAt = at + this.#slidOutMs;
      else this.#rest("apart");
    } else if (at >= this.#settledAt) {
      this.#rest("together");
    } else {
      this.#touches = !this.#touches;
      this.#bounce(at);
    }
  }

  /** What the car hangs on the pilot. */
  branches(spec: CarSpec, s2Closed: boolean, diode: "ok" | "shorted" | "open"): readonly PilotBranch[] {
    const sliding = this.#contact === "slidingOut" ? UNPLUG_OHMS[this.#slide] : undefined;
    if (sliding !== undefined) return [{ ohm: sliding, volts: spec.diodeV, oneWay: true }];
    if (!this.#touches || diode === "open") return [];
    const r3Ohm = spec.ventilated ? VENTILATED_R3_OHM : spec.r3Ohm;
    const ohm = s2Closed ? 1 / (1 / spec.r2Ohm + 1 / r3Ohm) : spec.r2Ohm;
    return [diode === "ok" ? { ohm, volts: spec.diodeV, oneWay: true } : { ohm, volts: 0, oneWay: false }];
  }

  #bounce(at: number): void {
    const next = at + this.#random.between(SHORTEST_BOUNCE_MS, LONGEST_BOUNCE_MS);
    this.nextAt = Math.min(next, this.#settledAt);
  }

  #rest(contact: "apart" | "together"): void {
    this.#contact = contact;
    this.#touches = contact === "together";
    this.nextAt = Number.POSITIVE_INFINITY;
  }
}
