/**
 * The daemon and the pins behind it. Nothing is written but requests to be told something; the converter is asked only while no
 * controller has these pins, because its conversions would come between the controller's.
 */
import { systemClock } from "#controller/clock";
import { DriverUnavailable } from "#core/errors";
import { burstPlanFor } from "#core/pilot/plan";
import { type PilotBurst, STEADY_HIGH } from "#core/pilot/types";
import { DutyPercent } from "#core/units/units";
import { openToNetwork } from "#drivers/pigpiod/board-facts";
import { DaemonLine, findDaemon, LOOPBACKS, placeText, reach } from "#drivers/pigpiod/daemon-line";
import { PilotAdc } from "#drivers/pigpiod/pilot-adc";
import { boardWithoutPigpio } from "#pi/boards";
import { type Level, levelOf } from "#pi/calibration";
import { drivesAnyOf } from "#pi/dead-man";
import { type BoardLayout, pinsOf } from "#pi/layout";
import { COMMAND } from "#pi/protocol/commands";
import { wordsOf } from "#pi/protocol/frames";

const SCRIPTS = 32;
const RUNNING = 2;
const BURSTS = 20;
/** A daemon that hangs is given up, and a burst that has not come is lost, ms. */
const ANSWERS_WITHIN = 10_000;
const BURST_WITHIN = 200;
const LOOK_EVERY = 4;
/** Whatever stands on the pilot is sampled as closely as a PWM. */
const CLOSE_LOOK = { kind: "pwm", dutyPercent: DutyPercent(50) } as const;

export interface AdcSight {
  readonly level: Level;
  readonly spacingUs: number;
  /** Of the bursts asked for, those that came. */
  readonly came: number;
  readonly asked: number;
}

export interface DaemonSight {
  readonly place: string;
  readonly version: number;
  /** The board's name where it is one that pigpio cannot drive. */
  readonly without: string | null;
  /** Where it answers from outside this machine. */
  readonly openAt: readonly string[];
  /** A controller has these pins now. */
  readonly driven: boolean;
  /** Scripts of others in it. */
  readonly otherScripts: number;
  /** Mode of each of the board's pins: 0 input, 1 output, others are functions of the chip. */
  readonly modes: ReadonlyMap<number, number>;
  readonly levels: number;
  /** Null while a controller has the pins; a sentence where it could not be measured. */
  readonly adc: AdcSight | string | null;
}

/** @returns a sentence where there is nobody, or nobody that makes sense */
export async function lookAtDaemon(layout: BoardLayout, host: string | null, port: number): Promise<DaemonSight | string> {
  let line: DaemonLine | null = null;
  let patience: NodeJS.Timeout | undefined;
  try {
    const place = await findDaemon(host === null ? LOOPBACKS : [host], port);
    let lose: (why: string) => void = () => {};
    const lost = new Promise<never>((_, reject) => {
      lose = (why) => reject(new DriverUnavailable("daemonLost", `The pigpio daemon at ${placeText(place)} went away: ${why}.`));
    });
    lost.catch(() => {});
    patience = setTimeout(() => lose("it takes connections and does not answer"), ANSWERS_WITHIN);
    line = new DaemonLine(await reach(place), lose);
    const sight = await Promise.race([ask(line, layout), lost]);
    const adc = sight.driven ? null : await Promise.race([measure(line, layout, () => reach(place)), lost]);
    return { ...sight, place: placeText(place), openAt: await openToNetwork(place), adc };
  } catch (error) {
    if (error instanceof DriverUnavailable) return error.message;
    throw error;
  } finally {
    clearTimeout(patience);
    line?.close();
  }
}

async function ask(line: DaemonLine, layout: BoardLayout): Promise<Omit<DaemonSight, "place" | "openAt" | "adc">> {
  const { result: revision } = await line.demand("the board's revision", COMMAND.HWVER);
  const { result: version } = await line.demand("the daemon's version", COMMAND.PIGPV);
  const scripts = await Promise.all(Array.from({ length: SCRIPTS }, (_, id) => line.ask(COMMAND.PROCP, id)));
  let driven = false;
  let otherScripts = 0;
  for (const { result, data } of scripts) {
    if (result < 0) continue;
    const [status, ...parameters] = wordsOf(data);
    if (drivesAnyOf(layout, parameters)) driven ||= status === RUNNING;
    else otherScripts += 1;
  }
  const modes = new Map<number, number>();
  for (const [, gpio] of pinsOf(layout)) modes.set(gpio, (await line.ask(COMMAND.MODEG, gpio)).result);
  const { result: levels } = await line.ask(COMMAND.BR1);
  return { version, without: boardWithoutPigpio(revision), driven, otherScripts, modes, levels: levels >>> 0 };
}

async function measure(line: DaemonLine, layout: BoardLayout, connect: () => ReturnType<typeof reach>): Promise<AdcSight | string> {
  let adc: PilotAdc | null = null;
  try {
    let lost: string | null = null;
    adc = new PilotAdc(await connect(), layout.adc, systemClock, (why) => {
      lost = why;
    });
    await adc.prepare(line);
    const bursts: Float64Array[] = [];
    for (let turn = 0; turn < BURSTS && lost === null; turn += 1) {
      const burst = await burstOf(adc, turn);
      if (burst !== null) bursts.push(burst.adcV.slice(0, burst.count));
    }
    const level = levelOf(bursts);
    if (level === null) return lost === null ? "no burst came within its time" : `the converter's line was lost: ${lost}`;
    return { level, spacingUs: adc.lastSpacingUs ?? Number.NaN, came: bursts.length, asked: BURSTS };
  } catch (error) {
    if (error instanceof DriverUnavailable) return error.message;
    throw error;
  } finally {
    adc?.close();
  }
}

async function burstOf(adc: PilotAdc, turn: number): Promise<PilotBurst | null> {
  adc.start(burstPlanFor(CLOSE_LOOK, turn), STEADY_HIGH);
  for (let waited = 0; waited < BURST_WITHIN; waited += LOOK_EVERY) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    const burst = adc.finished();
    if (burst !== null) return burst;
  }
  return null;
}
