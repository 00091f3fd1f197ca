import { deepEqual, equal, ok } from "node:assert/strict";
import type { SolarConfig } from "#core/solar/config";
import { explain, type SolarState } from "#core/solar/limiter";
import type { CarPresence, SolarEvent } from "#core/solar/types";
import { Amps, Instant, WattHours } from "#core/units/units";
import { clear, HOUR, type House, type Lived, live } from "../../../test/support/solar-house.ts";

const planned = (kilowattHours: number, hours: number): SolarEvent => ({
  type: "plan",
  plan: { energy: WattHours(kilowattHours * 1000), by: Instant(hours * HOUR * 1000) },
});

const userCeiling = (limit: number | null): SolarEvent => ({
  type: "ceiling",
  name: "user",
  limit: limit === null ? null : Amps(limit),
  until: null,
});

/** A night without sun, a plan at its beginning, and what is said later. */
const night = (plan: SolarEvent, more: Partial<House> = {}, later: Readonly<Record<number, SolarEvent>> = {}): House => ({
  sun: () => -300,
  config: { mode: "plan" },
  ...more,
  events: (second) => [...(second === 0 ? [plan] : []), ...(later[second] === undefined ? [] : [later[second]])],
});

/** The offers of a life, each once. */
function offersOf(house: House, hours: number): { readonly lived: Lived; readonly offers: readonly number[] } {
  const offers: number[] = [];
  const lived = live(house, hours * HOUR, (_, { limit }) => {
    if (limit !== offers.at(-1)) offers.push(limit);
  });
  return { lived, offers };
}

describe("solar limiter and a plan in the night", () => {
  for (const current of [undefined, 5]) {
    it(`charges in one go at full current${current === undefined ? "" : ", measured"}: the hour and the energy decide once, not each second`, () => {
      const { lived, offers } = offersOf(night(planned(7, 4), current === undefined ? {} : { current }), 5);
      deepEqual(offers, [0, 16, 0]);
      ok(Math.abs(lived.bought - 7) < 0.1, `${lived.bought} kWh`);
    });
  }

  it("begins as much earlier as a ceiling slows the car", () => {
    const { bought, closures } = live(night(planned(7, 5), {}, { 0: planned(7, 5), 1: userCeiling(10) }), 5 * HOUR);
    ok(Math.abs(bought - 7) < 0.1, `${bought} kWh`);
    equal(closures, 1);
  });

  it("waits for the sun again when a ceiling is lifted and there is plenty of time", () => {
    const states: boolean[] = [];
    const { bought, closures } = live(
      night(planned(7, 8), {}, { 1: userCeiling(6), [3 * HOUR]: userCeiling(null) }),
      8 * HOUR,
      (second, { limit }) => {
        if (second % HOUR === HOUR - 60) states.push(limit > 0);
      },
    );
    deepEqual(states, [false, false, true, false, false, false, true, false]);
    ok(Math.abs(bought - 7) < 0.2, `${bought} kWh`);
    equal(closures, 2);
  });

  it("does not hurry for a window in which nothing may be drawn", () => {
    const { closures, bought } = live(night(planned(3, 8), {}, { [HOUR]: userCeiling(0), [2 * HOUR]: userCeiling(null) }), 8 * HOUR);
    equal(closures, 1);
    ok(Math.abs(bought - 3) < 0.1, `${bought} kWh`);
  });

  it("tells what is missing, and beforehand when it begins", () => {
    const seen: (readonly [number, number | null, number | null])[] = [];
    live(night(planned(7, 5)), 5 * HOUR, (second, state) => {
      if (second % HOUR !== HOUR - 1) return;
      const { plan, startsInMs } = explain(state, Instant(second * 1000));
      seen.push([Math.round((plan?.missingWh ?? Number.NaN) / 100) / 10, startsInMs, plan?.beginsInMs ?? null]);
    });
    const begins = 5 - 0.25 - (7 / 3.68) * 1.05;
    for (const [i, [missing, startsIn, beginsIn]] of seen.slice(0, 2).entries()) {
      equal(missing, 7);
      ok(Math.abs((startsIn ?? 0) / (HOUR * 1000) - (begins - i - 1)) < 0.1, `${startsIn} ms`);
      equal(startsIn, beginsIn);
    }
    ok((seen[3]?.[0] ?? 7) < 4, "charging");
    deepEqual(seen[3]?.slice(1), [null, 0]);
    equal(seen[4]?.[0], 0);
    deepEqual(seen[4]?.slice(1), [null, null]);
  });

  it("goes on counting when the same plan is sent again, and begins anew with another", () => {
    const again = Object.fromEntries([1, 2, 3, 3.9].map((hour) => [hour * HOUR, planned(7, 4)]));
    ok(Math.abs(live(night(planned(7, 4), {}, again), 5 * HOUR).bought - 7) < 0.1);
    const more = live(night(planned(2, 2), {}, { [2 * HOUR + 60]: planned(2, 4) }), 5 * HOUR).bought;
    ok(Math.abs(more - 4) < 0.2, `${more} kWh`);
  });
});

describe("solar limiter and phases that the charger can switch", () => {
  const config: Partial<SolarConfig> = { phases: "switchable", mode: "fast" };
  const fast: SolarEvent = { type: "mode", mode: "fast" };
  const seen = (house: House, hours: number): readonly (readonly [number, number])[] => {
    const all: (readonly [number, number])[] = [];
    live(house, hours * HOUR, (second, { limit, phases }: SolarState) => {
      if (second % 1200 === 1199) all.push([limit, phases]);
    });
    return all;
  };

  it("uses all three for as much as there is, in the night and in the sun", () => {
    const all = [...seen({ sun: () => -300, config }, 2), ...seen({ sun: clear(4000), config }, 2)];
    ok(
      all.every(([limit, phases]) => limit === 16 && phases === 3),
      JSON.stringify(all),
    );
  });

  it("goes to three when that is asked for while the sun has it on one, and back afterwards", () => {
    const solar: SolarEvent = { type: "mode", mode: "solar" };
    const events = (second: number): readonly SolarEvent[] => (second === HOUR ? [fast] : second === 2 * HOUR ? [solar] : []);
    const all = seen({ sun: () => 2500, config: { phases: "switchable" }, events }, 3);
    deepEqual(
      all.map(([, phases]) => phases),
      [1, 1, 1, 3, 3, 3, 1, 1, 1],
    );
  });

  for (const [how, more] of [
    ["its charger says so", (asleep: () => boolean) => ({ presence: () => (asleep() ? "waiting" : "charging") as CarPresence })],
    ["its current is measured", () => ({ current: 10 })],
  ] as const) {
    it(`goes back to one and stays there with a car that stops for good on three, ${how}`, () => {
      let phases = 1;
      const asleep = (): boolean => phases === 3;
      const house: House = {
        sun: (second) => (second < HOUR ? 2300 : 6000) + 300 * Math.sin(second / 200),
        config: { phases: "switchable" },
        takes: (offer) => (asleep() ? 0 : offer),
        ...more(asleep),
      };
      const seen: number[] = [];
      const { solar, state } = live(house, 6 * HOUR, (_, now) => {
        if (now.phases !== phases) seen.push(now.phases);
        phases = now.phases;
      });
      deepEqual([seen, state.phases], [[3, 1], 1]);
      ok(solar > 2 + 4.7 * 3.68, `${solar} kWh`);
    });
  }

  it("keeps a plan on one phase while that is in time, and takes three where it is not", () => {
    const { bought: slow, state } = live(night(planned(7, 5), { config: { phases: "switchable", mode: "plan" } }), 5 * HOUR);
    ok(Math.abs(slow - 7) < 0.2, `${slow} kWh`);
    equal(state.phases, 1);
    const { bought } = live(night(planned(20, 4), { config: { phases: "switchable", mode: "plan" } }), 4 * HOUR);
    ok(Math.abs(bought - 20) < 0.5, `${bought} kWh of 20 kWh`);
  });
});
