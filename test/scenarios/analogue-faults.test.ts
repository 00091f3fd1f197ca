/**
 * Random lives of a charger: cars, faults of hardware and cable, commands, crashes and power cuts in any order. Every life is written
 * as a scenario, so that one which breaks a promise can be played again with `j1772 simulate`.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseScenarios } from "#cli/scenario/parse";
import { play } from "#cli/scenario/play";
import { storyText } from "#cli/scenario/report";
import { CAR_PRESETS } from "#simulator/actions";

const SEED = 20_260_101;
const LIVES = 150;

const oneOf = fc.constantFrom;
const tenths = (from: number, to: number): fc.Arbitrary<string> =>
  fc.integer({ min: Math.round(from * 10), max: Math.round(to * 10) }).map((value) => (value / 10).toFixed(1));
const whole = (from: number, to: number): fc.Arbitrary<string> => fc.integer({ min: from, max: to }).map(String);
const line = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part))).map((words) => words.join(" "));

const car = fc.oneof(
  line("plug", oneOf(...CAR_PRESETS), "decideMs", whole(100, 1500), "rampUpAps 50"),
  line(
    "plug polite decideMs 300, rampUpAps 50, r2Ohm",
    whole(2658, 2822),
    "r3Ohm",
    whole(1261, 1339),
    "diodeV",
    oneOf("0.55", "0.7", "0.85"),
  ),
  line("car drawFactor", oneOf("0.98", "1.05", "1.3")),
  line("car ventilated", oneOf("yes", "no")),
  oneOf("unplug", "press button", "release button"),
);
const analogue = fc.oneof(
  line("inject pilotLevel", tenths(0, 12)),
  line("inject positiveRailLow", tenths(8, 12)),
  line("inject noise", oneOf("0", "0.1", "0.3", "0.6")),
  line("inject outliers", whole(0, 8)),
  line("inject hum", oneOf("0", "0.5", "1", "2")),
  line("inject holdError", oneOf("0", "0.1", "0.3")),
  line("inject adcStuck", tenths(0, 5)),
  line("inject dutyError", oneOf("0.5", "2", "10")),
  line("inject pilotFrequency", whole(900, 1100)),
  line("inject brownOut", whole(60, 100)),
  line("inject leakage", whole(1, 300)),
  line("inject leakageDc", whole(1, 20)),
  line("inject temperature", whole(20, 90)),
  line("inject currentWhileOpen", tenths(0, 4)),
);
const broken = line(
  "inject",
  oneOf(
    ...(["weld 1", "weld", "stuckOpen 2", "stuckOpen", "diodeShort", "diodeOpen", "pilotShort", "pilotShortAfterDiode"] as const),
    ...(["pilotShortToHigh", "pilotOpen", "negativeRailMissing", "lf353", "gfciTrip", "gfciStuckHigh", "gfciStuckLow"] as const),
    ...(["gfciTestDoesNotClear", "gfciLatchDoesNotInhibit", "earthLost", "earthLostToCar", "meterSilent", "meterFrozen"] as const),
    ...(["meterNaN", "meterTimesTen", "temperatureSensorOpen", "pilotStuckHigh", "pilotStuckLow", "emergencyStop"] as const),
  ),
);
const command = fc.oneof(
  line("limit", whole(0, 40), "for", oneOf("5s", "1min", "1h")),
  oneOf("pause", "resume", "reset", "self-test", "wake-up", "deauthorise", "authorise"),
  line("wall clock", oneOf("+1h", "-1d", "+1d")),
);
const crash = fc.oneof(
  oneOf("kill controller", "start controller", "power off", "power on"),
  line("freeze controller", oneOf("40ms", "80ms", "500ms")),
);
const deed = fc.oneof(
  { weight: 5, arbitrary: car },
  { weight: 4, arbitrary: analogue },
  { weight: 3, arbitrary: broken },
  { weight: 5, arbitrary: oneOf("clear all", "reset", "unplug", "plug polite decideMs 300, rampUpAps 50") },
  { weight: 3, arbitrary: command },
  { weight: 1, arbitrary: crash },
);
const pause = oneOf("0s", "5ms", "30ms", "100ms", "700ms", "2s", "4s", "15s");
const life = fc.array(line("after", pause, deed), { minLength: 10, maxLength: 40 });

describe("a charger in any order of faults, cars, commands and crashes", () => {
  it("keeps its promises [I1] [I2] [I3] [I7]", async function () {
    this.timeout(120_000);
    const seeds = fc.integer({ min: 1, max: 1_000_000 });
    await fc.assert(
      fc.asyncProperty(seeds, life, async (seed, lines) => {
        const text = `title A random life\nseed ${seed}\nlimit 32 for 1h\nat 4s plug polite decideMs 300, rampUpAps 50\nwait 4s\n${lines.join("\n")}\nwait 2s\n`;
        const { scenarios, errors } = parseScenarios("life.scenario", text);
        assert.deepEqual(errors, []);
        for (const scenario of scenarios) {
          const { runs } = await play(scenario);
          for (const run of runs) assert.deepEqual(run.broken, [], `${run.broken.join("\n")}\n\n${text}\n${storyText(run)}`);
        }
      }),
      { seed: SEED, numRuns: LIVES, interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true },
    );
  });
});
