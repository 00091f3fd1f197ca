/** Files that make a machine look like a Raspberry Pi to a process that has the stub preloaded. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Addons } from "./addons.ts";

const MODEL = "proc/device-tree/model";
const REVISION = "proc/device-tree/system/linux,revision";
/** A Raspberry Pi 4 B. */
const PI_4: Readonly<Record<string, string | Uint8Array>> = {
  [MODEL]: "Raspberry Pi 4 Model B Rev 1.1\0",
  [REVISION]: Uint8Array.of(0x00, 0xb0, 0x31, 0x11),
  "boot/firmware/config.txt": "dtparam=strict_gpiod,spi=on\n",
  "dev/mem": "",
  "dev/spidev0.0": "",
  "dev/spidev0.1": "",
  "sys/bus/i2c/devices/1-0018/hwmon/hwmon3/temp1_input": "",
  "var/run/pigpio.pid": "",
};

/** The same, but a Pi 5. */
export const PI_5 = { [MODEL]: "Raspberry Pi 5 Model B Rev 1.0\0", [REVISION]: Uint8Array.of(0x00, 0xc0, 0x41, 0x70) } as const;

export class PiMachine {
  readonly root: string;
  readonly #addons: Addons;

  private constructor(root: string, addons: Addons) {
    this.root = root;
    this.#addons = addons;
  }

  /** @param files contents by path, beside those of a Pi 4; null leaves one out */
  static async make(addons: Addons, files: Readonly<Record<string, string | Uint8Array | null>> = {}): Promise<PiMachine> {
    const root = await mkdtemp(join(tmpdir(), "j1772-pi-"));
    for (const [path, contents] of Object.entries({ ...PI_4, ...files })) {
      if (contents === null) continue;
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), contents);
    }
    return new PiMachine(root, addons);
  }

  /** What a process needs to run on it. @param port the virtual Pi's @param modules folder of the packages */
  env(port: number, modules = this.#addons.modules): Readonly<Record<string, string>> {
    return {
      VIRTUAL_PI_PORT: String(port),
      VIRTUAL_PI_ROOT: this.root,
      LD_PRELOAD: this.#addons.library,
      LD_LIBRARY_PATH: dirname(this.#addons.library),
      NODE_PATH: modules,
    };
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
