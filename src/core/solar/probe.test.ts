import { deepEqual, equal, ok } from "node:assert/strict";
import { DEFAULT_SOLAR_CONFIG } from "#core/solar/config";
import { createSolar, step } from "#core/solar/limiter";
import { balanceOf, newProbe, probeAfter, probed, worthATry } from "#core/solar/probe";
import { Instant, Minutes, Seconds } from "#core/units/units";

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
    const trying = probed(newProbe(s(0)), "even", SETTLING, s(10));
    equal(trying.extra, 1);
    equal(probed(trying, "even", SETTLING, s(25)).extra, 1, "still looking");
    const found = probed(trying, "even", SETTLING, s(31));
    deepEqual(found, { extra: 0, since: s(31), pause: 10_000 });
    equal(probed(found, "even", SETTLING, s(41)).extra, 1);
  });

  it("waits twice as long after each try that bought, but never more than a quarter of an hour", () => {
    let probe = newProbe(s(0));
    let now = 0;
    const pauses: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      now += probe.pause / 1000;
      probe = probed(probe, "even", SETTLING, s(now));
      now += 21;
      probe = probed(probe, "buying", SETTLING, s(now));
      pauses.push(probe.pause / 1000);
    }
    deepEqual(pauses, [20, 40, 80, 160, 320, 640, 900, 900, 900]);
  });

  it("tries nothing while the meter shows something", () => {
    for (const balance of ["buying", "selling", null] as const) equal(probed(newProbe(s(0)), balance, SETTLING, s(600)).extra, 0);
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
  /** Panels that could give `sun` W feed a house of 400 W and the car, and never the grid. */
  function live(zeroExport: boolean, sun: number, seconds: number) {
    let state = createSolar({ ...DEFAULT_SOLAR_CONFIG, zeroExport }, s(0));
    let bought = 0;
    for (let second = 0; second < seconds; second += 1) {
      const used = 400 + state.limit * 230;
      const pv = Math.min(sun, used);
      bought += Math.max(0, used - pv) / 3600;
      const grid = used - pv + (second % 7) / 10;
      for (const [source, value] of [
        ["pv", pv],
        ["grid", grid],
      ] as const) {
        ({ state } = step(state, { type: "reading", source, value, measuredAt: s(second) }, s(second)));
      }
    }
    return { limit: state.limit, bought };
  }

  it("finds the hidden sun when told so, and never when not", () => {
    const { limit, bought } = live(true, 3400, 3 * 3600);
    ok(limit > 12 && limit <= 14.1, `offers ${limit} A of ${((3400 - 400) / 230).toFixed(1)} A`);
    ok(bought < 250, `bought ${bought} Wh`);
    equal(live(false, 3400, 3 * 3600).limit, 0);
  });

  it("buys little where there is nothing to be found", () => {
    const { bought } = live(true, 700, 6 * 3600);
    ok(bought < 900, `bought ${bought} Wh`);
  });

  it("leaves the car alone by night", () => {
    const { bought } = live(true, 0, 6 * 3600);
    ok(Math.abs(bought - 2400) < 1, `the house needs 2400 Wh, bought were ${bought}`);
  });
});
