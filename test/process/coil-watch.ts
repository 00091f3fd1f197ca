/** A witness in the test's own process: it hears the controller's pulses and coil commands, and goes on seeing when the controller is gone. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoilWitness } from "#simulator/coil-witness";

/** A look that comes so much later than the one before was held up: what it tells of times is no measurement, ms. */
const LATE_LOOK = 20;

export class CoilWatch {
  readonly path: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #witness = new CoilWitness();
  #wasHeldUp = false;

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

  /** True when this process itself was held up while it waited for the coil. */
  get wasHeldUp(): boolean {
    return this.#wasHeldUp;
  }

  /** Waits until the coil has current. */
  async coilOn(): Promise<void> {
    await this.#when((now) => (this.#witness.coilEnergised(now) ? now : null));
  }

  /** When the coil lost its current, on this process's clock; waits until it has. */
  coilOff(): Promise<number> {
    return this.#when((now) => this.#witness.coilOffAt(now));
  }

  /** Looks after each turn of the event loop, which reads what has arrived. */
  async #when(look: (now: number) => number | null): Promise<number> {
    for (let before = performance.now(); ; ) {
      await new Promise(setImmediate);
      const now = performance.now();
      this.#wasHeldUp ||= now - before > LATE_LOOK;
      before = now;
      const at = look(now);
      if (at !== null) return at;
    }
  }

  close(): void {
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
