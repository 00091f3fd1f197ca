import { deepEqual, equal, ok } from "node:assert/strict";
import { boundOf } from "./bound.ts";
import type { Day } from "./days.ts";
import { CARS, type CarKind, HOME, METERS, type MeterKind, type Site } from "./plant.ts";
import { randomOf } from "./random.ts";

const PRICE = { tolerance: 1, closureWh: 100 };
const CAR: CarKind = { dead: 0, ramp: 100, start: 0, offset: 0, most: 80 };
const METER = METERS.ideal as MeterKind;

/** A day of one-second surplus in W, as share of a 6 kWp plant over an empty house. */
const dayOf = (watts: readonly number[]): Day => ({
  name: "made",
  sun: Float64Array.from(watts, (value) => value / HOME.peakW),
  load: new Float64Array(watts.length),
});
const hours = (...parts: readonly (readonly [watts: number, seconds: number])[]): number[] =>
  parts.flatMap(([watts, seconds]) => Array.from({ length: seconds }, () => watts));

/** Every plan there is, tried one by one. */
function bestByTrying(watts: readonly number[], tolerance: number, closureWs: number): number {
  const worthOn = watts.map((sun) => {
    const power = Math.max(1380, Math.min(3680, sun));
    const used = Math.min(power, Math.max(0, sun));
    return used - tolerance * (power - used);
  });
  let best = 0;
  for (let plan = 0; plan < 2 ** watts.length; plan += 1) {
    let sum = 0;
    for (let t = 0; t < watts.length; t += 1) {
      if (((plan >> t) & 1) === 0) continue;
      if (t === 0 || ((plan >> (t - 1)) & 1) === 0) sum -= closureWs;
      sum += worthOn[t] ?? 0;
    }
    best = Math.max(best, sum);
  }
  return best;
}

describe("solar bench, the bound", () => {
  it("is an hour of sun less one closure where the sun is steady", () => {
    const bound = boundOf(dayOf(hours([2000, 3600])), HOME, CAR, METER, PRICE);
    ok(Math.abs(bound.bestWh - 1900) < 1e-6, `${bound.bestWh}`);
    equal(bound.solarWh, 2000);
    ok(Math.abs(bound.delayedWh - 1900) < 1e-6);
  });

  it("takes no more than the car can and nothing where nothing pays", () => {
    ok(Math.abs(boundOf(dayOf(hours([5000, 3600])), HOME, CAR, METER, PRICE).bestWh - 3580) < 1e-6);
    deepEqual(boundOf(dayOf(hours([600, 3600])), HOME, CAR, METER, PRICE).bestWh, 0);
  });

  it("rides through a dip that costs less than a closure, and not through one that costs more", () => {
    const on = (dip: number): number =>
      boundOf(dayOf(hours([2500, 3600], [0, dip], [2500, 3600])), HOME, CAR, METER, PRICE).on[3600 + 5] ?? 9;
    equal(on(240), 1, "92 Wh");
    equal(on(300), 0, "115 Wh");
  });

  it("is the best of all plans when each is tried", () => {
    const random = randomOf(7);
    for (let i = 0; i < 8; i += 1) {
      const watts = Array.from({ length: 12 }, () => Math.round(random.between(-500, 4500)));
      for (const [tolerance, closureWh] of [
        [1, 0.3],
        [3, 0.1],
      ] as const) {
        const { bestWh } = boundOf(dayOf(watts), HOME, CAR, METER, { tolerance, closureWh });
        ok(Math.abs(bestWh * 3600 - bestByTrying(watts, tolerance, closureWh * 3600)) < 1e-6);
      }
    }
  });

  it("switches phases where that is worth a closure", () => {
    const site: Site = { ...HOME, peakW: HOME.peakW, phases: "switchable" };
    const { on } = boundOf(dayOf(hours([2000, 3600], [6000, 3600], [2000, 60], [6000, 600])), site, CAR, METER, PRICE);
    deepEqual([on[10], on[3700], on[7205], on[7300]], [1, 3, 3, 3]);
  });

  it("loses by a late meter what the sun moves meanwhile", () => {
    const waves = Array.from({ length: 7200 }, (_, t) => 2500 + 900 * Math.sin(t / 20));
    const late = (name: string): number => boundOf(dayOf(waves), HOME, CARS.typical as CarKind, METERS[name] as MeterKind, PRICE).delayedWh;
    ok(late("ideal") > late("typical") && late("typical") > late("p1") && late("p1") > late("slow30"));
  });
});
