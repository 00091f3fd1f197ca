/** SPI0 with the pilot's converter on it, which converts at the instant it is asked. */
import { bitsOf, CONVERSION_BYTES, codesOf, conversionAnswer, highestClockHz, requestedInput } from "#pi/adc";
import type { AdcLayout } from "#pi/layout";
import { ERROR } from "#pi/protocol/commands";
import { wordsOf } from "#pi/protocol/frames";
import type { Handlers } from "./answer.ts";

const CHANNELS = 3;
const SLOWEST_HZ = 32_000;
const FASTEST_HZ = 125_000_000;
const HANDLES = 32;
const AUXILIARY = 1 << 8;
const LONGEST = 65_536;

interface SpiHandle {
  readonly channel: number;
  readonly clockHz: number;
}

export class Spi {
  readonly #layout: AdcLayout;
  readonly #convert: () => number;
  readonly #handles = new Map<number, SpiHandle>();

  /** @param convert volts at the converter's pilot input now */
  constructor(layout: AdcLayout, convert: () => number) {
    this.#layout = layout;
    this.#convert = convert;
  }

  get commands(): Handlers {
    return {
      SPIO: ({ p1, p2, extension }) => {
        const [flags = 0] = wordsOf(extension);
        if ((flags & AUXILIARY) !== 0 || p1 >= CHANNELS) return ERROR.BAD_SPI_CHANNEL;
        if (p2 < SLOWEST_HZ || p2 > FASTEST_HZ) return ERROR.BAD_SPI_SPEED;
        for (let handle = 0; handle < HANDLES; handle += 1) {
          if (this.#handles.has(handle)) continue;
          this.#handles.set(handle, { channel: p1, clockHz: p2 });
          return handle;
        }
        return ERROR.NO_HANDLE;
      },
      SPIC: ({ p1 }) => (this.#handles.delete(p1) ? 0 : ERROR.BAD_HANDLE),
      SPIR: ({ p1, p2 }) => this.#transfer(p1, new Uint8Array(Math.min(p2, LONGEST))),
      SPIW: ({ p1, extension }) => {
        const answer = this.#transfer(p1, extension);
        return typeof answer === "number" ? answer : answer.length;
      },
      SPIX: ({ p1, extension }) => this.#transfer(p1, extension),
    };
  }

  /** How long a transfer keeps the bus, ms. */
  durationMs(id: number, bytes: number): number {
    return (bytes * 8 * 1000) / (this.#handles.get(id)?.clockHz ?? FASTEST_HZ);
  }

  #transfer(id: number, sent: Uint8Array): Uint8Array | number {
    const handle = this.#handles.get(id);
    if (handle === undefined) return ERROR.BAD_HANDLE;
    if (sent.length === 0) return ERROR.BAD_SPI_COUNT;
    const received = new Uint8Array(sent.length);
    const { chip, chipSelect, pilotInput } = this.#layout;
    if (handle.channel !== chipSelect) return received;
    const input = requestedInput(chip, sent);
    if (input === null) return received;
    received.set(conversionAnswer(this.#code(handle.clockHz, input === pilotInput)).subarray(0, CONVERSION_BYTES));
    return received;
  }

  /** A converter that is clocked faster than it can answers nonsense: all ones. An input that nothing is connected to is at 0 V. */
  #code(clockHz: number, isPilot: boolean): number {
    const { chip, referenceV, highestHz } = this.#layout;
    const codes = codesOf(chip);
    if (clockHz > Math.min(highestClockHz(chip, referenceV), highestHz ?? FASTEST_HZ)) return codes - 1;
    if (!isPilot) return 0;
    return Math.min(codes - 1, Math.max(0, Math.round((this.#convert() / referenceV) * 2 ** bitsOf(chip))));
  }
}
