import assert from "node:assert/strict";
import type { FlowNode, RawConfig } from "../shared/red.ts";
import type { WebRed } from "../shared/web.ts";
import register from "./charge-status.ts";

describe("charge-status", () => {
  it("that finds its path taken goes on watching nothing", () => {
    let listening = 0;
    const errors: string[] = [];
    const closers: ((removed: boolean, done: () => void) => void)[] = [];
    const store = {
      timeZone: "UTC",
      currency: "EUR",
      health: { state: "open", why: null, waiting: 0 },
      store: {},
      listen: () => {
        listening++;
        return () => listening--;
      },
    };
    let create: (this: FlowNode, config: RawConfig) => void = () => {};
    const red = {
      _: (key: string) => key,
      settings: {},
      httpNode: { use: () => {} },
      nodes: {
        createNode: () => {},
        registerType: (_: string, made: typeof create) => {
          create = made;
        },
        getNode: () => ({ kept: store }),
      },
    };
    register(red as unknown as WebRed);
    for (const id of ["one", "copy"]) {
      const node = {
        id,
        type: "charge-status",
        on: (event: string, listener: (removed: boolean, done: () => void) => void) => {
          if (event === "close") closers.push(listener);
        },
        send: () => {},
        status: () => {},
        warn: () => {},
        error: (error: Error) => errors.push(error.message),
      };
      create.call(node as unknown as FlowNode, { id, store: "s", path: "/j1772" });
    }
    assert.match(errors.join(), /\/j1772 is taken/);
    assert.equal(listening, 1);
    for (const close of closers) close(true, () => {});
    assert.equal(listening, 0);
  });
});
