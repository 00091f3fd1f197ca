import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { MessageError } from "#core/errors";
import { SimActionMessage, SimFaultMessage } from "#link/sim-action";
import { readConfig } from "../shared/read-config.ts";
import { houseAction, plugAction } from "./arrival.ts";
import { parseCarInput } from "./car-input.ts";
import { CarNode } from "./j1772-car.schema.ts";

const config = readConfig(CarNode.fields, { charger: "c", preset: "sleepy", socPercent: "55" });
const parse = (payload: unknown): SimActionMessage => parseCarInput(payload, (preset) => plugAction(config, preset));
const sleepy = { do: "plug", preset: "sleepy", car: { socPercent: 55 } };

describe("car input", () => {
  for (const [payload, action] of [
    ["plug", sleepy],
    ["Plug in", sleepy],
    [true, sleepy],
    ["plug latchesonf", { do: "plug", preset: "latchesOnF", car: { socPercent: 55 } }],
    ["unplug", { do: "unplug" }],
    [false, { do: "unplug" }],
    ["press button", { do: "pressButton" }],
    ["release-button", { do: "releaseButton" }],
    ["inject diodeShort", { do: "inject", fault: "diodeShort" }],
    ["inject LEAKAGE 22.5", { do: "inject", fault: "leakage", value: 22.5 }],
    ["inject temperature -10", { do: "inject", fault: "temperature", value: -10 }],
    ["clear", { do: "clear", fault: "all" }],
    ["clear all", { do: "clear", fault: "all" }],
    ["clear weld", { do: "clear", fault: "weld" }],
    [
      { do: "house", pvW: 4000 },
      { do: "house", pvW: 4000 },
    ],
    ['{"do":"car","car":{"rude":true}}', { do: "car", car: { rude: true } }],
  ] as const) {
    it(`takes ${JSON.stringify(payload)}`, () => assert.deepEqual(parse(payload), action));
  }

  for (const [payload, code] of [
    ["", "emptyMessage"],
    [null, "emptyMessage"],
    [16, "unknownText"],
    ["plug constructor", "unknownText"],
    ["constructor", "unknownText"],
    ["inject toString", "unknownText"],
    ["inject", "unknownText"],
    ["inject weld 1 2", "unknownText"],
    ["inject weld 1e3", "unknownText"],
    ["clear weld now", "unknownText"],
    ["x".repeat(1_000_000), "tooLong"],
    [{ do: "explode" }, "badShape"],
    [{ do: "plug", car: { socPercent: 101 } }, "badShape"],
    [{ do: "inject", fault: "leakage", value: Number.NaN }, "badShape"],
    [JSON.parse('{"do":"unplug","__proto__":{}}'), "forbiddenKey"],
    [Buffer.from("plug"), "wrongType"],
    [["plug"], "wrongType"],
  ] as const) {
    it(`refuses ${Buffer.isBuffer(payload) ? "a buffer" : JSON.stringify(payload).slice(0, 60)} with the code ${code}`, () => {
      assert.throws(() => parse(payload), { name: "MessageError", code });
    });
  }

  it("gives only actions that the link takes, whatever comes", () => {
    const junk = fc.oneof(
      fc.anything({ withNullPrototype: true, withMap: true }),
      fc.record(
        { do: fc.constantFrom("plug", "inject", "house", "car"), fault: fc.constantFrom("weld", "x"), value: fc.double() },
        { requiredKeys: [] },
      ),
      fc
        .tuple(fc.constantFrom("plug", "inject", "clear"), fc.constantFrom(...SimFaultMessage.options, "rude", "__proto__"), fc.string())
        .map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(junk, (payload) => {
        try {
          assert.ok(v.is(SimActionMessage, parse(payload)));
        } catch (error) {
          assert.ok(error instanceof MessageError, String(error));
        }
      }),
      { numRuns: 2000, seed: 1772 },
    );
  });
});

describe("the car of the form", () => {
  it("brings only what the form names, so that its kind keeps its own ways", () => {
    const empty = readConfig(CarNode.fields, { charger: "c" });
    assert.deepEqual(plugAction(empty, "tapering"), { do: "plug", preset: "tapering", car: {} });
    const named = readConfig(CarNode.fields, { charger: "c", batteryKwh: "75", onboardChargerA: 24, socPercent: 0 });
    assert.deepEqual(plugAction(named), { do: "plug", preset: "polite", car: { socPercent: 0, batteryWh: 75_000, onboardChargerA: 24 } });
    assert.deepEqual(houseAction(empty), { do: "house", loadW: 400, pvW: 0 });
  });
});
