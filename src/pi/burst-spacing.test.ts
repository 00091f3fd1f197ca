import assert from "node:assert/strict";
import { burstPlanFor } from "#core/pilot/plan";
import { DutyPercent } from "#core/units/units";
import { spacingFor, WIDEST_SPACING_US } from "./burst-spacing.ts";

const PERIOD_US = 1_000;
const PLANS = [50, 96].flatMap((duty) => [0, 1, 2, 3].map((turn) => burstPlanFor({ kind: "pwm", dutyPercent: DutyPercent(duty) }, turn)));
/** From the fastest converter that there is to the slowest that is taken, µs. */
const LEAST_US = Array.from({ length: 60 }, (_, step) => 20 + step / 2);

/** The longest stretch of the pilot's period in which no sample of a burst falls, µs. */
function widestBlind(count: number, spacingUs: number): number {
  const phases = Array.from({ length: count }, (_, index) => (index * spacingUs) % PERIOD_US).sort((one, other) => one - other);
  return Math.max(...phases.map((phase, index) => (phases[index + 1] ?? (phases[0] ?? 0) + PERIOD_US) - phase));
}

describe("spacing of a burst on a Pi", () => {
  it("leaves no stretch of the period unseen where the settled part of a 96 % duty could hide [VW-18]", () => {
    for (const { count, spacingUs: wanted } of PLANS)
      for (const leastUs of LEAST_US) {
        const spacingUs = spacingFor({ count, spacingUs: wanted }, leastUs);
        if (spacingUs === WIDEST_SPACING_US) continue;
        const blindUs = widestBlind(count, spacingUs);
        assert.ok(blindUs < 8, `${count} samples ${spacingUs.toFixed(2)} µs apart (at least ${leastUs}): ${blindUs.toFixed(1)} µs unseen`);
      }
  });

  it("is never closer than the converter can, nor wider than ten percent of a period bears", () => {
    for (const plan of PLANS)
      for (const leastUs of LEAST_US) {
        const spacingUs = spacingFor(plan, leastUs);
        assert.ok(spacingUs >= leastUs && spacingUs <= WIDEST_SPACING_US, `${spacingUs} µs for at least ${leastUs}`);
      }
  });
});
