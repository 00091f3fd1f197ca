import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLoose } from "./raspberry-pi.ts";

describe("a Raspberry Pi", () => {
  it("warns of a loose Pi, and of nothing that is no Pi or cannot be read [H2]", async () => {
    const root = await mkdtemp(join(tmpdir(), "pi-"));
    try {
      await mkdir(join(root, "proc/device-tree"), { recursive: true });
      await mkdir(join(root, "boot/firmware"), { recursive: true });
      assert.equal(await isLoose(root), false);
      await writeFile(join(root, "proc/device-tree/model"), "Raspberry Pi 4 Model B Rev 1.1\0");
      assert.equal(await isLoose(root), false);
      await writeFile(join(root, "boot/config.txt"), "dtparam=spi=on\n");
      assert.equal(await isLoose(root), true);
      await writeFile(join(root, "boot/firmware/config.txt"), "dtparam=strict_gpiod\n");
      assert.equal(await isLoose(root), false);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
