import { equal, ok } from "node:assert/strict";
import {
  DIODE_LOW,
  HEALTHY_LOW,
  HEALTHY_WINDOWS,
  HYSTERESIS,
  liesIn,
  type PlateauState,
  RECOGNISED_LOW,
  RECOGNISED_WINDOWS,
  stateOfHigh,
  windowOfHigh,
} from "#core/pilot/windows";
import { Volts } from "#core/units/units";

const STATES = ["A", "B", "C", "D", "E"] as const;
/** Plateaus simulated with an ideal ±12 V driver and 3 nF. */
const NOMINAL: Readonly<Record<PlateauState, number>> = { A: 11.93, B: 8.92, C: 5.96, D: 2.91, E: 0.01 };

describe("pilot windows", () => {
  for (const state of STATES) {
    const { from, to } = RECOGNISED_WINDOWS[state];

    it(`recognise ${state} from ${from} to ${to} V [VW-${state}]`, () => {
      equal(windowOfHigh(from), state);
      equal(windowOfHigh(to), state);
      equal(windowOfHigh(Volts(from - 0.01)) === state, false);
      equal(windowOfHigh(Volts(to + 0.01)) === state, false);
      equal(windowOfHigh(Volts(NOMINAL[state])), state);
    });

    it(`hold what a healthy system in ${state} produces inside what is recognised [VW-${state}]`, () => {
      const healthy = HEALTHY_WINDOWS[state];
      ok(healthy.from >= from && healthy.to <= to);
    });

    it(`enter ${state} a quarter of a volt inside its window and leave it at the edge [VW-13]`, () => {
      const elsewhere = state === "A" ? "E" : "A";
      for (const [edge, inward] of [
        [from, HYSTERESIS],
        [to, -HYSTERESIS],
      ] as const) {
        const justInside = Volts(edge + inward * 0.5);
        const wellInside = Volts(edge + inward * 1.01);
        equal(stateOfHigh(justInside, null), "gap", `${justInside} V is not entered`);
        equal(stateOfHigh(justInside, elsewhere), "gap", `${justInside} V is not entered from ${elsewhere}`);
        equal(stateOfHigh(justInside, state), state, `${justInside} V is still held`);
        equal(stateOfHigh(wellInside, elsewhere), state, `${wellInside} V is entered`);
        const beyond = stateOfHigh(Volts(edge - inward * 0.01), state);
        ok(beyond === "gap" || beyond === null, "the window's edge is where it is left");
      }
    });
  }

  it("see a gap between two windows and no state in it [VW-11]", () => {
    for (const volts of [1.5, 4.5, 7.5, 10.5]) {
      for (const held of [null, ...STATES, "F"] as const) {
        equal(stateOfHigh(Volts(volts), held), "gap", `${volts} V after ${held}`);
      }
    }
  });

  it("see nothing above A and below E [VW-A] [VW-E]", () => {
    for (const volts of [13.01, 15, -1.01, -5, -12]) {
      equal(stateOfHigh(Volts(volts), null), null, `${volts} V`);
      equal(windowOfHigh(Volts(volts)), null, `${volts} V`);
    }
  });

  it("leave no voltage in two states", () => {
    for (let centivolts = -200; centivolts <= 1400; centivolts += 1) {
      const inside = STATES.filter((state) => liesIn(RECOGNISED_WINDOWS[state], centivolts / 100));
      ok(inside.length <= 1, `${centivolts / 100} V lies in ${inside.join(", ")}`);
    }
  });

  it("keep the low phase of a healthy generator inside, and −10.42 V of a weak op-amp outside [VW-L] [CP-02] [CP-11]", () => {
    ok(RECOGNISED_LOW.from < HEALTHY_LOW.from && RECOGNISED_LOW.to > HEALTHY_LOW.to);
    ok(!liesIn(RECOGNISED_LOW, -10.42));
  });

  it("put the diode's limit between every shorted diode and every healthy generator [DI-01] [VW-Ds]", () => {
    const lowestShorted = -9.33;
    ok(DIODE_LOW < lowestShorted - 0.9);
    ok(DIODE_LOW > RECOGNISED_LOW.to);
  });
});
