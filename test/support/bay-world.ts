/** A shared site on a real port, with time in the test's hand, and browsers with jars of cookies. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Delivery } from "#bridges/bays/delivery";
import { Keeper } from "#bridges/bays/keeper";
import { addEndpoint } from "#bridges/bays/member-actions";
import { newKey } from "#bridges/bays/routes-member";
import { Secrets } from "#bridges/bays/secrets";
import type { SiteFacts } from "#bridges/bays/site-facts";
import { SitePages } from "#bridges/bays/site-pages";
import { Streams } from "#bridges/bays/streams";
import { SITE_RULES } from "#core/bays/site";
import { newTagId } from "#core/bays/tag-id";
import { Instant, Minutes, WallTime } from "#core/units/units";
import type { StoredDocument } from "#ports/document-store";
import { MemoryDocuments } from "#store/memory-documents";

export const SMS_TOKEN = "a token of the account";
const START = Date.UTC(2026, 10, 20, 12);
/** A code that nobody has. */
export const NOBODYS = newTagId(() => new Uint8Array(5));

/** A site on a real port. Time stands until it is moved. */
export class World {
  readonly store = new MemoryDocuments();
  readonly delivered: Delivery[] = [];
  readonly problems: unknown[] = [];
  minute = 0;
  keeper!: Keeper;
  server!: Server;
  origin = "";
  #ids = 0;

  async open(change: Partial<SiteFacts> = {}): Promise<void> {
    this.server = createServer().listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const site: SiteFacts = {
      name: "Example <Yard>",
      publicUrl: `${this.origin}/bays`,
      plans: [
        { id: "left", name: "Left", group: "yard" },
        { id: "right", name: "Right", group: "yard" },
      ],
      rules: SITE_RULES,
      timeZone: "Europe/Berlin",
      language: "en",
      smsNumber: null,
      registration: "open",
      trustedProxies: 0,
      ...change,
    };
    const timer = { after: () => () => {} };
    this.keeper = new Keeper(site, {
      store: this.store,
      collection: "site",
      secrets: new Secrets(new Uint8Array(32).fill(7)),
      chance: { id: () => `unguessable-${++this.#ids}`, bytes: (count) => new Uint8Array(count).fill(++this.#ids) },
      now: () => ({ at: Instant(Minutes(this.minute)), wall: WallTime(START + Minutes(this.minute)) }),
      after: timer.after,
      deliver: (delivery) => this.delivered.push(delivery),
      problem: (text) => this.problems.push(text),
    });
    await this.keeper.open();
    const counter = { keeper: this.keeper, streams: new Streams(this.keeper, timer), push: null, smsToken: SMS_TOKEN };
    const pages = new SitePages(counter, (error) => this.problems.push(error));
    this.server.on("request", (request, response) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      void pages.handle(request, response, path.replace(/^\/bays/i, "") || "/");
    });
  }

  async close(): Promise<void> {
    await this.keeper.close();
    this.server.closeAllConnections();
    this.server.close();
    assert.deepEqual(this.problems, []);
  }

  async kept(): Promise<readonly StoredDocument[]> {
    const pages: StoredDocument[][] = [];
    for await (const page of this.store.load("site")) pages.push([...page]);
    return pages.flat();
  }

  /** Ann, with a tag on her car and a way to be told. */
  ann() {
    const { key, mark } = newKey(this.keeper);
    const person = this.keeper.turn((desk, now) => desk.addPerson("Ann", "en", mark, now));
    assert.ok(person.ok);
    const tag = this.keeper.turn((desk, now) => desk.addTag(person.value.id, "blue", now));
    assert.ok(tag.ok);
    assert.ok(addEndpoint(this.keeper, person.value.id, "ntfy", "ann-secret-topic"));
    const [asked] = this.delivered.splice(0);
    return { key, id: person.value.id, tag: tag.value.id, confirm: asked?.actions[0]?.url ?? "" };
  }
}

/** A browser with a jar of cookies. */
export class Browser {
  readonly #world: World;
  readonly #jar = new Map<string, string>();
  constructor(world: World) {
    this.#world = world;
  }

  async go(path: string, form?: Record<string, string>, headers: Record<string, string> = {}) {
    const url = path.startsWith("http") ? path : `${this.#world.origin}/bays${path}`;
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      method: form === undefined ? "GET" : "POST",
      redirect: "manual",
      headers: { cookie, accept: "text/html", ...(form === undefined ? {} : { origin: this.#world.origin }), ...headers },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#jar.set(name, value);
    }
    const to = response.headers.get("location");
    return { status: response.status, to, headers: response.headers, html: await response.text() };
  }

  /** Follows where a form led. */
  async follow(path: string, form?: Record<string, string>) {
    const { to, ...answer } = await this.go(path, form);
    return to === null ? { to, ...answer } : { ...(await this.go(to.replace(/^\/bays/, ""))), at: to.replace(/^\/bays/, "") };
  }

  async token(): Promise<string> {
    return /name="token" value="([^"]+)"/.exec((await this.go("/me")).html)?.[1] ?? assert.fail("no form");
  }
}
