import assert from "node:assert/strict";
import { FAULTS } from "#core/evse/faults";
import { FaultMessage, StatusMessage } from "#link/messages";
import { SimFaultMessage } from "#link/sim-action";
import { wordsOf } from "../../test/flows/support/words.ts";
import { aStatus, aTruth } from "../../test/support/link-samples.ts";
import { LANGUAGES } from "../../tools/nodes/catalog.ts";
import type { NodeStatus } from "./red.ts";
import * as table from "./status-text.ts";

const RETRY = new Date(2026, 0, 1, 14, 32).getTime();

const fault = (name: string, latched: FaultMessage["latched"], retryAt: number | null): FaultMessage => ({
  name,
  mrec: "",
  severity: "emergency",
  since: 0,
  latched,
  retryAt,
  clears: "",
});
const faulted = (...faults: FaultMessage[]): StatusMessage => ({ ...aStatus(), phase: "faulted", faults });
const charging = (currentA: number | null, powerW: number | null): StatusMessage => ({ ...aStatus(), phase: "charging", currentA, powerW });

/** Everything the words can be asked for, with the largest numbers. */
function everyStatus(language: (typeof LANGUAGES)[number]): readonly (readonly [string, NodeStatus])[] {
  const t = wordsOf("j1772-pilot", language);
  const pilot = (status: StatusMessage) => table.pilotStatus(status, t);
  const faults = Object.keys(FAULTS).flatMap((name) => [
    ...FaultMessage.entries.latched.options.map((latched) => faulted(fault(name, latched, null))),
    faulted(fault(name, "no", RETRY)),
  ]);
  const phases = StatusMessage.entries.phase.options.map(
    (phase): StatusMessage => ({ ...aStatus(), phase, offeredCurrentA: 80, currentA: 80, powerW: 99_900 }),
  );
  const reasons = [...table.KNOWN_REASONS];
  const relays = StatusMessage.entries.relay.options.flatMap((relay) =>
    [true, false].map((coil): StatusMessage => ({ ...aStatus(), relay, coil })),
  );
  const tests = StatusMessage.entries.gfci.entries.selfTest.options.map(
    (selfTest): StatusMessage => ({ ...aStatus(), gfci: { tripped: false, selfTest, resets: 0 } }),
  );
  const car = { ...aTruth(), socPercent: 100 };
  const cars = [
    car,
    { ...car, plugged: true },
    { ...car, plugged: true, drawA: 80 },
    { ...car, plugged: true, asleep: true },
    { ...car, plugged: true, carFault: true },
    { ...car, faults: SimFaultMessage.options.slice(0, 1) },
    { ...car, faults: [...SimFaultMessage.options] },
  ];
  return [
    ...[
      ...phases,
      ...faults,
      faulted(),
      charging(80, 99_900),
      charging(80, 999),
      charging(80, null),
      charging(null, null),
      charging(0, 0),
    ].map((status) => [`${status.phase} ${JSON.stringify(status.faults)}`, pilot(status)] as const),
    ...reasons.map((limitedBy) => [`paused, ${limitedBy}`, pilot({ ...aStatus(), phase: "paused", limitedBy })] as const),
    ...relays.map((status) => [`relay ${status.relay} ${status.coil}`, table.relayStatus(status, t)] as const),
    ...[...tests, ...faults, { ...aStatus(), gfci: { tripped: true, selfTest: "passed", resets: 0 } } as const].map(
      (status) => [`gfci ${JSON.stringify(status.gfci)} ${JSON.stringify(status.faults)}`, table.gfciStatus(status, t)] as const,
    ),
    ...cars.map((truth) => [`car ${JSON.stringify(truth.faults)}`, table.carStatus(truth, t)] as const),
    ...(["starting", "lost", "refused", "stopped"] as const).map((link) => [link, table.linkStatus(link, t)] as const),
    ["settings", table.badSettingsStatus(t)],
    ["no charger", table.noChargerStatus(t)],
    ["no store", table.noStoreStatus(t)],
    ["not simulated", table.notSimulatedStatus(t)],
  ];
}

for (const language of LANGUAGES) {
  describe(`status text in ${language}`, () => {
    it("fits under a node, whole, for every phase, fault, latch, reason and limit", () => {
      for (const [what, { text = "" }] of everyStatus(language)) {
        assert.ok(text.length > 0 && [...text].length <= table.STATUS_TEXT_MAX, `${what}: "${text}" has ${text.length} characters`);
        assert.doesNotMatch(text, /…/, `${what}: "${text}" was cut`);
        assert.doesNotMatch(text, /__|\w+\.\w{3,}/, `${what}: "${text}" is not a text`);
      }
    });

    it("always comes with a colour and a shape", () => {
      for (const [what, { fill, shape }] of everyStatus(language)) assert.ok(fill && shape, what);
    });

    it("does not say by colour alone what is said in the same words", () => {
      const looks = new Map<string, Set<string>>();
      for (const [, { fill, shape, text = "" }] of everyStatus(language)) {
        const seen = looks.get(`${text} ${shape}`) ?? new Set();
        looks.set(`${text} ${shape}`, seen.add(String(fill)));
      }
      for (const [words, fills] of looks) assert.equal(fills.size, 1, `"${words}" comes in ${[...fills].join(" and ")}`);
    });
  });
}

describe("status text", () => {
  const t = wordsOf("j1772-pilot", "en-US");
  const says = (status: StatusMessage): NodeStatus => table.pilotStatus(status, t);

  const expected: readonly (readonly [string, StatusMessage, NodeStatus])[] = [
    ["no car", aStatus(), { fill: "grey", shape: "ring", text: "not connected" }],
    ["an offer of 16 A", { ...aStatus(), phase: "waiting", offeredCurrentA: 16 }, { fill: "blue", shape: "ring", text: "waiting · 16 A" }],
    ["a pause for want of sun", { ...aStatus(), phase: "paused", limitedBy: "sun" }, { fill: "blue", shape: "ring", text: "paused · sun" }],
    ["15.8 A drawn", charging(15.8, 3600), { fill: "green", shape: "dot", text: "3.6 kW · 15.8 A" }],
    ["nothing drawn", charging(0.1, 24), { fill: "green", shape: "ring", text: "not drawing" }],
    [
      "a ground fault with a retry",
      faulted(fault("GroundFault", "no", RETRY)),
      { fill: "red", shape: "ring", text: "ground fault ↻14:32" },
    ],
    ["a weld", faulted(fault("ContactorWelded", "untilReset", null)), { fill: "red", shape: "dot", text: "weld · reset" }],
  ];
  for (const [what, status, shown] of expected) {
    it(`shows ${what} as "${shown.text}"`, () => assert.deepEqual(says(status), shown));
  }

  it("cuts a sender's own word so that it fits", () => {
    const { text = "" } = says({ ...aStatus(), phase: "paused", limitedBy: "the neighbour's sauna" });
    assert.equal(text, "paused · the neigh…");
    assert.equal([...text].length, table.STATUS_TEXT_MAX);
  });

  it("shows the emergency when a warning is there too", () => {
    const warning = { ...fault("MeterSilent", "no", null), severity: "warning" } as const;
    assert.equal(says(faulted(warning, fault("ContactorWelded", "untilReset", null))).text, "weld · reset");
  });

  it("uses the decimal sign of the language", () => {
    assert.equal(table.pilotStatus(charging(15.8, 3600), wordsOf("j1772-pilot", "de")).text, "3,6 kW · 15,8 A");
  });
});
