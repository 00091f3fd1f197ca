import { deepEqual, equal, ok } from "node:assert/strict";
import { DEFAULT_SOLAR_CONFIG } from "#core/solar/config";
import { createSolar, step } from "#core/solar/limiter";
import { balanceOf, newProbe, probeAfter, probed, worthATry } from "#core/solar/probe";
import type { SolarEvent } from "#core/solar/types";
import { Amps, Instant, Minutes, Seconds } from "#core/units/units";

const s = (seconds: number): Instant => Instant(seconds * 1000);
const SETTLING = Seconds(20);

describe("probe for hidden sun", () => {
  it("calls a meter near nothing even", () => {
    deepEqual(
      [balanceOf(40), balanceOf(-40), balanceOf(300), balanceOf(-300), balanceOf(null)],
      ["even", "even", "buying", "selling", null],
    );
  });

  it("tries one ampere more while the meter shows nothing, and goes on soon when it was there", () => {
    const trying = probed(newProbe(s(0)), "even", Amps(8), SETTLING, s(10));
    equal(trying.offer, 9);
    equal(probed(trying, "even", Amps(9), SETTLING, s(25)).offer, 9, "still looking, and no further");
    const found = probed(trying, "even", Amps(9), SETTLING, s(31));
    deepEqual(found, { offer: 0, since: s(31), pause: 10_000 });
    equal(probed(found, "even", Amps(9), SETTLING, s(41)).offer, 10);
  });

  it("waits twice as long after each try that bought, but never more than a quarter of an hour", () => {
    let probe = newProbe(s(0));
    let now = 0;
    const pauses: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      now += probe.pause / 1000;
      probe = probed(probe, "even", Amps(8), SETTLING, s(now));
      now += 21;
      probe = probed(probe, "buying", Amps(9), SETTLING, s(now));
      pauses.push(probe.pause / 1000);
    }
    deepEqual(pauses, [20, 40, 80, 160, 320, 640, 900, 900, 900]);
  });

  it("tries nothing while the meter shows something", () => {
    for (const balance of ["buying", "selling", null] as const) equal(probed(newProbe(s(0)), balance, Amps(8), SETTLING, s(600)).offer, 0);
  });

  it("starts a waiting car to see only by day, and ever more rarely", () => {
    equal(worthATry(newProbe(s(0)), "even", 400, s(599)), false);
    ok(worthATry(newProbe(s(0)), "even", 400, s(600)));
    equal(worthATry(newProbe(s(0)), "even", null, s(600)), false, "no word of the panels");
    equal(worthATry(newProbe(s(0)), "even", 5, s(600)), false, "night");
    const failed = probeAfter(probeAfter(newProbe(s(0)), true, s(600)), false, s(800));
    equal(failed.pause, Minutes(10));
    equal(probeAfter(probeAfter(failed, true, s(1400)), false, s(1600)).pause, Minutes(20));
  });
});

describe("solar limiter behind an inverter that must not feed in", () => {
  /** The end of a run that counts as settled, s. */
  const LATE = 1200;

  interface Roof {
    readonly zeroExport: boolean;
    /** What the panels could give, W. */
    readonly sun: number;
    readonly seconds: number;
    /** Seconds between two readings. */
    readonly period?: number;
    /** Seconds from the closing of the contactor to the first current. */
    readonly begins?: number;
    /** W/s at which the inverter follows. */
    readonly follows?: number;
  }

  /** Panels feed a house of 400 W and the car, and never the grid. */
  function live({ zeroExport, sun, seconds, period = 1, begins = 0, follows = 5000 }: Roof) {
    let state = createSolar({ ...DEFAULT_SOLAR_CONFIG, zeroExport }, s(0));
    let bought = 0;
    let car = 0;
    let pv = 0;
    let closed = 0;
    let closures = 0;
    let late = 0;
    const tell = (event: SolarEvent, second: number): void => {
      const before = state.limit;
      ({ state } = step(state, event, s(second)));
      if (before > 0 || state.limit <= 0) return;
      closed = second;
      closures += 1;
    };
    for (let second = 0; second < seconds; second += 1) {
      const target = second - closed >= begins ? state.limit : 0;
      car += Math.max(-5, Math.min(2, target - car));
      const used = 400 + car * 230;
      pv = Math.min(sun, used, pv + follows);
      bought += Math.max(0, used - pv) / 3600;
      if (second % period === 0) {
        tell({ type: "reading", source: "pv", value: pv, measuredAt: s(second) }, second);
        tell({ type: "reading", source: "grid", value: used - pv + (second % 7) / 10, measuredAt: s(second) }, second);
      }
      tell({ type: "tick" }, second);
      if (second >= seconds - LATE) late += state.limit / LATE;
    }
    return { limit: state.limit, late, bought, closures };
  }

  it("finds the hidden sun when told so, and never when not", () => {
    const { limit, bought } = live({ zeroExport: true, sun: 3400, seconds: 3 * 3600 });
    ok(limit > 12 && limit <= 14.1, `offers ${limit} A of ${((3400 - 400) / 230).toFixed(1)} A`);
    ok(bought < 250, `bought ${bought} Wh`);
    equal(live({ zeroExport: false, sun: 3400, seconds: 3 * 3600 }).limit, 0);
  });

  for (const period of [1, 5, 30])
    for (const begins of [2, 10, 40])
      for (const follows of [100, 500])
        it(`finds it with a first try: read every ${period} s, a car that begins after ${begins} s, an inverter of ${follows} W/s`, () => {
          const { late, bought, closures } = live({ zeroExport: true, sun: 3400, seconds: 5400, period, begins, follows });
          ok(late > 11.5 && late <= 13.5, `offers ${late} A of ${((3400 - 400) / 230).toFixed(1)} A`);
          ok(bought < 150, `bought ${bought} Wh`);
          equal(closures, 1);
        });

  it("buys little where there is nothing to be found", () => {
    const { bought } = live({ zeroExport: true, sun: 700, seconds: 6 * 3600 });
    ok(bought < 900, `bought ${bought} Wh`);
  });

  it("leaves the car alone by night", () => {
    const { bought } = live({ zeroExport: true, sun: 0, seconds: 6 * 3600 });
    ok(Math.abs(bought - 2400) < 1, `the house needs 2400 Wh, bought were ${bought}`);
  });
});
