import assert from "node:assert/strict";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import type { EvseEvent } from "#core/evse/types";
import { Amps, Millis } from "#core/units/units";
import type { CommandMessage } from "#link/messages";
import { eventOf } from "./command.ts";

describe("command", () => {
  const table: readonly (readonly [CommandMessage, EvseEvent])[] = [
    [
      { command: "limit", limitA: 16 },
      { type: "limit", lease: { limit: Amps(16), validFor: Millis(30_000), by: "user" } },
    ],
    [
      { command: "limit", limitA: 0, validForMs: 500, limitedBy: "sun" },
      { type: "limit", lease: { limit: Amps(0), validFor: Millis(500), by: "sun" } },
    ],
    [{ command: "pause" }, { type: "pause", by: "user" }],
    [
      { command: "resume", by: "fuse" },
      { type: "resume", by: "fuse" },
    ],
    [{ command: "authorise" }, { type: "authorise", tag: null }],
    [
      { command: "authorise", tag: "04A1" },
      { type: "authorise", tag: "04A1" },
    ],
    [{ command: "deauthorise" }, { type: "deauthorise", reason: "user" }],
    [
      { command: "reset", by: "Ann" },
      { type: "reset", by: "Ann" },
    ],
    [{ command: "selfTest" }, { type: "selfTest", by: "user" }],
    [{ command: "wakeUp" }, { type: "wakeUp", by: "user" }],
    [{ command: "shutdown" }, { type: "shutdown" }],
  ];
  for (const [command, event] of table) {
    it(`${JSON.stringify(command)} is what the machine knows as ${event.type}${event.type === "limit" ? " [WD-02]" : ""}`, () => {
      assert.deepEqual(eventOf(command, DEFAULT_EVSE_CONFIG), event);
    });
  }
});
