/** A rig on virtual time: the simulated board and the real safety loop, with nothing between two loops but arithmetic. */
import * as v from "valibot";
import { LOOP_PERIOD, SafetyLoop } from "#controller/safety-loop";
import type { EvseConfig } from "#core/evse/config";
import type { Outputs, PersistedSafety } from "#core/evse/types";
import { calibrationOfDivider } from "#core/pilot/calibration";
import type { BurstPlan, PilotCalibration } from "#core/pilot/types";
import { Instant, WallTime } from "#core/units/units";
import { explain } from "#link/explain";
import { CommandMessage, type EventMessage, type StatusMessage } from "#link/messages";
import type { BoardSnapshot, RawBoard } from "#ports/board";
import type { Clock } from "#ports/clock";
import type { SafetyStore } from "#ports/safety-store";
import type { SimTruth } from "#simulator/actions";
import { SimulatedBoard } from "#simulator/board";
import type { SimulatedBoardOptions } from "#simulator/board-options";
import { Random } from "#simulator/random";
import type { Answer, Heard, Observation } from "./observation.ts";
import { Promises } from "./promises.ts";
import type { Rig } from "./rig.ts";
import type { Action } from "./scenario.ts";

/** 2026-01-01T00:00:00Z: wall time when every scenario begins. */
const WALL_AT_START = 1_767_225_600_000;
/** Noise on the pilot where a scenario asks for none, sigma in volts: an ordinary board. */
const USUAL_NOISE_V = 0.05;

class VirtualClock implements Clock {
  ms = 0;
  wallStepMs = 0;

  now(): Instant {
    return Instant(this.ms);
  }

  wall(): WallTime {
    return WallTime(WALL_AT_START + this.ms + this.wallStepMs);
  }
}

/** Durable memory that outlives a killed controller. Kept as text, as a file would be. */
export class MemoryStore implements SafetyStore {
  #saved: string | null = null;

  load(): PersistedSafety | null {
    return this.#saved === null ? null : JSON.parse(this.#saved);
  }

  save(safety: PersistedSafety): void {
    this.#saved = JSON.stringify(safety);
  }
}

/** The simulated board with an eye on what is driven. */
export class WatchedBoard implements RawBoard {
  readonly kind = "raw";
  readonly name: string;
  readonly #board: RawBoard;
  readonly #onDriven: (outputs: Outputs) => void;
  driven: Outputs | null = null;

  constructor(board: RawBoard, onDriven: (outputs: Outputs) => void) {
    this.#board = board;
    this.#onDriven = onDriven;
    this.name = board.name;
  }

  open(): Promise<void> {
    return this.#board.open();
  }

  write(outputs: Outputs): void {
    this.driven = outputs;
    this.#onDriven(outputs);
    this.#board.write(outputs);
  }

  pulseLiveness(): void {
    this.#board.pulseLiveness();
  }

  startBurst(plan: BurstPlan): void {
    this.#board.startBurst(plan);
  }

  read(): BoardSnapshot {
    return this.#board.read();
  }

  makeSafe(): void {
    this.#board.makeSafe();
  }

  close(): Promise<void> {
    return this.#board.close();
  }
}

export interface VirtualRigOptions {
  readonly config: EvseConfig;
  readonly seed: number;
  /** When the safety loop runs first, on the scenario's clock. */
  readonly firstLoopMs: number;
  /** What of the board is not as usual. */
  readonly board?: Partial<Omit<SimulatedBoardOptions, "clock" | "seed">>;
  /** Of another divider than the usual one. */
  readonly calibration?: PilotCalibration;
}

export class VirtualRig implements Rig {
  readonly seen: Observation;
  readonly #clock = new VirtualClock();
  readonly #store = new MemoryStore();
  readonly #heard: Heard[] = [];
  readonly #config: EvseConfig;
  readonly #calibration: PilotCalibration;
  readonly #random: () => number;
  readonly #simulated: SimulatedBoard;
  readonly #board: WatchedBoard;
  readonly #promises: Promises;
  #loop: SafetyLoop | null = null;
  #inLoop = false;
  #nextLoop: number;
  #frozenUntil = 0;
  #answer: Answer | null = null;
  #status: StatusMessage | null = null;
  #truth: SimTruth | null = null;
  #faultHeard = false;
  #ids = 0;

  constructor({ config, seed, firstLoopMs, board = {}, calibration = calibrationOfDivider() }: VirtualRigOptions) {
    this.#config = config;
    this.#calibration = calibration;
    this.#nextLoop = firstLoopMs;
    const random = new Random(seed);
    this.#random = () => random.next();
    this.#promises = new Promises(config, LOOP_PERIOD);
    this.#simulated = new SimulatedBoard({
      clock: this.#clock,
      seed,
      poles: config.supply.poles,
      house: { mainsV: config.supply.volts },
      adc: { noiseV: USUAL_NOISE_V },
      fitted: { proximity: config.inlet === "type2Socket" },
      ...board,
    });
    this.#board = new WatchedBoard(this.#simulated, (outputs) => this.#promises.driven(outputs, this.#inLoop, this.#clock.ms));
    this.seen = this.#look();
  }

  get broken(): readonly string[] {
    return this.#promises.broken;
  }

  async perform(action: Action): Promise<void> {
    this.#forget();
    switch (action.on) {
      case "board":
        if (action.action.do === "plug" || action.action.do === "unplug") this.#promises.carLeft();
        return this.#simulated.apply(action.action);
      case "charger":
        return this.#command(action.command);
      case "wallClock":
        this.#clock.wallStepMs += action.by;
        return;
      case "power":
        if (action.do === "off") {
          this.#loop = null;
          this.#simulated.apply({ do: "inject", fault: "mainsLost" });
          return this.#board.makeSafe();
        }
        this.#simulated.apply({ do: "clear", fault: "mainsLost" });
        return this.#start();
      case "controller":
        if (action.do === "start") return this.#start();
        if (action.do === "freeze") this.#frozenUntil = this.#clock.ms + action.for;
        else this.#loop = null;
    }
  }

  async run(until: number, look: () => boolean): Promise<void> {
    while (this.#nextLoop <= until) {
      this.#clock.ms = this.#nextLoop;
      this.#nextLoop += LOOP_PERIOD;
      this.#cycle();
      if (look()) return;
    }
    this.#clock.ms = until;
    this.#forget();
  }

  async end(): Promise<void> {
    await this.#board.close();
  }

  /** Powers up: the controller claims the board and starts. */
  async open(): Promise<this> {
    await this.#start();
    return this;
  }

  /** What a new process does: it claims the board, which makes it safe, and boots. */
  async #start(): Promise<void> {
    await this.#board.close();
    await this.#board.open();
    this.#loop = new SafetyLoop({
      board: this.#board,
      clock: this.#clock,
      store: this.#store,
      config: this.#config,
      charger: "scenario",
      calibration: this.#calibration,
      random: this.#random,
      newId: () => {
        this.#ids += 1;
        return `id${this.#ids}`;
      },
      onEvent: (event) => this.#hear(event),
    });
    this.#loop.start();
  }

  #cycle(): void {
    const at = this.#clock.ms;
    this.#forget();
    this.#promises.looked(this.#simulated.truth(), at);
    if (this.#loop !== null && at >= this.#frozenUntil) {
      this.#inLoop = true;
      this.#loop.cycle();
      this.#inLoop = false;
    }
    if (this.#faultHeard && this.seen.status !== null) this.#promises.reported(this.seen.status);
    this.#faultHeard = false;
  }

  /** Judges a command as the controller's door would, then hands it in. */
  #command(command: unknown): void {
    const parsed = v.safeParse(CommandMessage, command);
    if (!parsed.success) this.#answer = { ok: false, code: "badMessage", message: explain(parsed.issues) };
    else if (this.#loop === null)
      this.#answer = { ok: false, code: "noController", message: "expected a running controller, there is none" };
    else this.#answer = this.#loop.command(parsed.output);
    this.#promises.commanded(command, this.#answer, this.#clock.ms);
  }

  #hear(event: EventMessage): void {
    this.#heard.push({ at: this.#clock.ms, event });
    this.#faultHeard ||= event.type === "fault";
  }

  /** Drops what was seen, so that it is looked at anew when somebody asks. */
  #forget(): void {
    this.#status = null;
    this.#truth = null;
  }

  #look(): Observation {
    const rig = this;
    return {
      get at() {
        return rig.#clock.ms;
      },
      get status() {
        rig.#status ??= rig.#loop?.status() ?? null;
        return rig.#status;
      },
      get outputs() {
        return rig.#board.driven;
      },
      get truth() {
        rig.#truth ??= rig.#simulated.truth();
        return rig.#truth;
      },
      get answer() {
        return rig.#answer;
      },
      heard: rig.#heard,
    };
  }
}
