/** The procedure: high, low, both once more, a PWM as proof. Whoever holds the meter is asked; what cannot be right ends it. */
import { ConfigError } from "#core/errors";
import { pilotOfAdc } from "#core/pilot/calibration";
import { EMPTY_PILOT_MEMORY, readPilot } from "#core/pilot/read";
import { type PilotCalibration, type PilotOutput, type PilotReading, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent, Instant, Volts } from "#core/units/units";
import {
  calibrationOf,
  type Level,
  levelOf,
  type Objection,
  objectionToDrift,
  objectionToLevel,
  objectionToMeter,
  objectionToOpenLine,
  objectionToProof,
  type Point,
  type Points,
  type Proof,
  pointsOf,
  type Why,
} from "#pi/calibration";
import type { AdcLayout } from "#pi/layout";
import { CalibrationRefused, type PilotBench, sentence } from "./bench.ts";

/** Bursts that make a level, and a proof: half a second each. */
const BURSTS_FOR_LEVEL = 40;
const BURSTS_FOR_PROOF = 40;
/** Duty of the proof: both phases equally long. */
const PROOF_DUTY = DutyPercent(50);
/** An open line that falls by so much has been loaded, pilot volts. */
const PLUGGED_DROP = Volts(1);
const USUAL_GAIN = 9;

/** How far it is, for whoever watches. */
export type Step =
  | { readonly step: "measuring"; readonly point: Point | "proof" | "again" }
  | { readonly step: "ask"; readonly point: Point; readonly adcV: number; readonly readsV: number | null }
  | { readonly step: "notTaken"; readonly point: Point; readonly why: Why; readonly message: string }
  | ({ readonly step: "result" } & Result);

export interface Result {
  readonly points: Points;
  readonly gain: number;
  readonly offsetV: number;
  /** What the levels were read as before; null where nothing was known. */
  readonly before: { readonly highV: number; readonly lowV: number } | null;
  readonly proof: Proof;
}

/** Who holds the meter. */
export interface Person {
  tell(step: Step): void;
  /** Volts the meter shows. Rejects when nobody answers. @param stopped ends the wait */
  ask(step: Extract<Step, { step: "ask" }>, stopped: AbortSignal): Promise<number>;
  /** Whether another answer may be given after one that cannot be right. */
  readonly mayCorrect: boolean;
}

export interface Procedure {
  readonly bench: PilotBench;
  readonly person: Person;
  readonly adc: AdcLayout;
  /** As the board is drawn; null where its divider is not known. */
  readonly nominal: PilotCalibration | null;
  /** As the charger reads until now; null where it cannot. */
  readonly before: PilotCalibration | null;
}

function must(objection: Objection | null): void {
  if (objection !== null) throw new CalibrationRefused(objection);
}

/** @throws DriverUnavailable `calibrationRefused` in a sentence; the pilot is steady high then or the board is closed by the caller */
export async function calibrateBoard(procedure: Procedure): Promise<Result> {
  const { bench, person, nominal } = procedure;
  const high = await levelAt(procedure, "high");
  must(objectionToDeadLoad(bench));
  must(objectionToOpenLine(high, nominal));
  const highPilotV = await meterAt(procedure, "high", high);
  const low = await levelAt(procedure, "low");
  must(objectionToSpan(high, low));
  const lowPilotV = await meterAt(procedure, "low", low);
  person.tell({ step: "measuring", point: "again" });
  for (const [point, first] of [
    ["high", high],
    ["low", low],
  ] as const) {
    const second = await steadyLevel(procedure, point);
    must(objectionToDrift(point, first, second, nominal));
  }
  const points = pointsOf(high, highPilotV, low, lowPilotV);
  const calibration = calibrated(points, nominal);
  const proof = await prove(procedure, calibration);
  must(objectionToProof(proof, points));
  const { before } = procedure;
  const result: Result = {
    points,
    gain: calibration.gain,
    offsetV: calibration.offsetV,
    before: before && { highV: pilotOfAdc(before, high.adcV), lowV: pilotOfAdc(before, low.adcV) },
    proof,
  };
  person.tell({ step: "result", ...result });
  return result;
}

function objectionToDeadLoad({ inputs }: PilotBench): Objection | null {
  if (inputs?.loadSide.includes(true) !== true) return null;
  return {
    why: "live",
    what: "expected no mains behind the open contactor, the board senses some: a contact is welded or the sense is miswired. Switch the breaker off and look",
  };
}

/** A pilot that stays where it was has no −12 V, or nothing drives it. */
function objectionToSpan(high: Level, low: Level): Objection | null {
  if (high.adcV - low.adcV >= 1) return null;
  return {
    why: "board",
    what: `expected the converter at least 1 V lower with the pilot driven low, got ${high.adcV.toFixed(3)} and ${low.adcV.toFixed(3)} V; check the −12 V supply, the PWM pin, and that the one-shot lets the pilot go`,
  };
}

async function levelAt(procedure: Procedure, point: Point): Promise<Level> {
  procedure.person.tell({ step: "measuring", point });
  return steadyLevel(procedure, point);
}

async function steadyLevel({ bench, adc, nominal }: Procedure, point: Point): Promise<Level> {
  bench.drive(point === "high" ? STEADY_HIGH : STEADY_LOW);
  const level = levelOf(await bench.bursts(BURSTS_FOR_LEVEL));
  const objection = objectionToLevel(level, adc, nominal);
  must(objection);
  if (level === null) throw new CalibrationRefused({ why: "board", what: "expected samples of the pilot, got none" });
  return level;
}

const LOADED_NOW: Objection = {
  why: "car",
  what: "expected the plug to stay free, something loads the pilot now: unplug the car and begin again",
};

/** Asks for the meter's word until it can be right, and ends at once when a car loads the open line meanwhile. */
async function meterAt({ bench, person, nominal, before }: Procedure, point: Point, level: Level): Promise<number> {
  const stop = new AbortController();
  const gain = (before ?? nominal)?.gain ?? USUAL_GAIN;
  const plugged = new Promise<never>((_, reject) => {
    if (point !== "high") return;
    const forget = bench.listen((samples) => {
      const now = levelOf([samples]);
      if (now !== null && (level.adcV - now.adcV) * gain > PLUGGED_DROP) reject(new CalibrationRefused(LOADED_NOW));
    });
    stop.signal.addEventListener("abort", forget);
  });
  plugged.catch(() => {});
  try {
    for (;;) {
      const step = { step: "ask", point, adcV: level.adcV, readsV: before && pilotOfAdc(before, level.adcV) } as const;
      const volts = await Promise.race([person.ask(step, stop.signal), plugged]);
      const objection = objectionToMeter(point, volts);
      if (objection === null) return volts;
      if (!person.mayCorrect) throw new CalibrationRefused(objection);
      person.tell({ step: "notTaken", point, why: objection.why, message: sentence(objection.what) });
    }
  } finally {
    stop.abort();
  }
}

function calibrated(points: Points, nominal: PilotCalibration | null): PilotCalibration {
  try {
    return calibrationOf(points, nominal);
  } catch (error) {
    if (error instanceof ConfigError) throw new CalibrationRefused({ why: "board", what: error.message.replace(/\.$/, "") }, error);
    throw error;
  }
}

const middle = (values: readonly number[]): number | null => values.toSorted((one, other) => one - other)[values.length >> 1] ?? null;

/** Reads a PWM of a known duty as the charger would. */
async function prove({ bench, person }: Procedure, calibration: PilotCalibration): Promise<Proof> {
  person.tell({ step: "measuring", point: "proof" });
  const output: PilotOutput = { kind: "pwm", dutyPercent: PROOF_DUTY };
  bench.drive(output);
  const bursts = await bench.bursts(BURSTS_FOR_PROOF);
  bench.drive(STEADY_HIGH);
  let memory = EMPTY_PILOT_MEMORY;
  const readings: PilotReading[] = [];
  for (const [index, adcV] of bursts.entries()) {
    const step = readPilot(memory, { adcV, count: adcV.length, endedAt: Instant(index), output }, calibration);
    memory = step.memory;
    readings.push(step.reading);
  }
  const known = (pick: (reading: PilotReading) => number | null): number | null =>
    middle(readings.map(pick).filter((value) => value !== null));
  return {
    highV: known(({ highV }) => highV),
    lowV: known(({ lowV }) => lowV),
    dutyPercent: known(({ dutyPercent }) => dutyPercent),
    drivenPercent: PROOF_DUTY,
  };
}
