/** What the doctor sees of a daemon, made up: one that is as it should be on the build-guide board, and converters that are not. */
import assert from "node:assert/strict";
import { Volts } from "#core/units/units";
import { pinsOf } from "#pi/layout";
import { PRESETS } from "#pi/presets";
import type { DaemonSight } from "../../src/cli/doctor/daemon.ts";

export const SIGHT: DaemonSight = {
  place: "[::1]:8888",
  version: 79,
  without: null,
  openAt: [],
  driven: false,
  otherScripts: 0,
  modes: new Map(pinsOf(PRESETS.buildGuide).map(([, gpio]) => [gpio, 0])),
  levels: 0,
  adc: {
    level: { adcV: Volts(2.93), noiseV: 0.001, wanderV: 0, samples: 5_000, lowest: Volts(2.92), highest: Volts(2.94) },
    spacingUs: 34,
    came: 20,
    asked: 20,
  },
};

export function sightOf({ spacingUs = 34, came = 20, noiseV = 0.001 }): DaemonSight["adc"] {
  const { adc } = SIGHT;
  assert.ok(adc !== null && typeof adc !== "string");
  return { ...adc, spacingUs, came, level: { ...adc.level, noiseV } };
}
