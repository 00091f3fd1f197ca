import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { newVapidKeys } from "#bridges/bays/push";
import { StoreUnavailable } from "#core/errors";
import { Instant, WallTime } from "#core/units/units";
import type { DocumentStore } from "#ports/document-store";
import { MemoryDocuments } from "#store/memory-documents";
import { readConfig } from "../shared/read-config.ts";
import type { FlowMessage, NodeStatus } from "../shared/red.ts";
import { BayAlertNode } from "./bay-alert.schema.ts";
import { BaySite } from "./bay-site.ts";
import { siteFactsOf } from "./site-facts.ts";

const START = Date.UTC(2026, 10, 20, 12);
const KEYS = { key: Buffer.alloc(32, 3), vapid: newVapidKeys() };
const FORM = readConfig(BayAlertNode.fields, { id: "n", store: "s", bays: "left, right", publicUrl: "https://site.example/bays" }, []);

/** The node's world; its time is moved by hand. */
class Rig {
  readonly sent: (readonly (FlowMessage | null)[])[] = [];
  readonly statuses: NodeStatus[] = [];
  readonly warnings: string[] = [];
  readonly errors: unknown[] = [];
  readonly site: BaySite;
  #now = 0;
  readonly #due: { at: number; then: () => void }[] = [];

  constructor(documents: DocumentStore = new MemoryDocuments()) {
    this.site = new BaySite({
      site: siteFactsOf(FORM, "/bays", {}, "UTC"),
      keys: KEYS,
      documents,
      collection: "site",
      smsToken: "",
      contact: "",
      now: () => Instant(this.#now),
      scheduler: {
        wall: () => WallTime(START + this.#now),
        after: (ms, then) => {
          const one = { at: this.#now + ms, then };
          this.#due.push(one);
          return () => void (this.#due.includes(one) && this.#due.splice(this.#due.indexOf(one), 1));
        },
      },
      t: (key, values) => `${key} ${JSON.stringify(values ?? {})}`,
      send: (messages) => this.sent.push(messages),
      show: (status) => this.statuses.push(status),
      warn: (text) => this.warnings.push(text),
      error: (error) => this.errors.push(error),
    });
  }

  pass(ms: number): void {
    for (const until = this.#now + ms; ; ) {
      const next = this.#due.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)[0];
      if (next === undefined) {
        this.#now = until;
        return;
      }
      this.#due.splice(this.#due.indexOf(next), 1);
      this.#now = next.at;
      next.then();
    }
  }

  say(payload: unknown, topic?: string): Promise<void> {
    return this.site.receive({ payload, _msgid: "m1", ...(topic === undefined ? {} : { topic }) });
  }

  /** What left an output, newest last. */
  output(index: number): readonly FlowMessage[] {
    return this.sent.map((messages) => messages[index]).filter((message): message is FlowMessage => Boolean(message));
  }

  async ask(payload: object): Promise<Record<string, unknown>> {
    await this.say(payload);
    return this.output(3).at(-1)?.payload as Record<string, unknown>;
  }
}

describe("a site behind its node", () => {
  it("shows how many bays are free, and tells of each change on its board", async () => {
    const rig = new Rig();
    await rig.say("A", "left");
    await rig.say("A", "right");
    await rig.say({ charger: "left", state: "charging", powerW: 7000 });
    assert.match(rig.statuses.at(-1)?.text ?? "", /^bays\.free/);
    const boards = rig.output(2).map(({ payload }) => (payload as { bays: { use: string }[] }).bays.map(({ use }) => use).join(" "));
    assert.deepEqual(boards, ["free unknown", "free free", "charging free"]);
    await rig.site.close();
    assert.deepEqual([rig.errors, rig.warnings], [[], []]);
  });

  it("invites, lists, renews and forgets members, and answers on the message that asked", async () => {
    const rig = new Rig();
    const ann = await rig.ask({ do: "invite", nickname: " Ann ", language: "de" });
    assert.match(String(ann.link), /^https:\/\/site\.example\/bays\/o\/[\w-]{22}$/);
    assert.equal(rig.output(3)[0]?._msgid, "m1");
    const again = await rig.ask({ do: "newLink", member: ann.member });
    assert.notEqual(again.link, ann.link);
    assert.deepEqual((await rig.ask({ do: "members" })).members, [{ member: ann.member, nickname: "Ann", since: START }]);
    await rig.ask({ do: "forget", member: ann.member });
    assert.deepEqual((await rig.ask({ do: "members" })).members, []);
    await assert.rejects(rig.say({ do: "forget", member: "nobody" }), { code: "unknownMember" });
    await assert.rejects(rig.say({ do: "invite", nickname: "\u200b" }), { code: "notInvited" });
    await rig.site.close();
  });

  it("asks an address first, then sends there and takes the answer back by wire", async () => {
    const rig = new Rig();
    const server: Server = createServer((request, response) =>
      rig.site.handle(request, response, (request.url ?? "/").replace(/^\/bays/, "")),
    ).listen(0, "127.0.0.1");
    await once(server, "listening");
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bays`;
    const origin = "https://site.example";
    const post = (path: string, form: Record<string, string>, cookie = "") =>
      fetch(`${base}${path}`, { method: "POST", body: new URLSearchParams(form), headers: { origin, cookie }, redirect: "manual" });
    const { link } = await rig.ask({ do: "invite", nickname: "Ann" });
    const opened = await fetch(String(link).replace("https://site.example/bays", base), { redirect: "manual" });
    const cookie = opened.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const page = await (await fetch(`${base}/me`, { headers: { cookie } })).text();
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? assert.fail("no form");
    await post("/me", { does: "addEndpoint", kind: "ntfy", address: "ann", token }, cookie);
    await post("/me", { does: "newTag", label: "", token }, cookie);
    const [asked] = rig.output(0).map(({ payload }) => payload as { about: string; actions: { url: string }[] });
    assert.equal(asked?.about, "confirm");
    await post((asked?.actions[0]?.url ?? "").replace("https://site.example/bays", ""), {});
    const code = /<code>([0-9A-Z-]{11})<\/code>/.exec(await (await fetch(`${base}/me`, { headers: { cookie } })).text())?.[1] ?? "";
    await post(`/b/${code}`, { reason: "blocked" });
    const told = rig.output(0).at(-1)?.payload as { about: string; address: string; reply: string };
    assert.deepEqual([told.about, told.address], ["visitor", "ann"]);
    assert.equal(rig.output(1).at(-1)?.kind, "ntfy");
    await rig.say({ from: "ann", text: "20" }, "reply");
    assert.deepEqual(rig.output(3).at(-1)?.payload, { to: "ann", understood: "answer", text: "" });
    await rig.say({ from: "stranger", text: "1" }, "reply");
    assert.match(JSON.stringify(rig.output(3).at(-1)?.payload), /"understood":"nothing"/);
    server.closeAllConnections();
    server.close();
    await rig.site.close();
  });

  it("keeps trying to write, says so once, and loses nothing that a new start would miss", async () => {
    const kept = new MemoryDocuments();
    let isAway = true;
    const rig = new Rig({
      load: (site) => kept.load(site),
      write: (site, changes) => (isAway ? Promise.reject(new StoreUnavailable("away", "The store is away.")) : kept.write(site, changes)),
    });
    await rig.ask({ do: "invite", nickname: "Ann" });
    for (let turn = 0; turn < 3; turn++) {
      await new Promise(setImmediate);
      rig.pass(5000);
      await rig.ask({ do: "invite", nickname: `Bob ${turn}` });
    }
    assert.equal(rig.warnings.length, 1, "however many changes wait");
    isAway = false;
    rig.pass(5000);
    await rig.site.close();
    const after = new Rig(kept);
    assert.equal(((await after.ask({ do: "members" })).members as unknown[]).length, 4);
    await after.site.close();
  });

  it("does nothing, and says why, while its store cannot be read, and opens by itself when it can", async () => {
    let isAway = true;
    const kept = new MemoryDocuments();
    const away = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new StoreUnavailable("away", "The store is away.")) }) };
    const rig = new Rig({ load: (site) => (isAway ? away : kept.load(site)), write: (site, changes) => kept.write(site, changes) });
    await assert.rejects(rig.say("A", "left"), { code: "away" });
    assert.match(rig.statuses.at(-1)?.text ?? "", /^bays\.noStore/);
    let status = 0;
    rig.site.handle({} as never, { writeHead: (code: number) => ({ end: () => (status = code) }) } as never, "/");
    assert.equal(status, 503);
    isAway = false;
    rig.pass(10_000);
    await rig.say("A", "left");
    assert.match(rig.statuses.at(-1)?.text ?? "", /^bays\.free/);
    assert.equal(rig.errors.length, 1);
    await rig.site.close();
  });

  it("closes in the time that Node-RED gives it, though its store does not answer", async () => {
    const rig = new Rig({ load: () => ({ async *[Symbol.asyncIterator]() {} }), write: () => new Promise(() => {}) });
    await rig.say("A", "left");
    const closed = rig.site.close();
    rig.pass(10_000);
    await closed;
    assert.match(rig.warnings.join(), /did not answer in time/);
  });

  it("asks its store no more when it was closed before that had answered", async () => {
    let loads = 0;
    let refuse = (_: Error): void => {};
    const load = () => {
      loads++;
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>((_, reject) => (refuse = reject)) }) };
    };
    const rig = new Rig({ load, write: () => Promise.resolve() });
    const closed = rig.site.close();
    refuse(new StoreUnavailable("away", "The store is away."));
    await closed;
    const said = rig.statuses.length;
    rig.pass(60_000);
    assert.deepEqual([loads, rig.statuses.length], [1, said]);
  });
});
