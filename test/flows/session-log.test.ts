import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as v from "valibot";
import type { SessionRecord } from "#core/session/record";
import type { StatusMessage } from "#link/messages";
import registerStore from "../../nodes/j1772-store/j1772-store.ts";
import { SessionNews } from "../../nodes/session-log/session-log.outputs.ts";
import registerLog from "../../nodes/session-log/session-log.ts";
import type { FlowMessage, Red } from "../../nodes/shared/red.ts";
import { aStatus } from "../support/link-samples.ts";
import { Folder } from "./support/fake-controller.ts";
import { type FlowFileNode, NodeRed } from "./support/node-red.ts";

const core = (file: string): ((red: Red) => void) => createRequire(import.meta.url)(`@node-red/nodes/core/${file}`);
const nodeRed = new NodeRed([registerStore, registerLog, core("sequence/17-split.js"), core("storage/10-file.js")]);

const flowOf = (settings: object = {}, more: readonly FlowFileNode[] = []): FlowFileNode[] => [
  { id: "tab", type: "tab", label: "test" },
  { id: "store", type: "j1772-store", name: "sessions", timeZone: "Europe/Berlin", currency: "EUR" },
  {
    id: "node",
    type: "session-log",
    z: "tab",
    name: "book",
    store: "store",
    ...settings,
    x: 1,
    y: 1,
    wires: [["first", "joins", "files"], ["second"]],
  },
  { id: "first", type: "helper", z: "tab", wires: [] },
  { id: "second", type: "helper", z: "tab", wires: [] },
  { id: "caught", type: "catch", z: "tab", scope: null, uncaught: false, wires: [["errors"]] },
  { id: "errors", type: "helper", z: "tab", wires: [] },
  ...more,
];

const SESSION = "3f0c9d3a-9a44-4b67-a1a5-3c9d2f7b8e10";

describe("session-log in a flow", () => {
  let folder: Folder;
  let charger = 0;
  let at = 0;

  nodeRed.runIn(() => {
    folder = new Folder();
    return folder;
  });
  beforeEach(() => {
    charger += 1;
  });
  afterEach(async () => {
    await nodeRed.deploy([]).catch(() => {});
    await nodeRed.unload();
  });

  const name = (): string => `bay ${charger}`;
  const load = async (settings: object = {}, more: readonly FlowFileNode[] = []) => {
    await nodeRed.load(flowOf(settings, more));
    return {
      first: nodeRed.inbox("first"),
      second: nodeRed.inbox("second"),
      errors: nodeRed.inbox("errors"),
      shown: nodeRed.statuses("node"),
    };
  };
  /** What a pilot says, each time a little later. */
  const status = (changes: Partial<StatusMessage>): void => {
    at = Math.max(at + 1, Date.now());
    nodeRed.send("node", { topic: name(), payload: { ...aStatus(), charger: name(), at, ...changes } });
  };
  const plugged = (energyWh: number): void =>
    status({
      state: "C",
      phase: "charging",
      energyWh,
      powerW: 3600,
      session: { id: `${SESSION}${charger}`, startedAt: 0, energyWh: 0, chargingMs: 0 },
    });
  const told = (news: SessionNews["news"]) => (msg: FlowMessage) =>
    (msg.payload as SessionNews).charger === name() && (msg.payload as SessionNews).news === news;

  it("tells of a session with a record that has the documented shape, and answers for it with the question's own message", async () => {
    const { first, second } = await load();
    plugged(1000);
    const opened = await second.find(told("opened"));
    assert.ok(v.is(SessionNews, opened.payload), JSON.stringify(v.safeParse(SessionNews, opened.payload).issues?.[0]?.path));
    assert.equal(opened.topic, name());
    plugged(1050);
    status({ state: "A", phase: "notConnected", energyWh: 1060, session: null });
    const ended = await second.find(told("ended"));
    assert.equal((ended.payload as SessionNews).energyWh, 60);
    nodeRed.send("node", { _msgid: "m1", topic: "last", payload: { charger: name() }, mine: 42 });
    const answer = await first.find(({ _msgid }) => _msgid === "m1");
    assert.equal((answer.payload as SessionRecord).id, (ended.payload as SessionNews).id);
    assert.deepEqual([answer.topic, answer.mine], ["last", 42]);
  });

  it("gives parts that a join node puts together and a file node appends, to the same as the whole", async () => {
    const path = join(folder.path, "sessions.csv");
    const { first, second } = await load({}, [
      { id: "joins", type: "join", z: "tab", x: 1, y: 1, mode: "auto", wires: [["joined"]] },
      { id: "joined", type: "helper", z: "tab", x: 1, y: 1, wires: [] },
      {
        id: "files",
        type: "file",
        z: "tab",
        filename: path,
        filenameType: "str",
        appendNewline: false,
        overwriteFile: "false",
        wires: [["filed"]],
      },
      { id: "filed", type: "helper", z: "tab", x: 1, y: 1, wires: [] },
    ]);
    const joined = nodeRed.inbox("joined");
    const filed = nodeRed.inbox("filed");
    for (let one = 0; one < 7; one++) {
      for (const [state, energyWh] of [
        ["charging", one * 100],
        ["charging", one * 100 + 90],
        ["available", one * 100 + 100],
      ] as const)
        nodeRed.send("node", { payload: { charger: `${name()} no. ${one}`, state, energyWh } });
    }
    await second.find(({ payload }) => (payload as SessionNews).charger === `${name()} no. 6` && (payload as SessionNews).news === "ended");
    for (const as of ["csv", "lines", "objects"] as const) {
      nodeRed.send("node", { _msgid: `whole ${as}`, payload: { ask: "sessions", as } });
      const whole = await first.find(({ _msgid }) => _msgid === `whole ${as}`);
      nodeRed.send("node", { _msgid: `parts ${as}`, payload: { ask: "sessions", as, parts: 2 }, other: { kept: true } });
      const together = await joined.find(({ _msgid }) => _msgid === `parts ${as}`);
      assert.deepEqual(together.payload, whole.payload);
      assert.deepEqual(together.other, { kept: true });
    }
    const parts = first.all.filter(({ _msgid }) => _msgid === "parts csv");
    assert.ok(parts.length >= 4, `${parts.length} parts`);
    assert.equal(new Set(parts.map(({ other }) => other)).size, parts.length, "whoever changes one part changes no other");
    await filed.find((msg) => msg._msgid === "parts csv" && (msg.parts as { count?: number }).count !== undefined);
    const whole = first.all.find(({ _msgid }) => _msgid === "whole csv")?.payload as string;
    assert.ok(readFileSync(path, "utf8").includes(whole));
  });

  it("sends what it cannot read to Catch nodes, with a code and the message itself, and answers go on", async () => {
    const { errors, first } = await load();
    nodeRed.send("node", { _msgid: "m1", payload: { state: "humming" } });
    nodeRed.send("node", { _msgid: "m2", topic: "sessions", payload: "some day" });
    const caught = await errors.find(({ _msgid }) => _msgid === "m1");
    assert.equal((caught.error as { code?: string }).code, "unknownState");
    assert.equal(((await errors.find(({ _msgid }) => _msgid === "m2")).error as { code?: string }).code, "badRange");
    nodeRed.send("node", { _msgid: "m3", topic: "totals" });
    await first.find(({ _msgid }) => _msgid === "m3");
  });

  it("goes on with a session through deployments, in the same book, and counts nothing twice", async () => {
    let { second } = await load();
    plugged(1000);
    const id = ((await second.find(told("opened"))).payload as SessionNews).id;
    for (let deployment = 1; deployment <= 3; deployment++) {
      await nodeRed.deploy(flowOf({ price: String(deployment / 10) }));
      second = nodeRed.inbox("second");
      plugged(1000 + deployment * 10);
    }
    status({ state: "A", phase: "notConnected", energyWh: 1040, session: null });
    const ended = (await second.find(told("ended"))).payload as SessionNews;
    assert.equal(ended.id, id);
    assert.equal(ended.energyWh, 40);
    assert.deepEqual(
      second.all.map(({ payload }) => (payload as SessionNews).news).filter((news) => news === "opened"),
      [],
    );
  });

  it("writes the old logs as files, and gives the same lines as text", async () => {
    const { first, second } = await load({ logFiles: true });
    plugged(1000);
    await second.find(told("opened"));
    plugged(1090);
    status({ state: "A", phase: "notConnected", energyWh: 1100, session: null });
    await second.find(told("ended"));
    await nodeRed.deploy(flowOf({ logFiles: true }));
    const path = join(folder.path, "j1772", "logs", name(), "energy.log");
    assert.ok(existsSync(path));
    const again = nodeRed.inbox("first");
    nodeRed.send("node", { _msgid: "m1", topic: "energy.log", payload: { charger: name() } });
    const { payload } = await again.find(({ _msgid }) => _msgid === "m1");
    assert.match(String(payload), /^\d{14} {1,2}\d+ +0\.100kWh Charge Time +0\.0hr\n$/);
    assert.equal(readFileSync(path, "utf8"), payload);
    assert.equal(first.all.length, 0);
  });

  it("says so when it has no store, and when its settings cannot be read", async () => {
    const table = [
      [{ store: "" }, "badField"],
      [{ store: "nobody" }, "noStore"],
      [{ sampleS: "often" }, "badField"],
    ] as const;
    for (const [settings, code] of table) {
      await nodeRed.load(flowOf(settings));
      const errors = nodeRed.inbox("errors");
      nodeRed.send("node", { topic: "sessions" });
      assert.equal(((await errors.find()).error as { code?: string }).code, code, JSON.stringify(settings));
      await nodeRed.unload();
    }
    await nodeRed.load([]);
  });
});
