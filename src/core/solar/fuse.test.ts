import { equal, ok } from "node:assert/strict";
import { DEFAULT_SOLAR_CONFIG } from "#core/solar/config";
import { createSolar, type SolarState, step } from "#core/solar/limiter";
import type { SolarEvent } from "#core/solar/types";
import { Amps, Instant } from "#core/units/units";

/** A car that takes what it is offered behind a main fuse of 35 A, read once a second by `says`; the offer after each second. */
function live(
  seconds: number,
  says: (second: number, carA: number) => readonly number[],
  events: Readonly<Record<number, SolarEvent>> = {},
): number[] {
  let state: SolarState = createSolar({ ...DEFAULT_SOLAR_CONFIG, mode: "fast", maximum: Amps(32), mainFuse: Amps(35) }, Instant(0));
  const offers: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const now = Instant(second * 1000);
    const event = events[second];
    if (event !== undefined) ({ state } = step(state, event, now));
    ({ state } = step(state, { type: "phaseCurrents", amps: says(second, state.limit), measuredAt: null }, now));
    offers.push(state.limit);
  }
  return offers;
}

const user = (limit: number | null): SolarEvent => ({
  type: "ceiling",
  name: "user",
  limit: limit === null ? null : Amps(limit),
  until: null,
});

describe("solar limiter and the main fuse", () => {
  it("leaves to the car what the fullest phase has left, and gives way to the house at once", () => {
    const house = (second: number): number => (second < 400 ? 10.4 : 22.2);
    const offers = live(600, (second, carA) => [house(second) + carA, 3, 2]);
    ok(Math.abs((offers[399] ?? 0) - 24.6) < 0.1, `${offers[399]} A`);
    ok(Math.abs((offers[401] ?? 0) - 12.8) < 0.1, `${offers[401]} A`);
  });

  it("does not climb on phase currents that stand still: they make no more room when the car takes more", () => {
    const frozen = (second: number, carA: number): readonly number[] => [second < 200 ? 10 + carA : 16, 3, 2];
    const offers = live(900, frozen, { 150: user(6), 250: user(null) });
    equal(offers[199], 6);
    ok(Math.max(...offers.slice(250)) <= 25, `${Math.max(...offers.slice(250))} A where 25 A were left when they froze`);
  });

  it("gives a car on another phase its due as soon as the fullest one moves, told in whole amperes", () => {
    const offers = live(900, (second, carA) => [4 + Math.round(carA), second % 60 < 30 ? 20 : 21, 2]);
    ok((offers.at(-1) ?? 0) >= 29, `${offers.at(-1)} A`);
  });
});
