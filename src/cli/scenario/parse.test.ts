import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { SIM_FAULTS } from "#simulator/actions";
import { ACTION_WORDS } from "./actions.ts";
import { CLAIM_WORDS } from "./claims.ts";
import { LINE_WORDS, parseScenarios } from "./parse.ts";
import type { Action, Scenario, Step } from "./scenario.ts";
import { SETTING_WORDS } from "./settings.ts";

const HEAD = "title a story\n";

function parsed(text: string): Scenario {
  const { scenarios, errors } = parseScenarios("a.scenario", HEAD + text);
  assert.deepEqual(
    errors.map((error) => error.message),
    [],
  );
  const [scenario] = scenarios;
  assert.ok(scenario);
  return scenario;
}

function step(line: string): Step {
  const [first] = parsed(line).steps;
  assert.ok(first);
  return first;
}

function action(line: string): Action {
  const only = step(line);
  assert.equal(only.kind, "act");
  const [first] = only.kind === "act" ? only.actions : [];
  assert.ok(first);
  return first;
}

const complaint = (text: string): string => parseScenarios("a.scenario", text).errors[0]?.message ?? "no complaint";

describe("scenario language", () => {
  it("reads title, rows, seed, runs and several scenarios in one file", () => {
    const { scenarios } = parseScenarios("a.scenario", "title one\nrows F-11 ST-03 I1 VW-A\nseed 7\nruns 12\n\ntitle two # the other\n");
    assert.deepEqual(
      scenarios.map(({ title, rows, seed, runs }) => ({ title, rows, seed, runs })),
      [
        { title: "one", rows: ["F-11", "ST-03", "I1", "VW-A"], seed: 7, runs: 12 },
        { title: "two", rows: [], seed: 1, runs: 1 },
      ],
    );
  });

  it("sets what the charger line names and leaves the rest as it was", () => {
    const charger = parsed("charger breakerA 20A, ventilation interlock, leaseFor 1min30s\ncharger autoReset no").charger(
      DEFAULT_EVSE_CONFIG,
    );
    assert.deepEqual(charger, {
      ...DEFAULT_EVSE_CONFIG,
      ratings: { ...DEFAULT_EVSE_CONFIG.ratings, breaker: 20 },
      lease: { ...DEFAULT_EVSE_CONFIG.lease, defaultFor: 90_000 },
      ventilation: "interlock",
      autoReset: false,
    });
  });

  it("places actions at, after and at once", () => {
    assert.deepEqual(step("at 1min30s unplug"), {
      kind: "act",
      when: { at: 90_000 },
      actions: [{ on: "board", action: { do: "unplug" } }],
      line: 2,
      text: "at 1min30s unplug",
    });
    assert.deepEqual(step("after 60ms inject weld 2 and unplug"), {
      kind: "act",
      when: { after: 60 },
      actions: [
        { on: "board", action: { do: "inject", fault: "weld", value: 2 } },
        { on: "board", action: { do: "unplug" } },
      ],
      line: 2,
      text: "after 60ms inject weld 2 and unplug",
    });
    assert.deepEqual(step("pause"), {
      kind: "act",
      when: { after: 0 },
      actions: [{ on: "charger", command: { command: "pause" } }],
      line: 2,
      text: "pause",
    });
  });

  const actions: readonly [string, Action][] = [
    ["plug", { on: "board", action: { do: "plug" } }],
    [
      "plug rude socPercent 40, rude no, sleepsAfterMs never, wakesOn stateF",
      {
        on: "board",
        action: { do: "plug", preset: "rude", car: { socPercent: 40, rude: false, sleepsAfterMs: null, wakesOn: "stateF" } },
      },
    ],
    ["car drawFactor 1.3", { on: "board", action: { do: "car", car: { drawFactor: 1.3 } } }],
    ["press button", { on: "board", action: { do: "pressButton" } }],
    ["release button", { on: "board", action: { do: "releaseButton" } }],
    ["inject leakage 20mA", { on: "board", action: { do: "inject", fault: "leakage", value: 20 } }],
    ["clear all", { on: "board", action: { do: "clear", fault: "all" } }],
    ["house mainsV 240, loadW 300", { on: "board", action: { do: "house", mainsV: 240, loadW: 300 } }],
    ["limit 16 A by sun for 60s", { on: "charger", command: { command: "limit", limitA: 16, limitedBy: "sun", validForMs: 60_000 } }],
    ["limit NaN", { on: "charger", command: { command: "limit", limitA: Number.NaN } }],
    ['limit "16"', { on: "charger", command: { command: "limit", limitA: "16" } }],
    ["limit -1", { on: "charger", command: { command: "limit", limitA: -1 } }],
    ["resume by anna", { on: "charger", command: { command: "resume", by: "anna" } }],
    ["authorise 04AB", { on: "charger", command: { command: "authorise", tag: "04AB" } }],
    ["deauthorise unpaid", { on: "charger", command: { command: "deauthorise", reason: "unpaid" } }],
    ["reset", { on: "charger", command: { command: "reset" } }],
    ["self-test", { on: "charger", command: { command: "selfTest" } }],
    ["wake-up", { on: "charger", command: { command: "wakeUp" } }],
    ["shutdown", { on: "charger", command: { command: "shutdown" } }],
    ["kill controller", { on: "controller", do: "kill" }],
    ["start controller", { on: "controller", do: "start" }],
    ["freeze controller 200ms", { on: "controller", do: "freeze", for: 200 as never }],
    ["power off", { on: "power", do: "off" }],
    ["wall clock -1d", { on: "wallClock", by: -86_400_000 as never }],
  ];
  for (const [line, expected] of actions) {
    it(`reads "${line}"`, () => assert.deepEqual(action(line), expected));
  }

  it("takes every fault of the simulator", () => {
    for (const fault of SIM_FAULTS) assert.deepEqual(action(`inject ${fault}`), { on: "board", action: { do: "inject", fault } });
  });

  it("reads every kind of check with its times", () => {
    const { steps } = parsed(
      [
        "within 60ms coil off",
        "between 6s and 6.5s coil off",
        "by 25s state C",
        "for 10s coil off",
        "expect no fault",
        "never coil on",
        "always offer <= 16",
      ].join("\n"),
    );
    const checks = steps.map((each) => (each.kind === "check" ? { ...each.check, condition: each.check.condition.text } : each));
    assert.deepEqual(checks, [
      { kind: "within", limit: 60, condition: "coil off" },
      { kind: "between", from: 6000, to: 6500, condition: "coil off" },
      { kind: "by", at: 25_000, condition: "state C" },
      { kind: "for", duration: 10_000, condition: "coil off" },
      { kind: "expect", condition: "no fault" },
      { kind: "never", condition: "coil on" },
      { kind: "always", condition: "offer <= 16" },
    ]);
  });

  it("waits before an expectation with a time", () => {
    assert.deepEqual(
      parsed("at 25s expect coil on").steps.map((each) => each.kind),
      ["wait", "check"],
    );
  });

  it("unrolls repeat blocks, also within each other", () => {
    const { steps } = parsed("repeat 3 times\nunplug\nrepeat 2 times\nwait 1s\nend\nend");
    assert.deepEqual(
      steps.map((each) => each.text),
      ["unplug", "wait 1s", "wait 1s", "unplug", "wait 1s", "wait 1s", "unplug", "wait 1s", "wait 1s"],
    );
  });

  const complaints: readonly [string, string, string][] = [
    ["an unknown line", `${HEAD}at 2s plugg polite`, 'a.scenario:2:7: expected an action (did you mean "plug"?), got "plugg"'],
    ["a time without unit", `${HEAD}at 20 unplug`, 'a.scenario:2:4: expected a duration such as 60ms, 3s, 15min or 1min30s, got "20"'],
    ["an unknown fault", `${HEAD}  inject wled`, 'a.scenario:2:10: expected a fault (did you mean "weld"?), got "wled"'],
    ["a wrong unit", `${HEAD}inject leakage 20A`, 'a.scenario:2:16: expected the value of leakage in mA, got "20A"'],
    ["a line that ends early", `${HEAD}within 60ms`, "a.scenario:2:12: expected a claim"],
    ["a line that goes on", `${HEAD}unplug now`, 'a.scenario:2:8: expected the end of the line, got "now"'],
    ["a value out of range", `${HEAD}plug socPercent 200`, "a.scenario:2:1: car.socPercent: expected <=100, got 200"],
    ["a missing title", "at 2s unplug", 'a.scenario:1:1: expected "title" to begin a scenario, got "at"'],
    [
      "a row that is none",
      `${HEAD}rows F-1`,
      'a.scenario:2:6: expected a row of the conformance list such as ST-08, F-11 or I1, got "F-1"',
    ],
    ["a zero", `${HEAD}runs 0`, 'a.scenario:2:6: expected a number of runs, a whole number from 1, got "0"'],
    ["an open repeat", `${HEAD}repeat 2 times\nunplug`, 'a.scenario:2:1: expected "end" to close this repeat, the scenario ends'],
    ["an end without repeat", `${HEAD}end`, 'a.scenario:2:1: expected "repeat" before "end", got "end"'],
    ["an empty file", "# nothing\n", "a.scenario:1:1: expected a scenario beginning with its title, the file is empty"],
    ["an object's own key", `${HEAD}constructor`, "a.scenario:2:1: expected a line (did you mean"],
  ];
  for (const [what, text, message] of complaints) {
    it(`complains of ${what} with place, expectation and find`, () => {
      const said = complaint(text);
      assert.equal(said.slice(0, message.length), message);
    });
  }

  it("reports every bad line of a file, not only the first", () => {
    const { errors } = parseScenarios("a.scenario", `${HEAD}unplugg\nunplug\nat soon unplug`);
    assert.deepEqual(
      errors.map(({ line, column }) => [line, column]),
      [
        [2, 1],
        [4, 4],
      ],
    );
  });

  it("answers any text with scenarios or complaints and never throws", () => {
    const word = fc.constantFrom(
      ...LINE_WORDS,
      ...CLAIM_WORDS,
      ...SETTING_WORDS,
      ...SIM_FAULTS,
      "60ms",
      "16A",
      "and",
      "times",
      "#",
      ",",
      "-1",
      "",
    );
    const line = fc.oneof(
      fc.array(word, { maxLength: 6 }).map((words) => words.join(" ")),
      fc.string({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const { scenarios, errors } = parseScenarios("a.scenario", lines.join("\n"));
        assert.ok(scenarios.length + errors.length > 0);
      }),
      { seed: 20_260_101, numRuns: 2000 },
    );
  });

  it("is documented word for word in docs/scenarios.md", () => {
    const docs = readFileSync(new URL("../../../docs/scenarios.md", import.meta.url), "utf8");
    const words = [...LINE_WORDS, ...ACTION_WORDS, ...CLAIM_WORDS, ...SETTING_WORDS, ...SIM_FAULTS];
    assert.deepEqual(
      words.filter((word) => !new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(docs)),
      [],
    );
  });
});
