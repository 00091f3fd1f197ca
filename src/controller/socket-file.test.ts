import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeRoomForSocket, restrictSocket } from "./socket-file.ts";

describe("socket file", () => {
  let folder: string;
  let path: string;

  before(function () {
    if (process.platform === "win32") this.skip();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-socket-"));
    path = join(folder, "private", "bay.sock");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("gets a folder of its own that only its owner may enter", async () => {
    await makeRoomForSocket(path);
    assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
  });

  it("may be connected to by its owner, or by its group too, and by nobody else", async () => {
    mkdirSync(dirname(path));
    const server = createServer();
    server.listen(path);
    await once(server, "listening");
    restrictSocket(path, "owner");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    restrictSocket(path, "group");
    assert.equal(statSync(path).mode & 0o777, 0o660);
    server.close();
  });

  it("is removed when a controller that was killed left it, and not while somebody answers [F-44]", async () => {
    mkdirSync(dirname(path));
    const killed = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", killed]);
    assert.ok(existsSync(path));
    await makeRoomForSocket(path);
    assert.ok(!existsSync(path));

    const server = createServer();
    server.listen(path);
    await once(server, "listening");
    await assert.rejects(makeRoomForSocket(path), { name: "StoreUnavailable", code: "socketTaken" });
    assert.ok(existsSync(path));
    server.close();
  });

  it("never replaces something that is not a socket", async () => {
    mkdirSync(dirname(path));
    writeFileSync(path, "precious");
    await assert.rejects(makeRoomForSocket(path), { name: "ConfigError", code: "notASocket" });
    assert.ok(existsSync(path));
  });

  it("is not made where everyone may put another in its place", async () => {
    mkdirSync(dirname(path));
    chmodSync(dirname(path), 0o777);
    await assert.rejects(makeRoomForSocket(path), { name: "ConfigError", code: "openFolder" });
  });
});
