import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { looked, type Outlook, patience, untilBelieved } from "#core/solar/outlook";
import { Hours, Minutes, Seconds, WattHours } from "#core/units/units";

const FLOOR_W = 1380;

/** A grey morning in which running was worth nothing. */
const MORNING = [0, 300] as const;

/** The outlook after a morning and then a history of gains, each for so many minutes. */
function seenAfter(...history: readonly (readonly [gainW: number, minutes: number])[]): Outlook {
  let outlook: Outlook | null = null;
  for (const [gainW, minutes] of [MORNING, ...history]) {
    for (let i = 0; i < minutes * 6; i += 1) outlook = looked(outlook, gainW, FLOOR_W, Seconds(10));
  }
  ok(outlook !== null);
  return outlook;
}

describe("outlook", () => {
  it("takes the first minute for all there ever was", () => {
    const first = looked(null, 690, FLOOR_W, Seconds(1));
    equal(first.best60, 0.5);
    equal(first.mean60, 0.5);
    equal(first.worst15, 0.5);
  });

  it("sits a dip out longer after a good hour than after a bad one", () => {
    const good = patience(seenAfter([2000, 60], [-1000, 2]), true, 1);
    const bad = patience(seenAfter([-400, 60], [-1000, 2]), true, 1);
    ok(good > 2 * bad, `${good} and ${bad}`);
  });

  it("loses patience as the dip ages", () => {
    const ages = [5, 15, 40].map((minutes) => patience(seenAfter([2000, 60], [-1000, minutes]), true, 1));
    ok(
      ages.every((value, i) => i === 0 || value < (ages[i - 1] ?? 0)),
      ages.join(" "),
    );
  });

  it("waits longer when the sun is on its way back", () => {
    const low = patience(seenAfter([900, 30], [-1200, 4], [-1200, 1]), true, 1);
    const back = patience(seenAfter([900, 30], [-1200, 4], [-50, 1]), true, 1);
    ok(back > 1.3 * low, `${back} and ${low}`);
  });

  it("starts sooner after twenty good minutes than out of a changeable sky", () => {
    const steady = patience(seenAfter([-1000, 60], [300, 20]), false, 1);
    const changeable = patience(seenAfter([-1000, 60], [300, 1]), false, 1);
    ok(changeable > 2 * steady, `${changeable} and ${steady}`);
  });

  it("waits longer for the sun in the morning than in the evening", () => {
    const young = seenAfter([2000, 30], [-1000, 3]);
    const old = { ...young, day: Hours(10) };
    ok(patience(young, true, 1) > 1.2 * patience(old, true, 1));
    ok(patience(old, false, 1) > 1.2 * patience(young, false, 1));
  });

  it("counts the hours of light from the first surplus after a night, not after a cloud", () => {
    let outlook = seenAfter([2000, 60]);
    const live = (light: boolean, minutes: number): number => {
      for (let i = 0; i < minutes; i += 1) outlook = looked(outlook, light ? 500 : -1380, FLOOR_W, Minutes(1), light);
      return outlook.day / 3_600_000;
    };
    ok(Math.abs(live(false, 60) - 7) < 0.1, "an hour without surplus");
    ok(Math.abs(live(true, 60) - 8) < 0.1, "and on");
    live(false, 400);
    ok(Math.abs(live(true, 30) - 0.5) < 0.1, "the next morning");
  });

  it("is the bare price without an outlook", () => equal(patience(null, true, 1), 1));

  it("never loses all patience, never pays two and a half closures, and makes no NaN, whatever the sun did", () => {
    const story = fc.array(fc.tuple(fc.double({ min: -50_000, max: 50_000, noNaN: true }), fc.integer({ min: 1, max: 200 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(story, fc.boolean(), (history, running) => {
        let outlook: Outlook | null = null;
        for (const [gainW, seconds] of history) outlook = looked(outlook, gainW, FLOOR_W, Seconds(seconds));
        const factor = patience(outlook, running, 1);
        ok(factor > 0.04 && factor < 2.5, `${factor}`);
      }),
      { seed: 61851, numRuns: 200 },
    );
  });
});

describe("time until a dip is believed", () => {
  const dip = seenAfter([2000, 60], [-1380, 1]);

  it("is what going on in small steps takes", () => {
    const told = untilBelieved(dip, WattHours(23), -1380, FLOOR_W, true, 1, WattHours(100));
    let outlook: Outlook = dip;
    let regret = 23;
    let seconds = 0;
    while (regret < 100 * patience(outlook, true, 1)) {
      seconds += 1;
      regret += 1380 / 3600;
      outlook = looked(outlook, -1380, FLOOR_W, Seconds(1));
    }
    ok(told !== null && Math.abs(told - seconds * 1000) < 6000, `told ${told} ms, took ${seconds} s`);
  });

  it("is nothing when it is believed already, and never while running pays", () => {
    equal(untilBelieved(dip, WattHours(600), -1380, FLOOR_W, true, 1, WattHours(100)), 0);
    equal(untilBelieved(dip, WattHours(23), 500, FLOOR_W, true, 1, WattHours(100)), null);
    equal(untilBelieved(null, WattHours(0), 0, FLOOR_W, true, 1, WattHours(100)), null);
    ok(Minutes(12) > (untilBelieved(dip, WattHours(23), -1380, FLOOR_W, true, 1, WattHours(100)) ?? Number.POSITIVE_INFINITY));
  });
});
