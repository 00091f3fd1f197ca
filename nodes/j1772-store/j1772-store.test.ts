import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { WallTime } from "#core/units/units";
import { batch, record, sample } from "#store/contract-history";
import { collected } from "#store/pages";
import { Folder } from "../../test/flows/support/fake-controller.ts";
import { type FlowFileNode, NodeRed } from "../../test/flows/support/node-red.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { isStoreNode, type StoreHandle } from "../shared/store-handle.ts";
import register from "./j1772-store.ts";

/** What a node found when it asked for its store, at each of its creations. */
const found: unknown[] = [];

function registerProbe(red: Red): void {
  red.nodes.registerType("probe", function (this: FlowNode, raw: RawConfig) {
    red.nodes.createNode(this, raw);
    found.push(red.nodes.getNode(String(raw.store)));
  });
}

const nodeRed = new NodeRed([register, registerProbe]);

const flowOf = (settings: object = {}): FlowFileNode[] => [
  { id: "tab", type: "tab", label: "test" },
  { id: "store", type: "j1772-store", name: "Sessions", kind: "sqlite", ...settings },
  { id: "asking", type: "probe", z: "tab", store: "store", wires: [] },
];

function lastFound(): StoreHandle | null {
  const node = found.at(-1);
  assert.ok(isStoreNode(node));
  return node.kept;
}

describe("j1772-store in Node-RED", () => {
  let folder: Folder;

  nodeRed.runIn(() => {
    folder = new Folder();
    return folder;
  });
  afterEach(async () => {
    await nodeRed.deploy([]).catch(() => {});
    await nodeRed.unload();
  });

  it("keeps one store through full deployments, with all that is written meanwhile, in a file of the user directory", async () => {
    await nodeRed.load(flowOf());
    const handle = lastFound();
    assert.ok(handle);
    const own = record({ id: "s", startedAt: WallTime(0) });
    const writing = Array.from({ length: 40 }, (_, step) =>
      handle.store.append(batch({ records: [own], samples: [sample("s", step * 1_000, step)] })),
    );
    await nodeRed.deploy(flowOf({ currency: "EUR" }));
    await nodeRed.deploy(flowOf({ currency: "CHF" }));
    assert.equal(lastFound(), handle);
    assert.equal(handle.currency, "CHF");
    await Promise.all(writing);
    assert.equal((await collected(handle.store.samples("s"))).length, 40);
    assert.ok(existsSync(join(folder.path, "j1772/sessions.db")));
    assert.equal(handle.health.state, "open");
  });

  it("goes on with the same sessions when it was removed and put back", async () => {
    await nodeRed.load(flowOf({ file: "mine.db" }));
    await lastFound()?.store.append(batch({ records: [record({ id: "s", startedAt: WallTime(0) })] }));
    await nodeRed.deploy([]);
    await nodeRed.deploy(flowOf({ file: "mine.db" }));
    assert.equal((await lastFound()?.store.session("s"))?.id, "s");
  });

  it("has no store, rather than another one, while its settings cannot be used", async () => {
    await nodeRed.load(flowOf({ timeZone: "Mars/Olympus" }));
    assert.equal(lastFound(), null);
    await nodeRed.deploy(flowOf({ timeZone: "Europe/Vienna" }));
    assert.equal(lastFound()?.timeZone, "Europe/Vienna");
  });
});

describe("j1772-store as it registers", () => {
  it("keeps the address of a database among the credentials, and takes it from there", () => {
    const errors: (string | Error)[] = [];
    let options: unknown;
    const red = {
      settings: { userDir: "/nowhere" },
      nodes: {
        createNode: () => {},
        registerType(_type: string, create: (this: FlowNode, raw: RawConfig) => void, given: unknown) {
          options = given;
          const node = {
            id: "n",
            credentials: { url: "mysql://me:secret@host" },
            on: () => {},
            error: (error: string | Error) => errors.push(error),
          };
          create.call(node as unknown as FlowNode, { id: "n", name: "Sessions", kind: "postgres" });
        },
      },
    };
    register(red as unknown as Red);
    assert.deepEqual(options, { credentials: { url: { type: "password" } } });
    assert.match(String(errors[0]), /^ConfigError: url: expected postgres:/);
    assert.doesNotMatch(String(errors[0]), /secret/);
  });
});
