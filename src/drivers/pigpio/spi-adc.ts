/**
 * Bursts of conversions through the kernel's SPI. A burst goes out in slices, two of them ahead: the kernel goes from one to the next
 * without us, and one that is abandoned is gone after two slices. Conversions are as quick as the converter allows, with a delay behind
 * each; what a whole number of microseconds cannot give is spread over the slice.
 */
import { DriverUnavailable } from "#core/errors";
import { type BurstPlan, type PilotBurst, type PilotOutput, STEADY_HIGH } from "#core/pilot/types";
import { Instant } from "#core/units/units";
import { CONVERSION_BYTES, codeIn, codesOf, conversionRequest, highestClockHz } from "#pi/adc";
import { COVERING, spacingFor, WIDEST_SPACING_US } from "#pi/burst-spacing";
import type { AdcLayout } from "#pi/layout";
import type { Clock } from "#ports/clock";
import type { SpiDevice, SpiDevicePackage, Transfer } from "./packages.ts";

/** Conversions in one message to the kernel, which takes 511 at most. @see AHEAD */
const SLICE = 32;
/** Messages under way: one in the kernel, one waiting for it. 2.6 ms at the widest spacing. */
const AHEAD = 2;
/** A burst may take so much longer than `WIDEST_SPACING_US` gives it, ms: the way to the kernel's thread and back is in it too. */
const WAY_MS = 3;
/** Conversions of which the pace is learned. The quickest trial counts, for only being held up makes one slower; where all were, there are more. */
const TRIAL_SAMPLES = 1024;
const TRIALS = 2;
const MOST_TRIALS = 12;
/** What the kernel has not answered by then is not waited for, ms. A trial takes 50. */
const HANGS_AFTER = 1_000;
const SPI_BUS = 0;

interface Burst extends PilotBurst {
  adcV: Float64Array;
  count: number;
  endedAt: Instant;
  output: PilotOutput | null;
}

const newBurst = (): Burst => ({ adcV: new Float64Array(512), count: 0, endedAt: Instant(0), output: null });

/** A burst on its way. A message of an abandoned one that is still with the kernel finds that another one runs. */
interface Run {
  readonly burst: Burst;
  readonly spacingUs: number;
  readonly startedAt: Instant;
  sent: number;
  taken: number;
  /** What of the delays asked for was not given yet, µs. */
  owedUs: number;
  /** When its newest slice has ended at the earliest. */
  earliestEnd: Instant;
}

/** The transfers of a slice, and where their answers come. */
interface Slot {
  readonly transfers: readonly Transfer[];
  readonly answers: Buffer;
}

export class SpiAdc {
  readonly #device: SpiDevice;
  readonly #layout: AdcLayout;
  readonly #clock: Clock;
  readonly #onFailure: (why: string) => void;
  readonly #free: Slot[];
  /** Shortest time from one conversion to the next, µs. */
  #leastUs = 0;
  #filling = newBurst();
  #handedOut = newBurst();
  #running: Run | null = null;
  #done: Burst | null = null;
  /** Hears of the end of a trial, with what went wrong. */
  #onTrialEnd: ((failure: string | null) => void) | null = null;
  #onIdle: (() => void) | null = null;
  /** Average spacing of the newest burst, µs; null before the first. */
  lastSpacingUs: number | null = null;

  private constructor(device: SpiDevice, layout: AdcLayout, clock: Clock, onFailure: (why: string) => void) {
    this.#device = device;
    this.#layout = layout;
    this.#clock = clock;
    this.#onFailure = onFailure;
    this.#free = Array.from({ length: AHEAD }, () => newSlot(layout));
  }

  /**
   * Opens the bus and learns how quick it is.
   * @param onFailure hears why a message failed; the burst is none then
   * @throws DriverUnavailable `spiMissing`, `adcSlow` or `adcSilent`, in one line
   */
  static async open(spi: SpiDevicePackage, layout: AdcLayout, clock: Clock, onFailure: (why: string) => void): Promise<SpiAdc> {
    const adc = new SpiAdc(await openDevice(spi, layout.chipSelect), layout, clock, onFailure);
    try {
      await adc.#learnPace();
      return adc;
    } catch (error) {
      await adc.close();
      throw error;
    }
  }

  /** Starts a burst; a running one is abandoned. @param output what is driven */
  start(plan: BurstPlan, output: PilotOutput): void {
    this.#begin(plan.count, spacingFor(plan, this.#leastUs), output);
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

  /** Ends when the kernel is done with what was asked of it, or will not be. */
  async close(): Promise<void> {
    this.#running = null;
    this.#done = null;
    if (this.#free.length < AHEAD) {
      await answerTo<void>((answer) => {
        this.#onIdle = answer;
      });
    }
    await answerTo((answer) => this.#device.close(answer));
  }

  #begin(count: number, spacingUs: number, output: PilotOutput): void {
    this.#done = null;
    const burst = this.#filling;
    if (burst.adcV.length < count) burst.adcV = new Float64Array(count);
    Object.assign(burst, { count, output });
    const startedAt = this.#clock.now();
    this.#running = { burst, spacingUs, startedAt, earliestEnd: startedAt, sent: 0, taken: 0, owedUs: 0 };
    this.#top();
  }

  /** Sends slices while there are slots. */
  #top(): void {
    const run = this.#running;
    if (run === null) return;
    while (run.sent < run.burst.count) {
      const slot = this.#free.pop();
      if (slot === undefined) return;
      const samples = Math.min(SLICE, run.burst.count - run.sent);
      run.sent += samples;
      this.#send(run, slot, samples);
    }
  }

  #send(run: Run, slot: Slot, samples: number): void {
    const message = slot.transfers.slice(0, samples);
    for (const [index, transfer] of message.entries()) {
      run.owedUs += run.spacingUs - this.#leastUs;
      transfer.microSecondDelay = Math.max(0, Math.floor(run.owedUs));
      run.owedUs -= transfer.microSecondDelay;
      // The chip begins a conversion when it is selected anew, and must not stay selected behind the last.
      transfer.chipSelectChange = index < samples - 1;
    }
    const earliestEnd = Instant(Math.max(this.#clock.now(), run.earliestEnd) + (samples * run.spacingUs) / 1000);
    run.earliestEnd = earliestEnd;
    this.#device.transfer(message, (error) => {
      this.#free.push(slot);
      const isWanted = this.#running === run;
      if (isWanted && error === null) this.#take(run, slot, samples, earliestEnd);
      else if (isWanted) this.#fail(String(error?.message));
      this.#top();
      if (this.#free.length === AHEAD) this.#onIdle?.();
    });
  }

  #fail(why: string): void {
    this.#running = null;
    if (this.#onTrialEnd === null) this.#onFailure(why);
    else this.#onTrialEnd(why);
  }

  #take(run: Run, { answers }: Slot, samples: number, earliestEnd: Instant): void {
    const now = this.#clock.now();
    const { burst } = run;
    const { chip, referenceV } = this.#layout;
    for (let index = 0; index < samples; index += 1)
      burst.adcV[run.taken + index] = (codeIn(chip, answers, index * CONVERSION_BYTES) * referenceV) / codesOf(chip);
    run.taken += samples;
    if (run.taken < burst.count) return;
    this.#running = null;
    // An answer that waited for us is as old as its samples are; when that cannot be known, the older counts.
    burst.endedAt = Instant(Math.min(now, earliestEnd));
    const tookMs = now - run.startedAt;
    this.lastSpacingUs = (tookMs * 1000) / burst.count;
    // Too few samples in each period are no burst: nobody must take them for one.
    if (burst.count < COVERING || tookMs - WAY_MS <= (burst.count * WIDEST_SPACING_US) / 1000) this.#done = burst;
    this.#onTrialEnd?.(null);
  }

  async #learnPace(): Promise<void> {
    const codes = new Set<number>();
    let paceUs = Number.POSITIVE_INFINITY;
    let samples = 0;
    for (let trial = 0; trial < TRIALS || (trial < MOST_TRIALS && paceUs > WIDEST_SPACING_US); trial += 1) {
      const burst = await this.#trial();
      paceUs = Math.min(paceUs, this.lastSpacingUs ?? paceUs);
      samples += burst.count;
      for (const volts of burst.adcV.subarray(0, burst.count))
        codes.add(Math.round((volts / this.#layout.referenceV) * codesOf(this.#layout.chip)));
    }
    this.#done = null;
    const { chip, chipSelect } = this.#layout;
    const [only] = codes;
    if (codes.size === 1 && (only === 0 || only === codesOf(chip) - 1)) {
      throw new DriverUnavailable(
        "adcSilent",
        `Expected samples of the pilot from the ${chip} on SPI0, chip select ${chipSelect}; all of ${samples} were ${only}. Check its wiring and supply.`,
      );
    }
    if (paceUs > WIDEST_SPACING_US) {
      throw new DriverUnavailable(
        "adcSlow",
        `Expected a conversion at least every ${WIDEST_SPACING_US} µs, this bus needs ${paceUs.toFixed(0)} µs. ` +
          "A Pi 3 or 4 that is not busy with other things is fast enough; a converter on 5 V may be clocked faster.",
      );
    }
    this.#leastUs = paceUs;
  }

  async #trial(): Promise<Burst> {
    const failure = await answerTo<string | null>((answer) => {
      this.#onTrialEnd = answer;
      this.#begin(TRIAL_SAMPLES, 0, STEADY_HIGH);
    });
    this.#onTrialEnd = null;
    if (failure === null) return this.#filling;
    const why = failure ?? `no answer within ${HANGS_AFTER} ms`;
    throw new DriverUnavailable("spiMissing", `The SPI bus takes no messages (${why}): check "dtparam=spi=on" in config.txt.`);
  }
}

/** What the kernel answers; undefined when it does not, for nobody waits for ever. */
function answerTo<T>(ask: (answer: (value: T) => void) => void): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), HANGS_AFTER);
    ask((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

function newSlot({ chip, pilotInput, referenceV, highestHz }: AdcLayout): Slot {
  const answers = Buffer.alloc(SLICE * CONVERSION_BYTES);
  const sendBuffer = Buffer.from(conversionRequest(chip, pilotInput));
  const speedHz = Math.min(highestClockHz(chip, referenceV), highestHz ?? Number.POSITIVE_INFINITY);
  const transfers = Array.from({ length: SLICE }, (_, index): Transfer => {
    const receiveBuffer = answers.subarray(index * CONVERSION_BYTES, (index + 1) * CONVERSION_BYTES);
    return { sendBuffer, receiveBuffer, byteLength: CONVERSION_BYTES, speedHz, microSecondDelay: 0, chipSelectChange: true };
  });
  return { transfers, answers };
}

/** @throws DriverUnavailable `spiMissing` */
function openDevice(spi: SpiDevicePackage, chipSelect: number): Promise<SpiDevice> {
  return new Promise((resolve, reject) => {
    const device = spi.open(SPI_BUS, chipSelect, (error) => {
      if (error === null) return resolve(device);
      const { code } = error as NodeJS.ErrnoException;
      const advice =
        code === "ENOENT" ? 'switch SPI on ("dtparam=spi=on" in config.txt) and restart' : "let this process open it (group spi, or root)";
      reject(
        new DriverUnavailable("spiMissing", `/dev/spidev${SPI_BUS}.${chipSelect} does not open (${code ?? error.message}): ${advice}.`),
      );
    });
  });
}
