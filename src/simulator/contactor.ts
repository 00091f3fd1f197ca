/** A contactor with one armature and a contact per pole, any of which may be welded or stuck open. */

/** @see conformance 3.5 (15..40 ms) */
export const CONTACTOR_MS = 25;

/** The armature pulls in above this share of the coil's nominal supply, and holds above the other, percent. */
const PULLS_IN_ABOVE_PERCENT = 75;
const HOLDS_ABOVE_PERCENT = 60;

/** From coil to contacts, ms. */
export interface ContactorSpec {
  readonly pullInMs: number;
  readonly dropOutMs: number;
}

/** Poles a fault concerns: a pole number from 1, or "all". */
export type Poles = number | "all";

const concerns = (poles: Poles | null, index: number) => poles === "all" || poles === index + 1;

/** Moves its armature when the coil has been supplied, or not supplied, for long enough. */
export class Contactor {
  readonly #spec: ContactorSpec;
  #closed: readonly boolean[];
  #pulledIn = false;
  #moving = false;
  #welded: Poles | null = null;
  #stuckOpen: Poles | null = null;
  /** When the armature arrives, ms; ∞ while it rests. */
  nextAt = Number.POSITIVE_INFINITY;

  constructor(poles: number, spec: ContactorSpec = { pullInMs: CONTACTOR_MS, dropOutMs: CONTACTOR_MS }) {
    this.#spec = spec;
    this.#closed = Array.from({ length: poles }, () => false);
  }

  /** One per pole. The array is replaced when a contact moves. */
  get closed(): readonly boolean[] {
    return this.#closed;
  }

  get allClosed(): boolean {
    return this.#closed.every(Boolean);
  }

  get anyClosed(): boolean {
    return this.#closed.some(Boolean);
  }

  /** @param supplyPercent of the coil's nominal supply; 0 when it has none */
  supply(supplyPercent: number, at: number): void {
    const wanted = supplyPercent > (this.#pulledIn ? HOLDS_ABOVE_PERCENT : PULLS_IN_ABOVE_PERCENT);
    if (wanted === this.#pulledIn) {
      this.#moving = false;
      this.nextAt = Number.POSITIVE_INFINITY;
    } else if (!this.#moving) {
      this.#moving = true;
      this.nextAt = at + (wanted ? this.#spec.pullInMs : this.#spec.dropOutMs);
    }
  }

  advance(at: number): void {
    if (at < this.nextAt) return;
    this.nextAt = Number.POSITIVE_INFINITY;
    this.#moving = false;
    this.#pulledIn = !this.#pulledIn;
    this.#place();
  }

  /** @param poles closed whatever the armature does; null for none */
  weld(poles: Poles | null): void {
    this.#welded = poles;
    this.#place();
  }

  /** @param poles that do not close; null for none */
  stickOpen(poles: Poles | null): void {
    this.#stuckOpen = poles;
    this.#place();
  }

  #place(): void {
    this.#closed = this.#closed.map((_, index) => concerns(this.#welded, index) || (this.#pulledIn && !concerns(this.#stuckOpen, index)));
  }
}
