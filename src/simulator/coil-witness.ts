/**
 * The coil's gate seen by a process that outlives the controller: it hears pulses and coil commands and knows, after the controller
 * was killed or stopped, when the one-shot took the coil away.
 */
import { LIVENESS_HOLD_MS, LivenessOneShot } from "./liveness.ts";

/** What a board tells its witness, as it happens. */
export interface CoilListener {
  pulsed(): void;
  coilCommanded(on: boolean): void;
}

/** Bytes on the wire: `P` for a pulse, `C1` and `C0` for the coil command. */
export const WITNESS_WORDS = { pulse: "P", coilOn: "C1", coilOff: "C0" } as const;

/** The state of the coil as told by a stream of witness bytes and the times they arrived. */
export class CoilWitness {
  readonly #oneShot: LivenessOneShot;
  #commanded = false;
  #commandedOffAt: number | null = null;
  #pending = "";
  pulses = 0;
  lastPulseAt: number | null = null;

  constructor(holdMs = LIVENESS_HOLD_MS) {
    this.#oneShot = new LivenessOneShot(holdMs);
  }

  /** @param at arrival, on the judge's own monotonic clock, ms. What is no word of the wire is ignored. */
  feed(bytes: string | Uint8Array, at: number): void {
    const text = this.#pending + (typeof bytes === "string" ? bytes : String.fromCharCode(...bytes));
    let next = 0;
    while (next < text.length) {
      if (text[next] === WITNESS_WORDS.pulse) this.#pulse(at);
      else if (text[next] === "C") {
        if (next + 1 === text.length) break;
        this.#command(text.slice(next, next + 2), at);
        next += 1;
      }
      next += 1;
    }
    this.#pending = text.slice(next);
  }

  /** The coil command as last heard. */
  get commanded(): boolean {
    return this.#commanded;
  }

  coilEnergised(at: number): boolean {
    return this.#commanded && this.#oneShot.isUp(at);
  }

  /** When the coil lost its current, by command or because the pulses ended; null while it has it, or never had it. */
  coilOffAt(at: number): number | null {
    if (this.#commanded) return this.#oneShot.isUp(at) || this.lastPulseAt === null ? null : this.#oneShot.dropsAt;
    return this.#commandedOffAt;
  }

  #pulse(at: number): void {
    this.#oneShot.pulse(at);
    this.pulses += 1;
    this.lastPulseAt = at;
  }

  #command(word: string, at: number): void {
    if (word === WITNESS_WORDS.coilOn) this.#commanded = true;
    if (word === WITNESS_WORDS.coilOff && this.#commanded) {
      this.#commandedOffAt = Math.min(at, this.#oneShot.dropsAt);
      this.#commanded = false;
    }
  }
}
