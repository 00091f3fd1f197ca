import assert from "node:assert/strict";
import { createContext, runInContext } from "node:vm";
import { LIVE_SCRIPT } from "./live-script.ts";

describe("a live page", () => {
  it("says so when the browser does not let it tell anything, or its push service refuses", async () => {
    for (const permission of ["denied", "default", "granted"]) {
      let press = async (): Promise<void> => assert.fail("nothing to press");
      const button = { hidden: true, disabled: false, addEventListener: (_: string, then: () => Promise<void>) => (press = then) };
      const refused = { hidden: true };
      const document = {
        // A site at the root of its host has an empty path.
        body: { dataset: { push: "", key: "key" } },
        querySelector: (what: string) => (what === "[data-tell]" ? button : what === "[data-tell-no]" ? refused : null),
      };
      const serviceWorker = { register: () => Promise.reject(new Error("AbortError: push service error")) };
      const window = { PushManager: {} };
      const Notification = { requestPermission: async () => permission };
      runInContext(LIVE_SCRIPT, createContext({ document, window, navigator: { serviceWorker }, Notification }));
      assert.deepEqual([button.hidden, refused.hidden], [false, true]);
      await press();
      assert.deepEqual([refused.hidden, button.disabled], [false, false], permission);
    }
  });

  it("listens again after a server that was being deployed refused it", () => {
    const streams: { readyState: number; readonly heard: Map<string, () => void> }[] = [];
    const planned: { then: () => void; ms: number }[] = [];
    class EventSource {
      static readonly CLOSED = 2;
      readyState = 1;
      readonly heard = new Map<string, () => void>();
      constructor() {
        streams.push(this);
      }
      addEventListener(event: string, then: () => void): void {
        this.heard.set(event, then);
      }
    }
    const document = { body: { dataset: { live: "/bays/stream" } }, addEventListener: () => {}, querySelector: () => null };
    const timers = {
      setTimeout: (then: () => void, ms: number) => planned.push({ then, ms }),
      clearTimeout: () => {},
      setInterval: () => {},
    };
    runInContext(LIVE_SCRIPT, createContext({ document, EventSource, ...timers }));
    const fail = (readyState: number) => {
      const stream = streams.at(-1) ?? assert.fail();
      stream.readyState = readyState;
      stream.heard.get("error")?.();
    };
    fail(0);
    assert.equal(planned.length, 0, "the browser itself tries again");
    fail(2);
    planned.pop()?.then();
    fail(2);
    assert.deepEqual([streams.length, planned.map(({ ms }) => ms)], [2, [4000]]);
  });
});
