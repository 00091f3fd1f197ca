/** What perfect foresight could have had, and what it could have had with this meter and this car. */
import type { Day } from "./days.ts";
import { type CarKind, FLOOR_A, type MeterKind, type Site, surplusOf } from "./plant.ts";

/** Weights of the score. */
export interface Price {
  /** Sun given up per kWh imported. */
  readonly tolerance: number;
  /** Wh a closure. */
  readonly closureWh: number;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

function rangeOf(site: Site, car: CarKind): Range {
  const volts = site.volts * site.phases;
  return { least: (FLOOR_A + car.offset) * volts, most: Math.min(site.mostA + car.offset, car.most) * volts };
}

const clamp = (value: number, { least, most }: Range): number => Math.max(least, Math.min(most, value));

/** Worth of drawing `power` while the sun gives `sun`, W. */
function worth(power: number, sun: number, tolerance: number): number {
  const used = Math.min(power, Math.max(0, sun));
  return used - tolerance * (power - used);
}

export interface Bound {
  /** Best possible score, Wh. */
  readonly bestWh: number;
  /** On (1) or off in that plan, second by second. */
  readonly on: Uint8Array;
  /** Sun in the car in that plan, Wh. */
  readonly solarWh: number;
  /** The same plan with a set point as late as this meter and this car make it, Wh. */
  readonly delayedWh: number;
}

/**
 * Backward dynamic programme over {off, on}: within "on" the best power of each second is known, so only the switching is left.
 * The delayed oracle keeps that switching but sees the surplus through the meter's period and lag and the car's dead time.
 */
export function boundOf(day: Day, site: Site, car: CarKind, meter: MeterKind, price: Price): Bound {
  const surplus = surplusOf(day, site.peakW);
  const range = rangeOf(site, car);
  const length = surplus.length;
  const closure = price.closureWh * 3600;
  const startHere = new Uint8Array(length);
  const stopHere = new Uint8Array(length);
  let whenOn = 0;
  let whenOff = 0;
  for (let t = length - 1; t >= 0; t -= 1) {
    const sun = surplus[t] as number;
    const stay = worth(clamp(sun, range), sun, price.tolerance) + whenOn;
    const stop = whenOff;
    stopHere[t] = stop > stay ? 1 : 0;
    const on = Math.max(stay, stop);
    const start = stay - closure;
    startHere[t] = start > whenOff ? 1 : 0;
    whenOff = Math.max(whenOff, start);
    whenOn = on;
  }
  const on = new Uint8Array(length);
  let solar = 0;
  let running = false;
  let delayed = 0;
  for (let t = 0; t < length; t += 1) {
    if (running ? stopHere[t] === 1 : startHere[t] === 1) {
      running = !running;
      if (running) delayed -= closure;
    }
    on[t] = running ? 1 : 0;
    if (!running) continue;
    const seen = Math.floor(Math.max(0, t - meter.lag - car.dead) / meter.period) * meter.period;
    const sun = surplus[t] as number;
    solar += Math.min(clamp(sun, range), Math.max(0, sun));
    delayed += worth(clamp(surplus[seen] as number, range), sun, price.tolerance);
  }
  return { bestWh: whenOff / 3600, on, solarWh: solar / 3600, delayedWh: delayed / 3600 };
}
