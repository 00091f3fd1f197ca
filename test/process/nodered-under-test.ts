/** A real Node-RED with the built package, a charger in it, and an observer on the charger's own line. Everything waits on what happens. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connectLink, type LinkClient } from "#link/client";
import { linkPath } from "#link/link-path";
import type { EventMessage, StatusMessage } from "#link/messages";
import type { CarSpec } from "#simulator/actions";
import { FLOWS_FILE, prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin } from "../support/admin.ts";
import { endProcessesOf } from "../support/processes.ts";
import { StatusWatch } from "../support/status-watch.ts";
import { SPOILS } from "./trials.ts";

const PROJECT = join(import.meta.dirname, "../..");
const CHARGER = "charger1";
/** A test that waits longer than this for something has failed, ms. */
export const DEADLINE = 60_000;

/** A car that does everything soon, so that a test is short. */
const QUICK_CAR: Partial<CarSpec> = {
  decideMs: 300,
  startCurrentMs: 100,
  rampUpAps: 100,
  rampDownAps: 100,
  x1ReactionMs: 500,
  plugBounceMs: 0,
};

const inject = (id: string, to: string, payload: unknown, payloadType: string) => ({
  id,
  type: "inject",
  z: "tab",
  props: [{ p: "payload" }],
  payload: payloadType === "json" ? JSON.stringify(payload) : payload,
  payloadType,
  wires: [[to]],
});
const script = (id: string, func: string, to: string) => ({ id, type: "function", z: "tab", func, outputs: 1, noerr: 0, wires: [[to]] });

/** A charger with a lease of 10 s, its pilot and car, and functions that misbehave. */
export const FLOW: readonly { readonly id: string; readonly type: string }[] = [
  { id: "tab", type: "tab" },
  { id: CHARGER, type: "j1772-charger", name: "bay", leaseS: "10" } as never,
  { id: "pilot", type: "j1772-pilot", z: "tab", charger: CHARGER, offerA: "16", wires: [[], []] } as never,
  { id: "car", type: "j1772-car", z: "tab", charger: CHARGER, wires: [[]] } as never,
  inject("plug", "car", { do: "plug", car: QUICK_CAR }, "json"),
  inject("block", "blocker", "", "date"),
  script("blocker", "const until = Date.now() + 5000; while (Date.now() < until) {} return null;", "pilot"),
  inject("flood", "flooder", "", "date"),
  script(
    "flooder",
    `let sent = 0;
     const timer = setInterval(() => {
       for (let i = 0; i < 100; i++) node.send({ payload: 6 + (sent++ % 10) });
       if (sent >= 40000) { clearInterval(timer); node.send({ payload: 13 }); }
     }, 10);
     return null;`,
    "pilot",
  ),
  inject("storm", "stormer", "", "date"),
  script(
    "stormer",
    `const junk = [NaN, null, "x".repeat(1e6), { limitA: {} }, JSON.parse('{"__proto__":{"limitA":80}}'), Buffer.alloc(9), -1, [[]], { command: "shutdown" }];
     for (let i = 0; i < 5000; i++) node.send({ payload: junk[i % junk.length] });
     return null;`,
    "pilot",
  ),
  { id: "caught", type: "catch", z: "tab", scope: null, wires: [[]] } as never,
];

let isBuilt = false;

/** Builds the package, once; Node-RED loads what is built. */
export function buildPackage(): void {
  if (isBuilt) return;
  const { status } = spawnSync(process.execPath, ["tools/build.ts"], { cwd: PROJECT, stdio: "inherit" });
  if (status !== 0) throw new Error("The package does not build.");
  isBuilt = true;
}

export class NodeRedUnderTest {
  readonly folder = mkdtempSync(join(tmpdir(), "j1772-nodered-"));
  readonly events: EventMessage[] = [];
  nodeRed: NodeRed | null = null;
  admin = new Admin("");
  watch: StatusWatch | null = null;
  #observer: LinkClient | null = null;
  /** How late the loop has been at worst while it was observed, ms. */
  #worstLate = 0;

  /** Starts Node-RED in the folder, with the flows that are there, and waits until the charger has news. */
  static async start(flow: readonly object[] = FLOW): Promise<NodeRedUnderTest> {
    const test = new NodeRedUnderTest();
    const flows = join(test.folder, "example.json");
    writeFileSync(flows, JSON.stringify(flow));
    rmSync(join(test.folder, FLOWS_FILE), { force: true });
    const folder = join(test.folder, "user");
    prepareFolder(folder, flows, false);
    await test.startNodeRed();
    return test;
  }

  get userDir(): string {
    return join(this.folder, "user");
  }

  async startNodeRed(): Promise<void> {
    const port = await freePort();
    this.nodeRed = new NodeRed({ folder: this.userDir, port, packageFolder: PROJECT });
    await this.nodeRed.running();
    this.admin = new Admin(this.nodeRed.address);
    this.watch = new StatusWatch(this.nodeRed.address);
  }

  /** An end of the charger's line of its own; hears events from then on. */
  async observe(): Promise<LinkClient> {
    this.#observer?.close();
    const socket = linkPath(join(this.userDir, "j1772", CHARGER), "controller");
    for (const deadline = performance.now() + DEADLINE; ; ) {
      const client = connectLink(socket, { client: "observer", silentAfterMs: DEADLINE });
      try {
        client.on("event", (event) => this.events.push(event));
        client.on("status", ({ loopLatenessMs }) => {
          this.#worstLate = Math.max(this.#worstLate, loopLatenessMs);
        });
        await client.opened();
        this.#observer = client;
        return client;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await wait(50);
      }
    }
  }

  /**
   * The first status, from now on, of which `claim` holds.
   * @throws Error with the last one when none comes; at once when the controller's loop was held up: its contactor rests for a minute then
   */
  async status(claim: (status: StatusMessage) => boolean): Promise<StatusMessage> {
    const observer = this.#observer;
    if (observer === null) throw new Error("observe() first");
    return new Promise((resolve, reject) => {
      const look = (status: StatusMessage): void => {
        if (claim(status)) {
          settle();
          resolve(status);
        } else if (status.faults.some(({ name }) => name === "ControllerLate")) fail("the loop was held up");
      };
      const fail = (why: string): void => {
        settle();
        reject(new Error(`${why}; expected a status with ${claim}; the last is ${JSON.stringify(observer.status)}`));
      };
      const lose = ({ message }: Error): void => fail(`the link was lost (${message})`);
      const timer = setTimeout(() => fail(`waited ${DEADLINE} ms`), DEADLINE);
      const settle = (): void => {
        clearTimeout(timer);
        observer.off("status", look);
        observer.off("lost", lose);
      };
      observer.on("status", look);
      observer.on("lost", lose);
    });
  }

  /** Plugs a car in and waits until it draws current. */
  async charge(): Promise<void> {
    await this.watch?.until("pilot", /not connected/, DEADLINE);
    await this.admin.inject("plug");
    await this.status(({ phase, currentA }) => phase === "charging" && (currentA ?? 0) > 10);
  }

  happened(type: string): boolean {
    return this.events.some((event) => event.type === type);
  }

  /** True when the controller's loop was late, as it told or logged itself: what fails then says nothing. */
  get wasHeldUp(): boolean {
    const log = join(this.userDir, "j1772", CHARGER, "events.log");
    const isHeard = this.events.some(({ type, fault }) => type === "late" || fault === "ControllerLate");
    return isHeard || this.#worstLate > SPOILS || (existsSync(log) && readFileSync(log, "utf8").includes('"ControllerLate"'));
  }

  /** Memory of the Node-RED process, bytes. */
  memory(): number {
    const pages = readFileSync(`/proc/${this.nodeRed?.child.pid}/statm`, "utf8").split(" ")[1];
    return Number(pages) * 4096;
  }

  async end(): Promise<void> {
    this.watch?.close();
    this.#observer?.close();
    await endProcessesOf(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
