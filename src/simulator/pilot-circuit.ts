/**
 * The pilot line in closed form: a driver behind 1 kΩ, the divider's load, the car's resistors behind their diode, the line's
 * capacitance. Between the points where a diode begins or ends to conduct the circuit is linear, so every edge is a chain of exponentials.
 */
import type { Divider } from "./divider.ts";

/** Source resistance of the pilot. @see CP-03 */
export const SOURCE_OHM = 1000;

/** What drives the line. */
export interface PilotDriver {
  /** Open-circuit output while high and while low, volts. */
  readonly highV: number;
  readonly lowV: number;
  /** Output resistance in front of the 1 kΩ. */
  readonly outputOhm: number;
}

/** What hangs on the pilot beside the divider: a resistance to a voltage. */
export interface PilotBranch {
  readonly ohm: number;
  readonly volts: number;
  /** True behind a diode: it only conducts while the pilot is above `volts`. */
  readonly oneWay: boolean;
}

/** The whole circuit at one moment. */
export interface PilotLine {
  readonly driver: PilotDriver;
  readonly branches: readonly PilotBranch[];
  readonly nanofarad: number;
  readonly divider: Divider;
}

/** A stretch of an edge: exponential from `fromV` toward `towardV`, for times before `untilMs` after the edge. */
interface EdgeStretch {
  readonly startMs: number;
  readonly untilMs: number;
  readonly fromV: number;
  readonly towardV: number;
  readonly tauMs: number;
}

/** An edge as a chain of exponentials. */
export interface PilotEdge {
  readonly stretches: readonly EdgeStretch[];
  /** After this long the line is at its plateau to a millionth. */
  readonly settledMs: number;
}

/** Time constants until the plateau is reached for every practical purpose. */
const SETTLED_TAUS = 14;
/** Keeps a line without capacitance computable. */
const LEAST_NANOFARAD = 1e-3;

/** The linear circuit that holds while exactly the given branches conduct. */
interface Regime {
  readonly volts: number;
  readonly siemens: number;
}

function regime(driveV: number, line: PilotLine, conducting: (branch: PilotBranch) => boolean): Regime {
  const source = 1 / (SOURCE_OHM + line.driver.outputOhm);
  let siemens = source + line.divider.loadSiemens;
  let amps = driveV * source + line.divider.loadV * line.divider.loadSiemens;
  for (const branch of line.branches) {
    if (!conducting(branch)) continue;
    siemens += 1 / branch.ohm;
    amps += branch.volts / branch.ohm;
  }
  return { volts: amps / siemens, siemens };
}

const above = (pilotV: number) => (branch: PilotBranch) => !branch.oneWay || pilotV > branch.volts;

const thresholds = (line: PilotLine): number[] =>
  line.branches
    .filter((branch) => branch.oneWay)
    .map((branch) => branch.volts)
    .sort((a, b) => a - b);

/** Where the line settles while the driver stands at `driveV`, volts at the connector. @see conformance 2.1 */
export function plateauV(driveV: number, line: PilotLine): number {
  let volts = regime(driveV, line, (branch) => !branch.oneWay).volts;
  for (const threshold of thresholds(line)) {
    if (volts <= threshold) break;
    volts = regime(driveV, line, (branch) => !branch.oneWay || branch.volts <= threshold).volts;
  }
  return volts;
}

/** The line's way from `fromV` to its plateau after the driver jumped to `driveV`. */
export function edgeTo(driveV: number, fromV: number, line: PilotLine): PilotEdge {
  const endV = plateauV(driveV, line);
  const rising = endV > fromV;
  const farad = Math.max(line.nanofarad, LEAST_NANOFARAD) * 1e-9;
  const knees = thresholds(line).filter((knee) => (rising ? knee > fromV && knee < endV : knee < fromV && knee > endV));
  if (!rising) knees.reverse();
  const stretches: EdgeStretch[] = [];
  let startMs = 0;
  let startV = fromV;
  for (const nextV of [...knees, endV]) {
    const { volts: towardV, siemens } = regime(driveV, line, above((startV + nextV) / 2));
    const tauMs = (farad / siemens) * 1000;
    const last = nextV === endV;
    const untilMs = last ? startMs + SETTLED_TAUS * tauMs : startMs + tauMs * Math.log((towardV - startV) / (towardV - nextV));
    stretches.push({ startMs, untilMs, fromV: startV, towardV, tauMs });
    startMs = untilMs;
    startV = nextV;
  }
  return { stretches, settledMs: startMs };
}

/** Volts on the edge, `sinceMs` after it began; meaningful before `settledMs`. */
export function edgeV(edge: PilotEdge, sinceMs: number): number {
  for (const stretch of edge.stretches) {
    if (sinceMs < stretch.untilMs) {
      return stretch.towardV + (stretch.fromV - stretch.towardV) * Math.exp((stretch.startMs - sinceMs) / stretch.tauMs);
    }
  }
  return edge.stretches.at(-1)?.towardV ?? 0;
}

/** The pilot as a function of time. */
export type PilotWaveform =
  | { readonly kind: "steady"; readonly volts: number }
  | {
      readonly kind: "pwm";
      readonly periodMs: number;
      readonly highMs: number;
      readonly highV: number;
      readonly lowV: number;
      readonly rise: PilotEdge;
      readonly fall: PilotEdge;
    };

/** What the generator does: `dutyPercent` 100 is steady high, 0 steady low. */
export interface Drive {
  readonly dutyPercent: number;
  readonly frequencyHz: number;
}

/** The settled waveform of a drive into a line: a phase that ends before it settled starts the next one from where it got to. */
export function waveformOf(drive: Drive, line: PilotLine): PilotWaveform {
  if (drive.dutyPercent >= 100) return { kind: "steady", volts: plateauV(line.driver.highV, line) };
  if (drive.dutyPercent <= 0) return { kind: "steady", volts: plateauV(line.driver.lowV, line) };
  const periodMs = 1000 / drive.frequencyHz;
  const highMs = (periodMs * drive.dutyPercent) / 100;
  const highV = plateauV(line.driver.highV, line);
  const lowV = plateauV(line.driver.lowV, line);
  const fallsFrom = edgeV(edgeTo(line.driver.highV, lowV, line), highMs);
  const fall = edgeTo(line.driver.lowV, fallsFrom, line);
  const risesFrom = edgeV(fall, periodMs - highMs);
  return { kind: "pwm", periodMs, highMs, highV, lowV, rise: edgeTo(line.driver.highV, risesFrom, line), fall };
}
