import { equal, ok, throws } from "node:assert/strict";
import { COMPETITORS, type Competitor, onSite } from "./competitors.ts";
import type { Day } from "./days.ts";
import { CARS, type CarKind, type Controller, HOME, METERS, type MeterKind, type Site, simulate } from "./plant.ts";
import { type Cell, delayed, run, runSighted, tune } from "./score.ts";

const PRICE = { tolerance: 1, closureWh: 100 };
const instant: CarKind = { dead: 0, ramp: 100, start: 0, offset: 0, most: 80 };
const ideal = METERS.ideal as MeterKind;
const cellOf = (site: Site = HOME, car: CarKind = instant, meter: MeterKind = ideal): Cell => ({ name: "made", car, meter, site });
const steady = (watts: number, seconds = 7200): Day => ({
  name: "steady",
  sun: new Float64Array(seconds).fill(watts / HOME.peakW),
  load: new Float64Array(seconds),
});
const always = (amps: number): Controller => ({ reading: () => {}, tick: () => amps });

describe("solar bench, the plant", () => {
  it("counts what of the car's power is sun and what is bought", () => {
    const tally = simulate(steady(1840), HOME, instant, ideal, always(10), 1);
    ok(Math.abs(tally.solarWh - 3680) < 2 && Math.abs(tally.importWh - 920) < 2, JSON.stringify(tally));
    equal(tally.closures, 1);
  });

  it("lets a car begin after its start delay and climb by its ramp", () => {
    const late: CarKind = { dead: 2, ramp: 1, start: 60, offset: 0, most: 80 };
    const tally = simulate(steady(2300), HOME, late, ideal, always(10), 1);
    const lost = 4600 - tally.solarWh - 0;
    // 61 s at nothing, then 10 s up the ramp.
    ok(Math.abs(lost - (2300 * 66) / 3600) < 4, `${lost} Wh`);
  });

  it("shows a meter near nothing while the battery has room, and tells the surplus to who does not know of it", () => {
    const site: Site = { ...HOME, battery: { capacityWh: 8000, largestW: 4000, charged: 0.1, lag: 3, skew: 2 } };
    const seen: number[] = [];
    const blind: Controller = { reading: ({ grid }) => seen.push(grid), tick: () => 0 };
    simulate(steady(2000, 600), site, instant, ideal, blind, 1);
    ok(Math.abs((seen[500] ?? 0) + 2000) < 60, `${seen[500]} W`);
    const raw: number[] = [];
    simulate(steady(2000, 600), site, instant, ideal, { ...blind, knowsBattery: true, reading: ({ grid }) => raw.push(grid) }, 1);
    ok(Math.abs(raw[500] ?? 999) < 60, `${raw[500]} W`);
  });

  it("opens and closes for another number of phases", () => {
    const site: Site = { ...HOME, phases: "switchable" };
    let phases: 1 | 3 = 1;
    const controller: Controller = {
      reading: () => {},
      phases: () => phases,
      tick(second) {
        phases = second > 3600 ? 3 : 1;
        return 6;
      },
    };
    const tally = simulate(steady(6000), site, instant, ideal, controller, 1);
    equal(tally.closures, 2);
    ok(Math.abs(tally.solarWh - (1380 + 4140)) < 5, `${tally.solarWh}`);
  });
});

describe("solar bench, the score", () => {
  it("is sun less λ times import less closures, in percent of the bound", () => {
    const row = run("ten amps", [steady(1840)], cellOf(), PRICE, () => always(10));
    // 3680 Wh of sun, 920 bought, one closure; the best takes 3680 and closes once.
    ok(Math.abs(row.score - (100 * (3680 - 920 - 100)) / 3580) < 0.2, `${row.score}`);
  });

  it("refuses to believe in a controller that beats perfect foresight", () => {
    // Five amps are less than the bound believes a car can take.
    throws(() => run("cheat", [steady(1100)], cellOf(), PRICE, () => always(5)), { code: "BENCH_BOUND" });
  });

  it("puts perfect eyes at the top where nothing is late, and never above the oracle", () => {
    ok(runSighted([steady(2500)], cellOf(), PRICE).score > 99.9);
    const days = [0, 1].map((i) => ({
      ...steady(0),
      sun: Float64Array.from({ length: 7200 }, (_, t) => 0.4 + 0.2 * Math.sin(t / (30 + i))),
    }));
    const cell = cellOf(HOME, CARS.slow, METERS.p1);
    ok(runSighted(days, cell, PRICE).score < delayed(days, cell, PRICE));
  });

  it("finds a competitor's best setting on a small grid", () => {
    const rival: Competitor = {
      name: "fixed",
      defaults: { amps: 6 },
      grid: { amps: [6, 8, 10, 12] },
      create: ({ amps = 6 }) => always(amps),
    };
    equal(tune(rival, [steady(2300)], cellOf(), PRICE).amps, 10);
  });
});

describe("solar bench, competitors", () => {
  for (const known of COMPETITORS) {
    it(`${known.name} charges on a steady sun, as shipped, and offers nothing between 0 and the floor nor above the site's most`, () => {
      for (const phases of [1, 3, "switchable"] as const) {
        const site: Site = { ...HOME, peakW: HOME.peakW, phases, mostA: 16 };
        const made = onSite(known, site);
        const controller = made.create(made.defaults, site);
        let amps = 0;
        let charged = 0;
        for (let t = 0; t < 3600; t += 1) {
          const volts = site.volts * (controller.phases?.() ?? (phases === 1 ? 1 : 3));
          if (t % 5 === 0) controller.reading({ measured: t, grid: amps * volts - 5000, car: amps, battery: 0 }, t);
          amps = controller.tick(t);
          ok(amps === 0 || (amps >= 6 && amps <= 16), `${amps} A`);
          charged += amps * volts;
        }
        ok(charged / 3600 > 2500, `${Math.round(charged / 3600)} W on average, phases ${phases}`);
      }
    });
  }

  it("evcc scales its phases down when three cannot be fed and up when one is not enough", () => {
    const evcc = COMPETITORS.find(({ name }) => name === "evcc10") as Competitor;
    const site: Site = { ...HOME, phases: "switchable" };
    const made = onSite(evcc, site);
    const controller = made.create(made.defaults, site);
    let amps = 0;
    const live = (from: number, to: number, sun: number): number | undefined => {
      for (let t = from; t < to; t += 1) {
        const volts = 230 * (controller.phases?.() ?? 3);
        if (t % 5 === 0) controller.reading({ measured: t, grid: amps * volts - sun, car: amps, battery: 0 }, t);
        amps = controller.tick(t);
      }
      return controller.phases?.();
    };
    equal(live(0, 900, 6000), 3);
    equal(live(900, 1800, 2500), 1);
    equal(live(1800, 2700, 7000), 3);
  });
});
