/** Who may calibrate by the way of the editor, where Node-RED asks for a password. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopControllers } from "../../tools/start/controllers.ts";
import { prepareFolder, SETTINGS_FILE } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { buildPackage } from "./nodered-under-test.ts";

const PROJECT = join(import.meta.dirname, "../..");
const FLOWS = [
  { id: "tab", type: "tab" },
  { id: "charger", type: "j1772-charger", version: 1, name: "bay", driver: "simulated" },
];
/** Everybody may look, "reader" too; only "writer" may write. */
const PASSWORDS = `
const users = { reader: "read", writer: "*" };
module.exports.adminAuth = {
  type: "credentials",
  users: async (username) => (username in users ? { username, permissions: users[username] } : null),
  authenticate: async (username, password) => (password === "secret" && username in users ? { username, permissions: users[username] } : null),
  default: async () => ({ anonymous: true, permissions: "read" }),
};
`;

describe("a calibration through Node-RED's administration", () => {
  let folder: string;
  let nodeRed: NodeRed;

  before(async function () {
    this.timeout(120_000);
    buildPackage();
    folder = mkdtempSync(join(tmpdir(), "j1772-admin-"));
    const flows = join(folder, "flows.json");
    writeFileSync(flows, JSON.stringify(FLOWS));
    prepareFolder(join(folder, "user"), flows, false);
    appendFileSync(join(folder, "user", SETTINGS_FILE), PASSWORDS);
    nodeRed = new NodeRed({ folder: join(folder, "user"), port: await freePort(), packageFolder: PROJECT });
    await nodeRed.running();
  });
  after(async () => {
    await nodeRed.stop();
    await stopControllers(join(folder, "user"), AbortSignal.abort());
    rmSync(folder, { recursive: true, force: true });
  });

  async function tokenOf(username: string, scope: string): Promise<string> {
    const answer = await fetch(`${nodeRed.address}/auth/token`, {
      method: "POST",
      body: new URLSearchParams({ client_id: "node-red-admin", grant_type: "password", scope, username, password: "secret" }),
    });
    const { access_token: token } = (await answer.json()) as { access_token?: string };
    assert.ok(token, username);
    return token;
  }

  async function ask(method: string, path: string, token: string | null): Promise<number> {
    const headers = { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
    const body = method === "POST" ? "{}" : null;
    return (await fetch(`${nodeRed.address}/j1772-charger/charger/calibration${path}`, { method, headers, body })).status;
  }

  it("is closed to who is not signed in, and to who may only read, and open to who may write", async () => {
    const [reader, writer] = [await tokenOf("reader", "read"), await tokenOf("writer", "*")];
    for (const [method, path, taken] of [
      ["POST", "", 400],
      ["GET", "/guessed?from=0", 410],
      ["POST", "/guessed", 400],
      ["DELETE", "", 200],
    ] as const) {
      assert.equal(await ask(method, path, null), 401, `${method} ${path}, nobody`);
      assert.equal(await ask(method, path, "forged"), 401, `${method} ${path}, forged`);
      assert.equal(await ask(method, path, reader), 401, `${method} ${path}, reader`);
      assert.equal(await ask(method, path, writer), taken, `${method} ${path}, writer`);
    }
  });

  it("takes no form of another site, which a browser would send without being asked", async () => {
    const fields = { driver: "pigpiod", board: "buildGuide", customPins: "", daemonAddress: "127.0.0.1:1" };
    const answer = await fetch(`${nodeRed.address}/j1772-charger/charger/calibration`, {
      method: "POST",
      headers: { authorization: `Bearer ${await tokenOf("writer", "*")}` },
      body: new URLSearchParams(fields),
    });
    assert.deepEqual([answer.status, await answer.json()], [400, { why: "badRequest", message: "Expected application/json." }]);
  });
});
