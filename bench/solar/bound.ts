/** What perfect foresight could have had, and what it could have had with this meter and this car. */
import type { Day } from "./days.ts";
import { type CarKind, FLOOR_A, type MeterKind, phasesOf, type Site, surplusOf } from "./plant.ts";

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

function rangeOf(site: Site, car: CarKind, phases: number): Range {
  const volts = site.volts * phases;
  return { least: (FLOOR_A + car.offset) * volts, most: Math.min(site.mostA + car.offset, car.most) * volts };
}

const clamp = (value: number, { least, most }: Range): number => Math.max(least, Math.min(most, value));

/** Worth of drawing `power` while the sun gives `sun`, W. */
export function worth(power: number, sun: number, tolerance: number): number {
  const used = Math.min(power, Math.max(0, sun));
  return used - tolerance * (power - used);
}

export interface Bound {
  /** Best possible score, Wh. */
  readonly bestWh: number;
  /** Number of phases that run in that plan, second by second; 0 is off. */
  readonly on: Uint8Array;
  /** Sun in the car in that plan, Wh. */
  readonly solarWh: number;
  /** The same plan with a set point as late as this meter and this car make it, Wh. */
  readonly delayedWh: number;
}

/**
 * Backward dynamic programme over off and each number of phases: within "on" the best power of each second is known, so only the switching
 * is left; every closing costs, from off or from other phases. The delayed oracle keeps that switching but sees the surplus through the
 * meter's period and lag and the car's dead time.
 */
export function boundOf(day: Day, site: Site, car: CarKind, meter: MeterKind, price: Price): Bound {
  const surplus = surplusOf(day, site.peakW);
  const phases = phasesOf(site);
  const ranges = phases.map((one) => rangeOf(site, car, one));
  const length = surplus.length;
  const closure = price.closureWh * 3600;
  // What to do in each state at each second: stay in it (0 is off, i is phases[i - 1]) or go to another.
  const states = phases.length + 1;
  const next = new Uint8Array(length * states);
  const value = new Float64Array(states);
  const stay = new Float64Array(states);
  for (let t = length - 1; t >= 0; t -= 1) {
    const sun = surplus[t] as number;
    stay[0] = value[0] as number;
    ranges.forEach((range, i) => {
      stay[i + 1] = worth(clamp(sun, range), sun, price.tolerance) + (value[i + 1] as number);
    });
    for (let from = 0; from < states; from += 1) {
      let best = from;
      let most = stay[from] as number;
      for (let to = 0; to < states; to += 1) {
        const worthOfGoing = (stay[to] as number) - (to === 0 || to === from ? 0 : closure);
        if (worthOfGoing <= most) continue;
        most = worthOfGoing;
        best = to;
      }
      next[t * states + from] = best;
      value[from] = most;
    }
  }
  const on = new Uint8Array(length);
  let solar = 0;
  let state = 0;
  let delayed = 0;
  for (let t = 0; t < length; t += 1) {
    const to = next[t * states + state] as number;
    if (to !== state && to !== 0) delayed -= closure;
    state = to;
    const range = ranges[state - 1];
    on[t] = phases[state - 1] ?? 0;
    if (range === undefined) continue;
    const seen = Math.floor(Math.max(0, t - meter.lag - car.dead) / meter.period) * meter.period;
    const sun = surplus[t] as number;
    solar += Math.min(clamp(sun, range), Math.max(0, sun));
    delayed += worth(clamp(surplus[seen] as number, range), sun, price.tolerance);
  }
  return { bestWh: (value[0] as number) / 3600, on, solarWh: solar / 3600, delayedWh: delayed / 3600 };
}
