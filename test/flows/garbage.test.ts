import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Volts } from "#core/units/units";
import { MemoryDocuments } from "#store/memory-documents";
import registerBay from "../../nodes/bay-alert/bay-alert.ts";
import registerStatus from "../../nodes/charge-status/charge-status.ts";
import registerCar from "../../nodes/j1772-car/j1772-car.ts";
import registerDisplay from "../../nodes/j1772-display/j1772-display.ts";
import registerGfci from "../../nodes/j1772-gfci/j1772-gfci.ts";
import registerPilot from "../../nodes/j1772-pilot/j1772-pilot.ts";
import registerRelay from "../../nodes/j1772-relay/j1772-relay.ts";
import registerLog from "../../nodes/session-log/session-log.ts";
import type { ChargerHandle, ChargerListener } from "../../nodes/shared/charger-handle.ts";
import type { Done, FlowMessage, FlowNode, RawConfig, Send } from "../../nodes/shared/red.ts";
import type { WebRed } from "../../nodes/shared/web.ts";
import registerSolar from "../../nodes/solar-limit/solar-limit.ts";
import registerAlert from "../../nodes/unplug-alert/unplug-alert.ts";
import { aStatus } from "../support/link-samples.ts";
import { SmallHandle } from "./session-log-store.ts";

type Register = (red: WebRed) => void;
const NODES: Readonly<Record<string, Register>> = {
  "j1772-pilot": registerPilot,
  "j1772-relay": registerRelay,
  "j1772-gfci": registerGfci,
  "j1772-car": registerCar,
  "solar-limit": registerSolar,
  "session-log": registerLog,
  "unplug-alert": registerAlert,
  "bay-alert": registerBay,
  "charge-status": registerStatus,
  "j1772-display": registerDisplay,
};

const ANGRY = new Error("read me not");
const angrily = (): never => {
  throw ANGRY;
};
const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inside) => ({ inside }), {});
const ring: Record<string, unknown> = { state: "C" };
ring.self = ring;

/** Of every type that there is, and some that bite. */
const PAYLOADS: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 10n, Symbol("s"), () => 1],
  ...["", " ", "16", "x".repeat(1e6), "{".repeat(9e3), "[".repeat(9e4), '{"a":'.repeat(5e3), "\0", "\ud800", "$t(a)"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty"],
  ...[[], [[]], [null], new Array(1e5), {}, Object.create(null), Object.create({ state: "C" }), ring, nested(2e4)],
  ...[Buffer.from("16"), Buffer.alloc(1e6, 0xff), new Uint8Array(3), new Date(Number.NaN), new Map(), new Set([1]), /x/, new Error("e")],
  ...["state", "command", "limitA", "do", "ask", "charger", "from"].flatMap((key) => [
    { [key]: "__proto__" },
    { [key]: {} },
    { [key]: Number.NaN },
    { [key]: "x".repeat(1e5) },
    Object.defineProperty({}, key, { enumerable: true, get: angrily }),
  ]),
  ...["constructor", "toString", "__proto__"].map((charger) => ({ charger, state: "C", energyWh: 1 })),
  JSON.parse('{"__proto__":{"state":"C"}}'),
  { toJSON: angrily, toString: angrily, valueOf: angrily, [Symbol.toPrimitive]: angrily },
  new Proxy({}, { get: angrily, has: angrily, ownKeys: angrily, getPrototypeOf: angrily }),
  new Proxy([], { get: angrily }),
];
const TOPICS: readonly unknown[] = [undefined, "", "grid", "mode", "ceiling/x", "state", "reply", "sessions", "__proto__", {}, Symbol("t")];

/** Who listens to the charger. */
const listeners = new Set<ChargerListener>();

/** A charger that takes everything and says nothing, unless a test does. */
const charger: ChargerHandle = {
  name: "bay",
  supply: { volts: Volts(240), phases: 1 },
  link: "connected",
  status: null,
  simulated: true,
  run: "1",
  attach(_user, listener) {
    listeners.add(listener);
    return {
      offer: () => {},
      limit: async () => "taken",
      command: async () => {},
      show: async () => {},
      simulate: async () => {},
      detach: () => void listeners.delete(listener),
    };
  },
};

/** As much of Node-RED as runs one node. */
class Runtime {
  readonly userDir = mkdtempSync(join(tmpdir(), "garbage-"));
  readonly errors: Error[] = [];
  hear: (msg: FlowMessage, send: Send, done: Done) => void = () => assert.fail("The node hears nothing.");
  close: (removed: boolean, done: () => void) => void = () => assert.fail("The node cannot be closed.");

  constructor(type: string, register: Register) {
    const kept = Object.assign(new SmallHandle(), { documents: new MemoryDocuments() });
    const node = {
      id: type,
      type,
      on: (event: "input" | "close", listener: never) => Object.assign(this, { [event === "input" ? "hear" : "close"]: listener }),
      ...{ send: () => {}, status: () => {}, log: () => {}, warn: () => {} },
      error: (error: Error) => this.errors.push(error),
    };
    const red = {
      _: (key: string) => key,
      settings: { userDir: this.userDir },
      util: { cloneMessage: (msg: FlowMessage) => ({ ...msg }) },
      httpNode: { use: () => {} },
      nodes: {
        createNode: () => {},
        eachNode: () => {},
        getNode: () => ({ charger, kept }),
        registerType: (_: string, create: (this: FlowNode, config: RawConfig) => void) =>
          create.call(node as unknown as FlowNode, { id: type, charger: "c", store: "s" }),
      },
    };
    register(red as unknown as WebRed);
  }
}

describe("garbage on the wires", () => {
  for (const [type, register] of Object.entries(NODES)) {
    it(`is answered by ${type} once for each message, with a code unless it was of use or bit`, async () => {
      const runtime = new Runtime(type, register);
      const answers: (Error | undefined)[][] = [];
      for (const topic of TOPICS) {
        for (const payload of PAYLOADS) {
          const answered: (Error | undefined)[] = [];
          answers.push(answered);
          runtime.hear(
            Object.freeze({ _msgid: "m", topic, payload }),
            () => {},
            (error) => answered.push(error),
          );
        }
        await setImmediate();
      }
      // Who waits for the charger's next word is told that there will be none.
      await new Promise<void>((resolve) => runtime.close(false, resolve));
      await setImmediate();
      assert.deepEqual([...new Set(answers.map(({ length }) => length))], [1]);
      const codes = answers.flatMap(([error]) => (error === undefined || error === ANGRY ? [] : [(error as { code?: unknown }).code]));
      assert.ok(codes.length > answers.length / 2, `${codes.length} of ${answers.length} were refused`);
      assert.deepEqual(new Set(codes.map((code) => typeof code)), new Set(["string"]));
      assert.deepEqual(runtime.errors, []);
      rmSync(runtime.userDir, { recursive: true, force: true });
    });
  }

  for (const [what, doneFails] of [
    ["send", false],
    ["send, nor tell of", true],
  ] as const) {
    it(`is no end of Node-RED where it cannot ${what} an answer, because it is nested too deep to be copied`, async () => {
      const tooDeep = new RangeError("Maximum call stack size exceeded");
      const runtime = new Runtime("j1772-pilot", registerPilot);
      const told: (Error | undefined)[] = [];
      const tooDeepToSend: Send = () => {
        throw tooDeep;
      };
      runtime.hear({ payload: 16 }, tooDeepToSend, (error) => {
        told.push(error);
        if (doneFails) throw tooDeep;
      });
      await setImmediate();
      for (const { status } of listeners) status?.(aStatus());
      await setImmediate();
      assert.deepEqual(told, [tooDeep]);
      assert.deepEqual(runtime.errors, doneFails ? [tooDeep] : []);
      await new Promise<void>((resolve) => runtime.close(false, resolve));
      rmSync(runtime.userDir, { recursive: true, force: true });
    });
  }
});
