/**
 * The dead-man in the daemon, from our side: stored at the start, armed when the loop first says that it lives, refreshed by each pulse.
 * What a predecessor left behind is found by its mark, waited for, and cleared away.
 */
import { randomInt } from "node:crypto";
import { setTimeout as pass } from "node:timers/promises";
import { DriverUnavailable } from "#core/errors";
import {
  COUNT_PARAMETER,
  type DeadMan,
  deadManOf,
  drivenPins,
  drivesAnyOf,
  OWNER_MARK,
  OWNER_PARAMETER,
  PINS_PARAMETER,
} from "#pi/dead-man";
import type { BoardLayout } from "#pi/layout";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest, type Reply, words, wordsOf } from "#pi/protocol/frames";
import type { DaemonLine } from "./daemon-line.ts";

/** Slots the daemon has for scripts. */
const SCRIPTS = 32;
const PARAMETERS = 10;
const HALTED = 1;
const RUNNING = 2;
/** A running script of a dead predecessor acts within this, ms; one that still runs has somebody who refreshes it. */
const PREDECESSOR_ACTS_WITHIN = 600;
const LOOK_EVERY = 20;
/** A script that was just stored is ready within this, ms. */
const READY_WITHIN = 1_000;
/** Handles that the script remembers for a successor, in the parameters after the count. */
const FIRST_HANDLE = COUNT_PARAMETER + 1;
/** A number that no other claim has: a slot may have become another's. */
const CLAIM_PARAMETER = OWNER_PARAMETER - 1;
const CLAIMS = 2 ** 31;
const MOST_HANDLES = PINS_PARAMETER - FIRST_HANDLE;

/** Status and parameters of a script, as `PROCP` tells them. */
interface Told {
  readonly status: number;
  readonly parameters: readonly number[];
}

function toldBy({ result, data }: Reply): Told | null {
  if (result < 0) return null;
  const [status = HALTED, ...parameters] = wordsOf(data);
  return { status, parameters };
}

/** Handles that a script's parameters remember; 0 is none. */
const handlesIn = (parameters: readonly number[]): number[] =>
  parameters
    .slice(FIRST_HANDLE, FIRST_HANDLE + MOST_HANDLES)
    .filter((held) => held > 0)
    .map((held) => held - 1);

/**
 * Clears away what a predecessor on any of these pins left: its script, once it has acted, and its bus handles.
 * @throws DriverUnavailable `boardBusy` while a predecessor is alive
 */
export async function clearPredecessor(line: DaemonLine, layout: BoardLayout): Promise<void> {
  for (let id = 0; id < SCRIPTS; id += 1) {
    const told = toldBy(await line.ask(COMMAND.PROCP, id));
    if (told === null || !drivesAnyOf(layout, told.parameters)) continue;
    await outlive(line, id);
    for (const handle of handlesIn(told.parameters)) await line.ask(COMMAND.SPIC, handle);
    await line.ask(COMMAND.PROCD, id);
  }
}

async function outlive(line: DaemonLine, id: number): Promise<void> {
  for (let waited = 0; waited < PREDECESSOR_ACTS_WITHIN; waited += LOOK_EVERY) {
    if (toldBy(await line.ask(COMMAND.PROCP, id))?.status !== RUNNING) return;
    await pass(LOOK_EVERY);
  }
  throw busy();
}

const busy = (): DriverUnavailable =>
  new DriverUnavailable("boardBusy", "Another controller drives these pins through the same pigpio daemon; stop it first.");

export class DeadManSwitch {
  readonly lapsesAfterMs: number;
  /** Asks for status and parameters. */
  readonly question: Uint8Array;
  readonly #line: DaemonLine;
  readonly #id: number;
  readonly #start: Uint8Array;
  readonly #refresh: Uint8Array;
  readonly #claim: number | undefined;
  #state: "halted" | "starting" | "armed" | "stopping" = "halted";

  private constructor(line: DaemonLine, id: number, deadMan: DeadMan, parameters: readonly number[]) {
    this.#line = line;
    this.#id = id;
    this.lapsesAfterMs = deadMan.lapsesAfterMs;
    this.question = encodeRequest(COMMAND.PROCP, id);
    // Nothing but the count: what else is in the slot may be another's, and must show.
    this.#start = encodeRequest(COMMAND.PROCR, id, 0, words(deadMan.rounds));
    this.#refresh = encodeRequest(COMMAND.PROCU, id, 0, words(deadMan.rounds));
    this.#claim = parameters[CLAIM_PARAMETER];
  }

  /** Stores the script, not yet running. @param handles what a successor has to close. @throws DriverUnavailable */
  static async store(line: DaemonLine, layout: BoardLayout, handles: readonly number[]): Promise<DeadManSwitch> {
    const deadMan = deadManOf(layout);
    const { result: id } = await line.demand("the dead-man", COMMAND.PROC, 0, 0, new TextEncoder().encode(deadMan.script));
    const parameters = new Array<number>(PARAMETERS).fill(0);
    parameters[COUNT_PARAMETER] = deadMan.rounds;
    parameters[PINS_PARAMETER] = drivenPins(layout);
    parameters[OWNER_PARAMETER] = OWNER_MARK;
    parameters[CLAIM_PARAMETER] = randomInt(1, CLAIMS);
    for (const [index, handle] of handles.slice(0, MOST_HANDLES).entries()) parameters[FIRST_HANDLE + index] = handle + 1;
    // The mark must be there before anything can go wrong.
    await line.demand("the dead-man (it needs pigpio V77 or later)", COMMAND.PROCU, id, 0, words(...parameters));
    for (let waited = 0; toldBy(await line.ask(COMMAND.PROCP, id))?.status !== HALTED; waited += LOOK_EVERY) {
      if (waited > READY_WITHIN)
        throw new DriverUnavailable("daemonRefuses", "The pigpio daemon does not get the dead-man's script ready.");
      await pass(LOOK_EVERY);
    }
    return new DeadManSwitch(line, id, deadMan, parameters);
  }

  /** Two controllers that start together both find no predecessor. @throws DriverUnavailable `boardBusy` when there is another now */
  async yieldToRivals(layout: BoardLayout): Promise<void> {
    const answers = await Promise.all(Array.from({ length: SCRIPTS }, (_, id) => this.#line.ask(COMMAND.PROCP, id)));
    const isRival = (reply: Reply, id: number): boolean => id !== this.#id && drivesAnyOf(layout, toldBy(reply)?.parameters ?? []);
    if (answers.some(isRival)) throw busy();
  }

  get isArmed(): boolean {
    return this.#state === "armed";
  }

  /** The loop lives: refreshes an armed switch, and arms one that is halted. @param onArmed called when it has become armed */
  feed(onArmed: () => void): void {
    if (this.#state === "armed") this.#line.send(this.#refresh, () => {});
    if (this.#state !== "halted") return;
    this.#state = "starting";
    // The daemon takes the order before the script's thread has woken: armed is what is seen to run.
    const look = (reply: Reply): void => {
      if (this.#state !== "starting") return;
      const runs = this.#oursIn(reply)?.status === RUNNING;
      this.#state = runs ? "armed" : "halted";
      if (runs) onArmed();
    };
    this.#line.send(Buffer.concat([this.#start, this.question]), () => {}, look);
  }

  /** It was not fed in time: whatever it did, it must begin anew. */
  lapse(): void {
    if (this.#state === "halted") return;
    this.#state = "stopping";
    this.#line.send(encodeRequest(COMMAND.PROCS, this.#id), () => {});
  }

  /** Takes in an answer to `question`. @returns "acted" when the switch has ended by itself, "gone" when its slot is empty or another's */
  heard(reply: Reply): "acted" | "gone" | null {
    const told = this.#oursIn(reply);
    if (told === null) return "gone";
    if (this.#state === "stopping" && told.status === HALTED) this.#state = "halted";
    if (this.#state !== "armed" || told.status === RUNNING) return null;
    this.#state = "halted";
    return "acted";
  }

  /** Gives its slot back. */
  remove(): void {
    this.#state = "stopping";
    this.#line.send(encodeRequest(COMMAND.PROCS, this.#id), () => {});
    this.#line.send(encodeRequest(COMMAND.PROCD, this.#id), () => {});
  }

  #oursIn(reply: Reply): Told | null {
    const told = toldBy(reply);
    return told?.parameters[CLAIM_PARAMETER] === this.#claim ? told : null;
  }
}
