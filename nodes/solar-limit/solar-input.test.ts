import assert from "node:assert/strict";
import fc from "fast-check";
import { MessageError } from "#core/errors";
import { formOf, SolarMovedTime } from "../../test/support/solar-limiter.ts";
import type { FlowMessage } from "../shared/red.ts";
import { DoorClock } from "./door-clock.ts";
import { type InputContext, readInput, type SolarInput } from "./solar-input.ts";

function contextOf(settings: object = {}): InputContext & { readonly time: SolarMovedTime } {
  const time = new SolarMovedTime();
  return { form: formOf({ ...settings }), clock: new DoorClock(time), wall: time.wall(), time };
}
const read = (msg: FlowMessage, settings: object = {}): SolarInput => readInput(msg, contextOf(settings));
const reading = (source: string, value: number, measuredAt: number | null = null) => ({
  is: "event",
  event: { type: "reading", source, value, measuredAt },
});

describe("solar input, readings", () => {
  for (const [what, msg, settings, expected] of [
    ["a number", { payload: -1200 }, {}, reading("grid", -1200)],
    ["text with a unit", { payload: "-1.2 kW" }, {}, reading("grid", -1200)],
    ["a decimal comma", { payload: "1,5 kW" }, {}, reading("grid", 1500)],
    ["a buffer", { payload: Buffer.from("800") }, {}, reading("grid", 800)],
    ["a property of an object", { payload: { ENERGY: { Power: 640 } } }, { property: "payload.ENERGY.Power" }, reading("grid", 640)],
    ["a property of JSON text", { payload: '{"ENERGY":{"Power":640}}' }, { property: "payload.ENERGY.Power" }, reading("grid", 640)],
    ["an item of a list", { payload: [{ w: 3 }, { w: 4 }] }, { property: "payload[1].w" }, reading("grid", 4)],
    ["what is sold as positive", { payload: 700 }, { gridSign: "selling" }, reading("grid", -700)],
    ["a bare number in kW", { payload: 0.7 }, { powerUnit: "kW" }, reading("grid", 700)],
    ["a unit, whatever the form says", { payload: "700 W" }, { powerUnit: "kW" }, reading("grid", 700)],
    ["power that could be used in addition", { payload: 500 }, { reading: "excess" }, reading("excess", 500)],
    ["a topic of its own", { topic: "PV", payload: "4.2 kW" }, {}, reading("pv", 4200)],
    ["a topic with a blank", { topic: "car current", payload: "9.5 A" }, {}, reading("carCurrent", 9.5)],
    ["a battery that counts discharging", { topic: "battery", payload: 300 }, { batterySign: "discharging" }, reading("battery", -300)],
    ["a percentage", { topic: "soc", payload: "54 %" }, {}, reading("batterySoc", 54)],
    ["any other topic as the form says", { topic: "shellies/em/0/power", payload: 12 }, {}, reading("grid", 12)],
  ] as const) {
    it(`takes ${what}`, () => assert.deepEqual(read(msg, settings), expected));
  }

  it("puts a stamp on the monotonic clock, in each form it may have", () => {
    const context = contextOf();
    const wall = context.time.wall();
    const expected = context.time.now() - 4000;
    const stamps = [wall - 4000, (wall - 4000) / 1000, new Date(wall - 4000).toISOString(), String(wall - 4000), new Date(wall - 4000)];
    for (const timestamp of stamps) {
      const input = readInput({ payload: 1, timestamp }, context);
      assert.ok(input.is === "event" && input.event.type === "reading");
      assert.equal(input.event.measuredAt, expected, String(timestamp));
    }
  });

  it("finds the stamp inside the payload where the form says so", () => {
    const context = contextOf({ property: "payload.w", stampProperty: "payload.at" });
    const input = readInput({ payload: { w: 5, at: context.time.wall() } }, context);
    assert.deepEqual(input, reading("grid", 5, context.time.now()));
  });

  it("takes the currents of the phases", () => {
    assert.deepEqual(read({ topic: "phaseCurrents", payload: [1, "2.5 A", "3000 mA"] }), {
      is: "event",
      event: { type: "phaseCurrents", amps: [1, 2.5, 3], measuredAt: null },
    });
  });

  it("hands a page on as it came", () => {
    assert.deepEqual(read({ payload: "<p>x</p>" }, { reading: "page" }), { is: "event", event: { type: "page", text: "<p>x</p>" } });
  });

  for (const [what, msg, reason, isMistake] of [
    ["a sensor that is not available", { payload: "unavailable" }, "unavailable", false],
    ["nothing", { payload: null }, "unavailable", false],
    ["NaN", { payload: Number.NaN }, "notANumber", true],
    ["an object without a path", { payload: { power: 3 } }, "notANumber", true],
    ["amps for a power", { payload: "3 A" }, "unit", true],
    ["an ambiguous comma", { payload: "1,234" }, "ambiguous", true],
    ["true", { payload: true }, "notANumber", true],
    ["a time that is none", { payload: 3, timestamp: "soon" }, "notANumber", true],
    ["five phases", { topic: "phaseCurrents", payload: [1, 2, 3, 4, 5] }, "notANumber", true],
  ] as const) {
    it(`refuses ${what}`, () => {
      const input = read(msg);
      assert.ok(input.is === "refused" && input.event.type === "rejected");
      assert.equal(input.event.reason, reason);
      assert.equal(input.error?.code, isMistake ? reason : undefined);
    });
  }
});

describe("solar input, requests", () => {
  const event = (msg: FlowMessage, settings: object = {}): unknown => {
    const input = read(msg, settings);
    return input.is === "event" ? input.event : input;
  };

  for (const [payload, mode] of [
    ["off", "off"],
    [false, "off"],
    ["Solar", "solar"],
    ["solar + minimum", "solarMinimum"],
    ["fast", "fast"],
    ["plan", "plan"],
    ["auto", "solarMinimum"],
    [true, "solarMinimum"],
  ] as const) {
    it(`takes ${JSON.stringify(payload)} for a mode`, () => {
      assert.deepEqual(event({ topic: "mode", payload }, { mode: "solarMinimum" }), { type: "mode", mode });
    });
  }

  it("takes prices, a tolerance and the presence of a car", () => {
    const prices = { importPrice: 0.32, feedInPrice: 0.08, worth: 0.2 };
    assert.deepEqual(event({ topic: "prices", payload: prices }), { type: "prices", ...prices });
    assert.deepEqual(event({ topic: "importTolerance", payload: "3" }), { type: "importTolerance", value: 3 });
    assert.deepEqual(event({ topic: "car", payload: "C" }), { type: "car", presence: "charging" });
  });

  it("takes a plan for the next time the clock shows seven", () => {
    const context = contextOf();
    const input = readInput({ topic: "plan", payload: { energy: "12 kWh", by: "07:00" } }, context);
    assert.ok(input.is === "event" && input.event.type === "plan" && input.event.plan);
    assert.equal(input.event.plan.energy, 12_000);
    const wall = new Date(context.wall + (input.event.plan.by - context.time.now()));
    assert.deepEqual([wall.getHours(), wall.getMinutes()], [7, 0]);
    const ahead = wall.getTime() - context.wall;
    assert.ok(ahead > 0 && ahead <= 25 * 3_600_000);
    assert.deepEqual(event({ topic: "plan", payload: null }), { type: "plan", plan: null });
  });

  it("takes a ceiling, with an end or without, and lifts it", () => {
    const context = contextOf();
    assert.deepEqual(event({ topic: "ceiling/user", payload: "10 A" }), { type: "ceiling", name: "user", limit: 10, until: null });
    assert.deepEqual(event({ topic: "ceiling/user", payload: "off" }), { type: "ceiling", name: "user", limit: null, until: null });
    const until = context.wall + 60_000;
    assert.deepEqual(readInput({ topic: "ceiling/peak", payload: { limitA: 8, until } }, context), {
      is: "event",
      event: { type: "ceiling", name: "peak", limit: 8, until: context.time.now() + 60_000 },
    });
  });

  for (const [msg, code, settings] of [
    [{ topic: "mode", payload: "toString" }, "unknownMode", {}],
    [{ topic: "mode", payload: {} }, "unknownMode", {}],
    [{ topic: "car", payload: "constructor" }, "unknownPresence", {}],
    [{ topic: "plan", payload: { energy: 5, by: "late" } }, "badTime", {}],
    [{ topic: "plan", payload: { energy: "9 MWh", by: "07:00" } }, "outOfRange", {}],
    [{ topic: "plan", payload: { energy: 5 } }, "badShape", {}],
    [{ topic: "ceiling/user", payload: { limitA: 5, typo: 1 } }, "badShape", {}],
    [{ topic: "ceiling/user", payload: "5 W" }, "unit", {}],
    [{ topic: "ceiling/page", payload: 5 }, "reservedName", {}],
    [{ topic: "prices", payload: { importPrice: 1 } }, "badShape", {}],
    [{ topic: "importTolerance", payload: 101 }, "outOfRange", {}],
    [{ topic: "batteryPolicy", payload: "catFirst" }, "unknownBatteryPolicy", {}],
    [{ topic: "batteryPolicy", payload: { priority: "carFirst", soc: 5 } }, "badShape", {}],
    [{ topic: "batteryPolicy", payload: { targetSocPercent: 120 } }, "outOfRange", {}],
    [{ topic: "weather", payload: 5 }, "unknownSubject", { reading: "topic" }],
  ] as const) {
    it(`refuses ${JSON.stringify(msg)} with the code ${code}`, () => {
      assert.throws(() => read(msg, settings), { name: "MessageError", code });
    });
  }

  it("changes how the home battery and the car share, whole or in part, and back to the form's", () => {
    const policyOf = (payload: unknown): unknown => {
      const input = read({ topic: "battery policy", payload }, { batteryPriority: "share", sharePercent: "30" });
      return input.is === "event" && input.event.type === "batteryPolicy" ? input.event.policy : input;
    };
    assert.deepEqual(policyOf("car first"), { priority: "carFirst" });
    assert.deepEqual(policyOf({ priority: "share", sharePercent: "40 %", dischargeW: "0.5 kW" }), {
      priority: "share",
      share: 0.4,
      allowedDischarge: 500,
    });
    assert.deepEqual(policyOf("auto"), {
      priority: "share",
      targetSoc: 80,
      share: 0.3,
      largestCharge: null,
      allowedDischarge: 0,
      floorSoc: 20,
    });
  });

  it("gives finite numbers or a MessageError, whatever comes", () => {
    const topic = fc.constantFrom(
      undefined,
      "grid",
      "soc",
      "phaseCurrents",
      "mode",
      "plan",
      "prices",
      "ceiling/x",
      "car",
      "page",
      "batteryPolicy",
      7,
    );
    const value = fc.oneof(
      fc.anything({ withNullPrototype: true, withDate: true }),
      fc.double(),
      fc.constantFrom("1e999", "-1 kW", "∞", "0x10", { energy: "1 kWh", by: 1e300 }, { limitA: 8, until: "2026-01-01T00:00" }),
    );
    fc.assert(
      fc.property(topic, value, fc.anything(), (topicOf, payload, timestamp) => {
        try {
          const input = read({ topic: topicOf, payload, timestamp });
          if (input.is !== "event") return;
          for (const number of Object.values(input.event).filter((one) => typeof one === "number")) assert.ok(Number.isFinite(number));
        } catch (error) {
          assert.ok(error instanceof MessageError, String(error));
        }
      }),
      { numRuns: 3000, seed: 1772 },
    );
  });
});
