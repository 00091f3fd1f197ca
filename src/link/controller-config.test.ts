import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { ConfigError } from "#core/errors";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { fingerprintOf, migrateControllerConfig, parseControllerConfig } from "./controller-config.ts";
import { linkPath } from "./link-path.ts";

const LEAST = { version: 1, charger: "bay", driver: { kind: "sim" } };
const FOLDER = resolve("/etc/j1772");

const parse = (file: object) => parseControllerConfig(JSON.stringify(file), FOLDER);

function refusal(text: string): ConfigError {
  try {
    parseControllerConfig(text, FOLDER);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("controller configuration", () => {
  it("needs only a version, a name and a driver; the rest is the default charger", () => {
    const config = parse(LEAST);
    assert.deepEqual(config.evse, DEFAULT_EVSE_CONFIG);
    assert.equal(config.stateDir, FOLDER);
    assert.equal(config.socket, linkPath(FOLDER, "bay"));
    assert.equal(config.access, "owner");
  });

  it("takes paths relative to the file, and absolute ones as they are", () => {
    const relative = parse({ ...LEAST, stateDir: "state", socket: "run/bay.sock" });
    assert.equal(relative.stateDir, join(FOLDER, "state"));
    assert.equal(relative.socket, join(FOLDER, "run", "bay.sock"));
    const absolute = resolve("/var/lib/j1772");
    assert.equal(parse({ ...LEAST, stateDir: absolute }).stateDir, absolute);
    assert.equal(parse({ ...LEAST, socket: "\\\\.\\pipe\\bay" }).socket, "\\\\.\\pipe\\bay");
  });

  it("keeps what it was told, with a unit on every value", () => {
    const { evse, calibration } = parse({
      ...LEAST,
      ratings: { breakerA: 20, continuousFactor: 1 },
      supply: { voltageV: 230, phases: 3, poles: 4 },
      lease: { fallbackA: 6 },
      pilotSense: { high: { adcV: 4.5, pilotV: 12 }, low: { adcV: 0.9, pilotV: -12 } },
    });
    assert.deepEqual(evse.ratings, { ...DEFAULT_EVSE_CONFIG.ratings, breaker: 20, continuousFactor: 1 });
    assert.deepEqual(evse.supply, { volts: 230, phases: 3, poles: 4 });
    assert.deepEqual(evse.lease, { ...DEFAULT_EVSE_CONFIG.lease, fallback: 6 });
    assert.ok(Math.abs(calibration.gain - 24 / 3.6) < 1e-9);
  });

  it("has another fingerprint as soon as one byte differs", () => {
    const text = JSON.stringify(LEAST);
    assert.equal(parseControllerConfig(text, FOLDER).fingerprint, fingerprintOf(text));
    assert.notEqual(fingerprintOf(text), fingerprintOf(`${text} `));
  });

  const refused: readonly (readonly [string, unknown, string, RegExp])[] = [
    ["an array", [], "configNotJson", /object/],
    ["no version", { charger: "bay", driver: { kind: "sim" } }, "configInvalid", /version.*nothing/],
    ["a newer version", { ...LEAST, version: 2 }, "configNewer", /version 2.*up to 1.*newer release/],
    ["a version that is no number", { ...LEAST, version: "1" }, "configInvalid", /version.*"1"/],
    ["no charger", { version: 1, driver: { kind: "sim" } }, "configInvalid", /charger is missing/],
    ["an unknown driver", { ...LEAST, driver: { kind: "magic" } }, "configInvalid", /driver.kind.*magic/],
    ["an unknown key", { ...LEAST, breakerA: 40 }, "configInvalid", /breakerA is not a known key/],
    ["an unknown key inside", { ...LEAST, ratings: { braekerA: 40 } }, "configInvalid", /ratings.braekerA is not a known key/],
    ["a rating below 6 A", { ...LEAST, ratings: { hardwareA: 5 } }, "configInvalid", /ratings.hardwareA.*>=6.*5/],
    ["a breaker that allows no offer", { ...LEAST, ratings: { breakerA: 7 } }, "configInvalid", /ratings.*smallest offer, 6 A/],
    ["a breaker of 1000 A", { ...LEAST, ratings: { breakerA: 1000 } }, "configInvalid", /ratings.breakerA.*<=125/],
    ["amps as text", { ...LEAST, ratings: { breakerA: "40" } }, "configInvalid", /ratings.breakerA.*number.*"40"/],
    ["two phases", { ...LEAST, supply: { phases: 2 } }, "configInvalid", /supply.phases/],
    ["a fallback below 6 A", { ...LEAST, lease: { fallbackA: 3 } }, "configInvalid", /lease.fallbackA/],
    ["temperatures in the wrong order", { ...LEAST, temperature: { stopC: 60 } }, "configInvalid", /derateQuarterC < stopC/],
    [
      "a prototype key",
      JSON.parse('{"version":1,"charger":"bay","driver":{"kind":"sim"},"__proto__":{"a":1}}'),
      "configInvalid",
      /__proto__/,
    ],
    [
      "calibration points that cannot be",
      { ...LEAST, pilotSense: { high: { adcV: 1, pilotV: 12 }, low: { adcV: 4, pilotV: -12 } } },
      "calibration.points",
      /ADC/,
    ],
  ];
  for (const [what, file, code, message] of refused) {
    it(`refuses ${what} and names it [F-38]`, () => {
      const error = refusal(JSON.stringify(file));
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  it("refuses a file cut short anywhere [F-38]", () => {
    const text = JSON.stringify(LEAST);
    for (let length = 0; length < text.length; length += 1) assert.equal(refusal(text.slice(0, length)).code, "configNotJson");
  });

  it("names every wrong field at once, and stays short", () => {
    const { message } = refusal(JSON.stringify({ ...LEAST, ratings: { hardwareA: 1, breakerA: 1, cableA: 1 }, meter: "x".repeat(10_000) }));
    for (const field of ["hardwareA", "breakerA", "cableA", "meter"]) assert.match(message, new RegExp(field));
    assert.ok(message.length < 500);
  });

  it("brings an older file up to date one version at a time, and leaves the present one alone", () => {
    const steps = [(file: object) => ({ ...file, b: 1 }), (file: object) => ({ ...file, c: (file as { b: number }).b + 1 })];
    assert.deepEqual(migrateControllerConfig({ version: 1, a: 0 }, steps, 3), { version: 3, a: 0, b: 1, c: 2 });
    assert.deepEqual(migrateControllerConfig({ version: 2, b: 5 }, steps, 3), { version: 3, b: 5, c: 6 });
    const present = { version: 3, a: 0 };
    assert.equal(migrateControllerConfig(present, steps, 3), present);
  });
});
