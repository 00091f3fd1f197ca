import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeSafety } from "#controller/safety-record";
import type { PersistedSafety } from "#core/evse/types";
import { ControllerUnderTest } from "./controller-under-test.ts";

const GOOD = { version: 1, charger: "bay", driver: { kind: "sim" } };

describe("controller process that must not start", () => {
  let controller: ControllerUnderTest | null = null;

  afterEach(async () => {
    await controller?.dispose();
    controller = null;
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["a configuration cut short", JSON.stringify(GOOD).slice(0, 30), /charger\.json: Expected JSON/],
    ["an empty configuration", "", /charger\.json: Expected JSON/],
    ["a configuration of a newer version", JSON.stringify({ ...GOOD, version: 9 }), /version 9.*newer release/],
    ["a breaker out of range", JSON.stringify({ ...GOOD, ratings: { breakerA: 4_000 } }), /ratings\.breakerA: expected <=125, got 4000/],
    ["a limit that is no number", JSON.stringify({ ...GOOD, ratings: { cableA: null } }), /ratings\.cableA/],
    ["a misspelt key", JSON.stringify({ ...GOOD, venitlation: "none" }), /venitlation is not a known key/],
    ["an unknown driver", JSON.stringify({ ...GOOD, driver: { kind: "pigpio2" } }), /driver\.kind/],
  ];
  for (const [what, configText, message] of refused) {
    it(`refuses ${what}, says why, and touches nothing [F-38]`, async () => {
      controller = ControllerUnderTest.launch({ configText });
      assert.deepEqual(await controller.ended, { code: 2, signal: null });
      assert.match(controller.complaints, message);
      assert.equal(controller.complaints.trim().split("\n").length, 1);
      assert.deepEqual(readdirSync(controller.folder), ["charger.json"]);
    });
  }

  it("refuses a configuration that is not there, and a command line without one [F-38]", async () => {
    controller = ControllerUnderTest.launch({ args: ["--config", "/nowhere/charger.json"] });
    assert.equal((await controller.ended).code, 2);
    assert.match(controller.complaints, /\/nowhere\/charger\.json: expected .*, found no file; check the path\.\n$/);
    await controller.dispose();
    controller = ControllerUnderTest.launch({ args: ["--volts", "240"] });
    assert.equal((await controller.ended).code, 2);
    assert.match(controller.complaints, /--volts[\s\S]*j1772 controller --config FILE/);
  });

  it("refuses a state that a newer release has written, and leaves it as it is", async () => {
    const folder = mkdtempSync(join(tmpdir(), "j1772-process-"));
    const newer = encodeSafety({ version: 2, novelty: true } as unknown as PersistedSafety);
    writeFileSync(join(folder, "safety.json"), newer);
    controller = ControllerUnderTest.launch({}, folder);
    assert.equal((await controller.ended).code, 2);
    assert.match(controller.complaints, /newer release/);
    assert.ok(existsSync(controller.stateFile));
  });

  it("says so when its state folder cannot be had", async () => {
    controller = ControllerUnderTest.launch({ config: { stateDir: "charger.json/state" } });
    assert.equal((await controller.ended).code, 4);
    assert.match(controller.complaints, /state folder/);
  });

  it("is refused as the second on one charger, names the first, and does not disturb it [F-44]", async () => {
    controller = await ControllerUnderTest.start();
    const second = ControllerUnderTest.launch({}, controller.folder);
    assert.deepEqual(await second.ended, { code: 3, signal: null });
    assert.match(second.complaints, new RegExp(`Another controller \\(pid ${controller.child.pid}\\)`));
    await second.dispose(true);
    assert.deepEqual(await controller.link.command({ command: "pause" }), { ok: true });
    await controller.untilLogged(({ kind }) => kind === "request");
    assert.equal(controller.logged.filter(({ type }) => type === "started").length, 1);
  });

  it("is refused on a socket that another charger's controller listens on [F-44]", async () => {
    controller = await ControllerUnderTest.start();
    const other = ControllerUnderTest.launch({ config: { socket: controller.socket } });
    assert.equal((await other.ended).code, 3);
    assert.match(other.complaints, /Another controller listens on/);
    await other.dispose();
    assert.deepEqual(await controller.link.command({ command: "pause" }), { ok: true });
  });
});

describe("j1772", () => {
  const j1772 = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["--conditions=source", join(import.meta.dirname, "../../src/cli/main.ts"), ...args], { encoding: "utf8" });

  it("says what it can do, its version, and what is wrong with a command line", () => {
    const help = j1772("--help");
    assert.equal(help.status, 0);
    for (const command of ["controller", "simulate", "pilot-check"]) assert.match(help.stdout, new RegExp(`j1772 ${command}`));
    assert.match(j1772("--version").stdout, /^\d+\.\d+\.\d+\n$/);
    for (const args of [[], ["fly"], ["constructor"]]) {
      const wrong = j1772(...args);
      assert.equal(wrong.status, 2);
      assert.match(wrong.stderr, /missing|no command/);
      assert.equal(wrong.stdout, "");
    }
    assert.match(j1772("controller", "--help").stdout, /Exit codes/);
  });

  it("leaves no file behind when it only explains itself", () => {
    const folder = mkdtempSync(join(tmpdir(), "j1772-cwd-"));
    spawnSync(process.execPath, ["--conditions=source", join(import.meta.dirname, "../../src/cli/main.ts"), "--help"], { cwd: folder });
    assert.deepEqual(readdirSync(folder), []);
    rmSync(folder, { recursive: true });
  });
});
