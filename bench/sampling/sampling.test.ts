import assert from "node:assert/strict";
import { seededRandom } from "../pilot-waveform.ts";
import { verdictOf } from "../report/goals.ts";
import { BUFFER_OHM, heldShare } from "./converter.ts";
import { agreementOf, type Comparison, compareWithDesign, fewestSamples, missChance, widestUnseen } from "./design-figures.ts";
import { compareEstimators, OURS, type RIVALS } from "./estimators.ts";
import { goalsOfDesign, goalsOfEstimators, goalsOfSweep } from "./goals.ts";
import type { SweepRow } from "./sweeps.ts";

const missed = (goals: Parameters<typeof verdictOf>[0][]): string[] =>
  goals.filter((goal) => verdictOf(goal) === "missed").map(({ name }) => name);

describe("bench of sampling", () => {
  it("a capacitor keeps all at first, what the two share at once, and less the longer it is connected", () => {
    assert.ok(Math.abs(heldShare(30_400, 0) - 1) < 1e-9);
    // 20 of 35 pF, before anything comes through 30 kΩ.
    assert.ok(Math.abs(heldShare(30_400, 0.05) - 20 / 35) < 0.03);
    assert.ok(heldShare(30_400, 1.5) > heldShare(30_400, 3));
    assert.ok(heldShare(BUFFER_OHM, 0.75) < 1e-9);
  });

  it("chances are those of counting", () => {
    assert.ok(Math.abs(missChance(3, 0.5) - 1 / 8) < 1e-12);
    assert.ok(Math.abs(missChance(3, 0.5, 2) - 4 / 8) < 1e-12);
    assert.ok(Math.abs(missChance(3, 0.5, 4) - 1) < 1e-12);
  });

  it("sampling that meets the same phases leaves the rest unseen", () => {
    assert.equal(widestUnseen(500, 50), 50);
    assert.ok(widestUnseen(244, 9_000 / 244) < 5);
  });

  it("each burst that ships has eight settled samples of the shortest phases [VW-18]", () => {
    assert.ok(fewestSamples(10, 85) >= 8);
    assert.ok(fewestSamples(85, 137) >= 8);
  });

  it("what the design says and what is found here agrees, or it is known why not", () =>
    assert.deepEqual(missed([...goalsOfDesign(compareWithDesign(seededRandom(1)))]), []));

  it("a figure that differs without a reason is missed", () => {
    const row: Comparison = { section: "", what: "", theirs: 1, ours: 3, unit: "", factor: 2, allowance: 0, why: null };
    assert.equal(agreementOf(row), "differs");
    assert.equal(agreementOf({ ...row, ours: 2 }), "agrees");
    assert.equal(agreementOf({ ...row, allowance: 2 }), "agrees");
    assert.equal(agreementOf({ ...row, why: "another circuit" }), "explained");
    assert.equal(missed([...goalsOfDesign([row])]).length, 1);
  });

  it("no estimator but ours reaches the goals", () => {
    const rows = compareEstimators(60, seededRandom(1));
    assert.deepEqual(missed([...goalsOfEstimators(rows)]), []);
    for (const rival of ["highest sample", "3rd highest"] satisfies (keyof typeof RIVALS)[]) {
      const posing = rows.filter(({ estimator }) => estimator === rival).map((row) => ({ ...row, estimator: OURS }));
      assert.ok(missed([...goalsOfEstimators(posing)]).length > 0, rival);
    }
  });

  describe("goals of a sweep", () => {
    const GOOD: SweepRow = {
      ...{
        factor: "noise",
        level: "0.03 V",
        dutyPercent: 10,
        noiseV: 0.03,
        outlierPercent: 0,
        samples: 244,
        spacingUs: 36.9,
        readings: 4_000,
      },
      ...{ invalid: 0, gap: 0, falseRequest: 0, wrong: 0, falseDiode: 0 },
      ...{ highRmsV: 0.02, highWorstV: 0.1, lowRmsV: 0.01, lowWorstV: 0.1 },
    };
    const failing = (change: Partial<SweepRow>): number => missed([...goalsOfSweep([{ ...GOOD, ...change }])]).length;

    it("each can be missed", () => {
      assert.equal(failing({}), 0);
      const worse: readonly Partial<SweepRow>[] = [
        ...[{ falseRequest: 1 / 4_000 }, { wrong: 1 / 4_000 }, { gap: 1 / 4_000 }, { falseDiode: 1 / 4_000 }],
        ...[{ invalid: 0.01 }, { highWorstV: 0.14 }, { lowWorstV: 0.14 }, { highWorstV: null }],
        ...[{ highRmsV: 0.06 }, { lowRmsV: 0.06 }, { noiseV: 5, highWorstV: 0.37 }, { noiseV: 5, lowWorstV: 0.51 }],
      ];
      for (const change of worse) assert.equal(failing(change), 1, JSON.stringify(change));
    });

    it("what is measured as a warning has none", () => assert.equal(failing({ level: "100 µs, always", falseRequest: 0.5 }), 0));
  });
});
