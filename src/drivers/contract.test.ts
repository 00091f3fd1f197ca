import assert from "node:assert/strict";
import type { BurstPlan } from "#core/pilot/types";
import type { Amps } from "#core/units/units";
import { Instant } from "#core/units/units";
import type { BoardSnapshot, RawBoard } from "#ports/board";
import type { SimulatedBoard } from "#simulator/board";
import { MovedClock, pilotV } from "../../test/support/simulated-charger.ts";
import { type BoardCapabilities, boardContract } from "./contract.ts";
import { openSimDriver } from "./sim/sim-driver.ts";

interface Written {
  readonly title: string;
  /** Null for a pending test. */
  readonly body: (() => Promise<void>) | null;
}

const ABLE: BoardCapabilities = {
  coilObserved: true,
  livenessGate: true,
  pilotSense: true,
  gfciSelfTest: true,
  senses: {
    gfciTripped: true,
    coilInhibited: true,
    loadSide: true,
    groundPresent: true,
    mainsV: true,
    currentA: true,
    energyWh: true,
    temperatureC: true,
    railHighV: true,
    railLowV: true,
    coilSupplyPercent: true,
    pwm: true,
    ventilationOk: true,
    proximityOhms: false,
  },
  spacingTolerancePercent: 1,
  sensesWithinMs: 600,
};

/** The tests that the contract writes, with their hooks, to be run here instead of by mocha. */
function written(capabilities: BoardCapabilities, change: (board: SimulatedBoard) => Partial<RawBoard>, isReal = false): Written[] {
  const tests: Written[] = [];
  let before: (() => Promise<void>)[] = [];
  const collector = {
    describe(_title: string, body: () => void) {
      const outer = [...before];
      body();
      before = outer;
    },
    beforeEach: (hook: () => Promise<void>) => before.push(hook),
    afterEach: () => {},
    it(title: string, body?: () => Promise<void>) {
      const hooks = [...before];
      const run = async () => {
        for (const hook of hooks) await hook();
        await body?.();
      };
      tests.push({ title, body: body === undefined ? null : run });
    },
  };
  const mochas = { describe, it, beforeEach, afterEach };
  Object.assign(globalThis, collector);
  try {
    boardContract(
      "tried",
      async () => {
        const clock = new MovedClock();
        const sim = openSimDriver({ clock, seed: 1 });
        const changes = change(sim);
        const board = new Proxy<RawBoard>(sim, {
          get(_, key) {
            if (key in changes) return changes[key as keyof RawBoard];
            const own = sim[key as keyof RawBoard];
            return typeof own === "function" ? own.bind(sim) : own;
          },
        });
        const pass = async (ms: number) => {
          clock.ms += ms;
        };
        const time = { isReal, now: () => clock.now(), pass };
        return { board, time, pilotV, coilEnergised: () => sim.truth().coilEnergised, dispose: async () => {} };
      },
      capabilities,
    );
  } finally {
    Object.assign(globalThis, mochas);
  }
  return tests;
}

/** Titles of the contract's tests that a changed board does not pass. */
async function failedBy(change: (board: SimulatedBoard) => Partial<RawBoard>, isReal = false): Promise<string[]> {
  const failed: string[] = [];
  for (const { title, body } of written(ABLE, change, isReal)) {
    try {
      await body?.();
    } catch {
      failed.push(title);
    }
  }
  return failed;
}

const withBurst = (board: SimulatedBoard, change: (snapshot: BoardSnapshot) => BoardSnapshot): Partial<RawBoard> => ({
  read: () => change(board.read()),
});

const BAD_BOARDS: readonly [string, (board: SimulatedBoard) => Partial<RawBoard>, RegExp][] = [
  ["lets itself be opened twice", (board) => ({ open: () => board.open().catch(() => {}) }), /refuses to be opened twice/],
  [
    "throws in makeSafe when it is not open",
    (board) => {
      let opened = false;
      return {
        open: () => {
          opened = true;
          return board.open();
        },
        makeSafe: () => {
          if (!opened) throw new Error("not open");
          board.makeSafe();
        },
      };
    },
    /never throws/,
  ],
  ["does nothing in makeSafe", () => ({ makeSafe: () => {} }), /takes the coil off at once/],
  ["leaves the coil on when it is closed", (board) => ({ close: async () => board.holderDied() }), /is safe after close/],
  [
    "takes every write for a change",
    (board) => ({
      write: (outputs) => {
        board.write({ ...outputs, pilotOpen: true });
        board.write(outputs);
      },
    }),
    /keeps its output when the same is written again/,
  ],
  [
    "feeds its one-shot by itself",
    (board) => ({
      write: (outputs) => {
        board.write(outputs);
        board.pulseLiveness();
      },
    }),
    /before the first pulse/,
  ],
  [
    "has a one-shot that does not drop",
    (board) => {
      board.apply({ do: "inject", fault: "livenessStuck" });
      return {};
    },
    /after the last pulse/,
  ],
  ["forgets pulses", () => ({ pulseLiveness: () => {} }), /follows the command while pulses come/],
  [
    "takes one sample less than asked",
    (board) => ({ startBurst: (plan: BurstPlan) => board.startBurst({ ...plan, count: Math.max(1, plan.count - 1) }) }),
    /as many samples as asked/,
  ],
  ["never finishes a burst", (board) => withBurst(board, ({ inputs }) => ({ burst: null, inputs })), /as many samples as asked/],
  [
    "samples twice as fast",
    (board) => ({ startBurst: (plan: BurstPlan) => board.startBurst({ ...plan, spacingUs: plan.spacingUs / 2 }) }),
    /as long as its spacing says/,
  ],
  [
    "stamps bursts when they are read",
    (board) => withBurst(board, ({ burst, inputs }) => ({ burst: burst && { ...burst, endedAt: Instant(burst.endedAt + 100) }, inputs })),
    /as long as its spacing says/,
  ],
  [
    "hands a burst out again",
    (board) => {
      let last: BoardSnapshot["burst"] = null;
      return withBurst(board, ({ burst, inputs }) => {
        last = burst ?? last;
        return { burst: last, inputs };
      });
    },
    /only once/,
  ],
  [
    "writes the next burst into the buffer it handed out",
    (board) => {
      const shared = new Float64Array(1024);
      let handed = 0;
      return {
        ...withBurst(board, ({ burst, inputs }) => {
          if (burst === null) return { burst, inputs };
          handed = burst.count;
          shared.set(burst.adcV.subarray(0, burst.count));
          return { burst: { ...burst, adcV: shared }, inputs };
        }),
        startBurst: (plan: BurstPlan) => {
          shared.fill(0, 0, handed);
          board.startBurst(plan);
        },
      };
    },
    /keeps its samples until the next read/,
  ],
  [
    "names the newest output for each burst",
    (board) => {
      let newest: Parameters<RawBoard["write"]>[0]["pilot"] | null = null;
      return {
        ...withBurst(board, ({ burst, inputs }) => ({ burst: burst && { ...burst, output: newest }, inputs })),
        write: (outputs) => {
          newest = outputs.pilot;
          board.write(outputs);
        },
      };
    },
    /names no output when it was changed/,
  ],
  [
    "goes on with an abandoned burst",
    (board) => {
      let busy = false;
      return {
        startBurst: (plan: BurstPlan) => {
          if (!busy) board.startBurst(plan);
          busy = true;
        },
        ...withBurst(board, (snapshot) => {
          if (snapshot.burst !== null) busy = false;
          return snapshot;
        }),
      };
    },
    /is abandoned for a new one/,
  ],
  [
    "lets a NaN through",
    (board) => withBurst(board, ({ burst, inputs }) => ({ burst, inputs: { ...inputs, currentA: Number.NaN as Amps } })),
    /numbers are numbers/,
  ],
  [
    "reports a sense that is not fitted",
    (board) => withBurst(board, ({ burst, inputs }) => ({ burst, inputs: { ...inputs, proximityOhms: inputs.railHighV as never } })),
    /proximityOhms is not fitted/,
  ],
  [
    "has a latch that does not hold",
    (board) => ({ write: (outputs) => board.write({ ...outputs, gfciReset: true }) }),
    /the latch holds|test winding/,
  ],
];

describe("the contract of raw boards", () => {
  it("finds nothing wrong with a good board", async () => {
    assert.deepEqual(await failedBy(() => ({})), []);
  });

  for (const [what, change, expected] of BAD_BOARDS) {
    it(`refuses a board that ${what}`, async () => {
      for (const isReal of [false, true]) {
        const failed = await failedBy(change, isReal);
        assert.ok(
          failed.some((title) => expected.test(title)),
          `no test like ${expected} failed, but ${JSON.stringify(failed)}`,
        );
      }
    });
  }

  it("holds nothing against a board whose bursts a busy machine has lost, but only in real time", async () => {
    const losing = (board: SimulatedBoard): Partial<RawBoard> => {
      let lost = 0;
      return withBurst(board, ({ burst, inputs }) => {
        if (burst === null || lost === 5) return { burst, inputs };
        lost += 1;
        return { burst: null, inputs };
      });
    };
    assert.deepEqual(await failedBy(losing, true), []);
    assert.ok((await failedBy(losing)).length > 0);
  });

  it("names what a board cannot do as pending, and nothing else", () => {
    const unable: BoardCapabilities = { ...ABLE, coilObserved: false, livenessGate: false, pilotSense: false, gfciSelfTest: false };
    const pending = written(unable, () => ({})).filter(({ body }) => body === null);
    assert.ok(pending.length >= 10);
    for (const { title } of pending) assert.match(title, /\(needs (coilObserved|livenessGate|pilotSense|gfciSelfTest)\)$/);
    assert.equal(written(unable, () => ({})).length, written(ABLE, () => ({})).length, "none is dropped");
  });
});
