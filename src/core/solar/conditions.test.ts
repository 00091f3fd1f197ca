import { deepEqual, equal, ok } from "node:assert/strict";
import { DEFAULT_SOLAR_CONFIG } from "#core/solar/config";
import { createSolar, step } from "#core/solar/limiter";
import type { CarPresence, SolarEvent } from "#core/solar/types";
import { Instant, WattHours } from "#core/units/units";
import { changing, clear, DEAD, HOUR, type House, live } from "../../../test/support/solar-house.ts";

describe("solar limiter and a car that falls asleep for good", () => {
  const asleep = (offer: number, second: number): number => (second > 5 * HOUR ? 0 : offer);

  for (const [how, more] of [
    ["and its charger says so", { presence: (second: number) => (second > 5 * HOUR ? "waiting" : "charging") as CarPresence }],
    ["and its current is measured", { current: 10 }],
  ] as const) {
    it(`knows the sun ${how}, closes and opens once, and leaves the night alone`, () => {
      const house: House = { sun: changing(5000), takes: asleep, ...more };
      let off = 0;
      const { closures, state } = live(house, 24 * HOUR, (second, { observer }) => {
        if (second > 5.1 * HOUR && second % 60 === 59) off += Math.abs((observer.sun?.surplus ?? 0) - house.sun(second)) / (18.9 * 60);
      });
      ok(off < 60, `${off} W off the sun`);
      deepEqual([closures, state.limit], [1, 0]);
    });
  }

  it("offers on calmly where nobody says so, and buys next to nothing should the car wake up in the night", () => {
    const takes = (offer: number, second: number): number => (second > 5 * HOUR && second < 17 * HOUR ? 0 : offer);
    const { closures, bought, state } = live({ sun: clear(5000), takes }, 24 * HOUR);
    deepEqual([closures, state.limit], [1, 0]);
    ok(bought < 0.3, `${bought} kWh`);
  });
});

describe("solar limiter and a car unlike the form", () => {
  for (const [what, house] of [
    ["whose voltage sags by 5 % under load", { volts: (amps: number) => 230 - 0.72 * amps }],
    ["whose voltage sags by 5 % and whose current is measured", { volts: (amps: number) => 230 - 0.72 * amps, current: 5 }],
    ["that draws 1.5 A more than offered", { takes: (offer: number) => offer + 1.5 }],
    ["that draws 1.5 A more than offered and is measured", { takes: (offer: number) => offer + 1.5, current: 5 }],
  ] as const) {
    it(`ends at a grid power of nothing with a car ${what}`, () => {
      let grid = 0;
      const { closures } = live({ sun: () => 2500, ...house }, HOUR, (second, _, gridW) => {
        if (second >= 1800) grid += Math.abs(gridW) / 1800;
      });
      ok(grid < 40, `${grid} W on the mean`);
      equal(closures, 1);
    });
  }

  for (const current of [undefined, 5]) {
    const how = current === undefined ? "" : ", measured";
    it(`does not buy for a car that uses one of three phases${how}, and takes one that uses all for what it is`, () => {
      const config = { phases: 3 } as const;
      const measured = current === undefined ? {} : { current };
      const single = live({ sun: clear(9000), config, volts: () => 230, ...measured }, 24 * HOUR);
      equal(single.state.limit, 0, "stopped in the evening");
      ok(single.bought < 1.2 && single.solar > 30, `${single.bought} kWh bought, ${single.solar} kWh of sun`);
      ok(single.state.answer.lines < 3);
      const three = live({ sun: changing(9000), config, ...measured }, 24 * HOUR);
      equal(three.state.answer.lines, 3);
      ok(three.solar > 40, `${three.solar} kWh of sun`);
    });
  }

  it("forgets how many phases a car used when it leaves", () => {
    const presence = (second: number): CarPresence => (second < 10 * HOUR ? "charging" : "absent");
    const { state } = live({ sun: clear(9000), config: { phases: 3 }, volts: () => 230, presence }, 11 * HOUR);
    equal(state.answer.lines, 3);
  });

  for (const current of [undefined, 10]) {
    it(`follows another car within ten minutes that takes more than the last one${current === undefined ? "" : ", measured"}`, () => {
      const takes = (offer: number, second: number): number => (second < 3 * HOUR ? Math.min(8, offer) : offer);
      let short = 0;
      const house = { sun: (second: number) => 2800 + 200 * Math.sin(second / 300), takes, ...(current === undefined ? {} : { current }) };
      live(house, 4 * HOUR, (second, _, gridW) => {
        if (second > 3 * HOUR + 600) short = Math.max(short, Math.abs(gridW));
      });
      ok(short < 200, `${short} W beside the sun`);
    });
  }
});

describe("solar limiter and a car that takes more than the one before", () => {
  for (const current of [10, 30]) {
    it(`does not swing where its current is told every ${current} s, in step with the meter`, () => {
      const another = 2 * HOUR;
      const sun = (second: number): number =>
        230 * (second < another ? 11 + 4 * Math.sin(second / 150) : 14.5 + 2 * Math.sin(second / 700));
      const takes = (offer: number, second: number): number => (second < another ? Math.min(10, offer) : offer);
      let moved = 0;
      let before = 0;
      const { solar } = live({ sun, takes, current }, another + HOUR, (second, { limit }) => {
        if (second > another + 600) moved += Math.abs(limit - before);
        before = limit;
      });
      ok(moved < 40, `the offer moved by ${moved} A in an hour`);
      ok(solar > 7, `${solar} kWh`);
    });
  }
});

describe("solar limiter and a meter that is read wrongly", () => {
  for (const [sky, sun] of [
    ["a clear", clear(5000)],
    ["a changing", changing(5000)],
    ["a hungry house under a clear", (second: number) => clear(5000)(second) - 700],
  ] as const) {
    it(`says so and buys next to nothing when it is turned round, ${sky} sky`, () => {
      const reasons = new Set<string>();
      const { bought } = live({ sun, says: (gridW) => -gridW }, 36 * HOUR, (_, { limitedBy }) => reasons.add(limitedBy));
      ok(bought < 1.5, `${bought} kWh bought in a day and a half`);
      equal(reasons.has("meterTurned"), bought > 0);
    });

    it(`doubts no meter that is right, ${sky} sky`, () => {
      const reasons = new Set<string>();
      live({ sun }, 36 * HOUR, (_, { limitedBy }) => reasons.add(limitedBy));
      ok(!reasons.has("meterTurned"));
    });
  }
});

describe("solar limiter and a meter in kW that is taken for W", () => {
  for (const [what, says, reason] of [
    ["says that the unit is in doubt", (gridW: number) => Math.round(gridW) / 1000, "unit"],
    ["says nothing of the kind of a meter in W", (gridW: number) => gridW, "sun"],
    ["says nothing of the kind of a house that sells nothing", (gridW: number) => Math.max(0, gridW), "sun"],
  ] as const) {
    it(what, () => {
      const { state } = live({ sun: (second) => clear(5000)(second) - 5000, says }, 2 * HOUR);
      deepEqual([state.limit, state.limitedBy], [0, reason]);
    });
  }
});

describe("solar limiter beside another that follows the same sun", () => {
  for (const seconds of [1, 5, 15, 60]) {
    it(`does not swing with a boiler that follows the export within ${seconds} s`, () => {
      let boiler = 0;
      const rival = (exportW: number): number => {
        boiler = Math.max(0, Math.min(3000, boiler + (exportW - boiler) / seconds));
        return boiler;
      };
      const { closures, moved } = live({ sun: clear(6000), rival }, 10 * HOUR);
      equal(closures, 1);
      ok(moved < 100, `${moved} A in ten hours`);
    });

    it(`goes before such a boiler of ${seconds} s when told of it as of a battery, and does not swing`, () => {
      let boiler = 0;
      const rival = (exportW: number): number => {
        boiler = Math.max(0, Math.min(3000, boiler + (exportW - boiler) / seconds));
        return boiler;
      };
      const config = { battery: { ...DEFAULT_SOLAR_CONFIG.battery, priority: "carFirst" as const } };
      const { closures, moved, solar } = live({ sun: clear(6000), rival, battery: () => boiler, config }, 10 * HOUR);
      equal(closures, 1);
      ok(moved < 150, `${moved} A in ten hours`);
      ok(solar > 25, `${solar} kWh of sun`);
    });

    it(`keeps still with a home battery that keeps the grid at nothing within ${seconds} s`, () => {
      let battery = 0;
      let charge = 3;
      const rival = (exportW: number): number => {
        const wanted = Math.max(charge <= 0 ? 0 : -4000, Math.min(charge >= 10 ? 0 : 4000, exportW));
        battery += (wanted - battery) / seconds;
        charge += battery / 3.6e6;
        return battery;
      };
      const config = { battery: { ...DEFAULT_SOLAR_CONFIG.battery, priority: "carFirst" as const } };
      const { closures, moved } = live({ sun: clear(6000), rival, battery: () => battery, config }, 16 * HOUR);
      equal(closures, 1);
      ok(moved < 200, `${moved} A in sixteen hours`);
    });
  }

  for (const period of [1, 5, 30]) {
    it(`shares with a second limiter on the same meter, read every ${period} s, and neither swings`, () => {
      const twins = [0, 1].map(() => ({
        state: createSolar(DEFAULT_SOLAR_CONFIG, Instant(0)),
        offers: [] as number[],
        car: 0,
        closures: 0,
        moved: 0,
      }));
      for (let second = 0; second < 2 * HOUR; second += 1) {
        for (const twin of twins) {
          twin.offers.push(twin.state.limit);
          twin.car += Math.max(-2, Math.min(2, (twin.offers[second - DEAD] ?? 0) - twin.car));
        }
        if (second % period !== 0) continue;
        const gridW = twins.reduce((sum, { car }) => sum + car * 230, 0) - 5500 + (second % 7);
        for (const twin of twins) {
          const before = twin.state.limit;
          const now = Instant(second * 1000);
          ({ state: twin.state } = step(twin.state, { type: "reading", source: "grid", value: gridW, measuredAt: now }, now));
          if (before <= 0 && twin.state.limit > 0) twin.closures += 1;
          if (second > HOUR) twin.moved += Math.abs(twin.state.limit - before);
        }
      }
      for (const { closures, moved, state } of twins) {
        equal(closures, 1);
        ok(Math.abs(state.limit - 12) < 1, `${state.limit} A of 12 A`);
        ok(moved < 200, `moved by ${moved} A in an hour`);
      }
    });
  }
});

describe("solar limiter and readings that come back", () => {
  for (const stamped of [true, false]) {
    for (const period of [5, 60]) {
      it(`knows the sun again at once after a burst of readings every ${period} s, ${stamped ? "stamped" : "without stamps"}`, () => {
        let state = createSolar(DEFAULT_SOLAR_CONFIG, Instant(0));
        let closures = 0;
        let car = 0;
        let waiting: { readonly at: number; readonly gridW: number }[] = [];
        const sun = (second: number): number => (second < 4000 ? 3500 : 1800) + ((second / period) % 9);
        for (let second = 0; second < 5600; second += 1) {
          car += Math.max(-2, Math.min(2, state.limit - car));
          if (second % period === 0) waiting.push({ at: second, gridW: car * 230 - sun(second) });
          const isDown = second > 3900 && second < 4300;
          for (const [i, { at, gridW }] of (isDown ? [] : waiting).entries()) {
            const before = state.limit;
            const measuredAt = stamped ? Instant(at * 1000) : null;
            ({ state } = step(state, { type: "reading", source: "grid", value: gridW, measuredAt }, Instant(second * 1000 + i / 20)));
            if (before <= 0 && state.limit > 0) closures += 1;
          }
          if (!isDown) waiting = [];
          ({ state } = step(state, { type: "tick" }, Instant(second * 1000 + 100)));
          if (second > 4300) ok(Math.abs((state.observer.sun?.surplus ?? 0) - sun(second)) < 60, `${state.observer.sun?.surplus} W`);
          if (second > 4900) ok(Math.abs(state.limit - 1800 / 230) < 0.5, `${state.limit} A`);
        }
        equal(closures, 1);
      });
    }
  }

  it("starts nobody for one reading, however much sun it shows", () => {
    const { closures } = live({ sun: () => 5000, says: (gridW) => gridW, period: 10 * HOUR }, 2 * HOUR);
    equal(closures, 0);
  });
});

describe("solar limiter and a charger that gives no current", () => {
  it("keeps the offer and regrets nothing through a full battery, a fault and an empty place, and the next car begins with the sun", () => {
    const presence = (second: number): CarPresence => {
      if (second < HOUR) return "charging";
      if (second < 2 * HOUR) return "waiting";
      return second < 3 * HOUR ? "absent" : "charging";
    };
    const takes = (offer: number, second: number): number => (presence(second) === "charging" ? offer : 0);
    const { closures, state } = live({ sun: () => 2760, presence, takes }, 4 * HOUR, (second, { limit, regret }) => {
      const settled = [1, 2, 3].every((hour) => second < hour * HOUR || second > hour * HOUR + 60);
      if (second > 1800 && settled) ok(Math.abs(limit - 12) < 0.5 && regret === 0, `${limit} A, ${regret} Wh at ${second} s`);
    });
    equal(closures, 1);
    equal(state.limitedBy, "sun");
  });

  for (const [away, meets] of [
    ["five minutes", 300],
    ["two hours", 2 * HOUR],
  ] as const) {
    it(`counts for the plan what a car got before it was away for ${away}: ${meets < HOUR ? "it did not drive" : "no more"}`, () => {
      const plan: SolarEvent = { type: "plan", plan: { energy: WattHours(6000), by: Instant(20 * HOUR * 1000) } };
      const presence = (second: number): CarPresence => (second >= 2 * HOUR && second < 2 * HOUR + meets ? "absent" : "charging");
      const events = (second: number): readonly SolarEvent[] => (second === 0 ? [plan] : []);
      const sun = (second: number): number => (second < 2 * HOUR ? 2300 : -300);
      const house: House = {
        sun,
        presence,
        events,
        takes: (offer, second) => (presence(second) === "absent" ? 0 : offer),
        config: { mode: "plan" },
      };
      const { bought, solar } = live(house, 20 * HOUR);
      const missing = meets < HOUR ? 6 - solar : 6;
      ok(Math.abs(bought - missing) < 0.9, `${bought} kWh bought where ${missing} kWh were missing`);
    });
  }
});
