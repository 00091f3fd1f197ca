import assert from "node:assert/strict";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import type { PersistedSafety } from "#core/evse/types";
import { calibrationOfDivider } from "#core/pilot/calibration";
import type { EventMessage } from "#link/messages";
import { SimulatedBoard } from "#simulator/board";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { SafetyLoop } from "./safety-loop.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Charges a simulated car for a while, trips the ground-fault interrupter, and waits for its retry; the wall clock is stepped on the way. */
async function charge(steps: readonly number[]): Promise<readonly EventMessage[]> {
  const clock = new ManualClock();
  const board = new SimulatedBoard({ clock, seed: 11 });
  const events: EventMessage[] = [];
  let saved: PersistedSafety | null = null;
  let ids = 0;
  const loop = new SafetyLoop({
    board,
    clock,
    store: {
      load: () => saved,
      save: (safety) => {
        saved = safety;
      },
    },
    config: DEFAULT_EVSE_CONFIG,
    charger: "bay",
    calibration: calibrationOfDivider(),
    random: () => 0,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    onEvent: (event) => events.push(event),
  });
  const run = (ms: number): void => {
    const end = clock.ms + ms;
    while (loop.dueAt <= end) {
      clock.ms = loop.dueAt;
      loop.cycle();
    }
    clock.ms = end;
  };
  await board.open();
  loop.start();
  run(3_000);
  loop.command({ command: "limit", limitA: 16, validForMs: 2 * HOUR });
  board.apply({ do: "plug", preset: "polite" });
  run(20_000);
  board.apply({ do: "inject", fault: "gfciTrip" });
  for (const step of steps) {
    clock.wallStartMs += step;
    run(5_000);
  }
  run(16 * 60_000 - steps.length * 5_000);
  return events;
}

describe("a wall clock that is set", () => {
  it("changes nothing that happens, nor when: only the dates in messages differ [F-34] [I4] [WD-04]", async () => {
    const steps = [HOUR, -2 * HOUR, DAY, -2 * DAY, 30 * DAY, -61_000];
    const undisturbed = await charge(steps.map(() => 0));
    const stepped = await charge(steps);
    const facts = (events: readonly EventMessage[]) => events.map(({ at, ...fact }) => fact);
    assert.deepEqual(facts(stepped), facts(undisturbed));
    const trip = stepped.findIndex(({ fault }) => fault === "GroundFault");
    const closures = stepped.filter(({ type }) => type === "relayClosed");
    const [, second] = closures;
    assert.equal(closures.length, 2);
    assert.ok((second?.monotonicMs ?? 0) - (stepped[trip]?.monotonicMs ?? 0) >= 15 * 60_000);
    assert.ok(stepped.some(({ at }, index) => at !== undisturbed[index]?.at));
  });
});
