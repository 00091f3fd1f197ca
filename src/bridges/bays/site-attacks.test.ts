import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { takeText } from "#bridges/bays/inbound";
import { addEndpoint } from "#bridges/bays/member-actions";
import { twilioSignature } from "#bridges/bays/twilio";
import { newTagId, shownTagId } from "#core/bays/tag-id";
import { Browser, NOBODYS, SMS_TOKEN, World } from "../../../test/support/bay-world.ts";

describe("a shared site under attack", () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.open();
  });
  afterEach(() => world.close());

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
    const answered = (status: number) => streams.filter((stream) => stream.status === status).length;
    assert.deepEqual([answered(200), answered(503)], [20, 5]);
    for (const { body } of streams) await body?.cancel();
  });

  it("leave room for others when one address opens page after page", async () => {
    const other = new World();
    await other.open({ trustedProxies: 1 });
    const open = (from: string) => fetch(`${other.origin}/bays/stream`, { headers: { "x-forwarded-for": from } });
    const streams = await Promise.all(Array.from({ length: 210 }, () => open("192.0.2.1")));
    assert.equal(streams.filter(({ status }) => status === 200).length, 200);
    assert.equal((await open("192.0.2.2")).status, 200);
    for (const { body } of streams) await body?.cancel();
    await other.close();
  });

  it("take no address that would become another header, and no name that would break a page", async () => {
    const ann = world.ann();
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    const token = await browser.token();
    for (const address of ["a@b.example\r\nBcc: all@b.example", "a\u0000b", "\u2028", "", "x".repeat(201)]) {
      const { status, html } = await browser.go("/me", { does: "addEndpoint", kind: "mail", address, token });
      assert.deepEqual([status, html.includes('role="alert">This address was not added')], [422, true]);
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

  it("answer a stranger before they tell whoever hears, so that nobody's code takes no less time", async () => {
    const ann = world.ann();
    await new Browser(world).go(`${ann.confirm}`, {});
    const scanner = { mark: "m", addressBlock: "b" };
    const said = world.keeper.turnForStranger((desk, now) => desk.say(ann.tag, scanner, null, "other", null, now));
    assert.deepEqual([said.ok, world.delivered.length], [true, 0]);
    await setImmediate();
    assert.deepEqual(
      world.delivered.map(({ about }) => about),
      ["visitor"],
    );
  });

  it("send nothing to a server of this network that a stranger names", () => {
    const ann = world.ann();
    const add = (kind: string, address: string) => addEndpoint(world.keeper, ann.id, kind, address);
    for (const address of [
      "http://ntfy.example/a",
      "https://127.0.0.1/a",
      "https://0x7f.1/a",
      "https://[::1]/a",
      "https://localhost/a",
      "https://router.local/a",
      "https://ntfy.example:8443/a",
      "https://u:p@ntfy.example/a",
      "topic:1",
    ]) {
      assert.equal(add("ntfy", address), false, address);
    }
    assert.ok(add("ntfy", "https://ntfy.example/a") && add("ntfy", "a"));
  });

  it("know a number by its STOP, however its owner has written it", () => {
    const ann = world.ann();
    assert.ok(addEndpoint(world.keeper, ann.id, "sms", "0049 (170) 555-0100"));
    assert.equal(addEndpoint(world.keeper, ann.id, "sms", "0170 5550100"), false);
    takeText(world.keeper, { address: "+491705550100", kind: "sms", text: "STOP", reply: null });
    const person = world.keeper.look((desk) => desk.register.person(ann.id));
    assert.notEqual(person?.endpoints.find(({ kind }) => kind === "sms")?.stoppedAt ?? null, null);
  });

  it("tell nobody whose an address is, and keep none from its owner because somebody named it first", async () => {
    const ann = world.ann();
    await new Browser(world).go(ann.confirm, {});
    const mallory = new Browser(world);
    await mallory.go("/join", { nickname: "Mallory" });
    const token = await mallory.token();
    const tried = async (kind: string, address: string) => {
      const { status } = await mallory.go("/me", { does: "addEndpoint", kind, address, token });
      return [status, world.delivered.splice(0).map(({ about }) => about)];
    };
    assert.deepEqual(await tried("ntfy", "ann-secret-topic"), await tried("ntfy", "nobodys-topic"));
    await tried("sms", "+15550100");
    assert.equal(((await mallory.go("/me")).html.match(/waits for a yes/g) ?? []).length, 3);
    assert.ok(addEndpoint(world.keeper, ann.id, "sms", "+15550100"), "Ann's own, though Mallory named it first");
    const asked = world.delivered.splice(0).at(-1);
    assert.deepEqual([asked?.kind, asked?.about], ["sms", "confirm"]);
    await new Browser(world).go(asked?.actions[0]?.url ?? "", {});
    await new Browser(world).go(`/b/${ann.tag}`, { reason: "blocked" });
    assert.deepEqual(
      world.delivered.splice(0).map(({ kind, about }) => `${kind} ${about}`),
      ["ntfy visitor", "sms visitor"],
    );
    const text = (said: string) => takeText(world.keeper, { address: "+15550100", kind: "sms", text: said, reply: null });
    assert.deepEqual(text("20"), { understood: "answer", text: "" });
    assert.equal(world.keeper.look((desk, now) => desk.talks.ofPerson(ann.id, now))[0]?.said.at(-1)?.by, "owner");
    text("STOP");
    const stopped = world.keeper.look((desk) =>
      [...desk.register.persons()].map(({ endpoints }) => endpoints.filter(({ stoppedAt }) => stoppedAt !== null).map(({ kind }) => kind)),
    );
    assert.deepEqual(stopped, [["sms"], ["sms"]], "whoever has named it");
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

  it("pay for no more replies than a number or a site bears, however much it is texted", async () => {
    let sent = 0;
    const isAnswered = async (From: string, Body: string) => {
      const fields = { From, Body, MessageSid: `SM${++sent}` };
      const signature = twilioSignature(SMS_TOKEN, `${world.origin}/bays/sms`, new Map(Object.entries(fields)));
      return (await new Browser(world).go("/sms", fields, { "x-twilio-signature": signature })).html.includes("<Message>");
    };
    const answered: boolean[] = [];
    for (let text = 0; text < 15; text++) answered.push(await isAnswered("+15550100", text % 2 === 0 ? "hello?" : NOBODYS));
    assert.deepEqual([answered.filter(Boolean).length, answered.lastIndexOf(true)], [10, 9]);
    assert.ok(await isAnswered("+15550101", "hello?"), "another number");
    world.minute = 60;
    assert.ok(await isAnswered("+15550100", "hello?"), "an hour later");
    let others = 0;
    for (let number = 0; number < 310; number++) others += Number(await isAnswered(`+1555${number + 1000}`, "hello?"));
    assert.equal(others, 299);
  });
});
