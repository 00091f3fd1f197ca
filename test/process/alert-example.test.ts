/** Example 09 in a real Node-RED: a thief, a phone that is told, an answer from a browser, and a Node-RED that is killed in between. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { stopControllers } from "../../tools/start/controllers.ts";
import { prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin } from "../support/admin.ts";
import { StatusWatch } from "../support/status-watch.ts";

const PROJECT = join(import.meta.dirname, "../..");
const EXAMPLE = join(PROJECT, "examples", "09 - Unplug alert.json");
/** A charger that a busy machine held up opens, and rests for a minute, ms. */
const CHARGING_WITHIN = 120_000;
const SOON = 30_000;

interface ExampleNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly [property: string]: unknown;
}

/** What ntfy is sent. */
interface Push {
  readonly topic: string;
  readonly title: string;
  readonly message: string;
  readonly priority: number;
  readonly click?: string;
  readonly actions: readonly { readonly url: string; readonly body: string }[];
}

/** A server that takes what ntfy would take. */
class Phone {
  readonly pushes: Push[] = [];
  readonly #server: Server;
  #look: () => void = () => {};

  constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        this.pushes.push(JSON.parse(body));
        response.end("{}");
        this.#look();
      });
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/my-car`;
  }

  /** The first push, from number `from` on, with this title and priority. */
  async told(title: string, priority: number, from = 0): Promise<Push> {
    const giveUp = AbortSignal.timeout(SOON);
    for (;;) {
      const found = this.pushes.slice(from).find((push) => push.title === title && push.priority === priority);
      if (found !== undefined) return found;
      await new Promise<void>((resolve, reject) => {
        this.#look = resolve;
        giveUp.addEventListener("abort", () =>
          reject(new Error(`expected "${title}", got ${this.pushes.map((push) => push.title).join(", ")}`)),
        );
      });
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

describe("example 09 in a real Node-RED", function () {
  // A car whose charger rests, because a busy machine held it up, draws nothing that a thief could interrupt.
  this.retries(2);
  this.timeout(2 * CHARGING_WITHIN);
  const folder = mkdtempSync(join(tmpdir(), "alert-example-"));
  const user = join(folder, "user");
  const phone = new Phone();
  const nodes: readonly ExampleNode[] = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  const idOf = (name: string): string => {
    const found = nodes.find((node) => node.name === name || node.type === name);
    assert.ok(found, name);
    return found.id;
  };
  let port = 0;
  let nodeRed: NodeRed;
  let admin: Admin;
  let watch: StatusWatch;

  async function start(): Promise<void> {
    nodeRed = new NodeRed({ folder: user, port, packageFolder: PROJECT });
    await nodeRed.running();
    admin = new Admin(nodeRed.address);
    watch = new StatusWatch(nodeRed.address);
  }

  before(async function () {
    this.timeout(120_000);
    const address = await phone.open();
    port = await freePort();
    const flows = nodes.map((node) => {
      if (node.type === "tab") return { ...node, env: [{ name: "PHONE", value: address, type: "str" }] };
      // A car that plugs itself in five seconds after each start would come between a thief and his deed.
      if (node.type === "j1772-car") return { ...node, plugInAfterS: "0" };
      return node.type === "unplug-alert" ? { ...node, answerUrl: `http://127.0.0.1:${port}/unplug-answer` } : node;
    });
    const file = join(folder, "example.json");
    writeFileSync(file, JSON.stringify(flows));
    prepareFolder(user, file, false);
    await start();
  });

  after(async function () {
    this.timeout(60_000);
    watch?.close();
    phone.close();
    await nodeRed?.stop();
    await stopControllers(user, AbortSignal.abort());
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells the phone of a thief, whose alarm waits until a browser's button answers it", async () => {
    await watch.until(idOf("unplug-alert"), /^armed · no car$/, SOON);
    await admin.inject(idOf("plug in"));
    await watch.until(idOf("unplug-alert"), /^armed · charging$/, CHARGING_WITHIN);
    await admin.inject(idOf("a thief"));
    const push = await phone.told("Unplugged while charging", 5);
    assert.deepEqual([push.topic, push.priority], ["my-car", 5]);
    assert.match(push.message, /while the car drew [\d.]+ A.*Was it you\?$/);
    await watch.until(idOf("unplug-alert"), /^unplugged \d\d:\d\d$/, SOON);

    const asked = await fetch(push.click ?? "");
    assert.equal(asked.status, 200);
    assert.match(asked.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    assert.match(await asked.text(), /<button name="r" value="yes">It was me<\/button>/);
    await watch.until(idOf("unplug-alert"), /^unplugged/, SOON);

    const [yes] = push.actions;
    const answered = await fetch(yes?.url ?? "", {
      method: "POST",
      body: yes?.body ?? "",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    assert.match(await answered.text(), /Thank you/);
    await watch.until(idOf("unplug-alert"), /^armed · no car$/, SOON);
    assert.equal((await fetch(push.click ?? "")).status, 410);
  });

  it("is not deceived by a polite thief, and keeps the alarm over a Node-RED that is killed", async () => {
    const before = phone.pushes.length;
    await admin.inject(idOf("plug in"));
    await watch.until(idOf("unplug-alert"), /^armed · charging$/, CHARGING_WITHIN);
    await admin.inject(idOf("a polite thief"));
    const push = await phone.told("Unplugged while charging", 5, before);
    watch.close();
    nodeRed.child.kill("SIGKILL");
    await nodeRed.ended();
    await start();
    await watch.until(idOf("unplug-alert"), /^unplugged/, SOON);
    const [, no] = push.actions;
    const answered = await fetch(no?.url ?? "", {
      method: "POST",
      body: no?.body ?? "",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    assert.match(await answered.text(), /Thank you/);
    await watch.until(idOf("to the neighbour"), /^e-mail · Unplugged while/, SOON);
    const links = phone.pushes.slice(before).flatMap(({ title, click }) => (title === push.title && click !== undefined ? [click] : []));
    assert.deepEqual([...new Set(links)], [push.click]);
  });

  it("says nothing worse than a note when the owner is at home", async () => {
    const before = phone.pushes.length;
    await admin.inject(idOf("I am at home"));
    await admin.inject(idOf("plug in"));
    await watch.until(idOf("unplug-alert"), /^armed · charging$/, CHARGING_WITHIN);
    await admin.inject(idOf("a thief"));
    const push = await phone.told("Unplugged while charging", 3, before);
    assert.deepEqual(push.actions, []);
    assert.match(push.message, /You are at home/);
  });
});
