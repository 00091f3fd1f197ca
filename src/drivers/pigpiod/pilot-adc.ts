/**
 * Bursts of conversions through the daemon. Conversions are sent in chunks ahead of their replies, so that the daemon goes from one to
 * the next without waiting for us, and few enough ahead that a new burst can begin soon. The daemon's clock says how fast it really was.
 */
import type { Socket } from "node:net";
import { DriverUnavailable } from "#core/errors";
import { burstPlanFor } from "#core/pilot/plan";
import type { BurstPlan, PilotBurst, PilotOutput } from "#core/pilot/types";
import { STEADY_HIGH } from "#core/pilot/types";
import { DutyPercent, Instant } from "#core/units/units";
import { CONVERSION_BITS, CONVERSION_BYTES, codeIn, codesOf, conversionRequest, highestClockHz } from "#pi/adc";
import { spacingFor, WIDEST_SPACING_US } from "#pi/burst-spacing";
import type { AdcLayout } from "#pi/layout";
import { COMMAND, errorText } from "#pi/protocol/commands";
import { encodeRequest, HEADER_BYTES } from "#pi/protocol/frames";
import { ticksBetween } from "#pi/ticks";
import type { Clock } from "#ports/clock";
import { type DaemonLine, hangUp } from "./daemon-line.ts";
import { TickClock } from "./tick-clock.ts";

/** Conversions between two looks at the daemon's clock. */
const CHUNK = 32;
/** Chunks sent ahead: two, 2.5 ms. */
const AHEAD = 2;
/** Of a burst's chunks, this share may be slower than `WIDEST_SPACING_US`: what came between was not ours. */
const SLOW_SHARE = 0.34;
const REQUEST_BYTES = HEADER_BYTES + CONVERSION_BYTES;
/** Clocks at which the bus is tried to learn what a conversion costs beside its own bits, Hz. */
const TRIAL_HZ = [500_000, 800_000] as const;
const TRIAL_SAMPLES = 192;
/** Slots in the daemon that are taken for handles. */
export const MOST_HANDLES = 6;

interface Pace {
  readonly handle: number;
  readonly spacingUs: number;
  /** A whole chunk of requests, and the tick behind it. */
  readonly chunk: Buffer;
}

interface Burst extends PilotBurst {
  adcV: Float64Array;
  count: number;
  endedAt: Instant;
  output: PilotOutput | null;
  taken: number;
  sent: number;
  chunks: number;
  slowChunks: number;
  /** Spacing in its fastest chunk, µs: what nothing came between. */
  quickestUs: number;
  startTick: number;
  endTick: number;
}

const newBurst = (): Burst => ({
  adcV: new Float64Array(256),
  count: 0,
  endedAt: Instant(0),
  output: null,
  ...{ taken: 0, sent: 0, chunks: 0, slowChunks: 0, quickestUs: Number.POSITIVE_INFINITY, startTick: 0, endTick: 0 },
});

/** What comes next on the line: a tick, after `samples` conversions of a burst that is still wanted or not. */
interface Expected {
  readonly burst: Burst | null;
  samples: number;
}

const TICK = Buffer.from(encodeRequest(COMMAND.TICK));

export class PilotAdc {
  readonly #socket: Socket;
  readonly #layout: AdcLayout;
  readonly #clock: Clock;
  readonly #ticks = new TickClock();
  readonly #onLost: (why: string) => void;
  #paces: readonly Pace[] = [];
  #filling = newBurst();
  #handedOut = newBurst();
  #running: { readonly burst: Burst; readonly pace: Pace } | null = null;
  #done: Burst | null = null;
  #expected: Expected[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #onTrialEnd: (() => void) | null = null;

  /** @param onLost called when the connection ends, or says what it cannot */
  constructor(socket: Socket, layout: AdcLayout, clock: Clock, onLost: (why: string) => void) {
    this.#socket = socket;
    this.#layout = layout;
    this.#clock = clock;
    this.#onLost = onLost;
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("error", (error) => onLost(error.message));
    socket.on("close", () => onLost("it hung up"));
  }

  /** Average spacing of the last burst, µs; null before the first. */
  lastSpacingUs: number | null = null;

  get #highestHz(): number {
    const { chip, referenceV, highestHz } = this.#layout;
    return Math.min(highestClockHz(chip, referenceV), highestHz ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Opens the bus at the clocks that give the spacings which bursts will ask for.
   * @returns the daemon's handles, for whoever has to close them after us
   * @throws DriverUnavailable `adcSlow`, `adcSilent` or `daemonRefuses`
   */
  async prepare(control: DaemonLine): Promise<readonly number[]> {
    const overheadUs = await this.#learnOverhead(control);
    const leastUs = overheadUs + (CONVERSION_BITS / this.#highestHz) * 1e6;
    if (leastUs > WIDEST_SPACING_US) {
      throw new DriverUnavailable(
        "adcSlow",
        `Expected a conversion at least every ${WIDEST_SPACING_US} µs, this daemon needs ${leastUs.toFixed(0)} µs. ` +
          "A Pi 3 or 4 that is not busy with other things is fast enough; a converter on 5 V may be clocked faster.",
      );
    }
    const plans = [50, 90].flatMap((duty) =>
      [0, 1, 2, 3].map((turn) => burstPlanFor({ kind: "pwm", dutyPercent: DutyPercent(duty) }, turn)),
    );
    const spacings = [...new Set(plans.map((plan) => spacingFor(plan, leastUs)))].slice(0, MOST_HANDLES);
    const paces: Pace[] = [];
    for (const spacingUs of spacings) {
      const hz = Math.min(this.#highestHz, Math.round((CONVERSION_BITS / (spacingUs - overheadUs)) * 1e6));
      paces.push(await this.#openPace(control, hz, spacingUs));
    }
    this.#paces = paces;
    return paces.map(({ handle }) => handle);
  }

  /** Starts a burst; a running one is abandoned. @param output what is driven */
  start(plan: BurstPlan, output: PilotOutput): void {
    const pace = this.#paceFor(plan);
    if (pace !== null) this.#start(plan, output, pace);
  }

  /** The driven output changed: a burst that runs belongs to neither. */
  outputChanged(): void {
    if (this.#running !== null) this.#running.burst.output = null;
  }

  /** The burst that has ended, once; its buffer is good until the next call. */
  finished(): PilotBurst | null {
    const burst = this.#done;
    if (burst === null) return null;
    this.#done = null;
    this.#filling = this.#handedOut;
    this.#handedOut = burst;
    return burst;
  }

  /** Hangs up; with handles, after closing them. */
  close(): void {
    this.#running = null;
    for (const { handle } of this.#paces) if (this.#socket.writable) this.#socket.write(encodeRequest(COMMAND.SPIC, handle));
    this.#socket.removeAllListeners("close");
    hangUp(this.#socket);
  }

  /** What a conversion costs beside its bits on the bus, µs: from two clocks, because the daemon's share does not depend on the clock. */
  async #learnOverhead(control: DaemonLine): Promise<number> {
    let overheadUs = 0;
    const codes = new Set<number>();
    for (const hz of TRIAL_HZ) {
      const pace = await this.#openPace(control, hz, 0);
      const burst = await this.#trial(pace);
      await control.ask(COMMAND.SPIC, pace.handle);
      overheadUs = Math.max(overheadUs, burst.quickestUs - (CONVERSION_BITS / hz) * 1e6);
      for (const volts of burst.adcV.subarray(0, burst.count))
        codes.add(Math.round((volts / this.#layout.referenceV) * codesOf(this.#layout.chip)));
    }
    if (codes.size === 1 && (codes.has(0) || codes.has(codesOf(this.#layout.chip) - 1))) {
      const { chip, chipSelect } = this.#layout;
      throw new DriverUnavailable(
        "adcSilent",
        `Expected samples of the pilot from the ${chip} on SPI0, chip select ${chipSelect}; all of ${TRIAL_SAMPLES * 2} were ${[...codes][0]}. Check its wiring and supply.`,
      );
    }
    return overheadUs;
  }

  #trial(pace: Pace): Promise<Burst> {
    return new Promise((resolve) => {
      this.#onTrialEnd = () => {
        this.#onTrialEnd = null;
        const burst = this.#filling;
        this.#done = null;
        resolve(burst);
      };
      this.#start({ count: TRIAL_SAMPLES, spacingUs: 0 }, STEADY_HIGH, pace);
    });
  }

  async #openPace(control: DaemonLine, hz: number, spacingUs: number): Promise<Pace> {
    const { chip, chipSelect, pilotInput } = this.#layout;
    const { result: handle } = await control.demand("SPI", COMMAND.SPIO, chipSelect, hz, new Uint8Array(4));
    const request = encodeRequest(COMMAND.SPIX, handle, 0, conversionRequest(chip, pilotInput));
    const chunk = Buffer.concat([...Array.from({ length: CHUNK }, () => request), TICK]);
    return { handle, spacingUs, chunk };
  }

  #paceFor(plan: BurstPlan): Pace | null {
    const least = Math.min(...this.#paces.map(({ spacingUs }) => spacingUs));
    const wanted = spacingFor(plan, least);
    let best: Pace | null = null;
    for (const pace of this.#paces) {
      if (best === null || Math.abs(pace.spacingUs - wanted) < Math.abs(best.spacingUs - wanted)) best = pace;
    }
    return best;
  }

  #start(plan: BurstPlan, output: PilotOutput, pace: Pace): void {
    this.#done = null;
    for (const [index, expected] of this.#expected.entries()) this.#expected[index] = { burst: null, samples: expected.samples };
    const burst = this.#filling;
    if (burst.adcV.length < plan.count) burst.adcV = new Float64Array(plan.count);
    Object.assign(burst, { count: plan.count, output, taken: 0, sent: 0, chunks: 0, slowChunks: 0, quickestUs: Number.POSITIVE_INFINITY });
    this.#running = { burst, pace };
    this.#socket.write(TICK);
    this.#expected.push({ burst, samples: 0 });
    this.#top();
  }

  /** Sends chunks until enough are under way. */
  #top(): void {
    const running = this.#running;
    if (running === null) return;
    const { burst, pace } = running;
    while (burst.sent < burst.count && this.#expected.length <= AHEAD) {
      const samples = Math.min(CHUNK, burst.count - burst.sent);
      // The tail of a chunk has as many conversions as are wanted, and the tick.
      this.#socket.write(pace.chunk.subarray((CHUNK - samples) * REQUEST_BYTES));
      burst.sent += samples;
      this.#expected.push({ burst, samples });
    }
  }

  #receive(bytes: Buffer): void {
    const buffer = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    let at = 0;
    while (buffer.length - at >= HEADER_BYTES) {
      const command = buffer.readUInt32LE(at);
      const result = buffer.readInt32LE(at + 12);
      if (command === COMMAND.SPIX) {
        if (result !== CONVERSION_BYTES) {
          this.#onLost(`a conversion failed: ${errorText(result)}`);
          return;
        }
        if (buffer.length - at < REQUEST_BYTES) break;
        this.#sample(buffer, at + HEADER_BYTES);
        at += REQUEST_BYTES;
      } else {
        if (command === COMMAND.TICK) this.#chunkEnded(result >>> 0);
        at += HEADER_BYTES;
      }
    }
    this.#pending = buffer.subarray(at);
    this.#top();
  }

  #sample(buffer: Buffer, at: number): void {
    const { chip, referenceV } = this.#layout;
    const burst = this.#expected[0]?.burst ?? null;
    if (burst === null) return;
    burst.adcV[burst.taken] = (codeIn(chip, buffer, at) * referenceV) / codesOf(chip);
    burst.taken += 1;
  }

  #chunkEnded(tick: number): void {
    const ended = this.#expected.shift();
    const at = this.#ticks.learn(tick, this.#clock.now());
    const burst = ended?.burst ?? null;
    if (ended === undefined || burst === null) return;
    if (ended.samples === 0) burst.startTick = tick;
    else this.#judgePace(burst, ticksBetween(burst.endTick, tick) / ended.samples);
    burst.endTick = tick;
    if (burst.taken < burst.count) return;
    this.#running = null;
    burst.endedAt = at;
    this.lastSpacingUs = ticksBetween(burst.startTick, tick) / burst.count;
    // Too few samples in each period, all burst long, are no burst: nobody must take them for one.
    if (burst.slowChunks <= Math.max(1, burst.chunks * SLOW_SHARE)) this.#done = burst;
    this.#onTrialEnd?.();
  }

  #judgePace(burst: Burst, spacingUs: number): void {
    burst.chunks += 1;
    burst.quickestUs = Math.min(burst.quickestUs, spacingUs);
    if (spacingUs > WIDEST_SPACING_US) burst.slowChunks += 1;
  }
}
