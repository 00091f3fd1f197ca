import assert from "node:assert/strict";
import { Instant } from "#core/units/units";
import { PRESETS } from "#pi/presets";
import { Senses, silent } from "./senses.ts";

const LAYOUT = PRESETS.buildGuide;
const bit = (gpio: number | undefined): number => 1 << (gpio ?? 0);
const [POLE, OTHER_POLE] = LAYOUT.loadSide;
/** Nothing tripped, blocked, pressed or live; earth there. */
const AT_REST = bit(POLE?.gpio) | bit(OTHER_POLE?.gpio);

function seen(levels: number, at: number): Senses {
  const senses = new Senses(LAYOUT);
  senses.see(levels >>> 0, Instant(at));
  senses.answeredTo(Instant(at));
  return senses;
}

describe("senses of a Pi", () => {
  it("say nothing before the first answer, nor 60 ms after the last [WD-01]", () => {
    assert.deepEqual(new Senses(LAYOUT).inputs(Instant(0)), silent(LAYOUT));
    const senses = seen(AT_REST, 100);
    assert.equal(senses.inputs(Instant(160)).gfciTripped, false);
    assert.deepEqual(senses.inputs(Instant(161)), silent(LAYOUT));
  });

  it("show each pin by its own polarity", () => {
    const { gfciTripped, coilInhibited, groundPresent, emergencyStop, loadSide } = seen(AT_REST, 0).inputs(Instant(1));
    assert.deepEqual([gfciTripped, coilInhibited, groundPresent, emergencyStop, loadSide], [false, false, true, false, [false, false]]);
    const tripped = seen(AT_REST | bit(LAYOUT.gfciTripped.gpio), 0).inputs(Instant(1));
    assert.equal(tripped.gfciTripped, true);
    const pressed = seen(AT_REST | bit(LAYOUT.emergencyStop?.gpio), 0).inputs(Instant(1));
    assert.equal(pressed.emergencyStop, true);
    const unearthed = seen(AT_REST | bit(LAYOUT.groundPresent?.gpio), 0).inputs(Instant(1));
    assert.equal(unearthed.groundPresent, false);
  });

  it("hold a pole that pulses with the mains for a wave, each for itself [RL-04]", () => {
    const senses = seen(AT_REST & ~bit(POLE?.gpio), 100);
    assert.deepEqual(senses.inputs(Instant(101)).loadSide, [true, false]);
    senses.see(AT_REST, Instant(105));
    assert.deepEqual(senses.inputs(Instant(119)).loadSide, [true, false]);
    assert.deepEqual(senses.inputs(Instant(121)).loadSide, [false, false]);
  });

  it("say that the coil is blocked where the driver keeps it off itself", () => {
    const senses = seen(AT_REST, 0);
    senses.coilBlocked = true;
    assert.equal(senses.inputs(Instant(1)).coilInhibited, true);
  });

  it("give a level without edges no frequency", () => {
    const senses = seen(AT_REST, 0);
    for (const [duty, expected] of [
      [1_000_000, { dutyPercent: 100, frequencyHz: 0 }],
      [0, { dutyPercent: 0, frequencyHz: 0 }],
      [266_600, { dutyPercent: 26.66, frequencyHz: 1_000 }],
    ] as const) {
      senses.readBack({ duty, frequencyHz: 1_000 });
      assert.deepEqual(senses.inputs(Instant(1)).pwm, expected);
    }
  });

  it("forget a temperature after three seconds, and keep it while the pins are silent [OT-02]", () => {
    const senses = new Senses(LAYOUT);
    senses.feel(41.5, Instant(0));
    assert.equal(senses.inputs(Instant(2_900)).temperatureC, 41.5);
    assert.equal(senses.inputs(Instant(3_100)).temperatureC, null);
  });
});
