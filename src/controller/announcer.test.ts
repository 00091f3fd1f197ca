import assert from "node:assert/strict";
import { Millis } from "#core/units/units";
import { anEvent, aStatus } from "../../test/support/link-samples.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { Announcer } from "./announcer.ts";

describe("announcer", () => {
  let clock: ManualClock;
  let isSaving: boolean;
  let told: string[];
  let logged: object[];
  let shown: string[];
  let announcer: Announcer;

  beforeEach(() => {
    clock = new ManualClock();
    isSaving = false;
    told = [];
    logged = [];
    shown = [];
    announcer = new Announcer({
      clock,
      log: { write: (_, facts) => logged.push(facts) },
      console: { line: (text) => shown.push(text) },
      store: {
        get isSaving() {
          return isSaving;
        },
      },
    });
  });

  const tick = (): void =>
    announcer.tick({
      loop: { status: aStatus },
      server: {
        publishEvent: ({ id }) => told.push(id),
        publishStatus: () => told.push("status"),
        publishTruth: () => told.push("truth"),
      },
      truth: () => null,
    });

  it("tells what happened, in order, with a status and the truth after it", () => {
    announcer.hear(anEvent("1"));
    announcer.hear(anEvent("2"));
    tick();
    assert.deepEqual(told, ["1", "2", "status", "truth"]);
    tick();
    assert.equal(told.length, 4);
  });

  it("sends a status every second when nothing happens", () => {
    for (let ms = 0; ms < 3_000; ms += 12) {
      clock.advance(Millis(12));
      tick();
    }
    assert.equal(told.filter((what) => what === "status").length, 2);
  });

  it("tells nothing that is not on the disk yet, events and status alike [PW-04]", () => {
    isSaving = true;
    announcer.hear(anEvent("1"));
    clock.advance(Millis(900));
    tick();
    assert.deepEqual(told, []);
    isSaving = false;
    tick();
    assert.deepEqual(told, ["1", "status", "truth"]);
  });

  it("tells after a second all the same, so that a slow disk does not make a charger mute [F-43]", () => {
    isSaving = true;
    announcer.hear(anEvent("1"));
    clock.advance(Millis(999));
    tick();
    assert.deepEqual(told, []);
    clock.advance(Millis(1));
    tick();
    assert.deepEqual(told, ["1", "status", "truth"]);
  });

  it("logs at once, with both clocks, and shows people what matters to them [I6]", () => {
    isSaving = true;
    announcer.hear(anEvent("1"));
    announcer.hear({ ...anEvent("2"), type: "fault", fault: "GroundFault", reason: "tripped" });
    assert.deepEqual(logged[0], { id: "1", charger: "bay", wallMs: 1_750_000_000_000, monotonicMs: 1_000, type: "plugged", session: null });
    assert.equal(logged.length, 2);
    assert.deepEqual(shown, ["fault GroundFault tripped"]);
  });
});
