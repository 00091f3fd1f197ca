/**
 * A Raspberry Pi's pins through the pigpio daemon, as a raw board. The board is there or it is not: while the daemon is away nothing
 * is sensed and nothing is driven, which the machine takes for what it is, and hardware lets go of the contactor by itself.
 */
import { BrokenInvariant, DriverUnavailable } from "#core/errors";
import type { Outputs } from "#core/evse/types";
import type { BurstPlan, PilotCalibration } from "#core/pilot/types";
import { type BoardLayout, objectionsTo } from "#pi/layout";
import { SAFE } from "#pi/outputs";
import { silent } from "#pi/senses";
import type { BoardSnapshot, RawBoard } from "#ports/board";
import type { Clock } from "#ports/clock";
import { isLoose, LOOSE_TEXT } from "../raspberry-pi.ts";
import { isHere, openToNetwork } from "./board-facts.ts";
import { ClaimedPins } from "./claimed-pins.ts";
import { findDaemon, LOOPBACKS, placeText } from "./daemon-line.ts";

/** The port the daemon listens on unless it is told another. */
export const DAEMON_PORT = 8888;
/** Time between two tries to find a daemon that went away, ms. */
const TRY_EVERY = 250;

export interface PigpiodOptions {
  readonly clock: Clock;
  readonly layout: BoardLayout;
  /** Null tries this machine's own addresses. */
  readonly host?: string | null;
  readonly port?: number;
  /** With it, both rails of the pilot are proven before anything is driven; left out, its levels say nothing. */
  readonly calibration?: PilotCalibration;
  /** Hears, in a sentence, what a person should know. */
  readonly tell?: (what: string) => void;
}

export class PigpiodBoard implements RawBoard {
  readonly kind = "raw";
  readonly name = "pigpiod";
  readonly #options: PigpiodOptions;
  #isOpen = false;
  /** The pins while there is a daemon. */
  #pins: ClaimedPins | null = null;
  #outputs: Outputs = SAFE;
  #retry: NodeJS.Timeout | null = null;
  /** Why the board was not taken again, as it was told last. */
  #refused = "";
  /** Counts closings: a claim that was begun before one comes too late. */
  #closings = 0;

  constructor(options: PigpiodOptions) {
    this.#options = options;
  }

  /** @throws DriverUnavailable saying what is missing and what to do */
  async open(): Promise<void> {
    if (this.#isOpen) throw new DriverUnavailable("boardBusy", 'the board "pigpiod" is already open: close it first');
    const [objection] = objectionsTo(this.#options.layout);
    if (objection !== undefined) throw new DriverUnavailable("layoutInvalid", `The pins do not fit together: ${objection}.`);
    this.#isOpen = true;
    this.#outputs = SAFE;
    try {
      await this.#claim();
    } catch (error) {
      this.#isOpen = false;
      if (error instanceof DriverUnavailable) throw error;
      throw new DriverUnavailable("daemonLost", `The pigpio daemon was lost at once: ${(error as Error).message}.`, { cause: error });
    }
    const { host = null } = this.#options;
    if ((host === null || isHere(host)) && (await isLoose())) this.#tell(LOOSE_TEXT);
  }

  write(outputs: Outputs): void {
    this.#mustBeOpen("write");
    this.#outputs = outputs;
    this.#pins?.drive(outputs);
  }

  pulseLiveness(): void {
    this.#mustBeOpen("pulseLiveness");
    this.#pins?.feed();
  }

  startBurst(plan: BurstPlan): void {
    this.#mustBeOpen("startBurst");
    this.#pins?.startBurst(plan);
  }

  read(): BoardSnapshot {
    this.#mustBeOpen("read");
    return this.#pins?.read() ?? { burst: null, inputs: silent(this.#options.layout) };
  }

  makeSafe(): void {
    this.#outputs = SAFE;
    try {
      this.#pins?.makeSafe();
    } catch {
      // Nothing is left to be done; hardware lets go.
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#closings += 1;
    this.#outputs = SAFE;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    const pins = this.#pins;
    this.#pins = null;
    await pins?.release();
  }

  /** Average spacing of the newest burst, µs; null before the first. */
  get spacingUs(): number | null {
    return this.#pins?.spacingUs ?? null;
  }

  #mustBeOpen(call: string): void {
    if (!this.#isOpen) throw new BrokenInvariant("boardNotOpen", `${call} on the board "pigpiod", which is not open: open it first`);
  }

  async #claim(): Promise<void> {
    const { clock, layout, host = null, port = DAEMON_PORT, calibration = null } = this.#options;
    const closings = this.#closings;
    const place = await findDaemon(host === null ? LOOPBACKS : [host], port);
    const pins = await ClaimedPins.take({
      place,
      layout,
      clock,
      calibration,
      onLost: (why) => this.#lost(placeText(place), why),
      tell: (what) => this.#tell(what),
    });
    if (closings !== this.#closings) {
      await pins.release();
      return;
    }
    // What was asked for meanwhile counts, but for the coil: that has to be asked for anew.
    if (this.#outputs.coil) pins.distrust();
    this.#pins = pins;
    pins.drive(this.#outputs);
    void openToNetwork(place).then((places) => {
      if (places.length === 0) return;
      this.#tell(
        `the pigpio daemon answers on ${places.join(", ")}, from the network and without a password: anybody there could close the contactor. ` +
          'Start it with "-l" (this machine only)',
      );
    });
  }

  #lost(place: string, why: string): void {
    if (!this.#isOpen) return;
    this.#pins = null;
    this.#refused = "";
    this.#tell(`the pigpio daemon at ${place} is gone (${why}); the contactor is left to its own hardware, and the daemon is looked for`);
    this.#seek();
  }

  #seek(): void {
    this.#retry = setTimeout(() => {
      this.#claim().then(
        () => this.#tell("the pigpio daemon is back"),
        (error: unknown) => {
          if (!this.#isOpen) return;
          this.#tellRefusal(error);
          this.#seek();
        },
      );
    }, TRY_EVERY);
  }

  /** A daemon that is back and a board that fails its proofs: said once, not every time. */
  #tellRefusal(error: unknown): void {
    if (!(error instanceof DriverUnavailable) || error.code === "daemonUnreachable" || error.message === this.#refused) return;
    this.#refused = error.message;
    this.#tell(`the pigpio daemon is back, and the board is not taken: ${error.message.replace(/\.$/, "")}`);
  }

  #tell(what: string): void {
    this.#options.tell?.(what);
  }
}

/** The board, not yet open. */
export const openPigpiodDriver = (options: PigpiodOptions): PigpiodBoard => new PigpiodBoard(options);
