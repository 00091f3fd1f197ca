import assert from "node:assert/strict";
import { CAR_PRESETS, type CarPreset, type CarSpec } from "./actions.ts";
import { CAR_DEFAULTS, carPreset } from "./presets.ts";

/** What makes each car what its name says. */
const HABITS: Readonly<Record<CarPreset, (car: CarSpec) => boolean>> = {
  polite: (car) => !car.rude && car.x1ReactionMs !== null && car.x1ReactionMs <= 3000,
  rude: (car) => car.rude,
  greedy: (car) => car.drawFactor === 1.3,
  sleepy: (car) => car.sleepsAfterMs === 900_000 && car.wakesOn === "either",
  latchesOnF: (car) => car.latchesOnF && car.wakesOn === "stateE",
  ignoresDuty: (car) => car.dutyReactionMs === null,
  ignoresX1: (car) => car.x1ReactionMs === null,
  tapering: (car) => car.socPercent > 85 && car.socPercent < car.taperFromPercent,
  pausing: (car) => car.pausesPerHour > 0,
  toggling: (car) => car.toggles > 0,
  simplified: (car) => car.simplified,
  ventilated: (car) => car.ventilated,
  glitching: (car) => car.dutyGlitchMs > 0 && car.unplugBounceMs > 0,
  impatient: (car) => car.givesUpAfter === 10,
};

describe("car presets", () => {
  for (const name of CAR_PRESETS) {
    it(`${name} has its habit and otherwise every property of a car`, () => {
      const car = carPreset(name);
      assert.ok(HABITS[name](car));
      assert.deepEqual(Object.keys(car).sort(), Object.keys(CAR_DEFAULTS).sort());
    });
  }

  it("the default car is polite, and has nobody else's habit", () => {
    assert.deepEqual(carPreset("polite"), CAR_DEFAULTS);
    for (const name of CAR_PRESETS) if (name !== "polite") assert.equal(HABITS[name](CAR_DEFAULTS), false, name);
  });
});
