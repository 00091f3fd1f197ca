/**
 * A recording of the pilot with known times: from a scope, or from an ADC that stamps its samples. Samples come one by one and
 * none is kept, so a recording may be of any length.
 *
 * Knowing the time, it tells a settled sample from an edge: one counts only when the line has been on its side of the middle for
 * 20 µs, with no hole wide enough for a phase to hide in. A single sample on the other side is an outlier, not an edge.
 */
import { MIDDLE } from "#core/pilot/estimate";
import { count, newHistogram, type PilotHistogram } from "#core/pilot/histogram";
import type { Volts } from "#core/units/units";

/** Time on one side after which the line counts as settled, and its edge as real: what is shorter is a run of outliers. @see VW-10 */
const SETTLED_AFTER_US = 20;
/** A hole as long as the shortest high phase (98 µs, 10 % at 1020 Hz) may hide one: what follows a longer step than this starts anew. */
export const LONGEST_STEP_US = 80;
/** Samples by which the other side must lead before an edge is believed, and for how long: three of a fast sampler, two of a slow one. */
const EDGE_LEAD = 3;
const EDGE_LASTS_US = 1;
const SLOW_EDGE_LEAD = 2;
const SLOW_EDGE_LASTS_US = 5;
/** The crossing of 0 V, where duty is measured, belongs to an edge when it is no further from the crossing of the middle than this. */
const ZERO_WITHIN_US = 5;
/** Weight of a sample back on the old side. */
const EDGE_SETBACK = 2;
/** Periods outside this are an edge that was missed or invented, not a frequency. */
const SHORTEST_PERIOD_US = 700;
const LONGEST_PERIOD_US = 1400;

/** Whole periods between edges of one kind. */
interface Cycles {
  count: number;
  totalUs: number;
  highUs: number;
}

/** What a recording held. Times in µs. */
export interface CaptureSummary {
  readonly samples: number;
  /** Rows without a value. */
  readonly missing: number;
  /** Times the recording began anew after a hole. */
  readonly holes: number;
  /** Settled samples of both sides, and all samples. */
  readonly settled: PilotHistogram;
  readonly all: PilotHistogram;
  /** Time covered, without holes, and how much of it the line was high. */
  readonly coveredUs: number;
  readonly highUs: number;
  /** Whole periods; the kind of edge that gave more of them. */
  readonly cycles: Readonly<Cycles>;
}

export class PilotCapture {
  private readonly settled = newHistogram();
  private readonly all = newHistogram();
  private samples = 0;
  private missing = 0;
  private holes = 0;
  private coveredUs = 0;
  private highUs = 0;

  private lastUs = Number.NaN;
  private lastV = 0;
  private isHigh = false;
  /** First sample on this side of the middle. */
  private sideSinceUs = 0;
  /** By how many samples the other side leads, and since when. */
  private lead = 0;
  private leadSinceUs = 0;
  /** Where the line last crossed the middle and 0 V, between two samples. */
  private crossedUs = 0;
  private zeroUs = Number.NaN;
  /** Edges that began this phase and the one before. */
  private phaseSinceUs = 0;
  private phaseBeforeUs = 0;
  /** Whether this phase has lasted long enough for the edge that began it to be counted. */
  private isConfirmed = true;

  private riseUs = Number.NaN;
  private fallUs = Number.NaN;
  private readonly byRise: Cycles = { count: 0, totalUs: 0, highUs: 0 };
  private readonly byFall: Cycles = { count: 0, totalUs: 0, highUs: 0 };

  /**
   * Takes the next sample.
   * @param tUs time, µs; not before the last one's.
   * @param pilotV pilot volts; NaN for a row without a value.
   */
  add(tUs: number, pilotV: number): void {
    if (!Number.isFinite(pilotV)) {
      this.missing += 1;
      return;
    }
    this.samples += 1;
    count(this.all, pilotV);
    if (!(tUs - this.lastUs <= LONGEST_STEP_US)) {
      this.beginAt(tUs, pilotV);
      return;
    }
    if (pilotV < 0 !== this.lastV < 0) {
      this.zeroUs = this.crossingOf(0, tUs, pilotV);
    }
    if (pilotV >= MIDDLE === this.isHigh) {
      this.stay(tUs, pilotV);
    } else {
      this.lean(tUs, pilotV);
    }
    this.lastUs = tUs;
    this.lastV = pilotV;
  }

  /** What was seen up to now. */
  summary(): CaptureSummary {
    const openUs = this.samples === 0 ? 0 : this.lastUs - this.phaseSinceUs;
    const unconfirmedUs = this.isConfirmed ? 0 : this.phaseSinceUs - this.phaseBeforeUs;
    return {
      samples: this.samples,
      missing: this.missing,
      holes: this.holes,
      settled: this.settled,
      all: this.all,
      coveredUs: this.coveredUs + openUs + unconfirmedUs,
      highUs: this.highUs + (this.isHigh ? openUs : unconfirmedUs),
      cycles: this.byFall.count > this.byRise.count ? this.byFall : this.byRise,
    };
  }

  private beginAt(tUs: number, pilotV: number): void {
    if (this.samples > 1) {
      const { coveredUs, highUs } = this.summary();
      this.coveredUs = coveredUs;
      this.highUs = highUs;
      this.holes += 1;
    }
    this.lastUs = tUs;
    this.lastV = pilotV;
    this.isHigh = pilotV >= MIDDLE;
    this.sideSinceUs = tUs;
    this.phaseSinceUs = tUs;
    this.isConfirmed = true;
    this.lead = 0;
    this.riseUs = Number.NaN;
    this.fallUs = Number.NaN;
  }

  private stay(tUs: number, pilotV: number): void {
    this.lead = Math.max(0, this.lead - EDGE_SETBACK);
    this.settle(tUs, pilotV);
  }

  private lean(tUs: number, pilotV: number): void {
    if (this.lead === 0) {
      this.leadSinceUs = tUs;
      this.crossedUs = this.crossingOf(MIDDLE, tUs, pilotV);
    }
    this.lead += 1;
    const forUs = tUs - this.leadSinceUs;
    if ((this.lead >= EDGE_LEAD && forUs >= EDGE_LASTS_US) || (this.lead >= SLOW_EDGE_LEAD && forUs >= SLOW_EDGE_LASTS_US)) {
      this.turn();
      this.settle(tUs, pilotV);
    }
  }

  private settle(tUs: number, pilotV: number): void {
    if (tUs - this.sideSinceUs < SETTLED_AFTER_US) {
      return;
    }
    count(this.settled, pilotV);
    if (!this.isConfirmed) {
      this.confirm();
    }
  }

  private turn(): void {
    const edgeUs = Math.abs(this.zeroUs - this.crossedUs) <= ZERO_WITHIN_US ? this.zeroUs : this.crossedUs;
    this.isHigh = !this.isHigh;
    this.sideSinceUs = this.leadSinceUs;
    this.lead = 0;
    if (this.isConfirmed) {
      this.phaseBeforeUs = this.phaseSinceUs;
      this.phaseSinceUs = edgeUs;
    } else {
      this.phaseSinceUs = this.phaseBeforeUs;
    }
    this.isConfirmed = !this.isConfirmed;
  }

  /** Counts the edge that began this phase, and the phase before it. */
  private confirm(): void {
    this.isConfirmed = true;
    const edgeUs = this.phaseSinceUs;
    const beforeUs = edgeUs - this.phaseBeforeUs;
    this.coveredUs += beforeUs;
    if (this.isHigh) {
      record(this.byRise, this.riseUs, edgeUs, this.fallUs - this.riseUs);
      this.riseUs = edgeUs;
    } else {
      this.highUs += beforeUs;
      record(this.byFall, this.fallUs, edgeUs, edgeUs - this.riseUs);
      this.fallUs = edgeUs;
    }
  }

  /** When the line passed `levelV` since the last sample, as a straight line has it. */
  private crossingOf(levelV: number, tUs: number, pilotV: number): number {
    return this.lastUs + ((tUs - this.lastUs) * (levelV - this.lastV)) / (pilotV - this.lastV);
  }
}

function record(cycles: Cycles, fromUs: number, toUs: number, highUs: number): void {
  const periodUs = toUs - fromUs;
  if (periodUs >= SHORTEST_PERIOD_US && periodUs <= LONGEST_PERIOD_US && highUs >= 0) {
    cycles.count += 1;
    cycles.totalUs += periodUs;
    cycles.highUs += highUs;
  }
}

/** A whole recording at once. @param pilotV pilot volts, as long as `tUs`. */
export function captureOf(tUs: ArrayLike<number>, pilotV: ArrayLike<Volts | number>): PilotCapture {
  const capture = new PilotCapture();
  for (let index = 0; index < tUs.length; index += 1) {
    capture.add(tUs[index] ?? Number.NaN, pilotV[index] ?? Number.NaN);
  }
  return capture;
}
