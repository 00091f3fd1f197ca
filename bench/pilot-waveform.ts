/** A pilot line in closed form, and an ADC that samples it without knowing its phase. For tests and benches of the reading only. */

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A standard normal number (Box-Muller). */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One stretch of an edge: an exponential towards `towardsV`, until the line passes the diode's knee. */
interface Stretch {
  readonly towardsV: number;
  readonly tauUs: number;
}

export interface PilotLine {
  /** Level the pilot settles to while the generator is high and low, volts at the connector. */
  readonly highV: number;
  readonly lowV: number;
  /** The car's diode starts to conduct here. */
  readonly kneeV: number;
  readonly riseBelowKnee: Stretch;
  readonly riseAboveKnee: Stretch;
  readonly fallAboveKnee: Stretch;
  readonly fallBelowKnee: Stretch;
  /** 0 steady low, 100 steady high. */
  readonly dutyPercent: number;
  readonly frequencyHz: number;
}

/** Resistance the car puts on the pilot in each state, ohm. */
export const CAR_OHM = { A: Number.POSITIVE_INFINITY, B: 2740, C: 881.7, D: 245.8 } as const;

export interface Circuit {
  readonly carOhm: number;
  readonly diodeV?: number;
  readonly diodeShorted?: boolean;
  readonly sourceOhm?: number;
  readonly railHighV?: number;
  readonly railLowV?: number;
  readonly nanofarad?: number;
}

/** The line of one generator, cable and car. */
export function lineOf(circuit: Circuit, dutyPercent: number, frequencyHz = 1000): PilotLine {
  const { carOhm, diodeV = 0.7, diodeShorted = false, sourceOhm = 1000, railHighV = 12, railLowV = -12, nanofarad = 3 } = circuit;
  const loaded = (railV: number): Stretch => {
    const parallelOhm = 1 / (1 / sourceOhm + 1 / carOhm);
    const knee = diodeShorted ? 0 : diodeV;
    return { towardsV: parallelOhm * (railV / sourceOhm + knee / carOhm), tauUs: parallelOhm * nanofarad * 1e-3 };
  };
  const unloaded = (railV: number): Stretch => (diodeShorted ? loaded(railV) : { towardsV: railV, tauUs: sourceOhm * nanofarad * 1e-3 });
  const riseAboveKnee = loaded(railHighV);
  const fallBelowKnee = unloaded(railLowV);
  return {
    highV: riseAboveKnee.towardsV,
    lowV: fallBelowKnee.towardsV,
    kneeV: diodeShorted ? 0 : diodeV,
    riseBelowKnee: unloaded(railHighV),
    riseAboveKnee,
    fallAboveKnee: loaded(railLowV),
    fallBelowKnee,
    dutyPercent,
    frequencyHz,
  };
}

/** The line `sinceUs` after an edge that began at `fromV`, volts. */
function edge(fromV: number, kneeV: number, first: Stretch, second: Stretch, sinceUs: number): number {
  const share = (first.towardsV - fromV) / (first.towardsV - kneeV);
  const toKneeUs = share > 0 ? first.tauUs * Math.log(share) : Number.POSITIVE_INFINITY;
  return sinceUs < toKneeUs
    ? first.towardsV + (fromV - first.towardsV) * Math.exp(-sinceUs / first.tauUs)
    : second.towardsV + (kneeV - second.towardsV) * Math.exp(-(sinceUs - toKneeUs) / second.tauUs);
}

/** The line at a time after a rising edge, volts. Edges start from settled levels. */
export function voltsAt(line: PilotLine, timeUs: number): number {
  if (line.dutyPercent >= 100) {
    return line.highV;
  }
  if (line.dutyPercent <= 0) {
    return line.lowV;
  }
  const periodUs = 1e6 / line.frequencyHz;
  const highUs = (periodUs * line.dutyPercent) / 100;
  const phaseUs = timeUs - Math.floor(timeUs / periodUs) * periodUs;
  return phaseUs < highUs
    ? edge(line.lowV, line.kneeV, line.riseBelowKnee, line.riseAboveKnee, phaseUs)
    : edge(line.highV, line.kneeV, line.fallAboveKnee, line.fallBelowKnee, phaseUs - highUs);
}

export interface Sampling {
  readonly count: number;
  readonly spacingUs: number;
  /** Time of the first sample after a rising edge, µs. */
  readonly startUs: number;
  /** Noise, sigma in pilot volts. */
  readonly noiseV?: number;
  /** Share of samples that are anywhere in the ADC's range, percent. */
  readonly outlierPercent?: number;
  /** Mains hum on the pilot, volts peak to peak at 50 Hz, and its phase, radians. */
  readonly humVpp?: number;
  readonly humPhase?: number;
  /** Fraction of the previous sample that remains in the next: an ADC with too little time for its source. */
  readonly holdError?: number;
}

/** The build guide's divider at 5.00 V. */
export const GAIN = 1 + 2 + 200 / 56;
export const OFFSET_V = (-5 * 200) / 56;
const ADC_RANGE_V = 5;

/** Samples `line` into `adcV`. */
export function sampleInto(adcV: Float64Array, line: PilotLine, sampling: Sampling, random: () => number): void {
  const { count, spacingUs, startUs, noiseV = 0, outlierPercent = 0, humVpp = 0, humPhase = 0, holdError = 0 } = sampling;
  let held = (voltsAt(line, startUs - spacingUs) - OFFSET_V) / GAIN;
  for (let index = 0; index < count; index += 1) {
    const timeUs = startUs + index * spacingUs;
    const hum = humVpp === 0 ? 0 : (humVpp / 2) * Math.sin(humPhase + 2 * Math.PI * 50e-6 * timeUs);
    const noise = noiseV === 0 ? 0 : noiseV * gaussian(random);
    const settled = (voltsAt(line, timeUs) + hum + noise - OFFSET_V) / GAIN;
    held = settled + holdError * (held - settled);
    const isOutlier = outlierPercent > 0 && random() * 100 < outlierPercent;
    adcV[index] = isOutlier ? random() * ADC_RANGE_V : Math.min(ADC_RANGE_V, Math.max(0, held));
  }
}
