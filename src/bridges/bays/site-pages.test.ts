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
import { twilioSignature } from "#bridges/bays/twilio";
import { SITE_RULES } from "#core/bays/site";
import { newTagId, shownTagId } from "#core/bays/tag-id";
import { Instant, Minutes, WallTime } from "#core/units/units";
import type { StoredDocument } from "#ports/document-store";
import { MemoryDocuments } from "#store/memory-documents";

const SMS_TOKEN = "a token of the account";
const START = Date.UTC(2026, 10, 20, 12);
const NOBODYS = newTagId(() => new Uint8Array(5));

/** A site on a real port. Time stands until it is moved. */
class World {
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
class Browser {
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

describe("pages of a shared site", () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.open();
  });
  afterEach(() => world.close());

  it("carry a message to the owner and the answer back, without a script, an account or a name", async () => {
    const ann = world.ann();
    const visitor = new Browser(world);
    assert.equal((await new Browser(world).go(ann.confirm, {})).status, 200);
    world.keeper.turn((desk, now) => desk.heard("left", "charging", now));
    const scan = await visitor.go(`/B/${shownTagId(ann.tag)}`);
    assert.equal(scan.status, 200);
    assert.match(scan.html, /Charging/);
    const talk = await visitor.follow(`/b/${ann.tag}`, { reason: "needCharge", bay: "left", free: "yes" });
    assert.match(talk.html, /I need to charge, please/);
    const [told] = world.delivered;
    assert.deepEqual([told?.kind, told?.address, told?.text], ["ntfy", "ann-secret-topic", '"I need to charge, please" at Left']);
    const answered = await new Browser(world).go(told?.actions[0]?.url ?? "", {});
    assert.equal(answered.status, 200);
    const seen = await visitor.go(("at" in talk && talk.at) || assert.fail());
    assert.match(seen.html, /I am back by 13:10/);
    assert.match(seen.html, /You will be told when the bay is free/);
    for (const secret of ["Ann", "ann-secret-topic", ann.id, ann.key])
      assert.ok(!scan.html.includes(secret) && !seen.html.includes(secret), secret);
  });

  it("look the same for a code that is nobody's, byte for byte", async () => {
    const ann = world.ann();
    const pages = async (tag: string, id: RegExp) => {
      const visitor = new Browser(world);
      const scan = await visitor.go(`/b/${tag}`);
      const talk = await visitor.follow(`/b/${tag}`, { reason: "blocked" });
      const blur = (html: string) =>
        html
          .replaceAll(tag, "TAG")
          .replaceAll(shownTagId(tag as typeof NOBODYS), "TAG")
          .replace(id, "ID")
          .replaceAll(/unguessable-\d+/g, "ID");
      return [scan.status, talk.status, blur(scan.html), blur(talk.html), scan.headers.get("content-security-policy")];
    };
    assert.deepEqual(await pages(NOBODYS, /x^/), await pages(ann.tag, /x^/));
  });

  it("open a member's page with their link, and nobody else's", async () => {
    const ann = world.ann();
    const browser = new Browser(world);
    assert.equal((await browser.go("/me")).status, 401);
    assert.equal((await browser.go("/board")).status, 401);
    assert.equal((await browser.go("/o/AAAAAAAAAAAAAAAAAAAAAA")).status, 404);
    const own = await browser.follow(`/o/${ann.key}`);
    assert.match(own.html, new RegExp(shownTagId(ann.tag)));
    assert.equal((await browser.go("/board")).status, 200);
    const again = await browser.go("/me", { does: "newLink", token: await browser.token() });
    const link = /<code>(http[^<]+)<\/code>/.exec(again.html)?.[1] ?? assert.fail();
    assert.equal((await new Browser(world).go(`/o/${ann.key}`)).status, 404, "the old link is void");
    assert.equal((await new Browser(world).go(link)).status, 303);
  });

  it("let somebody register on the spot, queue, be offered a bay and take it", async () => {
    const browser = new Browser(world);
    const joined = await browser.go("/join", { nickname: "<img src=x onerror=alert(1)>" });
    assert.match(joined.html, /&lt;img src=x onerror=a/);
    assert.doesNotMatch(joined.html, /<img/);
    const token = await browser.token();
    for (const bay of ["left", "right"]) world.keeper.turn((desk, now) => desk.heard(bay, "charging", now));
    const queued = await browser.follow("/me", { does: "join", token, place: '["yard",""]', needKwh: "12", departure: "18:30" });
    assert.match(queued.html, /Place 1/);
    assert.match((await browser.go("/board")).html, /12 kWh<\/td><td>18:30/);
    world.keeper.turn((desk, now) => desk.heard("left", "notConnected", now));
    assert.match((await browser.go("/me")).html, /Left is offered to you until 13:02/);
    const held = await browser.follow("/me", { does: "accept", token, group: "yard" });
    assert.match(held.html, /Left is held for you until 13:15/);
  });

  it("speak German to those who ask for it", async () => {
    const { html } = await new Browser(world).go("/", undefined, { "accept-language": "de-AT,de;q=0.9,en;q=0.5" });
    assert.match(html, /<html lang="de">/);
    assert.match(html, /Plätze/);
  });

  it("print a sticker whose code is upper case and read back by eye", async () => {
    const ann = world.ann();
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    const { html } = await browser.go("/me/stickers");
    assert.match(html, new RegExp(`<code>${shownTagId(ann.tag)}</code>`));
    assert.match(html, /<svg viewBox="0 0 \d+ \d+" role="img"/);
  });

  it("give a person everything kept about them, and delete it", async () => {
    const ann = world.ann();
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    const record = JSON.parse((await browser.go("/me/export")).html);
    assert.deepEqual([record.person.nickname, record.person.endpoints[0].address, record.tags.length], ["Ann", "ann-secret-topic", 1]);
    const token = await browser.token();
    await browser.go("/me", { does: "forget", sure: "delete", token });
    assert.equal((await browser.go("/me")).status, 200, "only the whole word deletes");
    await browser.go("/me", { does: "forget", sure: "DELETE", token });
    assert.equal((await browser.go("/me")).status, 401);
    await world.keeper.written();
    assert.deepEqual(
      (await world.kept()).filter(({ person }) => person === ann.id),
      [],
    );
  });

  it("keep addresses encrypted and logs without persons", async () => {
    world.ann();
    await world.keeper.written();
    const kept = JSON.stringify(await world.kept());
    assert.ok(!kept.includes("ann-secret-topic"));
  });

  describe("under attack", () => {
    it("refuse a form from elsewhere, without a token or with another's", async () => {
      const ann = world.ann();
      const browser = new Browser(world);
      await browser.follow(`/o/${ann.key}`);
      const token = await browser.token();
      const evil = { origin: "https://evil.example" };
      assert.equal((await browser.go("/me", { does: "leave", token }, evil)).status, 403);
      assert.equal((await browser.go("/me", { does: "leave" })).status, 403);
      const other = new Browser(world);
      await other.go("/join", { nickname: "Mallory" });
      assert.equal((await other.go("/me", { does: "leave", token })).status, 403);
      assert.equal((await other.go(`/b/${ann.tag}`, { reason: "blocked" }, evil)).status, 403);
    });

    it("tell nobody whether a channel, a link or a page exists", async () => {
      const browser = new Browser(world);
      const bodies = new Set<string>();
      for (const path of [
        "/c/unguessable-99",
        "/c/unguessable-99/stream",
        `/a/${"A".repeat(60)}`,
        "/nothing",
        "/b/000000001",
        `/${"x".repeat(5000)}`,
        "/b/%FF%FE%00aaaaaa",
      ]) {
        const { status, html } = await browser.go(path);
        assert.equal(status, 404, path);
        bodies.add(html);
      }
      assert.equal(bodies.size, 1);
    });

    it("let a stranger's link do nothing to another's channel", async () => {
      const ann = world.ann();
      await new Browser(world).go(ann.confirm, {});
      await new Browser(world).go(`/b/${ann.tag}`, { reason: "blocked" });
      const url = world.delivered[0]?.url ?? assert.fail();
      const sealed = url.split("/a/")[1] ?? "";
      const tampered = `${sealed.slice(0, -2)}${sealed.endsWith("A") ? "BB" : "AA"}`;
      assert.equal((await new Browser(world).go(`/a/${tampered}/mayUnplug`, {})).status, 404);
      world.minute = 24 * 60 + 1;
      assert.equal((await new Browser(world).go(`/a/${sealed}/mayUnplug`, {})).status, 404, "links run out");
    });

    it("turn away a flood from one address and keep answering", async () => {
      const statuses: number[] = [];
      for (let turn = 0; turn < 40; turn++)
        statuses.push((await new Browser(world).go(`/b/${NOBODYS}`, { reason: "other" }, { "user-agent": `flood ${turn}` })).status);
      assert.deepEqual([statuses.filter((status) => status === 303).length, statuses.at(-1)], [10, 429]);
      assert.equal((await new Browser(world).go("/")).status, 200);
    });

    it("let no more through in an hour than the site bears, from however many addresses, and forget nobody they watch", async () => {
      const other = new World();
      await other.open({ trustedProxies: 1 });
      const passed: boolean[] = [];
      for (let turn = 0; turn < 330; turn++) {
        let draw = 0;
        const tag = newTagId(() => Uint8Array.of(turn & 255, turn >> 8, 3, 5, draw++));
        const from = { "x-forwarded-for": `9.9.9.9, 2001:db8:${turn.toString(16)}::1` };
        passed.push((await new Browser(other).go(`/b/${tag}`, { reason: "other" }, from)).status === 303);
      }
      assert.deepEqual([passed.filter(Boolean).length, passed.lastIndexOf(true)], [300, 299]);
      await other.close();
    });

    it("listen to no more pages than a channel has", async () => {
      const talk = (await new Browser(world).go(`/b/${NOBODYS}`, { reason: "other" })).to ?? "";
      const streams = await Promise.all(Array.from({ length: 25 }, () => fetch(`${world.origin}${talk}/stream`)));
      assert.deepEqual(
        Object.entries(Object.groupBy(streams, ({ status }) => status)).map(([status, all]) => [status, all?.length]),
        [
          ["200", 20],
          ["503", 5],
        ],
      );
      for (const { body } of streams) await body?.cancel();
    });

    it("take no address that would become another header, and no name that would break a page", async () => {
      const ann = world.ann();
      const browser = new Browser(world);
      await browser.follow(`/o/${ann.key}`);
      const token = await browser.token();
      for (const address of ["a@b.example\r\nBcc: all@b.example", "a\u0000b", "\u2028", "", "x".repeat(201)]) {
        await browser.go("/me", { does: "addEndpoint", kind: "mail", address, token });
      }
      await browser.go("/me", { does: "addEndpoint", kind: "pigeon", address: "a", token });
      await browser.go("/me", {
        does: "push",
        token,
        subscription: '{"endpoint":"https://evil.example/","keys":{"p256dh":"a","auth":"b"}}',
      });
      await browser.go("/me", { does: "rename", token, nickname: "A\r\nSet-Cookie: x=1", language: "xx" });
      const person = world.keeper.look((desk) => desk.register.person(ann.id));
      assert.deepEqual([person?.endpoints.length, person?.nickname, person?.language], [1, "A Set-Cookie: x=1", "en"]);
      assert.deepEqual(world.delivered, []);
    });

    it("stop reading a body that is too long", async () => {
      for (const path of [`/b/${NOBODYS}`, "/join", "/sms", "/me"]) {
        const browser = new Browser(world);
        if (path === "/me") await browser.go("/join", { nickname: "Bob" });
        const result = await browser.go(path, { text: "x".repeat(10_000_000) }).then(
          ({ status }) => status,
          () => "cut",
        );
        assert.ok(result === 413 || result === "cut", `${path}: ${result}`);
      }
    });

    it("believe a text message only with the signature of the account, and take it once", async () => {
      const ann = world.ann();
      const send = (fields: Record<string, string>, signature?: string) =>
        new Browser(world).go("/sms", fields, signature === undefined ? {} : { "x-twilio-signature": signature });
      const sign = (fields: Record<string, string>) =>
        twilioSignature(SMS_TOKEN, `${world.origin}/bays/sms`, new Map(Object.entries(fields)));
      const fields = { From: "+15550100", Body: `please ${shownTagId(ann.tag)}`, MessageSid: "SM1" };
      assert.equal((await send(fields)).status, 403);
      assert.equal((await send({ ...fields, Body: "other" }, sign(fields))).status, 403);
      assert.equal((await send(fields, sign(fields).slice(0, -1))).status, 403);
      const sent = await send(fields, sign(fields));
      assert.match(sent.html, /<Message>Example &lt;Yard&gt;: if this code is known here/);
      assert.equal((await send(fields, sign(fields))).html, '<?xml version="1.0" encoding="UTF-8"?><Response></Response>');
      assert.equal(world.keeper.look((desk, now) => desk.talks.ofPerson(ann.id, now)).length, 1);
    });
  });

  it("take an owner's answer by text, honour STOP, and send the visitor the answer by text", async () => {
    const ann = world.ann();
    await new Browser(world).go(ann.confirm, {});
    assert.ok(addEndpoint(world.keeper, ann.id, "sms", "+15550199"));
    await new Browser(world).go(world.delivered.splice(0).at(-1)?.actions[0]?.url ?? "", {});
    let sid = 0;
    const text = async (From: string, Body: string) => {
      const fields = { From, Body, MessageSid: `SM${++sid}` };
      const signature = twilioSignature(SMS_TOKEN, `${world.origin}/bays/sms`, new Map(Object.entries(fields)));
      return (await new Browser(world).go("/sms", fields, { "x-twilio-signature": signature })).html;
    };
    await text("+15550100", shownTagId(ann.tag));
    assert.deepEqual(
      world.delivered.splice(0).map(({ kind, about }) => [kind, about]),
      [
        ["ntfy", "visitor"],
        ["sms", "visitor"],
      ],
    );
    await text("+15550199", "20");
    assert.deepEqual(
      world.delivered.splice(0).map(({ kind, address, text: said }) => [kind, address, said]),
      [["sms", "+15550100", "I am back by 13:20."]],
    );
    assert.doesNotMatch(await text("+15550199", "STOP"), /Message/);
    await text("+15550100", `${shownTagId(ann.tag)} again`);
    assert.deepEqual(
      world.delivered.splice(0).map(({ kind }) => kind),
      ["ntfy"],
    );
    assert.match(await text("+15550123", "1"), /please send the code/);
  });
});
