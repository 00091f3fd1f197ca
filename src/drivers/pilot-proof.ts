/** Whether a board at rest shows both rails of its pilot, tried before anything is offered. Every driver of a Raspberry Pi asks it. */
import { setTimeout as pass } from "node:timers/promises";
import { DriverUnavailable } from "#core/errors";
import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, readPilot } from "#core/pilot/read";
import { type BurstPlan, type PilotBurst, type PilotCalibration, type PilotOutput, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { isSoundLow, lineOf, wrongHigh, wrongLow } from "#pi/rails";

/** How often the one-shot is fed: without it, the hardware would hold the pilot high. @see WD-01 */
const FEED_EVERY_MS = 12;
/** The line has settled, and the one-shot has let the pilot go, this long after a change. */
const SETTLED_MS = 36;
/** Bursts that make a level; the middle one counts. */
const BURSTS = 3;
/** A burst of a few samples takes a millisecond or two; one that has not come by then never will. */
const BURST_WITHIN_MS = 100;
/** A plug may bounce just now: a wrong high level is looked at again so often. */
const LOOKS = 3;

/** The pilot of a board that is claimed and not driven yet. */
export interface PilotHands {
  /** Resolves when it is driven. */
  drive(output: PilotOutput): Promise<void>;
  /** Keeps the one-shot alive for a moment. */
  feed(): void;
  startBurst(plan: BurstPlan, output: PilotOutput): void;
  /** The burst that has ended, once. */
  finished(): PilotBurst | null;
}

/**
 * Both rails of the pilot, and with them its divider. With a car in place only what does not show it "state F" is looked at; its −12 V
 * are then proven by the first PWM, before the contactor may close. The pilot is high again when this ends, however it ends.
 * @throws DriverUnavailable `pilotSupply` @see CP-11
 */
export async function provePilot(hands: PilotHands, calibration: PilotCalibration): Promise<void> {
  try {
    if ((await lookAtOpenLine(hands, calibration)) === "loaded") return;
    const lowV = await levelOf(hands, STEADY_LOW, calibration);
    if (lowV === null || !isSoundLow(lowV)) throw new DriverUnavailable("pilotSupply", wrongLow(lowV));
  } finally {
    await hands.drive(STEADY_HIGH);
  }
}

async function lookAtOpenLine(hands: PilotHands, calibration: PilotCalibration): Promise<"open" | "loaded"> {
  let highV: number | null = null;
  for (let look = 0; look < LOOKS; look += 1) {
    highV = await levelOf(hands, STEADY_HIGH, calibration);
    const line = highV === null ? "wrong" : lineOf(highV);
    if (line !== "wrong") return line;
  }
  throw new DriverUnavailable("pilotSupply", wrongHigh(highV));
}

async function levelOf(hands: PilotHands, output: PilotOutput, calibration: PilotCalibration): Promise<number | null> {
  await hands.drive(output);
  for (let waited = 0; waited < SETTLED_MS; waited += FEED_EVERY_MS) await fed(hands);
  const levels: number[] = [];
  for (let turn = 0; turn < BURSTS; turn += 1) {
    const burst = await burstOf(hands, output, turn);
    const reading = burst === null ? null : readPilot(EMPTY_PILOT_MEMORY, burst, calibration).reading;
    const level = reading?.highV ?? reading?.lowV ?? null;
    if (level !== null) levels.push(level);
  }
  return levels.length < BURSTS ? null : (levels.toSorted((one, other) => one - other)[BURSTS >> 1] ?? null);
}

async function burstOf(hands: PilotHands, output: PilotOutput, turn: number): Promise<PilotBurst | null> {
  hands.startBurst(burstPlanFor(output, turn), output);
  for (let waited = 0; waited < BURST_WITHIN_MS; waited += FEED_EVERY_MS) {
    await fed(hands);
    const burst = hands.finished();
    if (burst !== null) return burst;
  }
  return null;
}

async function fed(hands: PilotHands): Promise<void> {
  hands.feed();
  await pass(FEED_EVERY_MS);
}
