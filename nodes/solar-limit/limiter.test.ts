import assert from "node:assert/strict";
import * as v from "valibot";
import { LimitMessage } from "#link/messages";
import { LimiterUnderTest, SolarMovedTime } from "../../test/support/solar-limiter.ts";
import { TelemetryReport } from "./solar-limit.outputs.ts";

const status = (charger: string, state: string, more: object = {}) => ({
  payload: { charger, state, at: 1, relay: "closed", currentA: 0, ...more },
});

describe("limiter of a flow", () => {
  it("says nothing before the first reading, so that a limit from before a deployment stays in force", async () => {
    const one = new LimiterUnderTest();
    await one.time.advance(9_000);
    assert.deepEqual(one.limits, []);
    await one.time.advance(2_000);
    assert.equal(one.limit().limitA, 0);
    assert.equal(one.shown.at(-1)?.text, "no readings");
  });

  it("offers what the sun gives, with the reason and an end that every charger understands", async () => {
    const one = new LimiterUnderTest({ volts: 230 });
    await one.shine(300, 2500);
    const limit = one.limit();
    assert.ok(limit.limitA > 9 && limit.limitA <= 16, String(limit.limitA));
    assert.equal(limit.validUntil - one.time.wall() > 0, true);
    assert.ok(v.is(LimitMessage, limit));
    assert.match(one.shown.at(-1)?.text ?? "", /^(sun|maximum) [\d.]+ A$/);
  });

  it("renews a limit that does not change before it runs out", async () => {
    const one = new LimiterUnderTest({ mode: "fast" });
    await one.time.advance(200_000);
    const sent = one.limits.map(({ payload }) => payload as { limitA: number; validUntil: number });
    const offers = sent.map(({ limitA }) => limitA);
    assert.deepEqual(offers.slice(offers.indexOf(16)), [16, 16, 16, 16, 16]);
    assert.ok((sent.at(-1)?.validUntil ?? 0) > one.time.wall() + 30_000);
  });

  it("switches modes by message, and goes back to the form's", async () => {
    const one = new LimiterUnderTest();
    one.limiter.receive({ topic: "mode", payload: "fast" });
    assert.equal(one.limit().limitA, 0, "a charger that was just deployed rests first");
    await one.time.advance(61_000);
    assert.deepEqual([one.limit().limitA, one.limit().limitedBy], [16, "maximum"]);
    one.limiter.receive({ topic: "mode", payload: "off" });
    assert.deepEqual([one.limit().limitA, one.limit().limitedBy], [0, "off"]);
    await one.time.advance(1_000);
    assert.equal(one.shown.at(-1)?.text, "off");
    one.limiter.receive({ topic: "override", payload: "auto" });
    await one.time.advance(1_000);
    assert.equal(one.telemetry.at(-1)?.mode, "solar");
  });

  it("obeys the lowest ceiling at once, and names it", async () => {
    const one = new LimiterUnderTest({ mode: "fast" });
    await one.time.advance(61_000);
    one.limiter.receive({ topic: "ceiling/user", payload: "10 A" });
    assert.deepEqual([one.limit().limitA, one.limit().limitedBy], [10, "user"]);
    one.limiter.receive({ topic: "ceiling/thermal", payload: 7 });
    assert.deepEqual([one.limit().limitA, one.limit().limitedBy], [7, "thermal"]);
    one.limiter.receive({ topic: "ceiling/thermal", payload: null });
    one.limiter.receive({ topic: "ceiling/user", payload: null });
    await one.time.advance(300_000);
    assert.equal(one.limit().limitA, 16);
  });

  it("keeps the tariff window of the form, also across midnight", async () => {
    const time = new SolarMovedTime();
    const midnight = new Date(time.ms);
    midnight.setHours(21, 59, 0, 0);
    time.wallSetBy = midnight.getTime() - time.ms;
    const one = new LimiterUnderTest({ mode: "fast", tariffA: 8, tariffFromH: 22, tariffToH: 2 }, { time });
    await time.advance(58_000);
    one.limiter.receive({ topic: "ceiling/none", payload: null });
    await time.advance(8_000);
    assert.deepEqual([one.limit().limitA, one.limit().limitedBy], [8, "tariff"]);
    await time.advance(5 * 3_600_000);
    assert.equal(one.limit().limitA, 16);
  });

  it("lifts the tariff window that ended while a deployment was going on", async () => {
    const time = new SolarMovedTime();
    const evening = new Date(time.ms);
    evening.setHours(19, 50, 0, 0);
    time.wallSetBy = evening.getTime() - time.ms;
    const settings = { mode: "fast", tariffA: 8, tariffFromH: 17, tariffToH: 20 };
    const first = new LimiterUnderTest(settings, { time });
    await time.advance(595_000);
    assert.deepEqual([first.limit().limitA, first.limit().limitedBy], [8, "tariff"]);
    first.limiter.close();
    await time.advance(10_000);
    const second = new LimiterUnderTest(settings, { time, memory: first.limiter.memory });
    await time.advance(200_000);
    assert.equal(second.limit().limitA, 16);
  });

  it("turns mistakes into errors with a code, counts and shows them, and goes on as before", async () => {
    const one = new LimiterUnderTest();
    await one.shine(300, 3000);
    const before = one.limit();
    for (const [msg, code] of [
      [{ payload: "1.2 bananas" }, "unit"],
      [{ payload: 9e9 }, "implausible"],
      [{ payload: { power: 3 } }, "notANumber"],
      [{ topic: "mode", payload: "faster" }, "unknownMode"],
      [{ topic: "ceiling/user", payload: -1 }, "outOfRange"],
      [{ topic: "ceiling/fuse", payload: 80 }, "reservedName"],
      [{ payload: -3000, timestamp: "yesterday" }, "notANumber"],
    ] as const) {
      assert.throws(() => one.limiter.receive(msg), { name: "MessageError", code });
    }
    await one.time.advance(1_000);
    assert.equal(one.limit().limitA, before.limitA);
    await one.time.advance(10_000);
    const { rejected = {}, rejectedLast } = one.telemetry.at(-1) ?? {};
    assert.deepEqual([rejected["grid.unit"], rejected["grid.implausible"], rejected["message.unknownMode"]], [1, 1, 1]);
    assert.equal(rejectedLast, "grid.notANumber");
    assert.equal(one.shown.at(-1)?.text, "bad reading");
    await one.shine(2, 3000);
    assert.notEqual(one.shown.at(-1)?.text, "bad reading");
  });

  it("counts a sensor that is not available, which is nobody's mistake", () => {
    const one = new LimiterUnderTest();
    one.limiter.receive({ payload: "unavailable" });
    assert.equal(one.limiter.memory.state.rejected["grid.unavailable"], 1);
  });

  it("keeps its line calm while an inverter that sleeps is not available, and says so of the meter itself by its age", async () => {
    const one = new LimiterUnderTest();
    await one.shine(400, 3000);
    const shown = one.shown.length;
    for (let i = 0; i < 10; i += 1) {
      one.limiter.receive({ topic: "pv", payload: "unavailable" });
      await one.shine(10, 3000);
    }
    assert.ok(one.shown.slice(shown).every(({ text }) => text?.startsWith("sun")));
    await one.feed(400, { payload: "unavailable" });
    assert.match(one.shown.at(-1)?.text ?? "", /^old values|^no readings/);
  });

  it("goes on after a deployment without a stop", async () => {
    const first = new LimiterUnderTest();
    await first.shine(300, 3000);
    first.limiter.close();
    const second = new LimiterUnderTest({}, { time: first.time, memory: first.limiter.memory });
    await second.shine(5, 3000);
    assert.ok(second.limits.every(({ payload }) => (payload as { limitA: number }).limitA > 6));
    assert.ok(second.limits.length > 0);
  });

  it("goes on charging after a restart of Node-RED, without a stop, whatever comes first", async () => {
    const first = new LimiterUnderTest();
    await first.shine(300, 3000);
    first.limiter.close();
    const { kept } = first.limiter;
    for (const silentS of [0, 8, 30]) {
      const time = new SolarMovedTime();
      time.wallSetBy = first.time.wall() + 20_000 - time.wall();
      const second = new LimiterUnderTest({}, { time, kept });
      await time.advance(silentS * 1000);
      await second.shine(300, 3000);
      const offers = second.limits.map(({ payload }) => (payload as { limitA: number }).limitA);
      assert.ok(offers.length > 0 && offers.every((limitA) => limitA > 9), `silent for ${silentS} s, then ${offers.join(" ")}`);
      assert.ok(Math.abs(second.limit().limitA - 13) < 0.4);
    }
  });

  it("stops when nothing is heard after a restart of Node-RED, before its limit has run out twice", async () => {
    const first = new LimiterUnderTest();
    await first.shine(300, 3000);
    const time = new SolarMovedTime();
    time.wallSetBy = first.time.wall() - time.wall();
    const second = new LimiterUnderTest({}, { time, kept: first.limiter.kept });
    await time.advance(60_000);
    assert.ok(second.limit().limitA > 9);
    await time.advance(35_000);
    assert.deepEqual([second.limit().limitA, second.limit().limitedBy], [0, "stale"]);
  });

  it("begins anew after a restart of which the charger has noticed: its limit had run out", async () => {
    const first = new LimiterUnderTest();
    await first.shine(300, 3000);
    for (const wallSetBy of [120_000, -3_600_000]) {
      const time = new SolarMovedTime();
      time.wallSetBy = first.time.wall() + wallSetBy - time.wall();
      const second = new LimiterUnderTest({}, { time, kept: first.limiter.kept });
      await second.shine(5, 3000);
      assert.equal(second.limit().limitA, 0);
    }
  });

  it("does not start for a single reading, which a broker may have kept since yesterday", async () => {
    const one = new LimiterUnderTest();
    one.limiter.receive({ payload: -5000, retain: true });
    await one.time.advance(3_600_000);
    assert.ok(one.limits.every(({ payload }) => (payload as { limitA: number }).limitA === 0));
    await one.shine(200, 3000);
    assert.ok(one.limit().limitA > 6);
  });

  it("takes what was learned over, but the import tolerance from the form", async () => {
    const first = new LimiterUnderTest({ preset: "thrifty" });
    await first.feed(100, { payload: -3000 });
    const second = new LimiterUnderTest({ preset: "eager" }, { kept: first.limiter.kept });
    await second.time.advance(1_000);
    assert.equal(second.telemetry.at(-1)?.importTolerance, 0.5);
    assert.deepEqual(second.limiter.kept.observer.car, first.limiter.kept.observer.car);
  });

  it("does not depend on the wall clock being set", async () => {
    const one = new LimiterUnderTest();
    const other = new LimiterUnderTest();
    for (let second = 0; second < 400; second += 1) {
      if (second === 200) other.time.wallSetBy = -7 * 86_400_000;
      for (const run of [one, other]) await run.feed(1, { payload: -2000 - 5 * (second % 60), timestamp: run.time.wall() - 500 });
    }
    assert.ok(one.limit().limitA > 0);
    assert.deepEqual(other.limiter.memory.state.limit, one.limiter.memory.state.limit);
    assert.deepEqual(other.limiter.memory.state.rejected, {});
  });

  it("keeps a departure and the end of a ceiling on the wall clock when that is set, as after the start of a computer without one", async () => {
    const time = new SolarMovedTime();
    const lastShutdown = new Date(time.ms);
    lastShutdown.setHours(22, 0, 0, 0);
    time.wallSetBy = lastShutdown.getTime() - time.ms;
    const one = new LimiterUnderTest({ mode: "plan" }, { time });
    one.limiter.receive({ topic: "plan", payload: { energy: "5 kWh", by: "07:00" } });
    one.limiter.receive({ topic: "ceiling/user", payload: { limitA: 10, until: "05:30" } });
    await time.advance(20_000);
    time.wallSetBy += 7 * 3_600_000;
    await time.advance(600_000);
    assert.deepEqual([one.limit().limitA, one.limit().limitedBy], [10, "user"], "ten past five");
    await time.advance(1_800_000);
    assert.deepEqual([one.limit().limitA, one.limit().limitedBy], [16, "plan"], "the ceiling is over");
    await time.advance(6_000_000);
    assert.equal(one.limit().limitA, 0, "twenty past seven");
    const { plan } = one.limiter.memory.state;
    time.wallSetBy -= 3_000;
    await time.advance(2_000);
    assert.deepEqual(one.limiter.memory.state.plan, plan, "what is over does not begin again");
  });

  it("never says anything that its own description does not allow", async () => {
    const one = new LimiterUnderTest({ chargers: "left, right", maximumA: 32 });
    await one.feed(200, { payload: -4000 }, { topic: "pv", payload: "5 kW" });
    assert.ok(one.telemetry.length > 5);
    for (const report of one.telemetry) v.parse(TelemetryReport, report);
  });
});

describe("limiter of one charger", () => {
  it("learns from the charger's status whether a car is there, under any topic", async () => {
    const one = new LimiterUnderTest();
    one.limiter.receive({ topic: "Carport", ...status("Carport", "A") });
    assert.equal(one.limiter.memory.state.presence, "absent");
    one.limiter.receive({ topic: "Carport", ...status("Carport", "C", { currentA: 9.5, at: one.time.wall() }) });
    assert.equal(one.limiter.memory.state.presence, "charging");
    assert.equal(one.limiter.memory.state.observer.samples.at(-1)?.amps, 9.5);
    one.limiter.receive({ topic: "Carport", ...status("Carport", "C", { relay: "open" }) });
    assert.equal(one.limiter.memory.state.presence, "waiting");
  });

  it("sends plain amps for chargers that want no more, with the rest beside it", async () => {
    const one = new LimiterUnderTest({ mode: "fast", plainNumber: true, chargers: "garage" });
    await one.time.advance(61_000);
    const [msg] = one.limits.slice(-1);
    assert.ok(msg);
    assert.equal(msg.payload, 16);
    assert.equal(msg.topic, "garage");
    assert.equal((msg.limit as { limitedBy: string }).limitedBy, "maximum");
  });

  it("works with numbers in kW, counting what is sold as positive", async () => {
    const one = new LimiterUnderTest({ powerUnit: "kW", gridSign: "selling" });
    await one.shine(300, 3200, (gridW) => -gridW / 1000);
    assert.ok(one.limit().limitA > 12);
    await one.feed(1, { payload: "3200 W" });
    assert.deepEqual(one.limiter.memory.state.rejected, {});
  });
});

describe("limiter of several chargers", () => {
  const settings = { mode: "fast", chargers: "left, right", maximumA: 20 };

  it("sends each its own limit, and never more together than there is", async () => {
    const two = new LimiterUnderTest(settings);
    const now = new Map<string, number>();
    await two.time.advance(200_000);
    for (const { topic, payload } of two.limits) {
      now.set(String(topic), (payload as { limitA: number }).limitA);
      assert.ok([...now.values()].reduce((sum, amps) => sum + amps, 0) <= 20);
    }
    assert.deepEqual([two.limit("left").limitA, two.limit("right").limitA], [10, 10]);
  });

  it("gives a place that nobody uses to the other", async () => {
    const two = new LimiterUnderTest(settings);
    two.limiter.receive(status("right", "A"));
    await two.time.advance(200_000);
    assert.deepEqual([two.limit("left").limitA, two.limit("right").limitA], [20, 0]);
  });

  /** Two cars of 16 A on `amps` of sun; each charger speaks every ten seconds, a second apart. */
  async function drive(
    settings: object,
    amps: (second: number) => number,
    seconds: number,
    wants: Record<string, boolean> = {},
  ): Promise<Record<string, { wh: number; starts: number }>> {
    const two = new LimiterUnderTest({ chargers: "left, right", maximumA: 32, ...settings });
    const cars = ["left", "right"].map((name) => ({ name, offer: 0, since: 0, amps: 0, wh: 0, starts: 0 }));
    let heard = 0;
    for (let second = 0; second < seconds; second += 1) {
      for (; heard < two.limits.length; heard += 1) {
        const { topic, payload } = two.limits[heard] ?? {};
        const car = cars.find(({ name }) => name === topic);
        if (car === undefined) continue;
        const { limitA } = payload as { limitA: number };
        if (car.offer <= 0 && limitA > 0) Object.assign(car, { since: second, starts: car.starts + 1 });
        car.offer = limitA;
      }
      for (const [i, car] of cars.entries()) {
        const takes = car.offer > 0 && (wants[car.name] ?? true);
        const target = takes && second - car.since >= 10 ? Math.min(16, car.offer) : 0;
        car.amps += Math.max(-5, Math.min(2, target - car.amps));
        car.wh += (car.amps * 230) / 3600;
        const said = { state: takes ? "C" : "B", relay: takes ? "closed" : "open", currentA: car.amps, at: two.time.wall() };
        if (second % 10 === i) two.limiter.receive(status(car.name, said.state, said));
      }
      const drawn = cars.reduce((sum, car) => sum + car.amps, 0);
      if (second % 5 === 0) two.limiter.receive({ payload: Math.round(230 * (drawn - amps(second))) + (second % 7) });
      await two.time.advance(1000);
    }
    return Object.fromEntries(cars.map(({ name, wh, starts }) => [name, { wh, starts }]));
  }

  it("leaves each car its offer over a restart of Node-RED, and never gives out more than there was", async () => {
    const first = new LimiterUnderTest(settings);
    await first.time.advance(200_000);
    first.limiter.close();
    const time = new SolarMovedTime();
    time.wallSetBy = first.time.wall() + 20_000 - time.wall();
    const second = new LimiterUnderTest(settings, { time, kept: first.limiter.kept });
    await time.advance(120_000);
    for (const name of ["left", "right"]) {
      const offers = second.limits.filter(({ topic }) => topic === name).map(({ payload }) => (payload as { limitA: number }).limitA);
      assert.deepEqual([...new Set(offers)], [10], name);
    }
  });

  for (const sharing of ["equal", "priority"]) {
    it(`gives the sun to the second car when the first one named is full, ${sharing}`, async () => {
      const { left, right } = await drive({ sharing }, () => 9, 2 * 3600, { left: false });
      assert.equal(left?.wh, 0);
      assert.ok((right?.wh ?? 0) > 0.8 * 2 * 9 * 230, `${right?.wh} Wh of ${2 * 9 * 230} Wh`);
    });

    it(`starts each car once where there is sun for both, though their chargers speak at different times, ${sharing}`, async () => {
      const { left, right } = await drive({ sharing }, (second) => 20 + Math.sin(second / 300), 3600);
      assert.deepEqual([left?.starts, right?.starts], [1, 1]);
      const wh = (left?.wh ?? 0) + (right?.wh ?? 0);
      assert.ok(wh > 0.93 * 20 * 230 && wh < 1.01 * 20 * 230, `${wh} Wh of ${20 * 230} Wh`);
    });
  }

  it("refuses a charger that the form does not name", () => {
    const two = new LimiterUnderTest(settings);
    assert.throws(() => two.limiter.receive(status("middle", "B")), { code: "unknownCharger" });
  });
});
