/** The pins of one charger, claimed through one daemon: everything between finding it and losing it. */
import type { Socket } from "node:net";
import { setTimeout as pass } from "node:timers/promises";
import { DriverUnavailable } from "#core/errors";
import type { Outputs } from "#core/evse/types";
import { type BurstPlan, type PilotCalibration, samePilot } from "#core/pilot/types";
import type { Instant } from "#core/units/units";
import { PWM_FULL } from "#pi/dead-man";
import { type BoardLayout, inputPins } from "#pi/layout";
import { type DrivenThen, foreignOutput, PULSE_US, SAFE } from "#pi/outputs";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest, type Reply, words } from "#pi/protocol/frames";
import { ReportReader } from "#pi/protocol/notifications";
import { Senses } from "#pi/senses";
import { ticksBetween } from "#pi/ticks";
import type { BoardSnapshot } from "#ports/board";
import type { Clock } from "#ports/clock";
import { ONE_SHOT_UNTRIED, proveOneShot } from "../one-shot-proof.ts";
import { provePilot } from "../pilot-proof.ts";
import type { Thermometer } from "../thermometer.ts";
import { checkBoard } from "./board-facts.ts";
import { DaemonLine, type Place, placeText, reach } from "./daemon-line.ts";
import { clearPredecessor, DeadManSwitch } from "./dead-man-switch.ts";
import { holdRequests, pilotRequest, plainRequests, relayRequests } from "./outputs.ts";
import { PilotAdc } from "./pilot-adc.ts";
import { oneShot, pilotHands } from "./proofs.ts";
import { rest } from "./rest.ts";
import { watchBoardTemperature } from "./thermometers.ts";

/** A question that has not been answered after this has a daemon behind it that hangs, ms. */
const HANGS_AFTER = 500;
/** A claim that takes longer has a daemon behind it that takes connections and hangs, ms. */
const CLAIMED_WITHIN = 10_000;
/** Half a lap of the daemon's clock: a tick further ahead than this is an old one. */
const HALF_LAP = 2 ** 31;

export interface ClaimOptions {
  readonly place: Place;
  readonly layout: BoardLayout;
  readonly clock: Clock;
  /** Null where nobody knows the divider: the pilot's level proves nothing then. */
  readonly calibration: PilotCalibration | null;
  /** The daemon is gone, or does what it must not. Called once. */
  readonly onLost: (why: string) => void;
  /** Hears what a person should know. */
  readonly tell: (what: string) => void;
}

/** Bytes of requests that belong together. */
const together = (...requests: readonly Uint8Array[]): Buffer => Buffer.concat(requests);

export class ClaimedPins {
  readonly #options: ClaimOptions;
  readonly #line: DaemonLine;
  readonly #adc: PilotAdc;
  readonly #deadMan: DeadManSwitch;
  readonly #reports: Socket;
  readonly #senses: Senses;
  readonly #pulse: Uint8Array | null;
  readonly #thermometer: Thermometer | null;
  #driven: Outputs = SAFE;
  /** The relays as they are driven, which may be off though the coil is wanted. */
  #relaysOn = false;
  #relaysOnAt = 0;
  #isHeld = false;
  /** The coil was taken away by something else than the machine: it comes back only when the machine asks anew. */
  #blocked = false;
  #fedAt: Instant | null = null;
  /** The dead-man has acted, or may have: what is a level and nothing more may be off though it is driven on, and is sent anew. */
  #plainUnknown = false;
  /** Requests for the pilot that were not answered yet. */
  #pilotUnanswered = 0;
  #postponed: BurstPlan | null = null;
  #polledAt: Instant | null = null;
  #levelsTick: number | null = null;
  /** Outputs that somebody else has driven, each told once. */
  readonly #foreign = new Set<number>();
  #isLost = false;

  private constructor(
    options: ClaimOptions,
    parts: { line: DaemonLine; adc: PilotAdc; deadMan: DeadManSwitch; reports: Socket; senses: Senses },
  ) {
    this.#options = options;
    this.#line = parts.line;
    this.#adc = parts.adc;
    this.#deadMan = parts.deadMan;
    this.#reports = parts.reports;
    this.#senses = parts.senses;
    const { liveness, temperature } = options.layout;
    this.#pulse = liveness?.drive === "pulse" ? encodeRequest(COMMAND.TRIG, liveness.gpio, PULSE_US, words(1)) : null;
    this.#thermometer =
      temperature === null
        ? null
        : watchBoardTemperature(
            temperature,
            async () => new DaemonLine(await reach(options.place), () => {}),
            (celsius) => this.#senses.feel(celsius, options.clock.now()),
          );
  }

  /**
   * Takes the pins, everything safe, and proves what can be proven of the hardware behind them.
   * @throws DriverUnavailable naming what is missing; the outputs are safe then
   */
  static async take(options: ClaimOptions): Promise<ClaimedPins> {
    const { place, layout, clock } = options;
    let claimed: ClaimedPins | null = null;
    let giveUp: (error: DriverUnavailable) => void = () => {};
    const lost = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    lost.catch(() => {});
    const lose = (why: string): void => {
      if (claimed === null) giveUp(new DriverUnavailable("daemonLost", `The pigpio daemon went away: ${why}.`));
      else claimed.lose(why);
    };
    const line = new DaemonLine(await reach(place), lose);
    const reports = await reach(place);
    reports.on("error", ({ message }) => lose(message));
    reports.on("close", () => lose("it hung up"));
    const adc = new PilotAdc(await reach(place), layout.adc, clock, lose);
    const patience = setTimeout(() => {
      giveUp(
        new DriverUnavailable(
          "daemonSilent",
          `The pigpio daemon at ${placeText(place)} takes connections and does not answer: restart it.`,
        ),
      );
    }, CLAIMED_WITHIN);
    const undo = [() => line.close(), () => void reports.removeAllListeners("close").destroy(), () => adc.close()];
    try {
      const ready = async (): Promise<ClaimedPins> => {
        await checkBoard(line);
        await clearPredecessor(line, layout);
        await rest(line, layout);
        const senses = new Senses(layout);
        const handles = await adc.prepare(line);
        const deadMan = await DeadManSwitch.store(line, layout, handles);
        undo.push(() => deadMan.remove());
        await deadMan.yieldToRivals(layout);
        const pins = new ClaimedPins(options, { line, adc, deadMan, reports, senses });
        undo.push(() => pins.#thermometer?.close());
        await pins.#subscribe();
        const claim = { line, layout, pulse: pins.#pulse };
        const gated = oneShot(claim);
        if (gated !== null && !(await proveOneShot(gated))) options.tell(ONE_SHOT_UNTRIED);
        if (options.calibration !== null) await provePilot(pilotHands(claim, adc, deadMan), options.calibration);
        return pins;
      };
      claimed = await Promise.race([ready(), lost]);
      return claimed;
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    } finally {
      clearTimeout(patience);
    }
  }

  /** Average spacing of the newest burst, µs. */
  get spacingUs(): number | null {
    return this.#adc.lastSpacingUs;
  }

  /** The coil stays off until it was asked to be off once. */
  distrust(): void {
    this.#blocked = true;
  }

  drive(outputs: Outputs): void {
    const { layout, clock } = this.#options;
    const requests: Uint8Array[] = [];
    this.#checkFed(clock.now());
    if (!outputs.coil) this.#blocked = false;
    this.#senses.coilBlocked = this.#blocked;
    requests.push(...this.#relayRequests(outputs.coil, clock.now()));
    requests.push(...plainRequests(layout, this.#plainUnknown ? null : this.#driven, outputs));
    this.#plainUnknown = false;
    const pilotIsNew = !samePilot(this.#driven.pilot, outputs.pilot) || this.#driven.pilotOpen !== outputs.pilotOpen;
    this.#driven = outputs;
    this.#sendAll(requests);
    if (pilotIsNew) this.#drivePilot();
    this.#poll();
  }

  /** The loop lives. */
  feed(): void {
    const now = this.#options.clock.now();
    this.#checkFed(now);
    this.#fedAt = now;
    if (this.#pulse !== null) this.#line.send(this.#pulse, () => {});
    this.#deadMan.feed(() => this.#sendAll(this.#relayRequests(this.#driven.coil, this.#options.clock.now())));
    this.#poll();
  }

  startBurst(plan: BurstPlan): void {
    // The pins must have changed before the first sample is taken.
    if (this.#pilotUnanswered > 0) this.#postponed = plan;
    else this.#adc.start(plan, this.#driven.pilot);
  }

  read(): BoardSnapshot {
    const now = this.#options.clock.now();
    this.#checkDaemon(now);
    return { burst: this.#adc.finished(), inputs: this.#senses.inputs(now) };
  }

  /** Everything safe, at once. */
  makeSafe(): void {
    this.#blocked = false;
    const { layout } = this.#options;
    const off = relayRequests(layout, false);
    const pilot = pilotRequest(layout, SAFE.pilot);
    const plain = plainRequests(layout, null, SAFE);
    this.#driven = SAFE;
    this.#relaysOn = false;
    this.#postponed = null;
    this.#adc.outputChanged();
    const requests = [...off, pilot, ...plain];
    this.#line.send(together(...requests), ...requests.map(() => () => {}));
  }

  /** Makes safe and gives everything back. */
  async release(): Promise<void> {
    this.makeSafe();
    this.#isLost = true;
    this.#thermometer?.close();
    this.#deadMan.remove();
    // Its answer says that all before it was carried out.
    await Promise.race([this.#line.ask(COMMAND.TICK), pass(HANGS_AFTER, undefined, { ref: false })]);
    this.#adc.close();
    this.#reports.removeAllListeners("close").destroy();
    this.#line.close();
  }

  /** The daemon is gone: hangs up for good. */
  lose(why: string): void {
    if (this.#isLost) return;
    // Where the line still carries anything, it carries this.
    this.makeSafe();
    this.#isLost = true;
    this.#thermometer?.close();
    this.#adc.close();
    this.#reports.removeAllListeners("close").destroy();
    this.#line.close();
    this.#options.onLost(why);
  }

  #sendAll(requests: readonly Uint8Array[]): void {
    if (requests.length > 0) this.#line.send(together(...requests), ...requests.map(() => (reply: Reply) => this.#mustSucceed(reply)));
  }

  #mustSucceed({ result, command, p1 }: Reply): void {
    if (result < 0) this.lose(`it refuses command ${command} on GPIO ${p1} with ${result}`);
  }

  /** Relays go on only behind an armed dead-man, and off at once. */
  #relayRequests(wanted: boolean, now: Instant): readonly Uint8Array[] {
    const { layout } = this.#options;
    const on = wanted && !this.#blocked && this.#deadMan.isArmed;
    if (on === this.#relaysOn) return [];
    this.#relaysOn = on;
    this.#relaysOnAt = now;
    this.#isHeld = false;
    return relayRequests(layout, on);
  }

  /** Less for relays that have pulled in; only just after the dead-man was seen to run, for it would wake relays that were dropped. */
  #hold(now: Instant): void {
    const { layout } = this.#options;
    if (!this.#relaysOn || this.#isHeld || layout.relayHold === null || now - this.#relaysOnAt < layout.relayHold.afterMs) return;
    this.#isHeld = true;
    this.#sendAll(holdRequests(layout));
  }

  #drivePilot(): void {
    this.#adc.outputChanged();
    this.#pilotUnanswered += 1;
    this.#line.send(pilotRequest(this.#options.layout, this.#driven.pilot), (reply) => {
      this.#mustSucceed(reply);
      this.#pilotUnanswered -= 1;
      if (this.#pilotUnanswered > 0 || this.#postponed === null) return;
      const plan = this.#postponed;
      this.#postponed = null;
      this.#adc.start(plan, this.#driven.pilot);
    });
  }

  /** A switch that was not fed for so long has acted, whatever was last heard of it. */
  #checkFed(now: Instant): void {
    const { isArmed, lapsesAfterMs } = this.#deadMan;
    if (this.#fedAt !== null && isArmed && now - this.#fedAt > lapsesAfterMs) this.#lapsed("was not fed in time");
  }

  /** The dead-man has acted, or may have: relays off, the pilot steady. What we think is driven must follow. */
  #lapsed(why: string): void {
    if (this.#driven.coil) this.#options.tell(`the dead-man in the pigpio daemon ${why}; it has opened the contactor`);
    this.#blocked = this.#driven.coil;
    this.#senses.coilBlocked = this.#blocked;
    this.#relaysOn = false;
    this.#plainUnknown = true;
    this.#deadMan.lapse();
    this.#sendAll(relayRequests(this.#options.layout, false));
    this.#drivePilot();
  }

  /** Somebody else drives a pin of ours, perhaps the interrupter's reset: it is put back, and the coil goes off until it is asked for anew. */
  #checkOutputs(then: DrivenThen, levels: number): void {
    const { layout, tell } = this.#options;
    const gpio = foreignOutput(layout, then, levels);
    if (gpio === null) return;
    if (!this.#foreign.has(gpio))
      tell(`something else drives GPIO ${gpio}, which is this charger's; it is put back, and a closed contactor opens`);
    this.#foreign.add(gpio);
    this.#blocked = this.#driven.coil;
    this.#senses.coilBlocked = this.#blocked;
    this.#relaysOn = false;
    this.#sendAll([...relayRequests(layout, false), ...plainRequests(layout, null, this.#driven)]);
  }

  /** Asks for all levels and what the dead-man and the PWM do, unless that was asked and not answered yet. */
  #poll(): void {
    if (this.#polledAt !== null || this.#isLost) return;
    const askedAt = this.#options.clock.now();
    this.#polledAt = askedAt;
    const then = { outputs: this.#driven, relaysOn: this.#relaysOn };
    const { pilotGpio } = this.#options.layout;
    const questions = together(
      encodeRequest(COMMAND.TICK),
      encodeRequest(COMMAND.BR1),
      encodeRequest(COMMAND.GDC, pilotGpio),
      encodeRequest(COMMAND.PFG, pilotGpio),
      this.#deadMan.question,
    );
    let tick = 0;
    let duty = 0;
    this.#line.send(
      questions,
      ({ result }) => {
        tick = result >>> 0;
      },
      ({ result }) => {
        this.#see(result >>> 0, tick);
        this.#senses.answeredTo(askedAt);
        this.#checkOutputs(then, result >>> 0);
      },
      ({ result }) => {
        duty = result;
      },
      ({ result }) => {
        // A pin without PWM is a level; somebody else has taken it.
        const level = ((this.#senses.levels >>> pilotGpio) & 1) * PWM_FULL;
        this.#senses.readBack(duty >= 0 && result >= 0 ? { duty, frequencyHz: result } : { duty: level, frequencyHz: 0 });
      },
      (reply) => {
        this.#polledAt = null;
        const news = this.#deadMan.heard(reply);
        if (news === "gone") this.lose("the dead-man for these pins is gone, or another controller's");
        else if (news === "acted") this.#lapsed("ran out");
        else this.#hold(this.#options.clock.now());
      },
    );
  }

  /** Levels as they were at a tick; older ones than those known are no news. */
  #see(levels: number, tick: number): void {
    if (this.#levelsTick !== null && ticksBetween(this.#levelsTick, tick) > HALF_LAP) return;
    this.#levelsTick = tick;
    this.#senses.see(levels, this.#options.clock.now());
  }

  #checkDaemon(now: Instant): void {
    if (this.#polledAt !== null && now - this.#polledAt > HANGS_AFTER) this.lose(`it has not answered for ${HANGS_AFTER} ms`);
  }

  /** Edges of the inputs are told as they happen. */
  async #subscribe(): Promise<void> {
    const { layout } = this.#options;
    const reader = new ReportReader();
    const handle = await new Promise<number>((resolve) => {
      let answered = Buffer.alloc(0);
      const hearAnswer = (bytes: Buffer): void => {
        answered = Buffer.concat([answered, bytes]);
        if (answered.length < 16) return;
        this.#reports.off("data", hearAnswer);
        this.#reports.on("data", (more) => reader.feed(more, ({ levels, tick }) => this.#see(levels, tick)));
        resolve(answered.readInt32LE(12));
      };
      this.#reports.on("data", hearAnswer);
      this.#reports.write(encodeRequest(COMMAND.NOIB));
    });
    const mask = inputPins(layout).reduce((bits, { gpio }) => bits | (1 << gpio), 0);
    await this.#line.demand("news of the inputs", COMMAND.NB, handle, mask >>> 0);
  }
}
