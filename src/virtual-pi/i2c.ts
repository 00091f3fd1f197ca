/** The I2C bus and what answers on it. */
import { ERROR } from "#pi/protocol/commands";
import { wordsOf } from "#pi/protocol/frames";
import type { Answer, Handlers } from "./answer.ts";

/** A chip with registers. A device that does not answer is no device on the bus. */
export interface I2cDevice {
  /** False while it does not acknowledge its address; left out, it always does. */
  readonly answers?: boolean;
  /** Bytes written in one transfer: the register, then what goes into it and those after it. */
  write(bytes: Uint8Array): void;
  /** Reads from the register that was last chosen. */
  read(count: number): Uint8Array;
}

const BUSES = 2;
const HIGHEST_ADDRESS = 0x7f;
const HANDLES = 512;
/** Longest block of one SMBus transfer, bytes. */
const LONGEST_BLOCK = 32;
/** Time for a byte with its acknowledge at 100 kHz, ms. */
export const BYTE_MS = 0.09;

export class I2c {
  readonly #devices: ReadonlyMap<string, I2cDevice>;
  readonly #handles = new Map<number, string>();

  /** @param devices by "bus:address" */
  constructor(devices: ReadonlyMap<string, I2cDevice>) {
    this.#devices = devices;
  }

  static key(bus: number, address: number): string {
    return `${bus}:${address}`;
  }

  get commands(): Handlers {
    const reading = (handle: number, act: (device: I2cDevice) => Answer) => this.#with(handle, ERROR.I2C_READ_FAILED, act);
    const writing = (handle: number, ...bytes: readonly number[]): Answer =>
      this.#with(handle, ERROR.I2C_WRITE_FAILED, (device) => {
        device.write(Uint8Array.from(bytes));
        return 0;
      });
    const low = (word: number | undefined): number => (word ?? 0) & 0xff;
    const high = (word: number | undefined): number => ((word ?? 0) >> 8) & 0xff;
    const readRegister = (handle: number, register: number, count: number): Answer =>
      reading(handle, (device) => {
        device.write(Uint8Array.of(register));
        return device.read(count);
      });
    const wordIn = (answer: Answer): number => (typeof answer === "number" ? answer : (answer[0] ?? 0) | ((answer[1] ?? 0) << 8));

    return {
      I2CO: ({ p1, p2 }) => {
        if (p1 >= BUSES) return ERROR.BAD_I2C_BUS;
        if (p2 > HIGHEST_ADDRESS) return ERROR.BAD_I2C_ADDR;
        for (let handle = 0; handle < HANDLES; handle += 1) {
          if (this.#handles.has(handle)) continue;
          this.#handles.set(handle, I2c.key(p1, p2));
          return handle;
        }
        return ERROR.NO_HANDLE;
      },
      I2CC: ({ p1 }) => (this.#handles.delete(p1) ? 0 : ERROR.BAD_HANDLE),
      I2CWQ: ({ p1 }) => this.#with(p1, ERROR.I2C_WRITE_FAILED, () => 0),
      I2CRS: ({ p1 }) => reading(p1, (device) => device.read(1)[0] ?? 0),
      I2CWS: ({ p1, p2 }) => writing(p1, p2 & 0xff),
      I2CRB: ({ p1, p2 }) => {
        const answer = readRegister(p1, p2, 1);
        return typeof answer === "number" ? answer : (answer[0] ?? 0);
      },
      I2CWB: ({ p1, p2, extension }) => writing(p1, p2, low(wordsOf(extension)[0])),
      I2CRW: ({ p1, p2 }) => wordIn(readRegister(p1, p2, 2)),
      I2CWW: ({ p1, p2, extension }) => writing(p1, p2, low(wordsOf(extension)[0]), high(wordsOf(extension)[0])),
      I2CRI: ({ p1, p2, extension }) => {
        const count = wordsOf(extension)[0] ?? 0;
        return count === 0 || count > LONGEST_BLOCK ? ERROR.BAD_PARAM : readRegister(p1, p2, count);
      },
      I2CWI: ({ p1, p2, extension }) =>
        extension.length === 0 || extension.length > LONGEST_BLOCK ? ERROR.BAD_PARAM : writing(p1, p2, ...extension),
      I2CRD: ({ p1, p2 }) => (p2 === 0 ? ERROR.BAD_PARAM : reading(p1, (device) => device.read(p2))),
      I2CWD: ({ p1, extension }) => (extension.length === 0 ? ERROR.BAD_PARAM : writing(p1, ...extension)),
    };
  }

  #with(handle: number, absent: number, act: (device: I2cDevice) => Answer): Answer {
    const key = this.#handles.get(handle);
    if (key === undefined) return ERROR.BAD_HANDLE;
    const device = this.#devices.get(key);
    return device === undefined || device.answers === false ? absent : act(device);
  }
}
