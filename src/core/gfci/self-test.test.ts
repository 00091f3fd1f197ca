import assert from "node:assert/strict";
import {
  advanceSelfTest,
  failureOf,
  type GfciSense,
  hasPassed,
  passedSince,
  resets,
  type SelfTest,
  type SelfTestFailure,
  startSelfTest,
  stimulates,
} from "#core/gfci/self-test";
import { Instant } from "#core/units/units";

const LOOP = 12;

/** A latch with its sensor: what the charger drives comes back after a while. */
interface Interrupter {
  readonly trips: boolean;
  readonly clears: boolean;
  readonly tripped: boolean;
  /** Null where the coil's blocking is not wired. */
  readonly blocks: boolean | null;
  readonly answers: boolean;
}

const SOUND: Interrupter = { trips: true, clears: true, tripped: false, blocks: true, answers: true };

interface Run {
  readonly test: SelfTest;
  readonly took: number;
  readonly stimulated: boolean;
}

function run(interrupter: Partial<Interrupter>): Run {
  const made = { ...SOUND, ...interrupter };
  let latch = made.tripped;
  let test = startSelfTest(Instant(0));
  let stimulated = false;
  let at = 0;
  while (test.stage !== "idle" && at < 10_000) {
    at += LOOP;
    if (stimulates(test) && made.trips) latch = true;
    if (resets(test, latch) && made.clears) latch = false;
    stimulated ||= stimulates(test);
    const sense: GfciSense = made.answers
      ? { tripped: latch, coilInhibited: made.blocks === null ? null : made.blocks && latch }
      : { tripped: null, coilInhibited: null };
    test = advanceSelfTest(test, sense, Instant(at));
  }
  return { test, took: at, stimulated };
}

describe("self-test", () => {
  for (const [what, interrupter] of [
    ["a sound interrupter", {}],
    ["one that was left tripped", { tripped: true }],
    ["one whose blocking is not wired", { blocks: null }],
  ] as const) {
    it(`passes ${what}, after clear, trip and clear again [GF-04]`, () => {
      const { test, stimulated } = run(interrupter);
      assert.deepEqual([hasPassed(test), failureOf(test), stimulated], [true, null, true]);
    });
  }

  const failures: readonly (readonly [string, Partial<Interrupter>, SelfTestFailure])[] = [
    ["never trips", { trips: false }, "doesNotTrip"],
    ["is stuck tripped", { tripped: true, clears: false }, "notClearBefore"],
    ["does not clear after the test", { clears: false }, "doesNotClear"],
    ["does not block the coil", { blocks: false }, "doesNotBlockCoil"],
    ["does not answer", { answers: false }, "notClearBefore"],
  ];
  for (const [what, interrupter, failure] of failures) {
    it(`fails within 2.5 s for an interrupter that ${what}: ${failure} [GF-05] [F-16] [F-17]`, () => {
      const { test, took } = run(interrupter);
      assert.deepEqual([failureOf(test), hasPassed(test)], [failure, false]);
      assert.ok(took <= 2500, `${took} ms`);
    });
  }

  it("spends less than 2.5 s even where each stage takes all of its time [GF-04]", () => {
    const stages: readonly (readonly [number, GfciSense])[] = [
      [399, { tripped: true, coilInhibited: true }],
      [1, { tripped: false, coilInhibited: false }],
      [999, { tripped: false, coilInhibited: false }],
      [1, { tripped: true, coilInhibited: false }],
      [149, { tripped: true, coilInhibited: false }],
      [1, { tripped: true, coilInhibited: true }],
      [699, { tripped: true, coilInhibited: true }],
      [1, { tripped: false, coilInhibited: true }],
      [199, { tripped: false, coilInhibited: true }],
      [1, { tripped: false, coilInhibited: false }],
    ];
    let test = startSelfTest(Instant(0));
    let at = 0;
    for (const [ms, sense] of stages) {
      at += ms;
      test = advanceSelfTest(test, sense, Instant(at));
    }
    assert.equal(hasPassed(test), true);
    assert.ok(at <= 2500, `${at} ms`);
  });

  it("does not take a latch for clear that only the held reset line keeps clear [GF-04]", () => {
    let test = startSelfTest(Instant(0));
    const look = (at: number, tripped: boolean): void => {
      test = advanceSelfTest(test, { tripped, coilInhibited: null }, Instant(at));
    };
    look(12, false);
    look(24, true);
    assert.equal(test.stage, "resetting");
    look(80, false);
    assert.deepEqual([test.stage, resets(test, false)], ["settling", false]);
    look(92, true);
    assert.equal(failureOf(test), "doesNotClear");
  });

  it("waits for an answer that is missing while the latch settles, but not for ever [GF-04] [GF-05]", () => {
    let test = startSelfTest(Instant(0));
    const look = (at: number, tripped: boolean | null): void => {
      test = advanceSelfTest(test, { tripped, coilInhibited: null }, Instant(at));
    };
    for (const [at, tripped] of [
      [12, false],
      [24, true],
      [80, false],
      [92, null],
      [144, null],
    ] as const)
      look(at, tripped);
    const settling = test;
    look(156, false);
    assert.equal(hasPassed(test), true);
    test = settling;
    look(280, null);
    assert.equal(failureOf(test), "doesNotClear");
  });

  it("proves nothing of the blocking while something else blocks the coil, and does not fail for it [GF-04]", () => {
    let test = startSelfTest(Instant(0));
    for (let at = LOOP; at < 1000; at += LOOP) {
      test = advanceSelfTest(test, { tripped: stimulates(test), coilInhibited: true }, Instant(at));
    }
    assert.equal(hasPassed(test), true);
  });

  it("counts for the closing that asked for it, not for a later one [GF-04]", () => {
    const { test, took } = run({});
    assert.deepEqual([passedSince(test, Instant(0)), passedSince(test, Instant(took + 1))], [true, false]);
  });

  it("is idle for ever once it is over", () => {
    const { test } = run({});
    assert.equal(advanceSelfTest(test, { tripped: true, coilInhibited: true }, Instant(99_999)), test);
  });
});
