/** Example 10 in a real Node-RED that is killed and deployed again and again: nobody is forgotten, and no page is left behind. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { stopControllers } from "../../tools/start/controllers.ts";
import { prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin } from "../support/admin.ts";

const PROJECT = join(import.meta.dirname, "../..");
const EXAMPLE = join(PROJECT, "examples", "10 - Shared bay.json");
const DEADLINE = 30_000;

describe("a shared bay in a Node-RED that dies", () => {
  const parent = mkdtempSync(join(tmpdir(), "bays-"));
  const folder = join(parent, "user");
  const flows: readonly object[] = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  let nodeRed: NodeRed;
  let port: number;
  let base: string;
  let origin: string;

  async function start(): Promise<void> {
    nodeRed = new NodeRed({ folder, port, packageFolder: PROJECT });
    await nodeRed.running();
    await until(async () => (await fetch(`${base}/`)).status === 200);
  }

  async function until(isTrue: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + DEADLINE; Date.now() < deadline; await wait(100)) if (await isTrue().catch(() => false)) return;
    throw new Error("It did not happen in time.");
  }

  const post = (path: string, form: Record<string, string>, cookie = "") =>
    fetch(`${base}${path}`, { method: "POST", body: new URLSearchParams(form), headers: { origin, cookie }, redirect: "manual" });

  /** Whether a document in the store's file has these words. */
  function isKept(words: string): boolean {
    const file = new DatabaseSync(join(folder, "j1772", "example-10.db"), { readOnly: true, timeout: DEADLINE });
    try {
      return file.prepare("SELECT 1 FROM document WHERE instr(body, ?) > 0").get(words) !== undefined;
    } finally {
      file.close();
    }
  }

  before(async function () {
    this.timeout(120_000);
    port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    base = `${origin}/bays`;
    // A bay that becomes free, and is taken again, moves the queue: here no charger says anything.
    const silent = flows.map((node) => ("type" in node && node.type === "j1772-pilot" ? { ...node, wires: [[], []] } : node));
    const file = join(parent, "example.json");
    writeFileSync(file, JSON.stringify(silent));
    prepareFolder(folder, file, false);
    await start();
  });

  after(async function () {
    this.timeout(60_000);
    await nodeRed?.stop();
    await stopControllers(folder, AbortSignal.abort());
    rmSync(parent, { recursive: true, force: true });
  });

  it("knows its members, codes, queue and talks after kill -9", async function () {
    this.timeout(120_000);
    const joined = await post("/join", { nickname: "Ann" });
    const cookie = joined.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const token = /name="token" value="([^"]+)"/.exec(await joined.text())?.[1] ?? assert.fail("no form");
    await post("/me", { does: "newTag", label: "blue", token }, cookie);
    await post("/me", { does: "join", place: '["bays","left"]', needKwh: "9", token }, cookie);
    const own = await (await fetch(`${base}/me`, { headers: { cookie } })).text();
    const code = /<code>([0-9A-Z-]{11})<\/code>/.exec(own)?.[1] ?? assert.fail("no code");
    const talk = (await post(`/b/${code}`, { reason: "needCharge", bay: "right" })).headers.get("location") ?? assert.fail("no talk");
    // A page is answered before the disk has what it says; the talk is the last of it.
    await until(async () => isKept("needCharge"));
    nodeRed.child.kill("SIGKILL");
    await nodeRed.ended();
    await start();
    const after = await (await fetch(`${base}/me`, { headers: { cookie } })).text();
    for (const kept of [code, "blue", "Place 1", "I need to charge, please"]) assert.ok(after.includes(kept), kept);
    assert.equal((await fetch(`${origin}${talk}`)).status, 200);
    assert.match(await (await fetch(`${base}/board`, { headers: { cookie } })).text(), /9 kWh/);
  });

  it("answers from one place after twenty deployments, and from none when it is gone", async function () {
    this.timeout(120_000);
    const admin = new Admin(origin);
    for (let turn = 0; turn < 20; turn++) await admin.deploy(flows);
    await until(async () => (await fetch(`${base}/`)).status === 200);
    await admin.deploy(flows.filter((node) => !("type" in node) || node.type !== "bay-alert"));
    await until(async () => (await fetch(`${base}/`)).status === 404);
  });

  it("says which setting is wrong instead of taking the flow down", async function () {
    this.timeout(60_000);
    const admin = new Admin(origin);
    const bad = (change: object) => flows.map((node) => ("type" in node && node.type === "bay-alert" ? { ...node, ...change } : node));
    for (const change of [{ bays: "left, left" }, { publicUrl: "nowhere" }, { path: "a b" }, { store: "" }]) {
      await admin.deploy(bad(change));
      await until(async () => (await fetch(`${base}/`)).status === 404);
    }
    await admin.deploy(flows);
    await until(async () => (await fetch(`${base}/`)).status === 200);
  });
});
