import { ok } from "node:assert/strict";
import { DEFAULT_SOLAR_CONFIG } from "#core/solar/config";
import { createSolar, type SolarState, step } from "#core/solar/limiter";
import type { SolarEvent } from "#core/solar/types";
import { Instant } from "#core/units/units";

/** How a charger reports what the car draws, and which car it is. */
interface Case {
  /** Seconds between two reports; how late they are; whether they come before the meter's reading or after it. */
  readonly every: number;
  readonly late: number;
  /** Seconds between two readings of the meter. */
  readonly meter: number;
  readonly first: boolean;
  /** Seconds until the car answers, and its share of the way to the offer in each second after. */
  readonly dead: number;
  readonly share: number;
  readonly car: "plain" | "10 A at most" | "1 A beside" | "told in whole amps";
}

const VOLTS = DEFAULT_SOLAR_CONFIG.voltage;
const SETTLED = 1500;
const END = 4500;

const drawnAt = (offer: number, { car }: Case): number => {
  if (offer <= 0) return 0;
  return car === "10 A at most" ? Math.min(10, offer) : car === "1 A beside" ? offer - 1 : offer;
};

/** Mean of what the car draws beside the sun once it has settled, W: a slow swell between 2.5 and 3.1 kW, a meter that is noisy by 30 W. */
function beside(one: Case): number {
  let seed = 7;
  const chance = (): number => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  let state: SolarState = createSolar(DEFAULT_SOLAR_CONFIG, Instant(0));
  const offers: number[] = [];
  const drawn: number[] = [];
  let total = 0;
  for (let second = 0; second < END; second += 1) {
    const now = Instant(second * 1000);
    const tell = (event: SolarEvent): void => {
      state = step(state, event, now).state;
    };
    const sun = 2800 + 300 * Math.sin(second / 700);
    offers.push(state.limit);
    const target = drawnAt(offers[Math.max(0, second - one.dead)] ?? 0, one);
    const before = drawn.at(-1) ?? 0;
    drawn.push(target === 0 ? 0 : before + one.share * (target - before));
    const car = drawn[second] ?? 0;
    const report = (): void => {
      if (second % one.every !== 0) return;
      const amps = drawn[Math.max(0, second - one.late)] ?? 0;
      tell({ type: "reading", source: "carCurrent", value: one.car === "told in whole amps" ? Math.round(amps) : amps, measuredAt: null });
    };
    if (one.first) report();
    if (second % one.meter === 0) tell({ type: "reading", source: "grid", value: car * VOLTS - sun + 30 * chance(), measuredAt: null });
    if (!one.first) report();
    const wanted = one.car === "10 A at most" ? Math.min(sun, 10 * VOLTS) : sun;
    if (second >= SETTLED) total += Math.abs(car * VOLTS - wanted);
  }
  return total / (END - SETTLED);
}

describe("a car whose current is measured now and then", () => {
  for (const car of ["plain", "10 A at most", "1 A beside", "told in whole amps"] as const) {
    for (const [every, late] of [
      [1, 0],
      [5, 0],
      [10, 0],
      [10, 5],
      [30, 5],
      [60, 0],
    ] as const) {
      it(`is never off the sun for long: ${car}, every ${every} s, ${late} s late`, () => {
        for (const first of [true, false])
          for (const [dead, share, meter] of [
            [1, 1, 1],
            [2, 0.5, 1],
            [1, 0.3, 1],
            [1, 0.3, 30],
          ] as const) {
            const off = beside({ every, late, meter, first, dead, share, car });
            ok(off < 110, `${off.toFixed(0)} W beside the sun with ${JSON.stringify({ first, dead, share, meter })}`);
          }
      });
    }
  }
});
