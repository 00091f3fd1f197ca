import { deepEqual, equal, ok } from "node:assert/strict";
import { looked, type Outlook } from "#core/solar/outlook";
import { learnedTempers, newRehearsal, type Rehearsal, rehearsed } from "#core/solar/rehearsal";
import { Seconds, WattHours } from "#core/units/units";

const FLOOR_W = 1380;
const PRICE = WattHours(100);

/** Days of a sky that says, second by second, what running is worth, W. */
function rehearse(known: Rehearsal, sky: (second: number) => number, seconds: number): Rehearsal {
  let rehearsal = known;
  let outlook: Outlook | null = null;
  for (let t = 0; t < seconds; t += 5) {
    const gain = sky(t);
    outlook = looked(outlook, gain, FLOOR_W, Seconds(5), gain > -FLOOR_W);
    rehearsal = rehearsed(rehearsal, gain, PRICE, outlook, 1, Seconds(5), Seconds(5));
  }
  return rehearsal;
}

const DAY = 86_400;
const DUSK = 12 * 3600;

/** By day dips that are over just when the usual temper has given up, again and again. */
function teasing(second: number): number {
  if (second % DAY > DUSK) return -FLOOR_W;
  return second % 1800 < 700 ? -900 : 1500;
}

describe("rehearsal", () => {
  it("keeps to the usual temper while nothing was seen", () => {
    deepEqual(newRehearsal([], PRICE).temper, { stopping: 1, starting: 1 });
  });

  it("grows patient under a sky that punishes stopping, and keeps it over a restart", () => {
    const learned = rehearse(newRehearsal([], PRICE), teasing, 6 * 86_400);
    ok(learned.temper.stopping > 1, JSON.stringify(learned.temper));
    deepEqual(newRehearsal(learnedTempers(learned), PRICE).temper, learned.temper);
  });

  it("does not change its ways for a single day", () => {
    deepEqual(rehearse(newRehearsal([], PRICE), teasing, 3600).temper, { stopping: 1, starting: 1 });
  });

  it("takes nothing from a memory that is damaged or of another kind", () => {
    for (const won of [[1, 2, 3], Array.from({ length: 25 }, () => Number.NaN), Array.from({ length: 26 }, () => 9000)]) {
      deepEqual(newRehearsal(won, PRICE).temper, { stopping: 1, starting: 1 });
    }
  });

  it("says what each temper has won beyond the usual one, in plain numbers", () => {
    const won = learnedTempers(rehearse(newRehearsal([], PRICE), teasing, 86_400));
    equal(won.length, 25);
    equal(won[12], 0);
    ok(won.every(Number.isFinite));
  });
});
