import assert from "node:assert/strict";
import * as v from "valibot";
import type { Sighting } from "#core/alerts/unplug/types";
import { Instant, WallTime } from "#core/units/units";
import { EventMessage, StatusMessage } from "#link/messages";
import { aStatus } from "../../test/support/link-samples.ts";
import { readAlertInput } from "./alert-input.ts";
import { chargerNewsOf, type Reading } from "./charger-words.ts";

const reading: Reading = { charger: "bay", at: Instant(100_000), wall: WallTime(1_800_000_000_000) };

function sighting(payload: object): Sighting {
  const news = chargerNewsOf(payload, reading);
  assert.equal(news?.type, "status");
  return news.sighting;
}
const event = (payload: object) => {
  const message = { id: "e1", charger: "bay", at: 1_800_000_000_000, monotonicMs: 1, session: "s1", ...payload };
  assert.ok(v.is(EventMessage, message));
  const news = chargerNewsOf(message, reading);
  assert.equal(news?.type, "event");
  return news.event;
};
const status = (changes: Partial<StatusMessage>): StatusMessage => {
  const message = { ...aStatus(), ...changes };
  assert.ok(v.is(StatusMessage, message));
  return message;
};

describe("news of a charger", () => {
  for (const [said, state] of [
    ["A", "A"],
    ["b", "B"],
    ["C", "C"],
    ["D", "C"],
    ["E", null],
    ["unknown", null],
    ["Available", "A"],
    ["SuspendedEV", "B"],
    ["not connected", "A"],
    ["Occupied", "B"],
    ["charging", "C"],
  ] as const) {
    it(`reads the state "${said}" as ${state}`, () => assert.equal(sighting({ state: said }).state, state));
  }

  it("takes power for drawing only when the contactor may be closed", () => {
    assert.equal(sighting(status({ state: "C", phase: "charging", currentA: 15 })).drawing, true);
    assert.equal(sighting(status({ state: "C", phase: "charging", currentA: 0.3 })).drawing, false);
    assert.equal(sighting(status({ state: "C", phase: "charging", currentA: null, powerW: null })).drawing, true);
    assert.equal(sighting(status({ state: "C", phase: "preparing", currentA: 15 })).drawing, false);
    assert.equal(sighting({ state: "C" }).drawing, null);
    assert.equal(sighting({ powerW: 3600 }).drawing, true);
    assert.equal(sighting({ powerW: 3 }).drawing, false);
  });

  it("reads values with their units, as a home automation sends them", () => {
    assert.equal(sighting({ powerW: "3.6 kW" }).drawing, true);
    assert.equal(sighting({ powerW: "12 W" }).drawing, false);
    assert.equal(sighting({ state: "B", powerW: "unavailable" }).drawing, null);
    assert.equal(chargerNewsOf({ powerW: "plenty" }, reading), null);
  });

  it("knows who stopped it: the sun has not, a person has", () => {
    const stopped = (limitedBy: string) => sighting(status({ state: "B", phase: "paused", offeredCurrentA: 0, limitedBy })).stopped;
    assert.deepEqual(["sun", "lease", "temperature", "authorisation", "paused", "user"].map(stopped), [
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
    assert.equal(sighting(status({ state: "C", phase: "charging", offeredCurrentA: 10, limitedBy: "user" })).stopped, false);
  });

  it("takes E and F for faults of a charger that has no list of them", () => {
    assert.deepEqual(sighting({ state: "F" }).faults, [{ name: "StateF", severity: "alarm" }]);
    assert.deepEqual(sighting({ state: "B" }).faults, []);
    assert.deepEqual(sighting(status({ state: "F", phase: "faulted", faults: [] })).faults, []);
  });

  it("understands each event that says something, and takes the rest for a sign of life", () => {
    assert.deepEqual(event({ type: "unplugged", reason: "whileAway" }), { is: "unplugged", whileAway: true });
    assert.deepEqual(event({ type: "stateChanged", from: "C", to: "D" }), { is: "state", state: "C" });
    assert.deepEqual(event({ type: "stateChanged", from: "C", to: "F" }), { is: "other" });
    assert.deepEqual(event({ type: "paused", reason: "sun" }), { is: "paused", why: "sun" });
    assert.deepEqual(event({ type: "paused", reason: "relay" }), { is: "stopped", by: "relay" });
    assert.deepEqual(event({ type: "deauthorised", reason: "app" }), { is: "stopped", by: "app" });
    assert.deepEqual(event({ type: "resumed" }), { is: "allowed" });
    assert.deepEqual(event({ type: "fault", fault: "GroundFault" }), { is: "fault", fault: { name: "GroundFault", severity: "alarm" } });
    assert.deepEqual(event({ type: "fault", fault: "TemperatureSensorFault" }), {
      is: "fault",
      fault: { name: "TemperatureSensorFault", severity: "warning" },
    });
    assert.deepEqual(event({ type: "selfTestPassed" }), { is: "other" });
  });

  it("believes a stamp that is a little late, and no other", () => {
    const at = (lagMs: number) => {
      const news = chargerNewsOf({ state: "A", at: reading.wall - lagMs }, reading);
      return news?.type === "status" ? reading.at - news.at : null;
    };
    assert.deepEqual([0, 5_000, 60_000, 60_001, -5_000].map(at), [0, 5_000, 60_000, 0, 0]);
  });

  it("is nothing that says nothing of a plug", () => {
    for (const payload of [{}, { surplusW: 3, mode: "solar" }, { state: "constructor" }, { state: {} }, { currentA: Number.NaN }, []]) {
      assert.equal(chargerNewsOf(payload, reading), null, JSON.stringify(payload));
    }
  });
});

describe("messages of an alert", () => {
  const read = (payload: unknown, topic?: string) => readAlertInput({ payload, topic }, reading);

  it("reads bare values under their topics", () => {
    const state = read("C", "state");
    assert.deepEqual([state?.type, state?.type === "status" && state.sighting.state], ["status", "C"]);
    const power = read("3.6 kW", "Power");
    assert.equal(power?.type === "status" && power.sighting.drawing, true);
    assert.deepEqual(read("80 %", "soc"), { type: "battery", socPercent: 80, full: false });
    assert.deepEqual(read("not_home", "presence"), { type: "presence", home: false });
    assert.deepEqual(read("unknown", "presence"), { type: "presence", home: null });
    assert.equal(read("off", "unlocked"), null);
    assert.deepEqual(read(1500, "surplus"), { type: "sun", surplusW: 1500, intended: false });
  });

  it("reads words, with or without a time", () => {
    assert.deepEqual(read("disarm"), { type: "disarm", until: null });
    assert.deepEqual(read("disarm 2 h"), { type: "disarm", until: 100_000 + 7_200_000 });
    assert.deepEqual(read("Disarm for 30 min"), { type: "disarm", until: 100_000 + 1_800_000 });
    assert.deepEqual(read(" HOME "), { type: "presence", home: true });
    assert.deepEqual(read({ surplusW: 300, mode: "fast" }), { type: "sun", surplusW: 300, intended: true });
    assert.equal(read({ surplusW: null, mode: "solar" }), null);
  });

  for (const [payload, topic, code] of [
    ["louder", undefined, "unknownWord"],
    ["disarm for ever", undefined, "badDuration"],
    ["disarm 400 d", undefined, "badDuration"],
    [null, undefined, "emptyMessage"],
    [{}, undefined, "badShape"],
    ["constructor", undefined, "unknownWord"],
    ["constructor", "answer", "unknownAnswer"],
    ["perhaps", "answer", "unknownAnswer"],
    ["Z", "state", "unknownState"],
    ["much", "power", "notANumber"],
    [120, "soc", "outOfRange"],
    ["garden", "presence", "unknownPresence"],
    [JSON.parse('{"__proto__": {"state": "A"}}'), undefined, "forbiddenKey"],
  ] as const) {
    it(`refuses ${JSON.stringify(payload)}${topic === undefined ? "" : ` as ${topic}`} with "${code}"`, () => {
      assert.throws(() => read(payload, topic), { code });
    });
  }
});
