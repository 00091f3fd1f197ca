/** The pins of one charger in this process: what is driven, what is read, and what is heard between two reads. */
import type { Outputs } from "#core/evse/types";
import { samePilot } from "#core/pilot/types";
import type { Instant } from "#core/units/units";
import { PILOT_HZ, PWM_FULL } from "#pi/dead-man";
import { type BoardLayout, inputPins, PULL_NUMBER } from "#pi/layout";
import { dutyOf, holdOrders, type PinOrder, PULSE_US, plainOrders, relayOrders, SAFE } from "#pi/outputs";
import { Senses } from "#pi/senses";
import { ticksBetween } from "#pi/ticks";
import type { Gpio, Pigpio } from "./packages.ts";

const INPUT = 0;
/** The alternate function that is hardware PWM, by pin. */
const PWM_MODE: Readonly<Record<BoardLayout["pilotGpio"], number>> = { 12: 4, 13: 4, 18: 2, 19: 2 };
/** Half a lap of the library's clock: a tick further ahead than this is an old one. */
const HALF_LAP = 2 ** 31;

export class PiPins {
  readonly senses: Senses;
  readonly #library: Pigpio;
  readonly #layout: BoardLayout;
  readonly #pilot: Gpio;
  readonly #liveness: Gpio | null;
  readonly #bank: { read(): number };
  readonly #pins = new Map<number, Gpio>();
  readonly #listening: Gpio[] = [];
  #driven: Outputs = SAFE;
  #relaysOnAt: Instant | null = null;
  #isHeld = false;
  #levels = 0;
  #levelsTick: number | null = null;

  /** Takes the pins as they are. @param library begun */
  constructor(library: Pigpio, layout: BoardLayout) {
    this.#library = library;
    this.#layout = layout;
    this.senses = new Senses(layout);
    this.#bank = new library.GpioBank();
    this.#pilot = this.#pin(layout.pilotGpio);
    this.#liveness = layout.liveness === null ? null : this.#pin(layout.liveness.gpio);
  }

  /** All outputs safe, relays first; all inputs inputs. @throws Error where the library refuses */
  rest(): void {
    this.#makeSafe((step) => step());
    this.#liveness?.digitalWrite(0);
    for (const { gpio, pull } of inputPins(this.#layout)) {
      this.#pin(gpio).mode(INPUT);
      this.#pin(gpio).pullUpDown(PULL_NUMBER[pull]);
    }
  }

  /** Edges of the inputs are told as they happen. @param now the clock */
  listen(now: () => Instant): void {
    for (const { gpio } of inputPins(this.#layout)) {
      const pin = this.#pin(gpio);
      pin.on("alert", (level, tick) => {
        if (level === 0 || level === 1) this.#see(((this.#levels & ~(1 << gpio)) | (level << gpio)) >>> 0, tick, now());
      });
      pin.enableAlert();
      this.#listening.push(pin);
    }
  }

  /** @returns whether the pilot changed */
  drive(outputs: Outputs, now: Instant): boolean {
    const before = this.#driven;
    this.#driven = outputs;
    if (outputs.coil !== (this.#relaysOnAt !== null)) {
      this.#relaysOnAt = outputs.coil ? now : null;
      this.#isHeld = false;
      this.#carryOut(relayOrders(this.#layout, outputs.coil));
    }
    this.#hold(now);
    this.#carryOut(plainOrders(this.#layout, before, outputs));
    if (samePilot(before.pilot, outputs.pilot)) return before.pilotOpen !== outputs.pilotOpen;
    this.#pilot.hardwarePwmWrite(PILOT_HZ, dutyOf(outputs.pilot));
    return true;
  }

  /** What the pilot was last driven to. */
  get pilot(): Outputs["pilot"] {
    return this.#driven.pilot;
  }

  pulse(): void {
    this.#liveness?.trigger(PULSE_US, 1);
  }

  /** Looks at all inputs, and at what the pilot's pin really does. */
  look(now: Instant): void {
    const tick = this.#library.getTick();
    this.#see(this.#bank.read() >>> 0, tick, now);
    this.senses.answeredTo(now);
    const { pilotGpio } = this.#layout;
    // A pin that is no PWM any more is a level: somebody else has taken it.
    const isPwm = this.#pilot.getMode() === PWM_MODE[pilotGpio];
    const level = ((this.#levels >>> pilotGpio) & 1) * PWM_FULL;
    this.senses.readBack(
      isPwm ? { duty: this.#pilot.getPwmDutyCycle(), frequencyHz: this.#pilot.getPwmFrequency() } : { duty: level, frequencyHz: 0 },
    );
  }

  /** Level of one pin now. */
  levelOf(gpio: number): number {
    return (this.#bank.read() >>> gpio) & 1;
  }

  /** Never throws: what fails must not keep the rest from being done. */
  makeSafe(): void {
    this.#makeSafe((step) => {
      try {
        step();
      } catch {
        // Nothing is left to be done about it; the one-shot drops.
      }
    });
  }

  /** Hears nothing any more. */
  forget(): void {
    for (const pin of this.#listening.splice(0)) pin.disableAlert();
  }

  #makeSafe(carryOut: (step: () => void) => void): void {
    this.#driven = SAFE;
    this.#relaysOnAt = null;
    for (const order of relayOrders(this.#layout, false)) carryOut(() => this.#carryOut([order]));
    carryOut(() => this.#pilot.hardwarePwmWrite(PILOT_HZ, dutyOf(SAFE.pilot)));
    for (const order of plainOrders(this.#layout, null, SAFE)) carryOut(() => this.#carryOut([order]));
  }

  /** Less for relays that have pulled in. */
  #hold(now: Instant): void {
    const { relayHold } = this.#layout;
    if (relayHold === null || this.#isHeld || this.#relaysOnAt === null || now - this.#relaysOnAt < relayHold.afterMs) return;
    this.#isHeld = true;
    this.#carryOut(holdOrders(this.#layout));
  }

  #carryOut(orders: readonly PinOrder[]): void {
    for (const order of orders) {
      const pin = this.#pin(order.gpio);
      if ("level" in order) {
        pin.digitalWrite(order.level);
        continue;
      }
      pin.pwmFrequency(order.hz);
      pin.pwmWrite(order.steps);
    }
  }

  /** Levels as they were at a tick; older ones than those known are no news. */
  #see(levels: number, tick: number, at: Instant): void {
    if (this.#levelsTick !== null && ticksBetween(this.#levelsTick, tick) > HALF_LAP) return;
    this.#levelsTick = tick;
    this.#levels = levels;
    this.senses.see(levels, at);
  }

  #pin(gpio: number): Gpio {
    const known = this.#pins.get(gpio);
    if (known !== undefined) return known;
    const pin = new this.#library.Gpio(gpio);
    this.#pins.set(gpio, pin);
    return pin;
  }
}
