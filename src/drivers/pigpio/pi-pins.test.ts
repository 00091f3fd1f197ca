import assert from "node:assert/strict";
import type { Outputs } from "#core/evse/types";
import { DutyPercent, Instant } from "#core/units/units";
import type { BoardLayout } from "#pi/layout";
import { SAFE } from "#pi/outputs";
import { PRESETS } from "#pi/presets";
import type { Gpio, Pigpio } from "./packages.ts";
import { PiPins } from "./pi-pins.ts";

const LAYOUT: BoardLayout = { ...PRESETS.buildGuide, relayHold: { percent: 70, afterMs: 100 } };
const CHARGING: Outputs = { ...SAFE, coil: true, pilot: { kind: "pwm", dutyPercent: DutyPercent(30) } };
const [RELAY = 0] = LAYOUT.relays.map(({ gpio }) => gpio);
const PILOT = LAYOUT.pilotGpio;
const STOP = LAYOUT.emergencyStop?.gpio ?? 0;
const ALT5 = 2;

/** A library that notes what it is asked for. */
class Library implements Pigpio {
  readonly asked: string[] = [];
  readonly hear = new Map<number, (level: number, tick: number) => void>();
  readonly DISABLE_FIFO_IF = 1;
  readonly DISABLE_SOCK_IF = 2;
  levels = 0;
  tick = 0;
  pilotMode = ALT5;
  /** What fails, whatever it is asked for. */
  broken: RegExp | null = null;
  readonly Gpio: Pigpio["Gpio"];
  readonly GpioBank: Pigpio["GpioBank"];

  constructor() {
    const library = this;
    this.Gpio = class implements Gpio {
      readonly #gpio: number;
      constructor(gpio: number) {
        this.#gpio = gpio;
      }
      #note(what: string): void {
        if (library.broken?.test(`${this.#gpio} ${what}`) === true) throw new Error(`pigpio error -1 in ${what}`);
        library.asked.push(`${this.#gpio} ${what}`);
      }
      mode = (mode: number) => this.#note(`mode ${mode}`);
      getMode = () => library.pilotMode;
      pullUpDown = (pull: number) => this.#note(`pull ${pull}`);
      digitalWrite = (level: number) => this.#note(`write ${level}`);
      trigger = (us: number, level: number) => this.#note(`trigger ${us} ${level}`);
      pwmFrequency = (hz: number) => this.#note(`hz ${hz}`);
      pwmWrite = (steps: number) => this.#note(`pwm ${steps}`);
      hardwarePwmWrite = (hz: number, duty: number) => this.#note(`hardware ${hz} ${duty}`);
      getPwmDutyCycle = () => 300_000;
      getPwmFrequency = () => 1_000;
      enableAlert = () => this.#note("alert");
      disableAlert = () => this.#note("no alert");
      on = (_event: "alert", hear: (level: number, tick: number) => void) => void library.hear.set(this.#gpio, hear);
    };
    this.GpioBank = class {
      read = () => library.levels;
    };
  }

  getTick = () => this.tick;
  configureInterfaces = () => {};
  initialize = () => {};
  terminate = () => {};
}

describe("pins by the library", () => {
  let library: Library;
  let pins: PiPins;
  let now: number;

  beforeEach(() => {
    library = new Library();
    pins = new PiPins(library, LAYOUT);
    now = 0;
    pins.rest();
    pins.listen(() => Instant(now));
  });

  it("rest with the relay off before anything else, a steady pilot, and inputs that are inputs", () => {
    assert.equal(library.asked[0], `${RELAY} write 0`);
    assert.ok(library.asked.includes(`${PILOT} hardware 1000 1000000`));
    assert.ok(library.asked.includes(`${STOP} mode 0`) && library.asked.includes(`${STOP} pull 2`));
  });

  it("are driven where something differs and not again, and a relay that has pulled in is held on less", () => {
    library.asked.length = 0;
    assert.equal(pins.drive(CHARGING, Instant(0)), true);
    assert.deepEqual(library.asked.splice(0), [`${RELAY} write 1`, `${PILOT} hardware 1000 300000`]);
    assert.equal(pins.drive(CHARGING, Instant(99)), false);
    assert.deepEqual(library.asked.splice(0), []);
    pins.drive(CHARGING, Instant(100));
    assert.deepEqual(library.asked.splice(0), [`${RELAY} hz 8000`, `${RELAY} pwm 179`]);
    pins.drive(SAFE, Instant(101));
    assert.equal(library.asked[0], `${RELAY} write 0`);
  });

  for (const broken of [/write/, /hardware/, new RegExp(`^${RELAY} `)]) {
    it(`are made safe as far as it goes when ${broken} fails, and that never throws`, () => {
      pins.drive(CHARGING, Instant(0));
      library.asked.length = 0;
      library.broken = broken;
      pins.makeSafe();
      const all = [`${RELAY} write 0`, `${PILOT} hardware 1000 1000000`, `${LAYOUT.gfciReset?.gpio} write 0`];
      for (const order of all) assert.equal(library.asked.includes(order), !broken.test(order), order);
    });
  }

  it("a pilot that is no PWM any more is the level it has [F-37]", () => {
    library.levels = (1 << PILOT) >>> 0;
    pins.look(Instant(0));
    assert.deepEqual(pins.senses.inputs(Instant(0)).pwm, { dutyPercent: 30, frequencyHz: 1_000 });
    library.pilotMode = 0;
    pins.look(Instant(1));
    assert.deepEqual(pins.senses.inputs(Instant(1)).pwm, { dutyPercent: 100, frequencyHz: 0 });
  });

  it("an alert is heard between two looks, unless it is older than what was seen, or no level at all", () => {
    const isPressed = () => pins.senses.inputs(Instant(now)).emergencyStop;
    library.tick = 1_000;
    pins.look(Instant(now));
    assert.equal(isPressed(), false);
    library.hear.get(STOP)?.(1, 900);
    assert.equal(isPressed(), false);
    library.hear.get(STOP)?.(2, 1_100);
    assert.equal(isPressed(), false);
    library.hear.get(STOP)?.(1, 1_200);
    assert.equal(isPressed(), true);
  });

  it("an alert is heard over the lap of the library's clock", () => {
    library.tick = 0xffff_ff00;
    pins.look(Instant(0));
    library.hear.get(STOP)?.(1, 0x10);
    assert.equal(pins.senses.inputs(Instant(0)).emergencyStop, true);
  });

  it("hear nothing any more once they are forgotten", () => {
    library.asked.length = 0;
    pins.forget();
    assert.ok(library.asked.includes(`${STOP} no alert`));
  });
});
