import assert from "node:assert/strict";
import { mock } from "node:test";
import fc from "fast-check";
import { DriverUnavailable } from "#core/errors";
import { SAFE_OUTPUTS } from "#core/evse/gate";
import type { Outputs } from "#core/evse/types";
import { type PilotOutput, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent, Volts } from "#core/units/units";
import { PRESETS } from "#pi/presets";
import { CALIBRATION, FakeBoard, QUIET_INPUTS } from "../../../test/support/fake-board.ts";
import { ManualClock } from "../../../test/support/manual-clock.ts";
import { CalibrationRefused, PilotBench } from "./bench.ts";
import { calibrateBoard, type Person, type Result, type Step } from "./procedure.ts";

const ADC = { ...PRESETS.buildGuide.adc, referenceV: Volts(5) };
const LOOP_MS = 12;

/** A board that remembers all it was told to drive. */
class WatchedBoard extends FakeBoard {
  readonly driven: Outputs[] = [];
  override write(outputs: Outputs): void {
    this.driven.push(outputs);
    super.write(outputs);
  }
}

class World {
  readonly clock = new ManualClock();
  readonly board = new WatchedBoard(this.clock);
  readonly bench = new PilotBench(this.board, this.clock);
  readonly steps: Step[] = [];
  readonly answers: number[] = [12, -12];
  /** Happens when a point is asked for. */
  onAsk: (step: Extract<Step, { step: "ask" }>) => void = () => {};
  readonly person: Person = {
    mayCorrect: true,
    tell: (step) => this.steps.push(step),
    ask: (step) => {
      this.onAsk(step);
      const answer = this.answers.shift();
      return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
    },
  };

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += LOOP_MS) {
      this.clock.ms += LOOP_MS;
      mock.timers.tick(LOOP_MS);
      await Promise.resolve();
    }
  }

  async calibrate(): Promise<Result> {
    await this.bench.open();
    let over = false;
    const result = calibrateBoard({ bench: this.bench, person: this.person, adc: ADC, nominal: CALIBRATION, before: CALIBRATION });
    result.then(
      () => {
        over = true;
      },
      () => {
        over = true;
      },
    );
    for (let turn = 0; turn < 200 && !over; turn += 1) {
      await this.pass(120);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return result;
  }

  /** Why it was refused. */
  async refusal(): Promise<CalibrationRefused> {
    try {
      await this.calibrate();
    } catch (error) {
      assert.ok(error instanceof CalibrationRefused && error instanceof DriverUnavailable, String(error));
      return error;
    }
    assert.fail("it was not refused");
  }
}

describe("the calibration's procedure", () => {
  let world: World;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    world = new World();
  });
  afterEach(async () => {
    await world.bench.close();
    mock.timers.reset();
  });

  it("measures high, low, both again, and a PWM; nothing but the pilot is ever driven", async () => {
    const { points, before, proof } = await world.calibrate();
    assert.deepEqual([points.high.pilotV, points.low.pilotV], [12, -12]);
    assert.ok(Math.abs((before?.highV ?? 0) - 12) < 0.01 && Math.abs((proof.dutyPercent ?? 0) - 50) < 1);
    const told = world.steps.map((step) => ("point" in step ? `${step.step} ${step.point}` : step.step));
    assert.deepEqual(told, ["measuring high", "measuring low", "measuring again", "measuring proof", "result"]);
    const kinds = world.board.driven.map(({ pilot }) => pilot.kind).filter((kind, index, all) => kind !== all[index - 1]);
    assert.deepEqual(kinds, ["steadyHigh", "steadyLow", "steadyHigh", "steadyLow", "pwm", "steadyHigh"]);
    for (const { pilot: _, ...rest } of world.board.driven) {
      const { pilot: __, ...atRest } = SAFE_OUTPUTS;
      assert.deepEqual(rest, atRest);
    }
  });

  it("keeps the one-shot fed in every loop: without it the hardware would hold the pilot high [WD-01]", async () => {
    await world.calibrate();
    assert.ok(world.board.count("pulse") >= world.board.count("write") - 1);
  });

  it("refuses while there are mains behind the open contactor", async () => {
    world.board.inputs = { ...QUIET_INPUTS, loadSide: [false, true] };
    const { why, message } = await world.refusal();
    assert.equal(why, "live");
    assert.match(message, /^Expected no mains behind the open contactor.*Switch the breaker off/);
    assert.ok(!world.board.driven.some(({ pilot }) => pilot.kind !== "steadyHigh"));
  });

  it("refuses a car before it drives anything, and one that comes while the meter is read [VW-B]", async () => {
    world.board.pilotHighV = Volts(9);
    assert.equal((await world.refusal()).why, "car");
    assert.ok(!world.board.driven.some(({ pilot }) => pilot.kind !== "steadyHigh"));
    await world.bench.close();
    world = new World();
    world.answers.length = 0;
    world.onAsk = () => {
      world.board.pilotHighV = Volts(6);
    };
    assert.equal((await world.refusal()).why, "car");
  });

  it("asks again after an answer that cannot be right", async () => {
    world.answers.splice(0, 2, 9, Number.NaN, 12, -12);
    await world.calibrate();
    assert.equal(world.steps.filter(({ step }) => step === "notTaken").length, 2);
  });

  it("refuses a board that falls silent", async () => {
    world.board.finishesBursts = false;
    const { why, message } = await world.refusal();
    assert.equal(why, "board");
    assert.match(message, /at least 64 samples of the pilot, got 0/);
  });
});

describe("a bench", () => {
  const output: fc.Arbitrary<PilotOutput> = fc.oneof(
    fc.constant(STEADY_HIGH),
    fc.constant(STEADY_LOW),
    fc.integer({ min: 1, max: 99 }).map((duty): PilotOutput => ({ kind: "pwm", dutyPercent: DutyPercent(duty) })),
  );

  it("has no way to close a contactor, whatever is driven and sensed, and whenever it ends [I1]", async () => {
    const senses = fc.record(
      { loadSide: fc.constant([true, true]), emergencyStop: fc.boolean(), gfciTripped: fc.boolean() },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(output, fc.integer({ min: 0, max: 60 }), senses), { maxLength: 20 }), async (orders) => {
        mock.timers.enable({ apis: ["setTimeout"] });
        const world = new World();
        try {
          await world.bench.open();
          for (const [pilot, ms, sensed] of orders) {
            world.board.inputs = { ...QUIET_INPUTS, ...sensed };
            world.bench.drive(pilot);
            await world.pass(ms);
          }
          world.bench.makeSafe();
          const { outputs } = world.board;
          assert.deepEqual(outputs === null ? null : outputs.coil, outputs === null ? null : false);
          await world.bench.close();
          for (const { coil, gfciTest, gfciReset, shuntTrip, pilotOpen } of world.board.driven)
            assert.deepEqual([coil, gfciTest, gfciReset, shuntTrip, pilotOpen], [false, false, false, false, false]);
        } finally {
          mock.timers.reset();
        }
      }),
      { seed: 1772, numRuns: 60 },
    );
  });
});
