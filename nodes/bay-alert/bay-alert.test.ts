import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryDocuments } from "#store/memory-documents";
import type { FlowNode, NodeStatus, RawConfig } from "../shared/red.ts";
import type { WebRed } from "../shared/web.ts";
import register from "./bay-alert.ts";

/** What the node asks of Node-RED, and the store it finds there. */
class Runtime {
  readonly userDir = mkdtempSync(join(tmpdir(), "bay-alert-"));
  readonly documents = new MemoryDocuments();
  readonly errors: string[] = [];
  readonly shown: (string | undefined)[] = [];
  hasStore = true;
  loaded = 0;
  readonly #closers: ((removed: boolean, done: () => void) => void)[] = [];
  #create: (this: FlowNode, config: RawConfig) => void = () => {};

  constructor() {
    const documents = {
      load: (site: string) => {
        this.loaded++;
        return this.documents.load(site);
      },
      write: this.documents.write.bind(this.documents),
    };
    const red = {
      _: (key: string) => key,
      settings: { userDir: this.userDir },
      httpNode: { use: () => {} },
      events: { once: () => {} },
      nodes: {
        createNode: () => {},
        registerType: (_: string, create: (this: FlowNode, config: RawConfig) => void) => {
          this.#create = create;
        },
        getNode: () => (this.hasStore ? { kept: { documents, timeZone: "UTC" } } : null),
      },
    };
    register(red as unknown as WebRed);
  }

  place(id: string): void {
    const node = {
      id,
      type: "bay-alert",
      on: (event: string, listener: (removed: boolean, done: () => void) => void) => {
        if (event === "close") this.#closers.push(listener);
      },
      send: () => {},
      status: ({ text }: NodeStatus) => this.shown.push(text),
      warn: () => {},
      error: (error: Error) => this.errors.push(error.message),
    };
    this.#create.call(node as unknown as FlowNode, { id, store: "s", bays: "left", path: "/bays" });
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await new Promise<void>((done) => close(false, done));
    rmSync(this.userDir, { recursive: true, force: true });
  }
}

describe("bay-alert", () => {
  it("that was copied with its path does not keep the site a second time", async () => {
    const runtime = new Runtime();
    runtime.place("one");
    runtime.place("copy");
    assert.match(runtime.errors.join(), /\/bays is taken/);
    assert.equal(runtime.loaded, 1);
    await runtime.close();
  });

  it("says that it has no store when the one that it names is not there, as after an import without it", async () => {
    const runtime = new Runtime();
    runtime.hasStore = false;
    runtime.place("one");
    assert.deepEqual(runtime.shown, ["status.noStore"]);
    assert.match(runtime.errors.join(), /no store that works/);
    await runtime.close();
  });
});
