import { deepEqual, equal, ok } from "node:assert/strict";
import { burstPlanFor } from "#core/pilot/plan";
import { type PilotOutput, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent } from "#core/units/units";

const PERIOD_US = 1000;
const pwm = (percent: number): PilotOutput => ({ kind: "pwm", dutyPercent: DutyPercent(percent) });

/** Widest stretch of the period that no sample of the burst meets, µs. */
function widestBlindUs({ count, spacingUs }: { count: number; spacingUs: number }): number {
  const phases = Array.from({ length: count }, (_, index) => (index * spacingUs) % PERIOD_US).sort((a, b) => a - b);
  return phases.reduce((widest, phase, index) => Math.max(widest, (phases[index + 1] ?? (phases[0] ?? 0) + PERIOD_US) - phase), 0);
}

describe("burstPlanFor", () => {
  for (const [name, output] of [
    ["10 %", pwm(10)],
    ["85 %", pwm(85)],
    ["96 %", pwm(96)],
  ] as const) {
    it(`samples ten whole periods at ${name}, inside the loop's 12 ms [VW-18]`, () => {
      for (let sequence = 0; sequence < 8; sequence += 1) {
        const { count, spacingUs } = burstPlanFor(output, sequence);
        ok(Math.abs(count * spacingUs - 10 * PERIOD_US) < 12, `${count} × ${spacingUs} µs`);
      }
    });

    it(`leaves no stretch of the period longer than 7 µs unseen at ${name}, whatever the phase [VW-18]`, () => {
      for (let sequence = 0; sequence < 4; sequence += 1) {
        ok(widestBlindUs(burstPlanFor(output, sequence)) < 7, `${widestBlindUs(burstPlanFor(output, sequence))} µs`);
      }
    });

    it(`changes the spacing from burst to burst at ${name} [VW-18]`, () => {
      const spacings = new Set<number>();
      for (let sequence = 0; sequence < 8; sequence += 1) {
        const now = burstPlanFor(output, sequence).spacingUs;
        ok(now !== burstPlanFor(output, sequence + 1).spacingUs);
        spacings.add(now);
      }
      equal(spacings.size, 4);
    });
  }

  it("samples closer than the low phase is long above 85 %, so that none passes unseen [VW-18]", () => {
    for (let sequence = 0; sequence < 4; sequence += 1) {
      ok(burstPlanFor(pwm(85.01), sequence).spacingUs < 40);
      ok(burstPlanFor(pwm(96), sequence).count > burstPlanFor(pwm(85), sequence).count);
    }
  });

  it("takes few samples of a steady pilot, spread over about one period [CP-09]", () => {
    for (const output of [STEADY_HIGH, STEADY_LOW]) {
      for (let sequence = 0; sequence < 4; sequence += 1) {
        const { count, spacingUs } = burstPlanFor(output, sequence);
        ok(count >= 8 && count <= 16);
        ok(count * spacingUs > 0.9 * PERIOD_US && count * spacingUs < 1.05 * PERIOD_US);
      }
    }
  });

  it("answers for any sequence number", () => {
    deepEqual(burstPlanFor(pwm(50), 4_000_000_004), burstPlanFor(pwm(50), 0));
  });
});
