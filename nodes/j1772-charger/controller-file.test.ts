import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { installedLimit } from "#core/evse/offer";
import { Amps } from "#core/units/units";
import { parseControllerConfig } from "#link/controller-config";
import { highestOffer } from "../shared/editor/installation.ts";
import { readConfig } from "../shared/read-config.ts";
import { controllerFiles, controllerFileText } from "./controller-file.ts";
import { ChargerNode } from "./j1772-charger.schema.ts";

const files = controllerFiles("/home/pi/.node-red", "a1b2");
const textOf = (stored: object): string => controllerFileText(readConfig(ChargerNode.fields, { ...stored }), files);

describe("controller file", () => {
  it("of a new charger node holds exactly the defaults of the safety machine", () => {
    const { charger, driver, evse, socket, stateDir } = parseControllerConfig(textOf({ name: "Carport" }), files.folder);
    assert.deepEqual({ charger, driver: driver.kind, stateDir }, { charger: "Carport", driver: "sim", stateDir: files.folder });
    assert.deepEqual(evse, DEFAULT_EVSE_CONFIG);
    assert.equal(socket, files.socket);
  });

  it("carries every field of the form to the machine", () => {
    const changed = {
      breakerA: 50,
      continuousPercent: 100,
      cableA: 30,
      hardwareA: 48,
      volts: 208,
      phases: 3,
      poles: 4,
      ventilation: "interlock",
      groundMonitor: "notFitted",
      autoReset: false,
      authorisation: "required",
      leaseS: 60,
      fallbackA: 6,
      meter: "none",
      inlet: "type2Socket",
      simplifiedCar: "clampTo10A",
      wakeUp: "stateE",
      wakeUpAfterS: 90,
      faultPilot: "steadyHigh",
      startDelayMaxS: 600,
      temperatureSensor: "notFitted",
      derateHalfC: 50,
      derateQuarterC: 51,
      stopC: 52,
      restoreC: 49,
    };
    const ofPi = ({ shownWhen = {} }: { readonly shownWhen?: Readonly<Record<string, string | readonly string[]>> }) =>
      shownWhen.driver?.includes("pigpiod") === true && !shownWhen.driver.includes("simulated");
    const untold = Object.entries(ChargerNode.fields).flatMap(([name, field]) => (name in changed || ofPi(field) ? [] : [name]));
    assert.deepEqual(untold, ["name", "driver", "socketPath"]);
    assert.deepEqual(parseControllerConfig(textOf(changed), files.folder).evse, {
      ratings: { hardware: 48, breaker: 50, cable: 30, continuousFactor: 1 },
      supply: { volts: 208, phases: 3, poles: 4 },
      ventilation: "interlock",
      groundMonitor: "notFitted",
      autoReset: false,
      lease: { defaultFor: 60_000, fallback: 6 },
      wakeUp: { method: "stateE", afterMs: 90_000 },
      faultPilot: "steadyHigh",
      authorisation: "required",
      meter: "none",
      temperature: { sensor: "notFitted", derateHalf: 50, derateQuarter: 51, stop: 52, restore: 49 },
      startDelayMax: 600_000,
      simplifiedCar: "clampTo10A",
      inlet: "type2Socket",
    });
  });

  it("is refused before any process starts when temperatures do not rise", () => {
    assert.throws(() => textOf({ derateHalfC: 80 }), { name: "ConfigError", code: "configInvalid", message: /restoreC < derateHalfC/ });
  });

  it("lies in a folder of its own for each charger, whatever characters its id has", () => {
    assert.equal(controllerFiles("/u", "9f.1a").folder, "/u/j1772/9f_1a");
    assert.equal(controllerFiles("/u", "../../etc").folder, "/u/j1772/______etc");
    assert.notEqual(controllerFiles("/u", "a").socket, controllerFiles("/u", "b").socket);
  });
});

describe("controller file of a charger on a Raspberry Pi", () => {
  const CONFIRMED = {
    livenessGate: true,
    gfciLatch: true,
    relayPullDown: true,
    loadSideSense: true,
    pilotDriver: true,
    bufferedSense: true,
    upstreamProtection: true,
  };
  const stored = (more: object = {}) => ({ driver: "pigpiod", ...CONFIRMED, ...more });

  it("claims what the board has, and nothing that it has not", () => {
    const { driver, evse } = parseControllerConfig(textOf(stored({ poles: 4, meter: "stopWhenSilent" })), files.folder);
    assert.deepEqual(driver, { kind: "pigpiod", port: 8888, preset: "buildGuide", interlocks: Object.keys(CONFIRMED) });
    assert.deepEqual([evse.supply.poles, evse.meter, evse.groundMonitor, evse.temperature.sensor], [2, "none", "fitted", "fitted"]);
  });

  for (const name of Object.keys(CONFIRMED)) {
    it(`is refused while nobody answers for ${name}, which is named`, () => {
      assert.throws(() => textOf(stored({ [name]: false })), { name: "ConfigError", message: new RegExp(`missing: ${name} \\(`) });
    });
  }

  it("is refused for a hat whose divider was not measured, and takes the points that were", () => {
    assert.throws(() => textOf(stored({ board: "evseHat" })), { name: "ConfigError", message: /two measured points/ });
    const points = { highAdcV: 4.5, highPilotV: 12, lowAdcV: 0.9, lowPilotV: -12 };
    assert.throws(() => textOf(stored({ board: "evseHat", ...points, lowAdcV: "" })), { message: /all four or none/ });
    assert.throws(() => textOf(stored({ board: "evseHat", ...points, highAdcV: 5.1 })), { message: /converter has 5 V/ });
    const { calibration, evse } = parseControllerConfig(textOf(stored({ board: "evseHat", ...points })), files.folder);
    assert.ok(Math.abs(calibration.gain - 24 / 3.6) < 1e-9);
    assert.deepEqual([evse.supply.poles, evse.groundMonitor, evse.temperature.sensor], [1, "notFitted", "notFitted"]);
  });

  it("drives the same board by the library, for which a daemon has no address", () => {
    const { driver, evse } = parseControllerConfig(textOf(stored({ driver: "pigpio", daemonAddress: "charger.local" })), files.folder);
    assert.deepEqual(driver, { kind: "pigpio", preset: "buildGuide", interlocks: Object.keys(CONFIRMED) });
    assert.deepEqual([evse.supply.poles, evse.meter, evse.groundMonitor, evse.temperature.sensor], [2, "none", "fitted", "fitted"]);
  });

  it("is refused for the library where nobody answers for the one-shot, which is all that is left then [WD-01]", () => {
    assert.throws(() => textOf(stored({ driver: "pigpio", livenessGate: false })), {
      name: "ConfigError",
      message: /missing: livenessGate.*nothing but the one-shot in hardware opens the contactor when the controller dies/,
    });
  });

  it("is refused for the library on a board whose watchdog wants a daemon's script, or whose one-shot cannot be tried [WD-01]", () => {
    const points = { highAdcV: 4.5, highPilotV: 12, lowAdcV: 0.9, lowPilotV: -12 };
    assert.throws(() => textOf(stored({ driver: "pigpio", board: "evseHat", ...points })), {
      name: "ConfigError",
      message: /only a script in the pigpio daemon gives.*use the driver pigpiod.*coilInhibited: expected the pin/,
    });
  });

  it("is refused for points that would show a car that is not ready as ready, and for a supply that is another board's", () => {
    assert.throws(() => textOf(stored({ highPilotV: 8 })), { message: /highPilotV: expected 11 to 13 V/ });
    const text = (pilotSense: object): string => JSON.stringify({ ...JSON.parse(textOf(stored({}))), pilotSense });
    assert.throws(() => parseControllerConfig(text({ high: { adcV: 2.9, pilotV: 8 }, low: { adcV: 0.4, pilotV: -12 } }), files.folder));
    assert.throws(() => parseControllerConfig(text({ vccV: 5 }), files.folder), { message: /converter has 3.3 V/ });
    assert.ok(parseControllerConfig(text({ vccV: 3.27 }), files.folder));
  });

  for (const [address, place] of [
    ["charger.local", { host: "charger.local", port: 8888 }],
    ["10.0.0.5:9999", { host: "10.0.0.5", port: 9999 }],
    ["[::1]:8889", { host: "::1", port: 8889 }],
  ] as const) {
    it(`finds the daemon at "${address}"`, () => {
      const { driver } = parseControllerConfig(textOf(stored({ daemonAddress: address })), files.folder);
      assert.ok(driver.kind === "pigpiod");
      assert.deepEqual({ host: driver.host, port: driver.port }, place);
    });
  }

  it("is refused for an address that is none", () => {
    assert.throws(() => textOf(stored({ daemonAddress: "a:b:c" })), { message: /daemonAddress: expected host/ });
  });

  it("has a front panel where one is chosen, on the board's own pins or on others, and no driver but the daemon's takes one", () => {
    const panelOf = (more: object) => parseControllerConfig(textOf(stored(more)), files.folder).panel;
    const own = { red: 12, green: 13, blue: 19, common: "cathode" };
    const lcd = { bus: 1, address: 0x20 };
    assert.equal(panelOf({}), null);
    assert.deepEqual(panelOf({ panel: "lcd", panelLanguage: "de" }), { lcd, led: null, language: "de", turnAfterMs: 5_000 });
    assert.deepEqual(panelOf({ panel: "lcdAndLed" }), { lcd, led: own, language: "en", turnAfterMs: 5_000 });
    assert.deepEqual(panelOf({ panel: "led", ledPins: "4, 5, 6", ledCommon: "anode" })?.led, {
      red: 4,
      green: 5,
      blue: 6,
      common: "anode",
    });
    assert.equal(parseControllerConfig(textOf(stored({ driver: "pigpio", panel: "lcd" })), files.folder).panel, null);
    assert.throws(() => panelOf({ panel: "led", ledPins: "4, 5" }), { code: "badField", message: /ledPins: expected three GPIO numbers/ });
    assert.throws(() => panelOf({ panel: "led", ledPins: "17 5 6" }), { message: /GPIO 17 is already relays/ });
  });

  it("takes pins of one's own, and refuses those that do not fit together", () => {
    const pins = {
      pilotGpio: 18,
      relays: [{ gpio: 17 }],
      liveness: { gpio: 22 },
      gfciTripped: { gpio: 23, pull: "up" },
      loadSide: [{ gpio: 20 }],
      adc: { chip: "MCP3008", referenceV: 3.3, pilotInput: 0 },
      divider: { pilotOhm: 200_000, groundOhm: 54_900, supplyOhm: 43_200 },
    };
    const custom = (customPins: string) => textOf(stored({ board: "custom", customPins }));
    const { driver, evse } = parseControllerConfig(custom(JSON.stringify(pins)), files.folder);
    assert.ok(driver.kind === "pigpiod" && driver.layout?.relays[0]?.active === "high");
    assert.equal(evse.supply.poles, 1);
    assert.throws(() => custom(JSON.stringify({ ...pins, relays: [{ gpio: 18 }] })), { message: /GPIO 18 is already pilotGpio/ });
    assert.throws(() => custom(JSON.stringify({ ...pins, relays: [{ gpio: 4 }] })), { message: /pulled up at reset/ });
    assert.throws(() => custom("{"), { message: /customPins: expected the pins as JSON/ });
  });
});

describe("highest offer in the form", () => {
  it("is what the safety machine allows [DC-08]", () => {
    const amps = fc.integer({ min: 6, max: 80 });
    const installation = fc.record({
      breakerA: fc.integer({ min: 6, max: 125 }),
      continuousPercent: fc.constantFrom(80, 100),
      cableA: amps,
      hardwareA: amps,
    });
    fc.assert(
      fc.property(installation, (form) => {
        const ratings = {
          breaker: Amps(form.breakerA),
          cable: Amps(form.cableA),
          hardware: Amps(form.hardwareA),
          continuousFactor: form.continuousPercent === 80 ? 0.8 : 1,
        } as const;
        const installed = installedLimit({ ...DEFAULT_EVSE_CONFIG, ratings });
        const shown = highestOffer(form);
        if (installed < 6) assert.equal(shown, null);
        else assert.ok(shown !== null && Math.abs(shown.limitA - installed) < 1e-9);
      }),
      { seed: 1772 },
    );
  });

  it("is nothing while a value is missing", () => {
    assert.equal(highestOffer({ breakerA: Number.NaN, continuousPercent: 80, cableA: 40, hardwareA: 40 }), null);
  });
});
