/** The ADC behind the divider: bursts of samples that know nothing of the pilot's edges, with everything that spoils them. */
import type { BurstPlan, PilotBurst, PilotOutput } from "#core/pilot/types";
import { Instant } from "#core/units/units";
import type { Divider } from "./divider.ts";
import { edgeV, type PilotWaveform } from "./pilot-circuit.ts";
import { Random } from "./random.ts";

/** What the ADC is by itself. */
export interface AdcSpec {
  readonly bits: number;
  readonly referenceV: number;
  /** Noise of the board itself, sigma in pilot volts. */
  readonly noiseV: number;
}

/** A 12-bit ADC on the 5 V of the divider, behind a quiet line. */
export const ADC: AdcSpec = { bits: 12, referenceV: 5, noiseV: 0.01 };

/** What spoils the samples beyond the ADC's own noise; all zero on a good board. */
export interface Interference {
  /** Gaussian, sigma in pilot volts. */
  readonly noiseV: number;
  /** Share of samples that are anywhere, percent. */
  readonly outlierPercent: number;
  /** Mains-coupled, peak to peak in pilot volts. */
  readonly humV: number;
  readonly humHz: number;
  /** Fraction of the previous sample that remains in the next. */
  readonly holdFraction: number;
  /** The ADC answers this for ever, volts at its pin; null when it works. */
  readonly stuckV: number | null;
}

/** Nothing spoils the samples. */
export const QUIET: Interference = { noiseV: 0, outlierPercent: 0, humV: 0, humHz: 60, holdFraction: 0, stuckV: null };

/** First sample after the request: the bus has to be won, so a burst's place in the pilot's period is left to chance. */
const EARLIEST_START_MS = 0.02;
const LATEST_START_MS = 0.12;

const NOISE_LENGTH = 4096;

/** Half-variance normal numbers: the sum of two entries far apart is standard normal, with tails beyond 5 sigma. */
const HALF_NOISE = (() => {
  const random = new Random(0x1772);
  const table = new Float64Array(NOISE_LENGTH).map(() => random.gaussian());
  const mean = table.reduce((sum, x) => sum + x, 0) / NOISE_LENGTH;
  const variance = table.reduce((sum, x) => sum + (x - mean) ** 2, 0) / NOISE_LENGTH;
  return table.map((x) => (x - mean) / Math.sqrt(2 * variance));
})();

interface MutableBurst extends PilotBurst {
  adcV: Float64Array;
  count: number;
  endedAt: Instant;
  output: PilotOutput | null;
}

const emptyBurst = (): MutableBurst => ({ adcV: new Float64Array(256), count: 0, endedAt: Instant(0), output: null });

/** Takes bursts. Conditions are constant between calls: whoever changes one first calls `sampleUntil` with the moment of change. */
export class PilotSampler {
  readonly #divider: Divider;
  readonly #spec: AdcSpec;
  readonly #random: Random;
  #interference: Interference = QUIET;
  #waveform: PilotWaveform = { kind: "steady", volts: 0 };
  #filling = emptyBurst();
  #handedOut = emptyBurst();
  #running = false;
  #firstAt = 0;
  #spacingMs = 0;
  #taken = 0;
  /** What the sample-and-hold kept of the last sample. */
  #heldV = 0;

  constructor(divider: Divider, spec: AdcSpec, random: Random) {
    this.#divider = divider;
    this.#spec = spec;
    this.#random = random;
  }

  get running(): boolean {
    return this.#running;
  }

  see(waveform: PilotWaveform, at: number): void {
    this.sampleUntil(at);
    this.#waveform = waveform;
  }

  spoil(interference: Interference, at: number): void {
    this.sampleUntil(at);
    this.#interference = interference;
  }

  /** Starts a burst; a running one is abandoned. */
  start(plan: BurstPlan, output: PilotOutput, at: number): void {
    const burst = this.#filling;
    if (burst.adcV.length < plan.count) burst.adcV = new Float64Array(plan.count);
    burst.count = plan.count;
    burst.output = output;
    this.#spacingMs = plan.spacingUs / 1000;
    this.#firstAt = at + this.#random.between(EARLIEST_START_MS, LATEST_START_MS);
    burst.endedAt = Instant(this.#firstAt + Math.max(0, plan.count - 1) * this.#spacingMs);
    this.#taken = 0;
    this.#running = true;
  }

  /** The driven output changed: a burst that has not ended yet belongs to neither output. */
  outputChanged(at: number): void {
    if (this.#running && this.#filling.endedAt > at) this.#filling.output = null;
  }

  /** The burst that has ended by now, once; its buffer is good until the next one is taken. */
  finished(at: number): PilotBurst | null {
    const burst = this.#filling;
    if (!this.#running || burst.endedAt > at) return null;
    this.sampleUntil(at);
    this.#running = false;
    this.#filling = this.#handedOut;
    this.#handedOut = burst;
    return burst;
  }

  /** Takes the samples that are due by `at`. */
  sampleUntil(at: number): void {
    if (!this.#running) return;
    const { adcV, count, endedAt } = this.#filling;
    const from = this.#taken;
    const until = at >= endedAt ? count : Math.min(count, Math.floor((at - this.#firstAt) / this.#spacingMs) + 1);
    if (until <= from) return;
    this.#taken = until;
    this.#fill(adcV, from, until);
  }

  /** One conversion at `at`, ADC volts, for whoever paces its own; it takes the place of a running burst. */
  convert(at: number): number {
    const { adcV } = this.#filling;
    this.#running = false;
    this.#firstAt = at;
    this.#fill(adcV, 0, 1);
    return adcV[0] ?? 0;
  }

  #fill(adcV: Float64Array, from: number, until: number): void {
    const { humV, holdFraction, outlierPercent, stuckV } = this.#interference;
    if (stuckV !== null) {
      adcV.fill(this.#quantised(stuckV), from, until);
      return;
    }
    this.#takePilot(adcV, from, until);
    if (humV > 0) this.#addHum(adcV, from, until);
    if (holdFraction > 0) this.#holdBack(adcV, from, until);
    this.#convert(adcV, from, until);
    this.#heldV = adcV[until - 1] ?? 0;
    if (outlierPercent > 0) this.#strew(adcV, from, until);
  }

  #takePilot(adcV: Float64Array, from: number, until: number): void {
    const waveform = this.#waveform;
    const { slope, offsetV } = this.#divider;
    if (waveform.kind === "steady") {
      adcV.fill(waveform.volts * slope + offsetV, from, until);
      return;
    }
    const { periodMs, highMs, rise, fall } = waveform;
    const highAdcV = waveform.highV * slope + offsetV;
    const lowAdcV = waveform.lowV * slope + offsetV;
    const riseMs = rise.settledMs;
    const fallenMs = highMs + fall.settledMs;
    const stepMs = this.#spacingMs % periodMs;
    let phaseMs = (this.#firstAt + from * this.#spacingMs) % periodMs;
    for (let i = from; i < until; i++) {
      if (phaseMs < highMs) {
        adcV[i] = phaseMs >= riseMs ? highAdcV : edgeV(rise, phaseMs) * slope + offsetV;
      } else {
        adcV[i] = phaseMs >= fallenMs ? lowAdcV : edgeV(fall, phaseMs - highMs) * slope + offsetV;
      }
      phaseMs += stepMs;
      if (phaseMs >= periodMs) phaseMs -= periodMs;
    }
  }

  #addHum(adcV: Float64Array, from: number, until: number): void {
    const { humV, humHz } = this.#interference;
    const amplitude = (humV / 2) * this.#divider.slope;
    const perMs = (2 * Math.PI * humHz) / 1000;
    for (let i = from; i < until; i++) {
      adcV[i] = (adcV[i] ?? 0) + amplitude * Math.sin((this.#firstAt + i * this.#spacingMs) * perMs);
    }
  }

  #holdBack(adcV: Float64Array, from: number, until: number): void {
    const remains = this.#interference.holdFraction;
    let held = this.#heldV;
    for (let i = from; i < until; i++) {
      held = (1 - remains) * (adcV[i] ?? 0) + remains * held;
      adcV[i] = held;
    }
  }

  /** Adds noise and quantises. */
  #convert(adcV: Float64Array, from: number, until: number): void {
    const fullScale = 2 ** this.#spec.bits;
    const codesPerVolt = fullScale / this.#spec.referenceV;
    const voltsPerCode = 1 / codesPerVolt;
    const sigma = Math.hypot(this.#spec.noiseV, this.#interference.noiseV) * this.#divider.slope;
    const table = HALF_NOISE;
    const mask = NOISE_LENGTH - 1;
    let one = (this.#random.next() * NOISE_LENGTH) | 0;
    let other = (this.#random.next() * NOISE_LENGTH) | 0;
    for (let i = from; i < until; i++) {
      one = (one + 1) & mask;
      other = (other + 1) & mask;
      const volts = (adcV[i] as number) + sigma * ((table[one] as number) + (table[other] as number));
      const code = (volts * codesPerVolt + 0.5) | 0;
      adcV[i] = (code < 0 ? 0 : code >= fullScale ? fullScale - 1 : code) * voltsPerCode;
    }
  }

  #strew(adcV: Float64Array, from: number, until: number): void {
    const share = this.#interference.outlierPercent / 100;
    for (let i = from; i < until; i++) {
      if (this.#random.next() < share) adcV[i] = this.#quantised(this.#random.between(0, this.#spec.referenceV));
    }
  }

  #quantised(volts: number): number {
    const fullScale = 2 ** this.#spec.bits;
    const code = Math.round((volts / this.#spec.referenceV) * fullScale);
    return (Math.min(Math.max(code, 0), fullScale - 1) * this.#spec.referenceV) / fullScale;
  }
}
