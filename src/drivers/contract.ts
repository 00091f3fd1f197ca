/**
 * What every raw board must do, as one suite of tests that every driver runs: on the simulator with moved time, on hardware in real
 * time with its pilot open (state A) and nothing behind its contactor. What a board cannot do, or nobody watches, is named by its
 * capabilities and shows as pending.
 */
import { strict as assert } from "node:assert";
import type { BoardInputs, Outputs } from "#core/evse/types";
import { type BurstPlan, type PilotBurst, type PilotOutput, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent } from "#core/units/units";
import type { RawBoard } from "#ports/board";
import type { BoardCapabilities, BoardUnderTest, Sense } from "./board-under-test.ts";

export type { BoardCapabilities, BoardTime, BoardUnderTest } from "./board-under-test.ts";

// The suite runs under mocha, which brings these; naming them here keeps test packages out of what is shipped.
declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body?: () => Promise<void>) => void;
declare const beforeEach: (body: () => Promise<void>) => void;
declare const afterEach: (body: () => Promise<void>) => void;

/** How often a live loop pulses, ms. @see WD-01 (10..20 ms) */
const PULSE_MS = 12;
/** The coil loses its current this long after the last pulse, ms. @see WD-01 */
const LIVENESS_MIN_MS = 60;
const LIVENESS_MAX_MS = 100;
const PLAN: BurstPlan = { count: 128, spacingUs: 41 };
/** A burst may begin this late, ms. */
const BURST_STARTS_WITHIN_MS = 5;
/** A burst that is so much later never comes, ms: a charger's loop asks for another. */
const BURST_LOST_MS = 36;
/** How often something is tried in real time before it is the board's fault. */
const TRIALS = 25;

const SAFE: Outputs = { pilot: STEADY_HIGH, coil: false, gfciTest: false, gfciReset: false, shuntTrip: false, pilotOpen: false };
const pwm = (dutyPercent: number): PilotOutput => ({ kind: "pwm", dutyPercent: DutyPercent(dutyPercent) });

const lengthMs = (plan: BurstPlan): number => ((plan.count - 1) * plan.spacingUs) / 1000;

/** @param makeBoard a board that is not open, with hardware at rest */
export function boardContract(name: string, makeBoard: () => Promise<BoardUnderTest>, capabilities: BoardCapabilities): void {
  /** A test that needs a capability: pending, and said why, where the board lacks it. */
  const needing = (capability: Exclude<keyof BoardCapabilities, "senses" | "spacingTolerancePercent" | "sensesWithinMs">) => {
    return (title: string, body: () => Promise<void>) =>
      capabilities[capability] ? it(title, body) : it(`${title} (needs ${capability})`);
  };

  describe(`raw board contract: ${name}`, () => {
    let underTest: BoardUnderTest;
    let board: RawBoard;

    beforeEach(async () => {
      underTest = await makeBoard();
      board = underTest.board;
    });
    afterEach(() => underTest.dispose());

    /** Lets time pass as a live loop does. */
    async function live(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= PULSE_MS) {
        board.pulseLiveness();
        await underTest.time.pass(Math.min(left, PULSE_MS));
      }
      board.pulseLiveness();
    }

    /** Tries until it holds: what a machine held up says nothing of its board. What a board never does fails; in moved time, at once. */
    async function tried<Found>(trial: () => Promise<Found>): Promise<Found> {
      for (let left = underTest.time.isReal ? TRIALS : 1; ; left -= 1) {
        try {
          return await trial();
        } catch (error) {
          if (left === 1 || !(error instanceof assert.AssertionError)) throw error;
        }
      }
    }

    /** Asks for one burst. @throws AssertionError when it is lost */
    async function ask(plan: BurstPlan, meanwhile = async () => {}): Promise<PilotBurst> {
      board.startBurst(plan);
      await meanwhile();
      await live(lengthMs(plan) + BURST_STARTS_WITHIN_MS);
      let taken = board.read().burst;
      for (let waited = 0; taken === null && waited < BURST_LOST_MS; waited += PULSE_MS) {
        await live(PULSE_MS);
        taken = board.read().burst;
      }
      assert.ok(taken !== null, "the burst did not finish");
      return taken;
    }

    /** Asks until a burst comes, as a charger's loop does. */
    const burst = (plan = PLAN, meanwhile?: () => Promise<void>): Promise<PilotBurst> => tried(() => ask(plan, meanwhile));

    /** The coil has current or not, as commanded, while pulses come and nothing is written. */
    const coilIs = (energised: boolean): Promise<void> =>
      tried(async () => {
        await live(PULSE_MS);
        assert.equal(await underTest.coilEnergised(), energised);
      });

    const volts = (taken: PilotBurst) => Array.from(taken.adcV.subarray(0, taken.count), (adcV) => underTest.pilotV(adcV));

    async function pilotVolts(pilot: PilotOutput): Promise<number[]> {
      board.write({ ...SAFE, pilot });
      await live(20);
      return volts(await burst({ count: 256, spacingUs: 41 })).toSorted((a, b) => a - b);
    }

    describe("claim", () => {
      needing("coilObserved")("opens with the coil off", async () => {
        await board.open();
        await live(200);
        assert.equal(await underTest.coilEnergised(), false);
      });

      needing("pilotSense")("opens with the pilot steady high", async () => {
        await board.open();
        for (const v of volts(await burst())) assert.ok(v > 10.5, `${v} V`);
      });

      it("refuses to be opened twice, and goes on", async () => {
        await board.open();
        await assert.rejects(board.open(), { name: "DriverUnavailable" });
        board.write(SAFE);
        assert.ok(board.read().inputs);
      });

      it("can be opened again after it was closed", async () => {
        await board.open();
        await board.close();
        await board.open();
        assert.equal((await burst()).count, PLAN.count);
      });

      needing("coilObserved")("is safe after close, and cannot be driven any more", async () => {
        await board.open();
        board.write({ ...SAFE, coil: true });
        await live(50);
        await board.close();
        assert.equal(await underTest.coilEnergised(), false);
        assert.throws(() => {
          board.pulseLiveness();
          board.write({ ...SAFE, coil: true });
        });
        await underTest.time.pass(20);
        assert.equal(await underTest.coilEnergised(), false);
      });
    });

    describe("making safe", () => {
      it("never throws: before open, while open, twice, after close", async () => {
        board.makeSafe();
        await board.open();
        board.makeSafe();
        board.makeSafe();
        await board.close();
        board.makeSafe();
      });

      needing("coilObserved")("takes the coil off at once", async () => {
        await board.open();
        await tried(async () => {
          board.write({ ...SAFE, coil: true });
          await coilIs(true);
          board.makeSafe();
          assert.equal(await underTest.coilEnergised(), false);
        });
      });

      needing("pilotSense")("ends PWM: steady high", async () => {
        await board.open();
        await pilotVolts(pwm(30));
        board.makeSafe();
        await live(5);
        await tried(async () => {
          for (const v of volts(await ask(PLAN))) assert.ok(v > 10.5, `${v} V`);
        });
      });
    });

    describe("coil", () => {
      needing("coilObserved")("follows the command while pulses come, however often the same is written", async () => {
        await board.open();
        for (const coil of [true, false, true]) {
          for (let round = 0; round < 10; round++) {
            board.write({ ...SAFE, coil });
            await coilIs(coil);
          }
        }
      });

      needing("livenessGate")("has no current before the first pulse [WD-01]", async () => {
        await board.open();
        await underTest.time.pass(150);
        board.write({ ...SAFE, coil: true });
        await underTest.time.pass(20);
        assert.equal(await underTest.coilEnergised(), false);
      });

      needing("livenessGate")(
        `loses its current ${LIVENESS_MIN_MS} to ${LIVENESS_MAX_MS} ms after the last pulse, though it is written on [WD-01]`,
        async () => {
          await board.open();
          await tried(async () => {
            board.write({ ...SAFE, coil: true });
            await live(100);
            const lastPulse = underTest.time.now();
            for (let askedAt = lastPulse; await underTest.coilEnergised(); askedAt = underTest.time.now()) {
              assert.ok(askedAt - lastPulse <= LIVENESS_MAX_MS, "still on");
              await underTest.time.pass(1);
              board.write({ ...SAFE, coil: true });
            }
            assert.ok(underTest.time.now() - lastPulse >= LIVENESS_MIN_MS, "too early: a late loop would lose its contactor");
          });
        },
      );
    });

    describe("burst", () => {
      beforeEach(() => board.open());

      it("has as many samples as asked, all of them numbers", async () => {
        for (const count of [1, 8, 256, 600]) {
          const taken = await burst({ count, spacingUs: 40 });
          assert.equal(taken.count, count);
          assert.ok(taken.adcV.length >= count);
          assert.ok(taken.adcV.subarray(0, count).every(Number.isFinite));
        }
      });

      it("takes as long as its spacing says, and ended when it says", async () => {
        for (const spacingUs of [40, 43]) {
          const plan = { count: 256, spacingUs };
          await tried(async () => {
            const startedAt = underTest.time.now();
            const { endedAt } = await ask(plan);
            const tookMs = endedAt - startedAt;
            const slackMs = (lengthMs(plan) * capabilities.spacingTolerancePercent) / 100;
            assert.ok(tookMs >= lengthMs(plan) - slackMs, `took ${tookMs} ms`);
            assert.ok(tookMs <= lengthMs(plan) + slackMs + BURST_STARTS_WITHIN_MS, `took ${tookMs} ms`);
            assert.ok(endedAt <= underTest.time.now());
          });
        }
      });

      it("is not there before it was asked for, not before it ended, and only once", async () => {
        assert.equal(board.read().burst, null);
        await tried(async () => {
          board.startBurst(PLAN);
          assert.equal(board.read().burst, null);
          await live(lengthMs(PLAN) + BURST_STARTS_WITHIN_MS);
          assert.ok(board.read().burst);
        });
        assert.equal(board.read().burst, null);
      });

      it("ends later than the one before", async () => {
        let before = underTest.time.now();
        for (let round = 0; round < 5; round++) {
          const { endedAt } = await burst();
          assert.ok(endedAt > before);
          before = endedAt;
        }
      });

      it("keeps its samples until the next read, while another is taken", async () => {
        const taken = await burst();
        const kept = [...taken.adcV.subarray(0, taken.count)];
        board.write({ ...SAFE, pilot: STEADY_LOW });
        board.startBurst(PLAN);
        await live(lengthMs(PLAN) / 2);
        assert.deepEqual([...taken.adcV.subarray(0, taken.count)], kept);
      });

      it("names the output that was driven all the while", async () => {
        for (const pilot of [STEADY_HIGH, pwm(25), STEADY_LOW]) {
          board.write({ ...SAFE, pilot });
          assert.deepEqual((await burst()).output, pilot);
        }
      });

      it("keeps its output when the same is written again meanwhile", async () => {
        board.write({ ...SAFE, pilot: pwm(25) });
        const { output } = await burst(PLAN, async () => {
          await live(2);
          board.write({ ...SAFE, pilot: pwm(25), coil: true });
        });
        assert.deepEqual(output, pwm(25));
      });

      it("names no output when it was changed meanwhile, even there and back", async () => {
        board.write({ ...SAFE, pilot: pwm(25) });
        const taken = await tried(async () => {
          let changedAt = underTest.time.now();
          const taken = await ask(PLAN, async () => {
            await live(2);
            changedAt = underTest.time.now();
            board.write({ ...SAFE, pilot: pwm(26) });
            board.write({ ...SAFE, pilot: pwm(25) });
          });
          assert.ok(taken.endedAt > changedAt, "it had ended before");
          return taken;
        });
        assert.equal(taken.output, null);
      });

      it("is abandoned for a new one: only that one comes", async () => {
        board.startBurst({ count: 512, spacingUs: 41 });
        await live(3);
        const taken = await burst({ count: 32, spacingUs: 41 });
        assert.equal(taken.count, 32);
        await live(30);
        assert.equal(board.read().burst, null);
      });
    });

    describe("pilot", () => {
      beforeEach(() => board.open());

      needing("pilotSense")("steady high is above 11 V, steady low below −11 V [VW-A] [VW-L]", async () => {
        const high = await pilotVolts(STEADY_HIGH);
        assert.ok((high[8] ?? 0) > 11, `${high[8]} V`);
        const low = await pilotVolts(STEADY_LOW);
        assert.ok((low.at(-9) ?? 0) < -11, `${low.at(-9)} V`);
      });

      needing("pilotSense")("PWM is both, in the share of the duty", async () => {
        for (const duty of [10, 50, 85]) {
          await tried(async () => {
            const all = await pilotVolts(pwm(duty));
            const share = (100 * all.filter((v) => v > 0).length) / all.length;
            assert.ok(Math.abs(share - duty) < 5, `${duty} % is high ${share} % of the time`);
            assert.ok((all[2] ?? 0) < -11 && (all.at(-3) ?? 0) > 11);
          });
        }
      });
    });

    describe("senses", () => {
      beforeEach(() => board.open());

      const SENSES = Object.keys(capabilities.senses) as Sense[];
      const readOf = (inputs: BoardInputs, sense: Sense) => (sense === "loadSide" ? inputs.loadSide : [inputs[sense]]);

      for (const sense of SENSES.filter((each) => capabilities.senses[each])) {
        it(`${sense} answers`, () =>
          tried(async () => {
            await live(capabilities.sensesWithinMs);
            const reading = readOf(board.read().inputs, sense);
            assert.ok(reading.length > 0 && !reading.includes(null), `${sense}: ${JSON.stringify(reading)}`);
          }));
      }

      for (const sense of SENSES.filter((each) => !capabilities.senses[each])) {
        it(`${sense} is not fitted and reads null`, async () => {
          await live(capabilities.sensesWithinMs);
          assert.ok(readOf(board.read().inputs, sense).every((reading) => reading === null));
        });
      }

      it("numbers are numbers", async () => {
        await live(capabilities.sensesWithinMs);
        for (const [sense, reading] of Object.entries(board.read().inputs)) {
          if (typeof reading === "number") assert.ok(Number.isFinite(reading), `${sense} is ${reading}`);
        }
      });

      it("the meter's time is when it answered, not when it was read", async () => {
        await live(capabilities.sensesWithinMs);
        const { meterAt, currentA } = board.read().inputs;
        if (capabilities.senses.currentA) assert.ok(meterAt !== null && meterAt <= underTest.time.now());
        else assert.deepEqual([meterAt, currentA], [null, null]);
      });

      needing("gfciSelfTest")("the test winding trips the latch, the reset clears it, the coil is blocked meanwhile [GF-04]", async () => {
        board.write({ ...SAFE, gfciTest: true });
        for (let waited = 0; board.read().inputs.gfciTripped !== true; waited += PULSE_MS) {
          assert.ok(waited < 1000, "the test did not trip");
          await live(PULSE_MS);
        }
        board.write(SAFE);
        await live(100);
        assert.equal(board.read().inputs.gfciTripped, true, "the latch holds after the test");
        if (capabilities.senses.coilInhibited) assert.equal(board.read().inputs.coilInhibited, true);
        board.write({ ...SAFE, gfciReset: true });
        await live(100);
        board.write(SAFE);
        await tried(async () => {
          await live(PULSE_MS);
          assert.equal(board.read().inputs.gfciTripped, false);
        });
      });
    });
  });
}
