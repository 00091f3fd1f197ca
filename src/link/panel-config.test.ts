import assert from "node:assert/strict";
import { INTERLOCK_NAMES } from "#pi/interlocks";
import { parseControllerConfig } from "./controller-config.ts";

const PI = { kind: "pigpiod", preset: "buildGuide", interlocks: INTERLOCK_NAMES };
const panelOf = (panel: object, driver: object = PI, more: object = { meter: "none" }) =>
  parseControllerConfig(JSON.stringify({ version: 1, charger: "bay", driver, panel, ...more }), "/etc/j1772").panel;

describe("a front panel in a controller's configuration", () => {
  it("is none unless it is asked for, and then as the board is wired", () => {
    assert.equal(parseControllerConfig('{"version":1,"charger":"bay","driver":{"kind":"sim"}}', "/").panel, null);
    assert.deepEqual(panelOf({ lcd: {}, led: {} }), {
      lcd: { bus: 1, address: 0x20 },
      led: { red: 12, green: 13, blue: 19, common: "cathode" },
      language: "en",
      turnAfterMs: 5_000,
    });
  });

  it("takes pins of one's own, a common anode, and pages that nothing but a button turns", () => {
    const pins = { red: 4, green: 5, blue: 6 };
    assert.deepEqual(panelOf({ led: { pins, common: "anode" }, language: "de", turnAfterMs: null }), {
      lcd: null,
      led: { ...pins, common: "anode" },
      language: "de",
      turnAfterMs: Number.POSITIVE_INFINITY,
    });
  });

  const points = { high: { adcV: 4.5, pilotV: 12 }, low: { adcV: 0.9, pilotV: -12 } };
  const hat = { meter: "none", supply: { poles: 1 }, groundMonitor: "notFitted", temperature: { sensor: "notFitted" }, pilotSense: points };
  for (const [what, panel, driver, more, message] of [
    ["nothing in it", {}, PI, {}, /panel.*"lcd", "led" or both/],
    ["a driver without a bus", { lcd: {} }, { kind: "sim" }, {}, /panel: the driver "sim" has no I2C/],
    ["a board without pins for a light", { led: {} }, { ...PI, preset: "evseHat" }, hat, /panel\.led\.pins: expected three pins/],
    [
      "a pin that is the relay's",
      { led: { pins: { red: 17, green: 5, blue: 6 } } },
      PI,
      {},
      /panel: statusLight\.red: GPIO 17 is already relays/,
    ],
    ["one pin for two lamps", { led: { pins: { red: 5, green: 5, blue: 6 } } }, PI, {}, /GPIO 5 is already statusLight\.red/],
    ["a lamp on the bus", { lcd: {}, led: { pins: { red: 2, green: 5, blue: 6 } } }, PI, {}, /GPIO 2 is already I2C/],
    ["an address that is none", { lcd: { address: 0x48 } }, PI, {}, /panel\.lcd\.address/],
    ["a slip of the pen", { lcd: { adress: 0x20 } }, PI, {}, /adress/],
  ] as const) {
    it(`refuses ${what} and names it [F-38]`, () => {
      assert.throws(() => panelOf(panel, driver, { meter: "none", ...more }), { name: "ConfigError", code: "configInvalid", message });
    });
  }
});
