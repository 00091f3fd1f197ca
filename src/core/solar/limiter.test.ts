import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { DEFAULT_SOLAR_CONFIG, OFF_GRID, SOLAR_PRESETS, type SolarConfig } from "#core/solar/config";
import { createSolar, explain, limitMessageOf, type SolarState, step } from "#core/solar/limiter";
import type { SolarDecision, SolarEvent } from "#core/solar/types";
import { Amps, Instant, Seconds, Volts, WallTime, WattHours } from "#core/units/units";

const s = (seconds: number): Instant => Instant(seconds * 1000);
const config = (change: Partial<SolarConfig> = {}): SolarConfig => ({ ...DEFAULT_SOLAR_CONFIG, ...change });

interface House {
  state: SolarState;
  second: number;
  car: number;
  decision: SolarDecision;
  closures: number[];
}

/** A house at `sun` W of surplus with a car that follows at once, read every `period` s, seen for `seconds`. */
function live(house: House, sun: (second: number) => number, seconds: number, period = 1, watch?: (house: House) => void): House {
  const volts = house.state.config.voltage;
  for (const end = house.second + seconds; house.second < end; house.second += 1) {
    const before = house.decision.limit;
    const tell = (event: SolarEvent): void => {
      const next = step(house.state, event, s(house.second));
      house.state = next.state;
      house.decision = next.decision;
    };
    tell({ type: "tick" });
    if (period > 0 && house.second % period === 0) {
      const grid = house.car * volts * house.state.phases - sun(house.second) + (house.second % 7) / 10;
      tell({ type: "reading", source: "grid", value: grid, measuredAt: s(house.second) });
    }
    if (before <= 0 && house.decision.limit > 0) house.closures.push(house.second);
    house.car = house.decision.limit;
    watch?.(house);
  }
  return house;
}

/** A house where nothing was heard yet. */
function houseOf(change: Partial<SolarConfig> = {}): House {
  const state = createSolar(config(change), s(0));
  const first = step(state, { type: "tick" }, s(0));
  return { state: first.state, second: 0, car: 0, decision: first.decision, closures: [] };
}

/** One event now. */
function tell(house: House, event: SolarEvent): House {
  const { state, decision } = step(house.state, event, s(house.second));
  house.state = state;
  house.decision = decision;
  return house;
}

describe("solar limiter, following", () => {
  it("offers nothing before the first reading and says that it waits", () => {
    const { decision, state } = houseOf();
    deepEqual([decision.limit, decision.limitedBy], [0, "stale"]);
    equal(explain(state, s(0)).freshness, "never");
  });

  it("settles on the surplus", () => {
    const house = live(houseOf(), () => 2760, 900);
    ok(Math.abs(house.decision.limit - 12) < 0.3, `${house.decision.limit} A`);
    equal(house.decision.limitedBy, "sun");
  });

  for (const [name, period] of [
    ["every second", 1],
    ["every 10 s", 10],
    ["every 60 s", 60],
  ] as const) {
    it(`does not chase its own step when read ${name}`, () => {
      const house = live(houseOf(), () => 2760, 1800, period);
      let moved = 0;
      let last = house.decision.limit;
      live(
        house,
        () => 2760,
        600,
        period,
        ({ decision }) => {
          moved = Math.max(moved, Math.abs(decision.limit - last));
          last = decision.limit;
        },
      );
      ok(moved < 0.3, `moved by ${moved} A in an unchanging house`);
      ok(Math.abs(house.decision.limit - 12) < 0.3);
    });
  }

  it("learns that a car takes 10 A at most without a current reading, and aims at once when the sun falls below", () => {
    const taker = (house: House, sun: number, seconds: number): void => {
      for (let i = 0; i < seconds; i += 1, house.second += 1) {
        if (house.second % 5 === 0) {
          const kettle = house.second % 300 < 60 ? 1300 : 0;
          const wave = sun + 900 * Math.sin(house.second / 120) - kettle;
          tell(house, {
            type: "reading",
            source: "grid",
            value: Math.min(10, house.decision.limit) * 230 - wave,
            measuredAt: s(house.second),
          });
        }
        tell(house, { type: "tick" });
      }
    };
    const house = houseOf();
    taker(house, 2300, 7200);
    const { maximumA } = explain(house.state, s(house.second)).car;
    ok(maximumA !== null && maximumA >= 10 && maximumA <= 11.5, `learned ${maximumA} A`);
  });
});

describe("solar limiter, starting and stopping", () => {
  it("starts and stops by λ, not by a constant", () => {
    const sun = 0.6 * 1380;
    ok(live(houseOf({ importTolerance: 1 }), () => sun, 7200).decision.limit === 6, "worth it for λ = 1");
    equal(live(houseOf({ importTolerance: 3 }), () => sun, 7200).decision.limit, 0, "not worth it for λ = 3");
  });

  it("sits out a kettle and stops for a lasting cloud", () => {
    const house = live(houseOf(), () => 2000, 900);
    const kettle = house.second;
    live(house, (second) => (second < kettle + 150 ? -500 : 2000), 600);
    equal(house.closures.length, 1, "one closure so far");
    ok(house.decision.limit > 6);
    live(house, () => -500, 900);
    equal(house.decision.limit, 0);
  });

  it("says when it would stop, and keeps the promise", () => {
    const house = live(houseOf(), (second) => 2000 + 600 * Math.sin(second / 30), 3600);
    live(house, () => 0, 60);
    const { stopsInMs } = explain(house.state, s(house.second));
    ok(stopsInMs !== null && stopsInMs > 60_000, `stops in ${stopsInMs} ms`);
    live(house, () => 0, Math.floor(stopsInMs / 1000) - 5);
    ok(house.decision.limit > 0, "not before");
    live(house, () => 0, 10);
    equal(house.decision.limit, 0, "then");
  });

  it("says when it would start, and keeps the promise", () => {
    const house = live(houseOf({ minimumOff: Seconds(10) }), () => 0, 60);
    live(house, () => 1000, 20);
    const { startsInMs } = explain(house.state, s(house.second));
    ok(startsInMs !== null && startsInMs > 10_000, `starts in ${startsInMs} ms`);
    live(house, () => 1000, Math.floor(startsInMs / 1000) - 5);
    equal(house.decision.limit, 0, "not before");
    live(house, () => 1000, 10);
    ok(house.decision.limit > 0, "then");
  });

  it("never closes twice within the minimum times, nor more often than allowed, however the sun flickers", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3000, max: 5000 }), { minLength: 10, maxLength: 60 }), (suns) => {
        const house = live(
          houseOf({ closureCost: WattHours(1), startsPerHour: 4 }),
          (second) => suns[Math.floor(second / 45) % suns.length] ?? 0,
          4000,
          5,
        );
        house.closures.forEach((second, i) => {
          const before = house.closures[i - 1];
          ok(before === undefined || second - before >= 120, `closed at ${before} s and ${second} s`);
          ok(house.closures.filter((other) => other <= second && other > second - 3600).length <= 4);
        });
      }),
      { seed: 61851, numRuns: 25 },
    );
  });
});

describe("solar limiter, modes", () => {
  it("stops at once when switched off, also within the minimum on time, and stays off in full sun", () => {
    const house = live(houseOf(), () => 3000, 100, 1);
    while (house.decision.limit === 0) live(house, () => 3000, 1);
    equal(tell(house, { type: "mode", mode: "off" }).decision.limit, 0);
    live(
      house,
      () => 9000,
      7200,
      1,
      ({ decision }) => equal(decision.limit, 0),
    );
    equal(house.decision.limitedBy, "off");
  });

  it("never goes below the floor in solar + minimum, and takes the sun above it", () => {
    const house = live(houseOf({ mode: "solarMinimum" }), () => -400, 300);
    deepEqual([house.decision.limit, house.decision.limitedBy], [6, "minimum"]);
    live(house, () => 2760, 300);
    ok(Math.abs(house.decision.limit - 12) < 0.3);
  });

  it("goes to the maximum in fast, whatever the sun", () => {
    equal(live(houseOf({ mode: "fast" }), () => -4000, 120).decision.limit, 16);
  });

  it("waits for the sun in plan as long as it can, then charges, then rests", () => {
    const house = live(houseOf({ mode: "plan" }), () => -400, 10);
    tell(house, { type: "plan", plan: { energy: WattHours(1000), by: s(house.second + 3600) } });
    live(house, () => -400, 600);
    equal(house.decision.limit, 0, "there is still time");
    live(house, () => -400, 1400);
    deepEqual([house.decision.limit, house.decision.limitedBy], [16, "plan"]);
    live(house, () => -400, 1200);
    equal(house.decision.limit, 0, "enough is in");
  });

  it("follows prices: dear import makes it thrifty", () => {
    const house = houseOf();
    tell(house, { type: "prices", importPrice: 0.5, feedInPrice: 0.1, worth: 0.2 });
    ok(Math.abs(explain(house.state, s(0)).importTolerance - 3) < 1e-9);
    tell(house, { type: "importTolerance", value: Number.NaN });
    ok(Math.abs(explain(house.state, s(0)).importTolerance - 3) < 1e-9);
  });
});
describe("solar limiter, switched back on", () => {
  it("does not start at dusk for the sun it missed while it was off", () => {
    const house = live(houseOf({ mode: "off" }), () => 5000, 7200);
    live(house, () => 0, 120);
    tell(house, { type: "mode", mode: "solar" });
    live(
      house,
      () => 0,
      600,
      1,
      ({ decision }) => equal(decision.limit, 0),
    );
  });

  it("does not stop in full sun for the night it charged through", () => {
    const house = live(houseOf({ mode: "fast" }), () => -500, 3600);
    live(house, () => 4000, 60);
    tell(house, { type: "mode", mode: "solar" });
    live(
      house,
      () => 4000,
      600,
      1,
      ({ decision }) => ok(decision.limit >= 6),
    );
  });
});

describe("solar limiter, silence", () => {
  const noisy = (second: number): number => 3000 + 200 * Math.sin(second / 300);

  it("holds, then stops, when the readings end, and never raises the offer meanwhile", () => {
    const house = live(houseOf(), noisy, 3600, 5);
    const before = house.decision.limit;
    const stages = new Set<string>();
    live(house, noisy, 5400, 0, ({ decision, state }) => {
      ok(decision.limit <= before);
      stages.add(explain(state, s(0)).freshness);
    });
    equal(house.decision.limit, 0);
    deepEqual([...stages], ["fresh", "holding", "floor", "stopped"]);
  });

  it("goes to the floor when too little is known of the sky to hold", () => {
    const house = live(houseOf(), () => 3000, 300, 5);
    live(house, () => 3000, 120, 0);
    deepEqual([house.decision.limit, house.decision.limitedBy], [6, "stale"]);
  });

  it("stops at once off the grid", () => {
    const house = live(houseOf({ stale: OFF_GRID }), noisy, 3600, 5);
    live(house, noisy, 95, 0);
    equal(house.decision.limit, 0);
    ok((SOLAR_PRESETS.offGrid.stale ?? null) === OFF_GRID);
  });

  it("buys no more than the budget in the dark by its own estimate", () => {
    const house = live(houseOf(), noisy, 3600, 5);
    live(house, noisy, 7200, 0);
    ok(house.state.spent <= 300 + 2, `${house.state.spent} Wh`);
  });

  it("takes a value that stands still under fresh stamps for silence", () => {
    const house = live(houseOf(), noisy, 3600, 5);
    for (let i = 0; i < 900; i += 1, house.second += 1) {
      tell(house, { type: "tick" });
      if (i % 5 === 0) tell(house, { type: "reading", source: "grid", value: -123.4, measuredAt: s(house.second) });
    }
    const told = explain(house.state, s(house.second));
    ok(told.freshness !== "fresh", told.freshness);
    ok((told.rejected["grid.frozen"] ?? 0) > 100);
  });

  it("starts again by the sun when the readings come back", () => {
    const house = live(houseOf({ stale: OFF_GRID }), noisy, 1800, 5);
    live(house, noisy, 600, 0);
    equal(house.decision.limit, 0);
    live(house, noisy, 900, 5);
    ok(house.decision.limit > 6);
  });
});

describe("solar limiter, ceilings", () => {
  it("keeps the main fuse: what the house draws more, the car gives up at once", () => {
    const house = live(houseOf({ mode: "fast", mainFuse: Amps(25), maximum: Amps(32) }), () => 0, 1);
    const phases = (others: number): void => {
      for (let i = 0; i < 300; i += 1, house.second += 1) {
        tell(house, { type: "car", presence: "charging" });
        tell(house, { type: "phaseCurrents", amps: [others + house.decision.limit, 3, 2], measuredAt: s(house.second) });
      }
    };
    phases(5);
    ok(house.decision.limit <= 20 && house.decision.limit > 18.5, `${house.decision.limit} A beside 5 A`);
    phases(15);
    ok(house.decision.limit <= 10 && house.decision.limit > 8.5, `${house.decision.limit} A beside 15 A`);
    equal(house.decision.limitedBy, "fuse");
    phases(22);
    equal(house.decision.limit, 0, "not even the floor fits");
  });

  it("falls to the floor when the fuse is not read any more", () => {
    const house = live(houseOf({ mode: "fast", mainFuse: Amps(25) }), () => 0, 120);
    deepEqual([house.decision.limit, house.decision.limitedBy], [6, "fuse"]);
  });

  it("supplies a page's minimum, obeys its maximum and stops at 0 W", () => {
    const house = houseOf();
    const page = (minute: number, minimum: number, maximum: number): void => {
      const stamp = `2024060112${String(minute).padStart(2, "0")}02`;
      const pair = (name: string, watts: number): string => `${name} ${watts}W\n${name} ${watts}W\n`;
      const text = `Current Time ${stamp}\nTimestamp ${stamp}\n${pair("Excess solar power available", -200)}${pair("Minimum demand energy", minimum)}${pair("Maximum demand energy", maximum)}`;
      tell(house, { type: "page", text });
      for (let i = 0; i < 60; i += 1, house.second += 1) tell(house, { type: "tick" });
    };
    for (let minute = 0; minute < 4; minute += 1) page(minute, 1840, 5000);
    deepEqual([house.decision.limit, house.decision.limitedBy], [8, "demand"]);
    for (let minute = 4; minute < 6; minute += 1) page(minute, 5000, 2300);
    deepEqual([house.decision.limit, house.decision.limitedBy], [10, "page"]);
    page(7, 1840, 0);
    equal(house.decision.limit, 0);
    tell(house, { type: "page", text: "garbled" });
    equal(explain(house.state, s(house.second)).rejected["page.page"], 1);
  });
});

describe("solar limiter, phases", () => {
  const switchable = (): House => houseOf({ phases: "switchable", voltage: Volts(230) });

  it("moves to three phases when one is not enough, and back, with the lockout between", () => {
    const house = live(switchable(), () => 3000, 900);
    equal(house.decision.phases, 1);
    live(house, () => 8000, 900);
    equal(house.decision.phases, 3);
    live(house, () => 2000, 900);
    equal(house.decision.phases, 1);
  });

  it("does not flap between 3.7 and 4.2 kW", () => {
    const house = live(switchable(), () => 3900, 900);
    let switches = 0;
    let phases = house.decision.phases;
    live(
      house,
      (second) => 3900 + 300 * Math.sin(second / 100),
      7200,
      5,
      ({ decision }) => {
        if (decision.phases !== phases) switches += 1;
        phases = decision.phases;
      },
    );
    ok(switches <= 2, `${switches} switches in two hours`);
  });
});

describe("solar limiter, message", () => {
  it("speaks the limit message: amps, who limits, until when, phases", () => {
    const house = live(houseOf(), () => 2760, 600);
    const message = limitMessageOf(house.decision, WallTime(1_700_000_000_000));
    equal(message.validUntil, 1_700_000_000_000 + 90_000);
    deepEqual([message.limitedBy, message.phases], ["sun", 1]);
    ok(message.limitA > 11 && message.limitA < 13);
  });
});
