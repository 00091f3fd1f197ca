import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin, type FlowNode } from "../support/admin.ts";
import { endProcessesOf } from "../support/processes.ts";
import { StatusWatch } from "../support/status-watch.ts";
import { buildPackage } from "./nodered-under-test.ts";

const PROJECT = join(import.meta.dirname, "../..");
const DEADLINE = 60_000;

/** An example in a Node-RED with nothing else, pressed and watched by the names that a person sees. */
class Played {
  readonly #folder: string;
  readonly #nodes: readonly FlowNode[];
  readonly #nodeRed: NodeRed;
  readonly #admin: Admin;
  readonly #watch: StatusWatch;

  private constructor(nodes: readonly FlowNode[], folder: string, nodeRed: NodeRed) {
    this.#nodes = nodes;
    this.#folder = folder;
    this.#nodeRed = nodeRed;
    this.#admin = new Admin(nodeRed.address);
    this.#watch = new StatusWatch(nodeRed.address);
  }

  static async example(name: string): Promise<Played> {
    const file = join(PROJECT, "examples", `${name}.json`);
    const folder = mkdtempSync(join(tmpdir(), "j1772-example-"));
    const user = join(folder, "user");
    prepareFolder(user, file, false);
    const nodeRed = new NodeRed({ folder: user, port: await freePort(), packageFolder: PROJECT });
    await nodeRed.running();
    return new Played(JSON.parse(readFileSync(file, "utf8")), folder, nodeRed);
  }

  press(name: string): Promise<void> {
    return this.#admin.inject(this.#id("inject", name));
  }

  /** Waits until the node of this type and name says so. */
  says(type: string, name: string, pattern: RegExp): Promise<unknown> {
    return this.#watch.until(this.#id(type, name), pattern, DEADLINE);
  }

  get(path: string, accept: string): Promise<Response> {
    return fetch(`${this.#nodeRed.address}${path}`, { headers: { accept }, signal: AbortSignal.timeout(DEADLINE) });
  }

  file(...path: readonly string[]): string {
    return join(this.#folder, "user", "j1772", ...path);
  }

  async end(): Promise<void> {
    this.#watch.close();
    await endProcessesOf(this.#folder);
    await this.#nodeRed.ended();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #id(type: string, name: string): string {
    const found = this.#nodes.filter((node) => node.type === type && (node.name ?? "") === name);
    assert.equal(found.length, 1, `one ${type} called "${name}"`);
    return found[0]?.id ?? "";
  }
}

describe("the session log's examples", function () {
  // A machine that is busy may hold the controller up. A charger then opens, as it should, and rests for a minute.
  this.retries(2);
  let played: Played;

  before(function () {
    this.timeout(120_000);
    buildPackage();
  });
  afterEach(() => played?.end());

  it("06: a car charges, a whole charge is kept, each question is answered, and the table comes down", async function () {
    this.timeout(240_000);
    played = await Played.example("06 - Session log and reports");
    const answers = (pattern: RegExp) => played.says("debug", "answer", pattern);
    await played.says("session-log", "", /^charging /);
    await played.press("a whole charge in ten seconds");
    await played.says("debug", "session news", /^Guest ended · [67]\.\d{3} kWh/);
    const questions: readonly [string, RegExp][] = [
      ["all sessions, newest first", /^2 rows$/],
      ["the last session", /^\d\.\d{3} kWh/],
      ["this month, day by day", /^1 row$/],
      ["by charger and user", /^2 rows$/],
      ["averages per charging day", /^3 rows$/],
      ["what it cost this year", /^[67]\.\d{3} kWh · [12]\.\d\d/],
      ["sessions as CSV", /^3 lines$/],
      ["totals as JSON lines", /^1 line$/],
      ["today", /^2 rows$/],
      ["... for a spreadsheet", /^3 lines$/],
    ];
    for (const [question, answer] of questions) {
      await played.press(question);
      await answers(answer);
    }
    await played.press("sessions two by two");
    await played.says("debug", "put together", /^\d{3,} characters$/);
    await played.press("a question that is none");
    await played.says("debug", "not done", /^badRange$/);
    const table = await played.get("/j1772-example/sessions.csv?order=oldest", "text/csv");
    assert.match(table.headers.get("content-type") ?? "", /^text\/csv/);
    const [head, ...rows] = (await table.text()).trimEnd().split("\r\n");
    assert.match(head ?? "", /^id,charger,user,/);
    assert.deepEqual(rows.map((row) => row.split(",")[1]).toSorted(), ["Driveway", "Guest"]);
  });

  it("08: the logs and the line are as the old charger's readers know them", async function () {
    this.timeout(240_000);
    played = await Played.example("08 - Old charger's logs and status line");
    await played.says("session-log", "", /^charging /);
    const line = await (await played.get("/j1772-old", "text/plain")).text();
    assert.match(
      line,
      /^Timestamp \d{14} CP value=\d+ CP duty=\d+ ChargeI=[\d.]+ Power=[\d.]+ Delta=-?\d+ State=3 Energy=[\d.]+ DayEnergy=[\d.]+\s*$/,
    );
    const bytes = (log: string): number => {
      const file = played.file("logs", "Old charger", log);
      return existsSync(file) ? readFileSync(file).length : 0;
    };
    const grown = async (log: string): Promise<void> => {
      for (const deadline = performance.now() + DEADLINE; bytes(log) === 0 && performance.now() < deadline; ) await wait(200);
    };
    // The first sample of the charge.
    await grown("log.log");
    await played.press("unplug");
    await played.says("session-log", "", /^ready$/);
    const logs: readonly [string, RegExp][] = [
      ["EnergyStats", /^Last Update Time \(/],
      ["energy.log", /^\d{14} +\d+ +\d\.\d{3}kWh/],
      ["events.log", /^\d{14} EV /],
      ["log.log", /^\d{14} CP value=/],
    ];
    for (const [log, first] of logs) {
      await played.press(log);
      await played.says("debug", "log", first);
    }
    await grown("energy.log");
    assert.equal(bytes("energy.log"), 50);
  });
});
