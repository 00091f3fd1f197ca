/**
 * The safety loop: reads the board, lets the machine decide, drives what it decided, and feeds the liveness one-shot when all of
 * that went well. It decides nothing itself and has no timers; whoever owns the time calls `cycle`.
 *
 * Anything that throws ends in open (I5): coil off, no more liveness pulses, an InternalFault that only a person resets.
 */
import { BrokenInvariant, StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { EvseConfig } from "#core/evse/config";
import { createEvse, feedsOneShot, step, viewOf } from "#core/evse/machine";
import type { BoardInputs, EvseEvent, EvseState, Happening, PersistedSafety, Refusal } from "#core/evse/types";
import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, readPilot } from "#core/pilot/read";
import { type PilotCalibration, type PilotOutput, type PilotReading, samePilot } from "#core/pilot/types";
import { type Amps, between, type Instant, Millis, Seconds } from "#core/units/units";
import type { Reply } from "#link/frames";
import type { CommandMessage, EventMessage, StatusMessage } from "#link/messages";
import type { RawBoard } from "#ports/board";
import type { Clock } from "#ports/clock";
import type { SafetyStore } from "#ports/safety-store";
import { Beat } from "./beat.ts";
import { eventOf } from "./command.ts";
import { afterInternalFault, withInternalFault, withoutInternalFault } from "./internal-fault.ts";
import { rounded } from "./rounded.ts";
import { statusOf } from "./status.ts";

/** Time between two loops. A burst of samples (10.3 ms) fits in one. @see WD-01 */
export const LOOP_PERIOD = Millis(12);
/** The machine is told of a loop that came later than this. @see F-31 */
const LATE_WORTH_TELLING = Millis(30);
/** A loop later than this, or a coil held on pilot samples older than this, does not feed the one-shot. @see WD-01 @see I1 */
const STALE = Millis(60);
/** A burst that has not finished by then never will; another is started. */
const BURST_LOST = Millis(36);
/** The random start delay is drawn in whole seconds. @see PW-03 */
const DELAY_GRAIN = Seconds(1);
/** Longest reason an event carries. */
const LONGEST_REASON = 200;

export interface SafetyLoopOptions {
  readonly board: RawBoard;
  readonly clock: Clock;
  readonly store: SafetyStore;
  readonly config: EvseConfig;
  /** Name of the charger in every message. */
  readonly charger: string;
  readonly calibration: PilotCalibration;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A name never used before, for events and for this run. */
  readonly newId: () => string;
  /** Hears everything that happens, once, in order, after the outputs were driven. Must not throw. */
  readonly onEvent: (event: EventMessage) => void;
}

type Evidence = NonNullable<Happening["evidence"]>;

const legible = (evidence: Evidence): Evidence =>
  Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, typeof value === "number" ? rounded(value) : value]));

export class SafetyLoop {
  readonly #options: SafetyLoopOptions;
  #evse: EvseState;
  #pilotMemory = EMPTY_PILOT_MEMORY;
  #inputs: BoardInputs | null = null;
  #beat: Beat;
  /** When the samples of the newest burst ended. */
  #sampledAt: Instant;
  /** When the running burst was started and what was driven then; null when none runs. */
  #burst: { readonly startedAt: Instant; readonly pilot: PilotOutput } | null = null;
  #bursts = 0;
  /** What the store was last given. */
  #saved: PersistedSafety | null = null;
  #toSave: PersistedSafety | null = null;
  #toTell: Happening[] = [];
  /** Why this loop no longer drives anything; null while it is sound. */
  #broken: string | null = null;

  constructor(options: SafetyLoopOptions) {
    this.#options = options;
    const now = options.clock.now();
    this.#evse = createEvse(options.config);
    this.#beat = new Beat(LOOP_PERIOD, now);
    this.#sampledAt = now;
  }

  /** When the next `cycle` is due. */
  get dueAt(): Instant {
    return this.#beat.due;
  }

  /** True when nothing is driven that a car could draw power through or that would leave the interrupter tripped: time to end the process. */
  get isAtRest(): boolean {
    if (this.#broken !== null) return true;
    const { outputs, phase } = this.#evse;
    const tests = outputs.gfciTest || outputs.gfciReset;
    return !outputs.coil && !tests && phase !== "opening" && phase !== "stopping";
  }

  /** What a car would be offered if it came now; below 6 A nothing. */
  get available(): Amps {
    return viewOf(this.#evse, this.#options.clock.now()).available;
  }

  /** Restores what survived and boots the machine. @throws StoreUnavailable or ConfigError from the store, before anything was driven. */
  start(): void {
    const { clock, config, random } = this.#options;
    this.#saved = this.#restore();
    const delay = Math.floor((random() * config.startDelayMax) / DELAY_GRAIN) * DELAY_GRAIN;
    this.#beat = new Beat(LOOP_PERIOD, clock.now());
    this.#boot(this.#saved, Millis(delay));
  }

  /** One loop. Never throws. */
  cycle(): void {
    const now = this.#options.clock.now();
    const late = this.#beat.begin(now);
    if (this.#broken !== null) {
      this.#options.board.makeSafe();
      return;
    }
    try {
      this.#run(now, late);
    } catch (error) {
      this.#break(error);
    }
  }

  /** Hands a command to the machine; what it changes is driven by the next loop. A loop that is overdue comes first, so that the machine looks before it judges. */
  command(command: CommandMessage): Reply {
    if (between(this.#beat.due, this.#options.clock.now()) > LATE_WORTH_TELLING) this.cycle();
    if (this.#broken !== null) return this.#commandBroken(command);
    try {
      const refusal = this.#advance(eventOf(command, this.#options.config), this.#options.clock.now());
      this.#settle();
      return refusal === null ? { ok: true } : { ok: false, ...refusal };
    } catch (error) {
      this.#break(error);
      return { ok: false, code: "internalFault", message: "The command broke the controller, which has opened the relay." };
    }
  }

  status(): StatusMessage {
    const { clock, charger, config } = this.#options;
    const now = clock.now();
    const status = statusOf({
      charger,
      view: viewOf(this.#evse, now),
      inputs: this.#inputs,
      phases: config.supply.phases,
      now,
      wall: clock.wall(),
      loopLatenessMs: this.#beat.worst,
    });
    return this.#broken === null ? status : afterInternalFault(status, this.#saved, this.#broken);
  }

  /** Opens now and for good, whatever the machine thinks. */
  emergencyOpen(reason: string): void {
    this.#break(new BrokenInvariant("emergencyOpen", reason));
  }

  #restore(): PersistedSafety | null {
    const { store, clock } = this.#options;
    try {
      return store.load();
    } catch (error) {
      if (!(error instanceof StoreCorrupt)) throw error;
      // What was latched is not known any more: a person has to look before this charger closes again.
      const unknown = withInternalFault(null, clock.wall());
      this.#tell({ type: "fault", fault: "InternalFault", reason: error.message });
      this.#save(unknown);
      return unknown;
    }
  }

  #boot(restored: PersistedSafety | null, delay: Millis): void {
    const { clock, newId } = this.#options;
    try {
      this.#advance({ type: "boot", run: newId(), restored, delay }, clock.now());
      this.#options.board.write(this.#evse.outputs);
      this.#settle();
    } catch (error) {
      this.#break(error);
    }
  }

  #run(now: Instant, late: Millis): void {
    const { board, clock, calibration } = this.#options;
    // Before the look, so that it opens for what it is and not for what it missed.
    if (late > STALE) this.#advance({ type: "late", by: late }, now);

    const { burst, inputs } = board.read();
    this.#inputs = inputs;
    let reading: PilotReading | null = null;
    if (burst !== null) {
      const read = readPilot(this.#pilotMemory, burst, calibration);
      this.#pilotMemory = read.memory;
      // After a command the machine may want another pilot than the one that was sampled, and must not judge one by the other.
      // Another duty is no other pilot: a flow that lowers the offer all the time must not blind the machine.
      if (burst.output === null || burst.output.kind === this.#evse.outputs.pilot.kind) reading = read.reading;
      this.#sampledAt = burst.endedAt;
      this.#burst = null;
    }
    this.#advance({ type: "sense", reading, inputs, wall: clock.wall() }, now);
    // After the look, so that what was sampled meanwhile counts as seen.
    if (late > LATE_WORTH_TELLING && late <= STALE) this.#advance({ type: "late", by: late }, now);

    const { outputs } = this.#evse;
    board.write(outputs);
    // Measured now and not at the beginning: the loop itself may have been stopped on its way, and the coil must not come back by this pulse.
    const lateNow = late + between(now, clock.now());
    const isFresh = !outputs.coil || between(this.#sampledAt, now) <= STALE;
    if (lateNow <= STALE && isFresh && feedsOneShot(this.#evse)) board.pulseLiveness();
    this.#sample(outputs.pilot, now);
    this.#settle();
  }

  /** Starts the next burst, unless one that still tells something is under way. */
  #sample(pilot: PilotOutput, now: Instant): void {
    const running = this.#burst;
    if (running !== null && samePilot(running.pilot, pilot) && between(running.startedAt, now) < BURST_LOST) return;
    this.#bursts += 1;
    this.#options.board.startBurst(burstPlanFor(pilot, this.#bursts));
    this.#burst = { startedAt: now, pilot };
  }

  /** Lets the machine decide. What follows from it waits for `settle`, so that outputs come first. */
  #advance(event: EvseEvent, now: Instant): Refusal | null {
    const decided = step(this.#evse, event, now);
    this.#evse = decided.state;
    if (decided.persist !== null) this.#toSave = decided.persist;
    if (decided.happened.length > 0) this.#toTell.push(...decided.happened);
    return decided.refusal;
  }

  /** Saves, then tells: what others hear of has at least been handed to the store. */
  #settle(): void {
    if (this.#toSave !== null) {
      this.#saved = this.#toSave;
      this.#toSave = null;
      this.#save(this.#saved);
    }
    if (this.#toTell.length === 0) return;
    const happened = this.#toTell;
    this.#toTell = [];
    for (const happening of happened) this.#tell(happening);
  }

  /** A store that fails is told of and does not stop the charger: what is latched is in force all the same. */
  #save(safety: PersistedSafety): void {
    try {
      this.#options.store.save(safety);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#tell({ type: "storeFailed", reason: error.message });
    }
  }

  #tell(happening: Omit<Happening, "type"> & { readonly type: Happening["type"] | "storeFailed" }): void {
    const { clock, charger, newId, onEvent } = this.#options;
    const { session, reason, evidence, ...rest } = happening;
    onEvent({
      id: newId(),
      charger,
      at: clock.wall(),
      monotonicMs: clock.now(),
      session: session ?? null,
      ...rest,
      ...(reason === undefined ? {} : { reason: reason.slice(0, LONGEST_REASON) }),
      ...(evidence === undefined ? {} : { evidence: legible(evidence) }),
    });
  }

  #break(error: unknown): void {
    const { board, clock } = this.#options;
    board.makeSafe();
    if (this.#broken !== null) return;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.#broken = message;
    // What was decided before it broke still holds: a fault that was latched in this very loop must not be lost with it.
    const known = this.#toSave ?? this.#saved;
    const happened = this.#toTell;
    this.#toSave = null;
    this.#toTell = [];
    try {
      this.#saved = withInternalFault(known, clock.wall());
      this.#save(this.#saved);
      for (const happening of happened) this.#tell(happening);
      this.#tell({ type: "fault", fault: "InternalFault", reason: message, evidence: { stack: stack ?? null } });
      if (this.#evse.outputs.coil) this.#tell({ type: "relayOpened", reason: message });
    } catch {
      // The outputs are safe and stay so; there is nobody left to tell.
    }
  }

  /** A broken loop does one thing more: begin again, when a person asks for it. */
  #commandBroken(command: CommandMessage): Reply {
    if (command.command !== "reset") return this.#soundness();
    const { config, clock } = this.#options;
    this.#broken = null;
    this.#evse = createEvse(config);
    this.#pilotMemory = EMPTY_PILOT_MEMORY;
    this.#burst = null;
    this.#sampledAt = clock.now();
    this.#saved = this.#saved === null ? null : withoutInternalFault(this.#saved);
    if (this.#saved !== null) this.#save(this.#saved);
    this.#boot(this.#saved, Millis(0));
    return this.#soundness();
  }

  #soundness(): Reply {
    if (this.#broken === null) return { ok: true };
    return { ok: false, code: "internalFault", message: `The controller has failed (${this.#broken}); send "reset" to start it afresh.` };
  }
}
