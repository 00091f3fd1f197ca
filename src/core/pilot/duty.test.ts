import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { dutyForLimit, isOfferable, mayBeProduced, meaningOfDuty, offerOf, offerOfDuty } from "#core/pilot/duty";
import { STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { Amps, DutyPercent } from "#core/units/units";

const pwm = (percent: number) => ({ kind: "pwm", dutyPercent: DutyPercent(percent) }) as const;

function dutyFor(limitA: number, stepsPerPercent?: number): number {
  const output = dutyForLimit(Amps(limitA), stepsPerPercent);
  ok(output.kind === "pwm", `${limitA} A should be said by PWM`);
  return output.dutyPercent;
}

describe("dutyForLimit", () => {
  it("never lets the car read more than the limit, 6.00 to 80.00 A in steps of 0.01 A [DC-01]", () => {
    for (let centiamps = 600; centiamps <= 8000; centiamps += 1) {
      const limit = Amps(centiamps / 100);
      const offered = offerOf(dutyForLimit(limit));
      ok(offered <= limit, `${limit} A is read as ${offered} A`);
      const lost = limit - offered;
      const noCode = limit > 51 && limit < 52.525;
      const oneStep = limit > 51 ? 0.025 : 0.006;
      ok(noCode || lost <= oneStep + 1e-9, `${limit} A loses ${lost} A to rounding`);
    }
  });

  it("never lets the car read more than the limit, whatever the limit and the PWM's resolution [DC-01]", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 80, noNaN: true }), fc.double({ min: 0.5, max: 5000, noNaN: true }), (limitA, steps) => {
        const output = dutyForLimit(Amps(limitA), steps);
        ok(offerOf(output) <= limitA);
        ok(mayBeProduced(output));
        if (output.kind === "pwm") {
          const step = output.dutyPercent * steps;
          ok(Math.abs(step - Math.round(step)) < 1e-6, "the duty is one the PWM can produce");
        }
      }),
      { seed: 61851, numRuns: 20_000 },
    );
  });

  it("offers no less when the limit rises [DC-01]", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 80, noNaN: true }), fc.double({ min: 0, max: 80, noNaN: true }), (a, b) => {
        ok(offerOf(dutyForLimit(Amps(Math.min(a, b)))) <= offerOf(dutyForLimit(Amps(Math.max(a, b)))));
      }),
      { seed: 1772, numRuns: 5000 },
    );
  });

  it("says 51 A for what has no code, between 51 and 52.5 A [DC-02]", () => {
    for (const limitA of [51, 51.01, 52, 52.25, 52.49]) {
      equal(dutyFor(limitA), 85, `${limitA} A`);
      equal(offerOf(dutyForLimit(Amps(limitA))), 51, `${limitA} A`);
    }
    equal(dutyFor(52.5), 85);
    equal(dutyFor(53), 85.2);
  });

  it("says what the standard's line says at round currents [DC-01]", () => {
    const table: readonly (readonly [number, number])[] = [
      [6, 10],
      [10, 16.66],
      [12, 20],
      [16, 26.66],
      [30, 50],
      [32, 53.33],
      [48, 80],
      [55, 86],
      [60, 88],
      [80, 96],
    ];
    for (const [limitA, percent] of table) {
      equal(dutyFor(limitA), percent, `${limitA} A`);
    }
  });

  it("does not take the high range's line for 52 to 54 A, which would offer 55 to 65 A [DC-01] [DC-02]", () => {
    for (const limitA of [52, 53, 54, 54.99]) {
      ok(dutyFor(limitA) < 86, `${limitA} A must stay below the 86 % that say 55 A`);
    }
  });

  it("pauses below 6 A: steady high, never PWM [DC-03]", () => {
    for (const limitA of [0, 0.1, 3, 5.9, 5.99, 5.999999]) {
      deepEqual(dutyForLimit(Amps(limitA)), STEADY_HIGH, `${limitA} A`);
    }
  });

  it("says 6 A with 10.0 to 10.2 %, never below [DC-04]", () => {
    for (const stepsPerPercent of [1, 10, 100, 2500, 10_000]) {
      const duty = dutyFor(6, stepsPerPercent);
      ok(duty >= 10 && duty <= 10.2, `${duty} % with ${stepsPerPercent} steps a percent`);
    }
  });

  it("pauses where a coarse PWM has no step that says so little [DC-01] [DC-04]", () => {
    const eightBits = 255 / 100;
    deepEqual(dutyForLimit(Amps(6), eightBits), STEADY_HIGH);
    const first = dutyFor(6.2, eightBits);
    ok(first >= 10 && offerOfDuty(DutyPercent(first)) <= 6.2);
  });

  it("pauses for a limit that is none [DC-05]", () => {
    for (const limit of [Number.NaN, Number.POSITIVE_INFINITY, -1, 80.01, 1e9]) {
      deepEqual(dutyForLimit(limit as Amps), STEADY_HIGH, String(limit));
    }
  });
});

describe("isOfferable", () => {
  it("takes 0 to 80 A and refuses everything else [DC-05]", () => {
    for (const good of [0, 5.99, 6, 16, 51.7, 80]) {
      ok(isOfferable(good), String(good));
    }
    for (const bad of [80.0001, -0.001, Number.NaN, Number.POSITIVE_INFINITY, "16", null, undefined, {}, [16], true, 16n]) {
      ok(!isOfferable(bad), String(bad));
    }
  });
});

describe("offerOfDuty", () => {
  it("reads every band as a car must [DC-01]", () => {
    const bands: readonly (readonly [number, number, string])[] = [
      [0, 0, "notAvailable"],
      [0.1, 0, "meaningless"],
      [2.99, 0, "meaningless"],
      [3, 0, "digital"],
      [5, 0, "digital"],
      [7, 0, "digital"],
      [7.01, 0, "meaningless"],
      [7.99, 0, "meaningless"],
      [8, 6, "offer"],
      [9.96, 6, "offer"],
      [10, 6, "offer"],
      [50, 30, "offer"],
      [85, 51, "offer"],
      [85.2, 53, "offer"],
      [90, 65, "offer"],
      [96, 80, "offer"],
      [96.01, 80, "offer"],
      [97, 80, "offer"],
      [97.01, 0, "meaningless"],
      [99.99, 0, "meaningless"],
      [100, 0, "notReady"],
    ];
    for (const [percent, amps, meaning] of bands) {
      const duty = DutyPercent(percent);
      ok(Math.abs(offerOfDuty(duty) - amps) < 1e-9, `${percent} % is read as ${offerOfDuty(duty)} A`);
      equal(meaningOfDuty(duty), meaning, `${percent} %`);
    }
  });
});

describe("mayBeProduced", () => {
  it("allows steady levels, 5 % and 10 to 96 %, and no tolerance band [CP-10]", () => {
    for (const output of [STEADY_HIGH, STEADY_LOW, pwm(5), pwm(10), pwm(85), pwm(85.1), pwm(96)]) {
      ok(mayBeProduced(output), JSON.stringify(output));
    }
    for (const output of [pwm(0), pwm(2), pwm(4.9), pwm(8), pwm(9.99), pwm(96.01), pwm(97), pwm(99), pwm(100)]) {
      ok(!mayBeProduced(output), JSON.stringify(output));
    }
  });
});
