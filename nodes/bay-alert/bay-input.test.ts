import assert from "node:assert/strict";
import { WallTime } from "#core/units/units";
import { anEvent, aStatus } from "../../test/support/link-samples.ts";
import { readBayMessage } from "./bay-input.ts";

const NOW = WallTime(1_800_000_000_000);
const read = (payload: unknown, topic?: string) => readBayMessage({ payload, ...(topic === undefined ? {} : { topic }) }, NOW);

describe("message to a shared site", () => {
  it("is read from text and from bytes, however much a charger has to say", () => {
    const text = JSON.stringify({
      charger: "left",
      state: "B",
      faults: Array.from({ length: 30 }, (_, index) => `a fault of another maker, no. ${index}`),
    });
    assert.ok(text.length > 1024);
    for (const payload of [text, Buffer.from(text)]) assert.deepEqual(read(payload), { about: "charger", bay: "left", says: "connected" });
  });

  for (const [name, payload, topic, bay, says] of [
    ["a pilot's status", { ...aStatus(), charger: "left", phase: "waiting", state: "B", offeredCurrentA: 16 }, "left", "left", "connected"],
    [
      "a pilot that does not offer",
      { ...aStatus(), charger: "left", phase: "paused", state: "B", offeredCurrentA: 0 },
      "left",
      "left",
      "paused",
    ],
    [
      "a car that draws",
      { ...aStatus(), charger: "left", phase: "charging", state: "C", offeredCurrentA: 16, currentA: 16 },
      "left",
      "left",
      "charging",
    ],
    [
      "a car that rests",
      { ...aStatus(), charger: "left", phase: "charging", state: "C", offeredCurrentA: 16, currentA: 0.2 },
      "left",
      "left",
      "connected",
    ],
    ["an empty bay", { ...aStatus(), charger: "left", state: "A" }, "left", "left", "notConnected"],
    ["another charger's power", { charger: "post", state: "charging", powerW: 40 }, undefined, "post", "connected"],
    ["another charger's word", "Charging", "post", "post", "charging"],
    ["OCPP's word", { state: "Faulted" }, "post", "post", "fault"],
  ] as const) {
    it(`takes ${name} for ${says}`, () => {
      assert.deepEqual(read(payload, topic), { about: "charger", bay, says });
    });
  }

  it("lets events and reports without a plug pass", () => {
    assert.deepEqual(read(anEvent("e1")), { about: "nothing" });
    assert.deepEqual(read({ charger: "post", powerW: 5 }), { about: "nothing" });
  });

  it("reads a reply and a request", () => {
    assert.deepEqual(read({ from: " ann ", text: "20" }, "reply"), { about: "reply", from: "ann", text: "20", kind: "flow", reply: null });
    assert.deepEqual(read({ do: "invite", nickname: "Ann" }), { about: "request", request: { do: "invite", nickname: "Ann" } });
    assert.deepEqual(read('{"do":"members"}'), { about: "request", request: { do: "members" } });
  });

  for (const [payload, topic, words] of [
    [{ do: "dance" }, undefined, /do/],
    [{ do: "invite" }, undefined, /nickname/],
    [{ text: "x" }, "reply", /from/],
    [{ hello: 1 }, undefined, /news of a charger/],
    [null, undefined, /expected/],
    ["charging", undefined, /without a topic/],
    [{ charger: "x", state: "flying" }, undefined, /expected notConnected/],
    [{ do: "forget", member: "x", more: 1 }, undefined, /more/],
  ] as const) {
    it(`says what was expected instead of ${JSON.stringify(payload)}`, () => assert.throws(() => read(payload, topic), words));
  }
});
