import assert from "node:assert/strict";
import { addEndpoint } from "#bridges/bays/member-actions";
import { twilioSignature } from "#bridges/bays/twilio";
import { shownTagId } from "#core/bays/tag-id";
import { Browser, NOBODYS, SMS_TOKEN, World } from "../../../test/support/bay-world.ts";

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
    assert.equal((await new Browser(world).go(ann.confirm, {})).status, 303);
    world.keeper.turn((desk, now) => desk.heard("left", "charging", now));
    const scan = await visitor.go(`/B/${shownTagId(ann.tag)}`);
    assert.equal(scan.status, 200);
    assert.match(scan.html, /Charging/);
    const talk = await visitor.follow(`/b/${ann.tag}`, { reason: "needCharge", bay: "left", free: "yes" });
    assert.match(talk.html, /I need to charge, please/);
    const [told] = world.delivered;
    assert.deepEqual([told?.kind, told?.address, told?.text], ["ntfy", "ann-secret-topic", '"I need to charge, please" at Left']);
    const answered = await new Browser(world).go(told?.actions[0]?.url ?? "", {});
    assert.equal(answered.status, 303);
    const seen = await visitor.go(("at" in talk && talk.at) || assert.fail());
    assert.match(seen.html, /I am back by 13:10/);
    assert.match(seen.html, /You will be told when the bay is free/);
    for (const secret of ["Ann", "ann-secret-topic", ann.id, ann.key])
      assert.ok(!scan.html.includes(secret) && !seen.html.includes(secret), secret);
  });

  it("come anew by themselves where no script runs, but not while somebody chooses what else to say", async () => {
    const visitor = new Browser(world);
    const { html, at } = (await visitor.follow(`/b/${NOBODYS}`, { reason: "blocked" })) as { html: string; at: string };
    assert.match(html, /<noscript><meta http-equiv="refresh"/);
    const [, path = ""] = /<a class="button" href="\/bays([^"]+)">Say something else</.exec(html) ?? assert.fail("no link");
    assert.doesNotMatch(html, /name="does" value="say"/);
    const saying = await visitor.go(path);
    assert.doesNotMatch(saying.html, /http-equiv="refresh"/);
    assert.match(saying.html, /name="does" value="say"/);
    assert.equal((await visitor.go(at, { does: "say", reason: "lightsOn" })).to, `/bays${at}`);
    assert.match((await visitor.go(at)).html, /lights or a window/);
  });

  it("ask at which bay, when somebody wants to be told that it is free and names none", async () => {
    const ann = world.ann();
    const visitor = new Browser(world);
    for (const tag of [ann.tag, NOBODYS]) {
      const asked = await visitor.go(`/b/${tag}`, { reason: "blocked", bay: "", free: "yes" });
      assert.equal(asked.status, 422);
      assert.match(asked.html, /role="alert">At which bay\?/);
      assert.match(asked.html, /value="blocked" checked>/);
      assert.match(asked.html, /name="free" value="yes" checked>/);
    }
    assert.deepEqual(
      world.keeper.look((desk, now) => desk.talks.ofPerson(ann.id, now)),
      [],
      "nothing was sent",
    );
    assert.equal((await visitor.go(`/b/${ann.tag}`, { reason: "blocked", bay: "left", free: "yes" })).status, 303);
  });

  it("say to a visitor that their browser will tell them, and to nobody else", async () => {
    const ann = world.ann();
    const visitor = new Browser(world);
    const { to } = await visitor.go(`/b/${ann.tag}`, { reason: "blocked" });
    const talk = (to ?? "").replace("/bays", "");
    const keys = { p256dh: "p".repeat(87), auth: "a".repeat(22) };
    const subscription = JSON.stringify({ endpoint: "https://fcm.googleapis.com/fcm/send/x", keys });
    assert.doesNotMatch((await visitor.go(talk)).html, /This browser will tell you/);
    await visitor.go(talk, { does: "push", subscription });
    assert.match((await visitor.go(talk)).html, /This browser will tell you/);
    const owner = new Browser(world);
    await owner.follow(`/o/${ann.key}`);
    assert.doesNotMatch((await owner.go("/me")).html, /This browser will tell you|fcm/);
  });

  it("say what a name has to be when one cannot be taken", async () => {
    const { status, html } = await new Browser(world).go("/join", { nickname: "\u200b \u202e" });
    assert.equal(status, 400);
    assert.match(html, /role="alert">Please choose a name/);
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
    assert.match(html, /at <b>[^<\s]+\/bays<\/b>/, "where it is typed, with the path and without https");
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
