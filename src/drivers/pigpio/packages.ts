/** The two npm packages of this driver, loaded when they are wanted and not before: what is used of them, and what it means when they do not load. */
import { createRequire } from "node:module";
import { DriverUnavailable } from "#core/errors";

/** One pin, by npm `pigpio`. Every call throws "pigpio error -N in …" where the library refuses. */
export interface Gpio {
  mode(mode: number): void;
  getMode(): number;
  pullUpDown(pull: number): void;
  digitalWrite(level: number): void;
  trigger(pulseUs: number, level: number): void;
  pwmFrequency(hz: number): void;
  pwmWrite(steps: number): void;
  hardwarePwmWrite(hz: number, duty: number): void;
  getPwmDutyCycle(): number;
  getPwmFrequency(): number;
  enableAlert(): void;
  disableAlert(): void;
  on(event: "alert", hear: (level: number, tick: number) => void): void;
}

export interface Pigpio {
  readonly Gpio: new (gpio: number) => Gpio;
  /** All pins of the header at once. */
  readonly GpioBank: new () => { read(): number };
  readonly DISABLE_FIFO_IF: number;
  readonly DISABLE_SOCK_IF: number;
  configureInterfaces(flags: number): void;
  initialize(): void;
  terminate(): void;
  getTick(): number;
}

/** One conversion, in a message of many. */
export interface Transfer {
  readonly sendBuffer: Buffer;
  readonly receiveBuffer: Buffer;
  readonly byteLength: number;
  readonly speedHz: number;
  microSecondDelay: number;
  chipSelectChange: boolean;
}

/** An SPI device, by npm `spi-device`. What it does it does in the thread pool. */
export interface SpiDevice {
  transfer(message: readonly Transfer[], done: (error: Error | null) => void): void;
  close(done: (error: Error | null) => void): void;
}

export interface SpiDevicePackage {
  open(bus: number, chipSelect: number, done: (error: Error | null) => void): SpiDevice;
}

const require = createRequire(import.meta.url);

const LIBRARY = "the pigpio C library (Raspberry Pi OS Bookworm: sudo apt install pigpio; where there is no such package, its source, V79)";

/** What went wrong, by what it says of itself, and what to do about it. */
const CAUSES: readonly (readonly [RegExp, (name: string) => string])[] = [
  [
    /different Node\.js version|NODE_MODULE_VERSION/,
    (name) => `the npm package "${name}" was built for another Node (this is ${process.version}): run "npm rebuild ${name}"`,
  ],
  [/libpigpio\.so/, () => `the pigpio C library is gone or was moved: install ${LIBRARY}, then run "npm rebuild pigpio"`],
  [
    /Could not locate the bindings file/,
    (name) =>
      `the npm package "${name}" was installed without being built: allow its install script ("npm approve-scripts ${name}") and run "npm rebuild ${name}"; that needs g++, make and python3`,
  ],
  [
    // The package's own box speaks of it too, whatever the cause.
    /^(?:Error: )?Module did not self-register|gpioInitialise is not a function/m,
    (name) =>
      name === "pigpio"
        ? `the npm package "pigpio" was built without the C library: install ${LIBRARY}, then run "npm rebuild pigpio"`
        : `the npm package "${name}" was built on another system: run "npm rebuild ${name}"`,
  ],
  [/ELF|Exec format/, (name) => `the npm package "${name}" was built for another processor: run "npm rebuild ${name}"`],
];

/** The line that names the error; what is around it is a box, and where it came from. */
const errorLine = (said: string): string => /^\w*Error: (.*)$/m.exec(said)?.[1] ?? said.split("\n", 1)[0] ?? "";

/** @param said everything that was said about a package that does not load, be it thrown or printed */
export function loadFailure(name: string, said: string): DriverUnavailable {
  const cause = CAUSES.find(([sign]) => sign.test(said))?.[1](name);
  return new DriverUnavailable(
    "packageBroken",
    cause === undefined ? `The npm package "${name}" does not load: ${errorLine(said)}.` : `Cannot load the driver: ${cause}.`,
  );
}

/** What an addon prints while it is loaded goes into the reason, not into the log. */
function hushed<Loaded>(load: () => Loaded): { readonly loaded: Loaded; readonly said: string } {
  const lines: string[] = [];
  const { warn } = console;
  console.warn = (...words: readonly unknown[]) => lines.push(words.join(" "));
  try {
    return { loaded: load(), said: lines.join("\n") };
  } finally {
    console.warn = warn;
  }
}

function loadPackage(name: string, why: string): unknown {
  try {
    require.resolve(name);
  } catch (cause) {
    throw new DriverUnavailable(
      "packageMissing",
      `Expected the npm package "${name}", ${why}; it is not installed: run "npm install ${name}" beside this package (for Node-RED in its user folder), and allow its install script ("npm approve-scripts ${name}").`,
      { cause },
    );
  }
  try {
    const { loaded, said } = hushed<unknown>(() => require(name));
    // The package swallows what went wrong with its addon and prints it.
    if (said !== "") throw loadFailure(name, said);
    return loaded;
  } catch (error) {
    throw error instanceof DriverUnavailable ? error : loadFailure(name, (error as Error).message);
  }
}

/** npm `pigpio`, not initialised. @throws DriverUnavailable `packageMissing` or `packageBroken`, in one line */
export const loadPigpio = (): Pigpio => loadPackage("pigpio", "which drives the pins") as Pigpio;

/** npm `spi-device`. @throws DriverUnavailable `packageMissing` or `packageBroken`, in one line */
export const loadSpiDevice = (): SpiDevicePackage => loadPackage("spi-device", "which reads the pilot's converter") as SpiDevicePackage;
