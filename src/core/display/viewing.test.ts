import assert from "node:assert/strict";
import { Instant } from "#core/units/units";
import { NOTHING_SEEN, type Seen } from "./seen.ts";
import { seenOfOurs, type ToldStatus } from "./seen-charger.ts";
import { beginViewing, hear, pass, turn, type Viewing, type ViewingRules, viewAt } from "./viewing.ts";

const RULES: ViewingRules = { language: "en", turnAfterMs: 5_000, staleAfterMs: 35_000 };
const CHARGING: Seen = { ...NOTHING_SEEN, state: "charging", offeredA: 16, limitedBy: "sun", chargingMs: 59_000, energyWh: 4_160 };
const at = (ms: number): Instant => Instant(ms);
const view = (viewing: Viewing, ms: number): string => {
  const { rows, page, pages } = viewAt(viewing, at(ms), RULES);
  return `${rows.map((row) => row.trim()).join("|")} ${page + 1}/${pages}`;
};
const charging = (): Viewing => hear(beginViewing(at(0), RULES), CHARGING, at(0), RULES);

describe("what stands on a display", () => {
  it("has a clock that runs while the car charges, between one status and the next", () => {
    assert.equal(view(charging(), 999), "Charging     16A|0:00:59   4.2kWh 1/3");
    assert.equal(view(charging(), 1_000), "Charging     16A|0:01:00   4.2kWh 1/3");
    const paused = hear(charging(), { ...CHARGING, state: "paused" }, at(500), RULES);
    assert.equal(view(paused, 9_000), "Paused|Sun 1/2");
  });

  it("turns by itself, and back to the first page when the state changes", () => {
    const turned = pass(charging(), at(5_000), RULES);
    assert.equal(view(turned, 5_000), "Energy    4.2kWh| 2/3");
    assert.equal(pass(turned, at(9_999), RULES).page, 1);
    assert.equal(view(hear(turned, { ...CHARGING, state: "stopping" }, at(6_000), RULES), 6_000), "Stopping|Please wait 1/2");
    assert.equal(view(hear(turned, { ...CHARGING, energyWh: 5_000 }, at(6_000), RULES), 6_000), "Energy    5.0kWh| 2/3");
  });

  it("turns on and back, round and round, and then stands for a while", () => {
    const back = turn(charging(), { by: -1 }, at(100), RULES);
    assert.equal(view(back, 100), "Limit        16A|Sun 3/3");
    assert.equal(turn(back, { by: 1 }, at(200), RULES).page, 0);
    assert.equal(turn(back, { page: 9 }, at(200), RULES).page, 2);
    assert.equal(pass(back, at(15_099), RULES).page, 2);
    assert.equal(pass(back, at(15_100), RULES).page, 0);
  });

  it("knows nothing after a long silence", () => {
    assert.equal(view(charging(), 35_001), "---|No charger news 1/1");
    assert.equal(pass({ ...charging(), page: 2, turnsAt: 99_000 }, at(35_001), RULES).page, 0);
  });
});

describe("one of our own chargers on a display", () => {
  const STATUS: ToldStatus = {
    phase: "charging",
    offeredCurrentA: 16,
    limitedBy: "sun",
    currentA: null,
    powerW: null,
    temperatureC: null,
    faults: [],
    session: { energyWh: 0, chargingMs: 60_000 },
  };

  it("has no energy where nothing measures any, and none counted yet where something does", () => {
    assert.equal(seenOfOurs(STATUS, null, 0).energyWh, null);
    assert.equal(seenOfOurs({ ...STATUS, currentA: 0 }, null, 0).energyWh, 0);
  });

  it("says what it is ready for while it offers nothing because no car is there", () => {
    const free = { ...STATUS, phase: "notConnected", offeredCurrentA: 0 } as const;
    assert.equal(seenOfOurs(free, 30, 0).offeredA, 30);
    assert.equal(seenOfOurs({ ...free, phase: "paused" }, 30, 0).offeredA, 0);
  });

  it("needs a person for a latched fault, and shows the gravest of several", () => {
    const weld = { name: "ContactorWelded", severity: "emergency", latched: "untilReset", retryAt: null } as const;
    const sensor = { name: "TemperatureSensorFault", severity: "warning", latched: "no", retryAt: null } as const;
    const seen = seenOfOurs({ ...STATUS, phase: "faulted", faults: [sensor, weld] }, null, 0);
    assert.deepEqual([seen.state, seen.fault], ["needsYou", { name: "ContactorWelded", needs: "reset", retryIn: null }]);
  });
});
