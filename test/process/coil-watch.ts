/** A witness in the test's own process: it hears the controller's pulses and coil commands, and goes on seeing when the controller is gone. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoilWitness } from "#simulator/coil-witness";

export class CoilWatch {
  readonly path: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #witness = new CoilWitness();

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "j1772-watch-"));
    this.path = join(this.#folder, "witness");
    this.#server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (bytes) => this.#witness.feed(bytes, performance.now()));
    });
  }

  static async open(): Promise<CoilWatch> {
    const watch = new CoilWatch();
    await new Promise<void>((resolve) => watch.#server.listen(watch.path, resolve));
    return watch;
  }

  get isEnergised(): boolean {
    return this.#witness.coilEnergised(performance.now());
  }

  /** When the coil lost its current, on this process's clock; waits until it has. */
  async coilOff(): Promise<number> {
    for (;;) {
      const at = this.#witness.coilOffAt(performance.now());
      if (at !== null) return at;
      await new Promise(setImmediate);
    }
  }

  close(): void {
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
