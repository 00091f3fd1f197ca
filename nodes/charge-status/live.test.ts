import assert from "node:assert/strict";
import { WallTime } from "#core/units/units";
import { MovedTime } from "../../test/flows/support/moved-time.ts";
import { aRecord, charging, STALE_AFTER } from "../../test/support/status-page.ts";
import { type Change, Live, newMemory } from "./live.ts";
import { newsOf } from "./news.ts";

describe("live state", () => {
  const setUp = (memory = newMemory(), time = new MovedTime(), staleAfterMs: number | null = STALE_AFTER) => {
    const changes: Change[] = [];
    let asked = 0;
    const live = new Live({
      scheduler: time,
      staleAfterMs,
      memory,
      changed: (change) => changes.push(change),
      dayEnergy: () => {
        asked += 1;
        return Promise.resolve(new Map([["bay", 9000]]));
      },
    });
    const hear = (payload: unknown, topic?: string): void => live.hear(newsOf(topic, payload, "garage", time.wall()));
    return { live, memory, time, changes, hear, asked: () => asked };
  };

  it("is unknown when a charger has been silent for so long, and known again with its next word", async () => {
    const { live, hear, time } = setUp();
    hear(charging());
    await time.advance(STALE_AFTER - 1);
    assert.equal(live.charger("bay")?.state, "charging");
    await time.advance(1);
    assert.equal(live.charger("bay")?.state, "unknown");
    hear(charging());
    assert.equal(live.charger("bay")?.state, "charging");
  });

  it("is what it was said to be, for a charger that speaks on change only", async () => {
    const { live, hear, time } = setUp(newMemory(), new MovedTime(), null);
    hear({ charger: "bay", state: "A" });
    await time.advance(30 * 3_600_000);
    assert.equal(live.charger("bay")?.state, "notConnected");
  });

  it("outlives a deployment, and goes on watching", async () => {
    const before = setUp();
    before.hear(charging());
    await before.time.advance(16_000);
    before.live.close();
    assert.equal(before.time.waiting, 0);
    const after = setUp(before.memory, before.time);
    assert.equal(after.live.charger("bay")?.powerW, 3790);
    assert.equal(after.live.curve("bay")?.at.length, 2, "the one of before, and this moment");
    await after.time.advance(STALE_AFTER);
    assert.equal(after.live.charger("bay")?.state, "unknown");
  });

  it("keeps several chargers apart, and no more than a page can show", () => {
    const { live, hear } = setUp();
    for (let one = 0; one < 64; one++) hear({ charger: `c${one}`, state: "A" });
    assert.equal(live.chargers.length, 64);
    assert.throws(() => hear({ charger: "one more", state: "A" }), { code: "tooManyChargers" });
    hear({ charger: "c5", state: "C" });
    assert.equal(live.charger("c5")?.state, "charging");
  });

  it("takes what the log says of a charge, late and twice, for what it is", () => {
    const { live, hear } = setUp();
    hear(charging());
    live.record(aRecord("r", { endedAt: null, revision: 5, sunWh: 500 }));
    live.record(aRecord("r", { endedAt: null, revision: 4, sunWh: 100 }));
    assert.equal(live.charger("bay")?.charge?.sunWh, 500);
    live.record(aRecord("r", { revision: 6, endedAt: WallTime(2000) }));
    live.record(aRecord("older", { endedAt: WallTime(1000) }));
    assert.equal(live.charger("bay")?.lastCharge?.id, "r");
  });

  it("remembers what the log said before the charger spoke", () => {
    const { live, hear } = setUp();
    live.record(aRecord("r", { endedAt: null, sunWh: 77 }));
    assert.deepEqual(live.chargers, []);
    hear(charging());
    assert.equal(live.charger("bay")?.charge?.sunWh, 77);
  });

  it("asks for the day's energy now and then, not with each message", async () => {
    const { live, hear, time, asked } = setUp();
    for (let second = 0; second < 29; second++) {
      hear(charging());
      await time.advance(1000);
    }
    assert.deepEqual([asked(), live.charger("bay")?.dayEnergyWh], [1, 9000]);
    await time.advance(2000);
    hear(charging());
    assert.equal(asked(), 2);
  });

  it("draws a curve of even steps, with a gap while the charger is silent", async () => {
    const { live, hear, time } = setUp();
    hear({ sunW: 3000, houseW: 200 });
    hear(charging());
    await time.advance(60_000);
    const curve = live.curve("bay");
    assert.deepEqual(curve?.carW, [3790, 3790, null, null]);
    assert.deepEqual(curve?.sunW, [3000, 3000, 3000, 3000]);
    await time.advance(5_000);
    assert.equal(live.curve("bay")?.at.at(-1), time.wall(), "up to this moment");
    assert.deepEqual(new Set(curve?.at.map((at, index) => at - (curve.at[index - 1] ?? at - 15_000))), new Set([15_000]));
  });

  it("draws a start as an edge, and a flicker not at all", async () => {
    const { live, hear, time } = setUp();
    hear(charging({ powerW: 0 }));
    await time.advance(20_000);
    hear(charging({ powerW: 3700 }));
    for (const flicker of [0, 3700, 0]) hear(charging({ powerW: flicker }));
    await time.advance(1_000);
    const { at = [], carW = [] } = live.curve("bay") ?? {};
    assert.deepEqual(carW, [0, 0, 3700, 0]);
    assert.deepEqual(
      at.map((moment) => moment - (at[0] ?? 0)),
      [0, 4_999, 5_000, 6_000],
    );
  });

  it("knows what the house takes from what comes in and does not go to the car", () => {
    const { live, hear } = setUp();
    hear(charging({ powerW: 3000 }));
    hear({ sunW: 2500, gridW: 900, batteryW: 100 });
    assert.equal(live.site?.houseW, 500);
    hear(700, "house");
    assert.equal(live.site?.houseW, 700);
  });

  it("keeps six hours of it", async () => {
    const { live, hear, time } = setUp();
    hear(charging());
    await time.advance(7 * 3_600_000);
    assert.equal(live.curve("bay")?.at.length, 1440);
  });

  it("forgets the sun and the limiter when they are silent", async () => {
    const { live, hear, time } = setUp();
    hear({ at: 1, mode: "solar", limitA: 9, limitedBy: "sun", surplusW: 2000, carA: 8, stopsInMs: 60_000, startsInMs: null });
    hear(2000, "pv");
    assert.deepEqual([live.solar?.stopsAt, live.site?.sunW], [60_001, 2000]);
    await time.advance(120_000);
    assert.deepEqual([live.solar, live.site], [null, null]);
  });

  it("forgets the sun when it alone is silent: an inverter that sleeps makes nothing, and no house takes what it made last", async () => {
    const { live, hear, time } = setUp();
    hear(2000, "pv");
    for (let minute = 0; minute < 3; minute++) {
      hear(500, "grid");
      await time.advance(59_000);
    }
    assert.deepEqual([live.site?.sunW, live.site?.gridW, live.site?.houseW], [2000, 500, 2500]);
    hear(500, "grid");
    assert.deepEqual([live.site?.sunW, live.site?.gridW, live.site?.houseW], [null, 500, null]);
  });
});
