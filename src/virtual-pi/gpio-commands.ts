/** Commands about pins. */
import { PWM_FULL } from "#pi/dead-man";
import { PWM_GPIOS } from "#pi/layout";
import { ERROR } from "#pi/protocol/commands";
import { wordsOf } from "#pi/protocol/frames";
import { tickAt } from "#pi/ticks";
import type { Agenda } from "./agenda.ts";
import type { Handlers } from "./answer.ts";
import { BANK, GPIOS, type GpioBank } from "./gpio-bank.ts";

/** A Raspberry Pi 4 B, 2 GB, and the last release of the daemon. */
export const HARDWARE_REVISION = 0xb03111;
export const DAEMON_VERSION = 79;

const HIGHEST_MODE = 7;
const HIGHEST_PULL = 2;
const PULL_UP = 2;
const LONGEST_PULSE_US = 100;
const WIDEST_RANGE = 40_000;
const NARROWEST_RANGE = 25;
const HIGHEST_PWM_HZ = 125_000_000;
/** Frequencies of software PWM at the usual sample rate of 5 µs. */
const PWM_FREQUENCIES = [8000, 4000, 2000, 1600, 1000, 800, 500, 400, 320, 250, 200, 160, 100, 80, 50, 40, 20, 10] as const;
/** Pins that can put out a clock. */
const CLOCK_GPIOS: readonly number[] = [4, 5, 6, 20, 21, 32, 34, 42, 43, 44];
const CLOCK_MODE = 4;
const LONGEST_FILTER_US = 300_000;

const nearest = (wanted: number): number =>
  PWM_FREQUENCIES.reduce((best, each) => (Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best), PWM_FREQUENCIES[0]);

/** Sets or clears each pin of a mask. */
function writeMask(gpio: GpioBank, mask: number, level: 0 | 1): number {
  for (let pin = 0; pin < BANK; pin += 1) if ((mask >>> pin) & 1) gpio.write(pin, level);
  return 0;
}

export function gpioCommands(gpio: GpioBank, agenda: Agenda, setFilter: (gpio: number, steadyUs: number) => void): Handlers {
  const { clock } = agenda;
  const onPin =
    (act: (pin: number, value: number) => number, pins = GPIOS, wrong: number = ERROR.BAD_GPIO) =>
    ({ p1, p2 }: { readonly p1: number; readonly p2: number }): number =>
      p1 < pins ? act(p1, p2) : wrong;
  const onUserPin = (act: (pin: number, value: number) => number) => onPin(act, BANK, ERROR.BAD_USER_GPIO);

  return {
    MODES: onPin((pin, mode) => {
      if (mode > HIGHEST_MODE) return ERROR.BAD_MODE;
      gpio.setMode(pin, mode);
      return 0;
    }),
    MODEG: onPin((pin) => gpio.mode(pin)),
    PUD: onPin((pin, pull) => {
      if (pull > HIGHEST_PULL) return ERROR.BAD_PUD;
      if (pull > 0) gpio.setPull(pin, pull === PULL_UP);
      return 0;
    }),
    READ: onPin((pin) => gpio.level(pin, clock.ms)),
    WRITE: onPin((pin, level) => {
      if (level > 1) return ERROR.BAD_LEVEL;
      gpio.write(pin, level === 1 ? 1 : 0);
      return 0;
    }),
    PWM: onUserPin((pin, duty) => {
      if (duty > gpio.pwmRange(pin)) return ERROR.BAD_DUTYCYCLE;
      gpio.setPwm(pin, duty);
      return 0;
    }),
    PRS: onUserPin((pin, range) => {
      if (range < NARROWEST_RANGE || range > WIDEST_RANGE) return ERROR.BAD_DUTYRANGE;
      gpio.setPwmRange(pin, range);
      return range;
    }),
    PFS: onUserPin((pin, wanted) => {
      gpio.setPwmFrequency(pin, nearest(wanted));
      return nearest(wanted);
    }),
    PRG: onUserPin((pin) => (gpio.hardwarePwm(pin) === null ? gpio.pwmRange(pin) : PWM_FULL)),
    PRRG: onUserPin((pin) => (gpio.hardwarePwm(pin) === null ? gpio.pwmRange(pin) : PWM_FULL)),
    PFG: onUserPin((pin) => gpio.hardwarePwm(pin)?.frequencyHz ?? gpio.pwmFrequency(pin)),
    GDC: onUserPin((pin) => gpio.hardwarePwm(pin)?.duty ?? gpio.pwm(pin)?.duty ?? ERROR.NOT_PWM_GPIO),
    HP: ({ p1, p2, extension }) => {
      const duty = wordsOf(extension)[0] ?? 0;
      if (!PWM_GPIOS.some((pin) => pin === p1)) return ERROR.NOT_HPWM_GPIO;
      if (p2 > HIGHEST_PWM_HZ) return ERROR.BAD_HPWM_FREQ;
      if (duty > PWM_FULL) return ERROR.BAD_HPWM_DUTY;
      gpio.setHardwarePwm(p1, { frequencyHz: p2, duty });
      return 0;
    },
    HC: onPin((pin) => {
      if (!CLOCK_GPIOS.includes(pin)) return ERROR.NOT_HCLK_GPIO;
      gpio.setMode(pin, CLOCK_MODE);
      return 0;
    }),
    TRIG: ({ p1, p2, extension }) => {
      const level = wordsOf(extension)[0] ?? 0;
      if (p1 >= BANK) return ERROR.BAD_USER_GPIO;
      if (p2 === 0 || p2 > LONGEST_PULSE_US) return ERROR.BAD_PULSELEN;
      if (level > 1) return ERROR.BAD_LEVEL;
      gpio.write(p1, level === 1 ? 1 : 0);
      const end = {
        nextAt: clock.ms + p2 / 1000,
        act: () => {
          agenda.remove(end);
          gpio.write(p1, level === 1 ? 0 : 1);
        },
      };
      agenda.add(end);
      return 0;
    },
    FG: ({ p1, p2 }) => {
      if (p1 >= BANK) return ERROR.BAD_USER_GPIO;
      if (p2 > LONGEST_FILTER_US) return ERROR.BAD_FILTER;
      setFilter(p1, p2);
      return 0;
    },
    BR1: () => gpio.levels(clock.ms) | 0,
    BR2: () => 0,
    BC1: ({ p1 }) => writeMask(gpio, p1, 0),
    BS1: ({ p1 }) => writeMask(gpio, p1, 1),
    TICK: () => tickAt(clock.ms) | 0,
    HWVER: () => HARDWARE_REVISION,
    PIGPV: () => DAEMON_VERSION,
  };
}
