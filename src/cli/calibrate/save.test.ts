import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Volts } from "#core/units/units";
import type { Points } from "#pi/calibration";
import { INTERLOCK_NAMES } from "#pi/interlocks";
import { mustBeSaveable, savePoints } from "./save.ts";

const SETTINGS = {
  version: 1,
  charger: "bay",
  driver: { kind: "pigpiod", preset: "buildGuide", interlocks: INTERLOCK_NAMES },
  meter: "none",
  ratings: { breakerA: 32 },
};
const points = (highAdcV: number): Points => ({
  high: { adcV: Volts(highAdcV), pilotV: Volts(11.92) },
  low: { adcV: Volts(0.3612), pilotV: Volts(-11.93) },
});

describe("two points in a controller's file", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-save-"));
    file = join(folder, "charger.json");
    writeFileSync(file, JSON.stringify(SETTINGS), { mode: 0o640 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("stand beside all that was there, in a file that is as readable as before", () => {
    savePoints(file, points(2.9334));
    const { pilotSense, ...rest } = JSON.parse(readFileSync(file, "utf8"));
    assert.deepEqual(rest, SETTINGS);
    assert.deepEqual(pilotSense, points(2.9334));
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(folder), ["charger.json"]);
  });

  it("are saved before anybody answers for the interlocks, which are not answered for by that", () => {
    const driver = { ...SETTINGS.driver, interlocks: ["gfciLatch"] };
    writeFileSync(file, JSON.stringify({ ...SETTINGS, driver }));
    savePoints(file, points(2.9334));
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")).driver, driver);
  });

  it("leave its group its rights, whatever the umask of who calibrates", () => {
    const before = process.umask(0o077);
    try {
      savePoints(file, points(2.9334));
    } finally {
      process.umask(before);
    }
    assert.equal(statSync(file).mode & 0o777, 0o640);
  });

  it("take the place of older ones", () => {
    savePoints(file, points(2.9));
    savePoints(file, points(2.9334));
    assert.equal(JSON.parse(readFileSync(file, "utf8")).pilotSense.high.adcV, 2.9334);
  });

  it("that a controller would refuse change nothing", () => {
    const before = readFileSync(file, "utf8");
    assert.throws(() => savePoints(file, points(1.9)), { name: "ConfigError" });
    assert.equal(readFileSync(file, "utf8"), before);
    assert.deepEqual(readdirSync(folder), ["charger.json"]);
  });

  it("are not measured where they could not be saved", () => {
    assert.doesNotThrow(() => mustBeSaveable(file));
    assert.throws(() => mustBeSaveable(join(folder, "gone", "charger.json")), { code: "notSaveable", message: /sudo.*without --config/ });
  });
});
