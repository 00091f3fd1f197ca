import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOG_FILE, prepareFolder, SETTINGS_FILE } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin } from "../support/admin.ts";
import { StatusWatch } from "../support/status-watch.ts";

const PROJECT = join(import.meta.dirname, "../..");
/** "garage", hashed as Node-RED wants it. */
const HASH = "$2b$08$gxRHpTrINj7akPDVG9zVPeMeR2RkoEl2YkQotZPtOQ0Z.hi59.L7O";
const SIGNED_IN = { authorization: `Basic ${Buffer.from("anna:garage").toString("base64")}` };
const HTML = { headers: { accept: "text/html" } };
const SOON = 30_000;

const page = (id: string, more: object = {}) => ({
  id,
  type: "charge-status",
  z: "tab",
  name: "",
  path: "/j1772",
  store: "",
  sample: "",
  control: false,
  staleAfterS: "35",
  mostClients: "8",
  wires: [["pressed"]],
  ...more,
});

const flow = (...pages: object[]) => [
  { id: "tab", type: "tab", label: "page" },
  {
    id: "start",
    type: "inject",
    z: "tab",
    once: true,
    onceDelay: 0,
    props: [{ p: "payload" }],
    payload: "",
    payloadType: "date",
    wires: [["charger"]],
  },
  {
    id: "charger",
    type: "function",
    z: "tab",
    func: 'msg.payload = { charger: "Left", state: "charging", powerW: 3600 }; return msg;',
    outputs: 1,
    wires: [["page"]],
  },
  {
    id: "pressed",
    type: "debug",
    z: "tab",
    active: true,
    tosidebar: true,
    console: true,
    complete: "true",
    targetType: "full",
    tostatus: false,
    wires: [],
  },
  ...pages,
];

describe("the page in a real Node-RED", () => {
  let folder: string;
  let nodeRed: NodeRed;
  let admin: Admin;

  async function start(flows: readonly object[], settings = ""): Promise<void> {
    folder = mkdtempSync(join(tmpdir(), "j1772-page-"));
    const user = join(folder, "user");
    writeFileSync(join(folder, "flows.json"), JSON.stringify(flows));
    prepareFolder(user, join(folder, "flows.json"), false);
    appendFileSync(join(user, SETTINGS_FILE), settings);
    nodeRed = new NodeRed({ folder: user, port: await freePort(), packageFolder: PROJECT });
    await nodeRed.running();
    admin = new Admin(nodeRed.address);
    // Node-RED says that its flows run when it begins to start them.
    await until(async () => (await ask("/j1772/api/now", { headers: SIGNED_IN })).ok);
  }
  afterEach(async () => {
    await nodeRed?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${nodeRed.address}${path}`, init);
  const log = (): string => readFileSync(join(folder, "user", LOG_FILE), "utf8");

  it("is there with its charger, moves with its path, and leaves nothing behind after fifty deployments", async () => {
    await start(flow(page("page")));
    await until(async () => /^Timestamp \d{14} .* Power=3\.6 .* State=3 /.test(await (await ask("/j1772/")).text()));
    const html = await ask("/j1772/", HTML);
    assert.match(html.headers.get("content-security-policy") ?? "", /script-src 'sha256-/);
    assert.match(await html.text(), /<html lang="en">[\s\S]*<script type="module">/);
    assert.equal(((await (await ask("/j1772/api/openapi.json")).json()) as { openapi: string }).openapi, "3.1.0");

    for (let deployment = 0; deployment < 50; deployment++) {
      await admin.deploy(flow(page("page", { path: `/p${deployment % 2}`, mostClients: `${8 + (deployment % 3)}` })));
    }
    // A deployment is answered when the old flows are gone, before the new ones are there.
    await until(async () => (await ask("/p1/", HTML)).status === 200);
    assert.equal((await ask("/j1772/", HTML)).status, 404);
    assert.equal((await ask("/p0/", HTML)).status, 404);
    assert.doesNotMatch(log(), /MaxListeners|\[error\]/);
    await admin.deploy(flow());
    assert.equal((await ask("/p1/", HTML)).status, 404);
  });

  it("is refused a path that another page has, and says so; the first one goes on", async () => {
    await start(flow(page("page"), page("other", { path: "/j1772/other" })));
    const watch = new StatusWatch(nodeRed.address);
    try {
      await watch.until("other", /check settings/, SOON);
    } finally {
      watch.close();
    }
    await until(() => /path: \/j1772\/other is taken by another page at \/j1772\. Choose another path/.test(log()));
    assert.equal((await ask("/j1772/", HTML)).status, 200);
  });

  it("is behind Node-RED's password, and takes commands from whoever has it and from our own page alone", async () => {
    await start(flow(page("page", { control: true })), `module.exports.httpNodeAuth = { user: "anna", pass: "${HASH}" };\n`);
    for (const path of ["/j1772/", "/j1772/api/now", "/j1772/api/stream", "/j1772/api/sessions.csv", "/j1772/api/openapi.json"]) {
      assert.equal((await ask(path)).status, 401, path);
    }
    const { control } = (await (await ask("/j1772/api/now", { headers: SIGNED_IN })).json()) as { control: string };
    assert.equal(control, "on");
    const { token } = (await (await ask("/j1772/api/token", { headers: SIGNED_IN })).json()) as { token: string };
    const command = (headers: Record<string, string>): Promise<Response> =>
      ask("/j1772/api/command", {
        method: "POST",
        headers: { "content-type": "application/json", origin: nodeRed.address, ...headers },
        body: JSON.stringify({ command: "pause", charger: "Left" }),
      });
    assert.equal((await command({ "x-j1772-token": token })).status, 401);
    assert.equal((await command({ ...SIGNED_IN, "x-j1772-token": token, origin: "http://evil.example" })).status, 403);
    assert.equal((await command(SIGNED_IN)).status, 403);
    assert.doesNotMatch(log(), /command: 'pause'/);
    const taken = await command({ ...SIGNED_IN, "x-j1772-token": token });
    assert.equal(taken.status, 200, await taken.text());
    await until(() => /topic: 'Left'[\s\S]*command: 'pause'|command: 'pause'[\s\S]*topic: 'Left'/.test(log()));
  });

  it("shows but obeys nothing where Node-RED asks nobody for a password", async () => {
    await start(flow(page("page", { control: true })));
    const answer = await ask("/j1772/api/token");
    assert.deepEqual([answer.status, ((await answer.json()) as { error: { code: string } }).error.code], [403, "controlUnprotected"]);
  });
});

/** Looks until there is something to see. */
async function until(claim: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + SOON; !(await claim()); await new Promise((resolve) => setTimeout(resolve, 50))) {
    assert.ok(performance.now() < deadline, "expected it by now");
  }
}
