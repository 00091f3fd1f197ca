/** A rig in real time: the safety loop on the pigpiod driver in this process, a virtual Pi in another. */
import { connect } from "node:net";
import * as v from "valibot";
import type { Answer, Heard, Observation } from "#cli/scenario/observation";
import { Promises } from "#cli/scenario/promises";
import type { Action } from "#cli/scenario/scenario";
import { MemoryStore, WatchedBoard } from "#cli/scenario/virtual-rig";
import { Runner } from "#controller/runner";
import { LOOP_PERIOD, SafetyLoop } from "#controller/safety-loop";
import type { EvseConfig } from "#core/evse/config";
import { Amps, Instant, WallTime } from "#core/units/units";
import { openPigpiodDriver } from "#drivers/pigpiod/pigpiod-driver";
import { explain } from "#link/explain";
import { CommandMessage, type StatusMessage } from "#link/messages";
import type { BoardLayout } from "#pi/layout";
import { PRESETS, type PresetName } from "#pi/presets";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest } from "#pi/protocol/frames";
import type { Clock } from "#ports/clock";
import type { SimFault, SimTruth } from "#simulator/actions";
import { machineMs } from "#virtual-pi/server";
import { CALIBRATION, NOISE_V, type TimedRig } from "./pigpiod-played.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

/** The machine's clock, from the start of the rig on. */
class RigClock implements Clock {
  readonly startedMs = machineMs();
  wallStepMs = 0;

  now(): Instant {
    return Instant(machineMs() - this.startedMs);
  }

  wall(): WallTime {
    return WallTime(Date.now() + this.wallStepMs);
  }
}

export class PigpiodRig implements TimedRig {
  readonly seen: Observation;
  readonly #pi: VirtualPiProcess;
  readonly #layout: BoardLayout;
  readonly #clock = new RigClock();
  readonly #board: WatchedBoard;
  readonly #promises: Promises;
  readonly #loop: SafetyLoop;
  readonly #runner: Runner;
  readonly #heard: Heard[] = [];
  #isAsking = false;
  #truth: SimTruth | null = null;
  #answer: Answer | null = null;
  #status: StatusMessage | null = null;
  #faultHeard = false;
  #afterCycle: () => void = () => {};
  /** When the scenario began, on the rig's clock: with the first time that is asked to pass. */
  #zero: number | null = null;
  /** When it was last looked at, on the scenario's clock: time stands still between two loops. */
  #seenAt = 0;
  /** How late this process and the Pi's were at worst, ms: what a machine does that has other things to do. */
  worstLateMs = 0;
  #ids = 0;
  #hasRival = false;

  private constructor(pi: VirtualPiProcess, config: EvseConfig, preset: PresetName) {
    this.#pi = pi;
    this.#layout = PRESETS[preset];
    this.#promises = new Promises(config, LOOP_PERIOD);
    const driver = openPigpiodDriver({ clock: this.#clock, layout: this.#layout, port: pi.port });
    // All of it is driven by the loop: nothing else here writes.
    this.#board = new WatchedBoard(driver, (outputs) => this.#promises.driven(outputs, true, this.#at));
    this.#loop = new SafetyLoop({
      board: this.#board,
      clock: this.#clock,
      store: new MemoryStore(),
      config,
      charger: "scenario",
      calibration: CALIBRATION,
      random: () => 0,
      newId: () => {
        this.#ids += 1;
        return `id${this.#ids}`;
      },
      onEvent: (event) => {
        this.#heard.push({ at: this.#at, event });
        this.#faultHeard ||= event.type === "fault";
      },
    });
    this.#runner = new Runner(this.#loop, this.#clock, () => this.#cycled());
    this.seen = this.#look();
  }

  /** @param rival a stranger on the daemon takes the pilot's pin, where a scenario has its generator stop */
  static async open(config: EvseConfig, seed: number, preset: PresetName, rival = false): Promise<PigpiodRig> {
    const pi = await VirtualPiProcess.start([
      "--preset",
      preset,
      "--noise",
      String(NOISE_V),
      "--seed",
      String(seed),
      "--poles",
      String(config.supply.poles),
    ]);
    const rig = new PigpiodRig(pi, config, preset);
    rig.#hasRival = rival;
    await rig.#board.open();
    rig.#loop.start();
    rig.#runner.start();
    return rig;
  }

  get broken(): readonly string[] {
    return this.#promises.broken;
  }

  async perform(action: Action): Promise<void> {
    switch (action.on) {
      case "board":
        if (action.action.do === "plug" || action.action.do === "unplug") this.#promises.carLeft();
        if (this.#hasRival && action.action.do === "inject") this.#takePilot(action.action.fault);
        else await this.#pi.apply(action.action);
        return this.#askTruth();
      case "charger":
        return this.#command(action.command);
      case "wallClock":
        this.#clock.wallStepMs += action.by;
        return;
      default:
        throw new Error(`a rig in real time cannot do this to the ${action.on}`);
    }
  }

  /** On the scenario's clock. */
  get #at(): number {
    return this.#zero === null ? 0 : this.#clock.now() - this.#zero;
  }

  run(until: number, look: () => boolean): Promise<void> {
    if (this.#zero === null) {
      this.#zero = this.#clock.now();
      // Until here both were busy with beginning.
      this.worstLateMs = 0;
    }
    return new Promise((resolve) => {
      this.#afterCycle = () => {
        const over = this.#seenAt >= until;
        if (!look() && !over) return;
        this.#afterCycle = () => {};
        resolve();
      };
    });
  }

  async end(): Promise<void> {
    this.#runner.stop();
    await this.#board.close();
    await this.#pi.stop();
  }

  #takePilot(fault: SimFault): void {
    const stranger = connect(this.#pi.port, "127.0.0.1");
    stranger.end(encodeRequest(COMMAND.WRITE, this.#layout.pilotGpio, fault === "pilotStuckHigh" ? 1 : 0));
  }

  #cycled(): void {
    this.#seenAt = this.#at;
    this.#status = null;
    this.worstLateMs = Math.max(this.worstLateMs, this.#loop.status().loopLatenessMs);
    if (this.#truth !== null) this.#promises.looked(this.#truth, this.#at);
    if (this.#faultHeard && this.seen.status !== null) this.#promises.reported(this.seen.status);
    this.#faultHeard = false;
    if (!this.#isAsking) void this.#askTruth();
    this.#afterCycle();
  }

  async #askTruth(): Promise<void> {
    this.#isAsking = true;
    const { truth, lateMs } = await this.#pi.truth();
    this.#isAsking = false;
    this.worstLateMs = Math.max(this.worstLateMs, lateMs);
    const { marks } = truth;
    const here = (at: number | null): number | null => (at === null ? null : at - this.#clock.startedMs - (this.#zero ?? 0));
    this.#truth = {
      ...truth,
      marks: {
        appliedAt: here(marks.appliedAt),
        coilOffAt: here(marks.coilOffAt),
        coilReleasedAt: here(marks.coilReleasedAt),
        contactsOpenAt: here(marks.contactsOpenAt),
      },
    };
  }

  #command(command: unknown): void {
    const parsed = v.safeParse(CommandMessage, command);
    this.#answer = parsed.success ? this.#loop.command(parsed.output) : { ok: false, code: "badMessage", message: explain(parsed.issues) };
    this.#promises.commanded(command, this.#answer, this.#at);
  }

  /** The board has no meter; where a scenario asks for the current, the car's own stands in. */
  #statusNow(): StatusMessage {
    const status = this.#loop.status();
    return this.#truth === null ? status : { ...status, currentA: Amps(this.#truth.drawA) };
  }

  #look(): Observation {
    const rig = this;
    return {
      get at(): number {
        return rig.#seenAt;
      },
      get status() {
        rig.#status ??= rig.#statusNow();
        return rig.#status;
      },
      get outputs() {
        return rig.#board.driven;
      },
      get truth() {
        return rig.#truth;
      },
      get answer() {
        return rig.#answer;
      },
      heard: rig.#heard,
    };
  }
}
