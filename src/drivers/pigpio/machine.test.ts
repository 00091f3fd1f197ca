import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { checkMachine, LOCK } from "./machine.ts";

describe("a machine for the library", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "pi-"));
    await put("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.1\0");
    await put("proc/device-tree/system/linux,revision", Uint8Array.of(0, 0xb0, 0x31, 0x11));
    await put("dev/mem", "");
  });
  afterEach(() => rm(root, { recursive: true }));

  async function put(path: string, contents: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), contents);
  }

  it("is a Pi that gives its pins", () => checkMachine(root));

  it("is no machine that is none, by its name where it has one", async () => {
    await put("proc/device-tree/model", "Widget 3000\0");
    assert.throws(() => checkMachine(root), {
      code: "boardUnsupported",
      message: /^Expected a Raspberry Pi, this machine is a Widget 3000: /,
    });
    await rm(join(root, "proc"), { recursive: true });
    assert.throws(() => checkMachine(root), { code: "boardUnsupported", message: /does not say what it is/ });
  });

  it("is no Pi 5, whatever it is called", async () => {
    await put("proc/device-tree/system/linux,revision", Uint8Array.of(0, 0xc0, 0x41, 0x70));
    assert.throws(() => checkMachine(root), { code: "boardUnsupported", message: /Raspberry Pi 5: use a Pi Zero to Pi 4/ });
  });

  it("must let us have its memory, and says who may", async () => {
    await rm(join(root, "dev/mem"));
    await mkdir(join(root, "dev/mem"));
    assert.throws(() => checkMachine(root), {
      code: "notPermitted",
      message: /\/dev\/mem .*\(EISDIR\).*needs root.*use the driver pigpiod/,
    });
  });

  it("must not be another program's, who is named; what a dead one left behind does not count", async () => {
    const other = spawn("sleep", ["60"]);
    await put(LOCK, `${other.pid}\n`);
    assert.throws(() => checkMachine(root), {
      code: "boardBusy",
      message: new RegExp(`"sleep" \\(process ${other.pid}\\) has them: stop it first`),
    });
    other.kill();
    await once(other, "exit");
    checkMachine(root);
    for (const nobody of ["", "0", "-1", "nonsense", String(process.pid)]) {
      await put(LOCK, nobody);
      checkMachine(root);
    }
  });
});
