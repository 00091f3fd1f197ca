import assert from "node:assert/strict";
import type { Outputs } from "#core/evse/types";
import { STEADY_HIGH } from "#core/pilot/types";
import type { SimTruth } from "#simulator/actions";
import type { Observation } from "./observation.ts";
import { parseScenarios } from "./parse.ts";
import type { Rig } from "./rig.ts";
import { type RunResult, runOnce } from "./run.ts";
import type { Action } from "./scenario.ts";

const LOOP = 10;
const OFF: Outputs = { pilot: STEADY_HIGH, coil: false, gfciTest: false, gfciReset: false, shuntTrip: false, pilotOpen: false };
const NO_MARKS: SimTruth["marks"] = { appliedAt: null, coilOffAt: null, coilReleasedAt: null, contactsOpenAt: null };
const TRUTH: SimTruth = {
  plugged: true,
  s2Closed: false,
  asleep: false,
  carFault: false,
  socPercent: 50,
  drawA: 0,
  coil: false,
  coilEnergised: false,
  contacts: [false, false],
  gridW: 0,
  pvW: 0,
  houseW: 0,
  mainsV: 240,
  faults: [],
  marks: NO_MARKS,
};

/** A rig whose coil follows a script: on from `onAt` until `offAt`, seen every 10 ms. */
class ScriptedRig implements Rig {
  readonly broken: string[] = [];
  readonly done: Action[] = [];
  at = 0;
  ended = false;
  readonly #onAt: number;
  readonly #offAt: number;
  readonly #breaksAt: number;

  constructor(onAt: number, offAt: number, breaksAt = Number.POSITIVE_INFINITY) {
    this.#onAt = onAt;
    this.#offAt = offAt;
    this.#breaksAt = breaksAt;
  }

  /** Alive: what it shows moves on with the rig. */
  readonly seen: Observation = Object.defineProperties({ status: null, heard: [], answer: null } as unknown as Observation, {
    at: { get: () => this.at },
    outputs: { get: (): Outputs => ({ ...OFF, coil: this.#on }) },
    truth: {
      get: (): SimTruth => ({ ...TRUTH, s2Closed: this.#on, coilEnergised: this.#on, marks: { ...NO_MARKS, coilOffAt: this.#coilOffAt } }),
    },
  });

  get #on(): boolean {
    return this.at >= this.#onAt && this.at < this.#offAt;
  }

  get #coilOffAt(): number | null {
    return this.at >= this.#offAt ? this.#offAt : null;
  }

  async perform(action: Action): Promise<void> {
    this.done.push(action);
  }

  async run(until: number, look: () => boolean): Promise<void> {
    while (this.at + LOOP <= until) {
      this.at += LOOP;
      if (this.at >= this.#breaksAt && this.broken.length === 0) this.broken.push("I1: a promise");
      if (look()) return;
    }
    this.at = until;
  }

  async end(): Promise<void> {
    this.ended = true;
  }
}

async function run(lines: string, rig: ScriptedRig): Promise<RunResult> {
  const { scenarios, errors } = parseScenarios("a.scenario", `title a story\n${lines}`);
  assert.equal(errors.length, 0, errors[0]?.message);
  const [scenario] = scenarios;
  assert.ok(scenario);
  return runOnce(scenario, rig, 1);
}

describe("scenario runner", () => {
  // The coil is on from 100 ms to 255 ms; the loop looks every 10 ms, the board marks 255 ms.
  const cases: readonly [string, string, boolean, number | null][] = [
    ["within, in time", "within 100ms coil on", true, 100],
    ["within, too late", "within 90ms coil on", false, 100],
    ["within, never", "within 90ms car faulted", false, null],
    ["within, measured by the board's mark, not by the loop", "wait 150ms\nwithin 255ms coil off", true, 255],
    ["within, a millisecond short of the mark", "wait 150ms\nwithin 254ms coil off", false, 255],
    ["between, in the window", "wait 150ms\nbetween 250ms and 260ms coil off", true, 255],
    ["between, too early", "wait 150ms\nbetween 256ms and 300ms coil off", false, 255],
    ["between, so from the beginning", "between 50ms and 90ms coil off", false, 0],
    ["by, on the scenario's clock", "wait 50ms\nby 100ms coil on", true, 100],
    ["by, too late", "by 99ms coil on", false, 100],
    ["for, held", "wait 100ms\nfor 150ms coil on", true, null],
    ["for, broken off", "wait 100ms\nfor 170ms coil on", false, null],
    ["for, not so at the beginning", "for 10ms coil on", false, null],
    ["expect, so", "at 100ms expect coil on", true, null],
    ["expect, not so", "at 99ms expect coil on", false, null],
    ["never, not once", "wait 300ms\nnever coil on\nwait 300ms", true, null],
    ["never, once", "never coil on\nwait 300ms", false, null],
    ["always, broken", "wait 100ms\nalways coil on\nwait 300ms", false, null],
    ["always, not so at the beginning", "always coil on", false, null],
    ["and, the later of two marks", "wait 150ms\nwithin 400ms coil off and car waits", true, 260],
    ["an action in the past", "wait 1s\nat 500ms unplug", false, null],
  ];
  for (const [what, lines, passed, afterMs] of cases) {
    it(`judges "${what}"`, async () => {
      const result = await run(lines, new ScriptedRig(100, 255));
      const verdict = result.verdicts.at(-1);
      assert.deepEqual([result.passed, verdict?.passed, verdict?.afterMs], [passed, passed, afterMs]);
    });
  }

  it("measures reactions from the last action, however many checks stand between", async () => {
    const rig = new ScriptedRig(100, 255);
    const result = await run("at 200ms unplug\nfor 20ms coil on\nwithin 60ms coil off", rig);
    assert.equal(result.verdicts.at(-1)?.afterMs, 55);
    assert.deepEqual(rig.done, [{ on: "board", action: { do: "unplug" } }]);
  });

  it("measures from here on where it says so", async () => {
    const result = await run("within 100ms coil on\nfrom here\nwithin 155ms coil off", new ScriptedRig(100, 255));
    assert.equal(result.verdicts.at(-1)?.afterMs, 155);
  });

  it("does what follows a check later by the run's slack, and what follows an action as written", async () => {
    const at: number[] = [];
    class Noting extends ScriptedRig {
      override async perform(): Promise<void> {
        at.push(this.at);
      }
    }
    const { scenarios } = parseScenarios(
      "a.scenario",
      "title a story\nunplug\nwithin 100ms coil on\nplug\nafter 20ms unplug\nat 500ms plug",
    );
    assert.ok(scenarios[0]);
    await runOnce(scenarios[0], new Noting(100, 255), 1, 7);
    assert.deepEqual(at, [0, 107, 127, 500]);
  });

  it("stops at the first check that fails and says what there was", async () => {
    const result = await run("expect coil on\nexpect coil off", new ScriptedRig(100, 255));
    assert.deepEqual(
      result.verdicts.map(({ text, passed, instead }) => [text, passed, instead]),
      [["expect coil on", false, "off and released"]],
    );
  });

  it("fails when a promise breaks although every check passes", async () => {
    const result = await run("wait 300ms", new ScriptedRig(100, 255, 200));
    assert.equal(result.passed, false);
    assert.deepEqual(result.broken, ["I1: a promise"]);
  });

  it("ends the rig also when it fails", async () => {
    const rig = new ScriptedRig(100, 255);
    await run("expect coil on", rig);
    assert.equal(rig.ended, true);
  });
});
