/** Fingers that tap twice, pages that are loaded again, links that are opened late, browsers that are borrowed. */
import assert from "node:assert/strict";
import { readDocument } from "#bridges/bays/documents";
import { Desk } from "#core/bays/desk";
import { Browser, World } from "../../../test/support/bay-world.ts";

const once = (html: string): string => /name="once" value="([^"]+)"/.exec(html)?.[1] ?? assert.fail("no form");
const shownLink = (html: string): string => /<code>(http[^<]+)<\/code>/.exec(html)?.[1] ?? assert.fail("no link");

describe("a shared site and impatient people", () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.open();
  });
  afterEach(() => world.close());

  const members = () => world.keeper.look((desk) => [...desk.register.persons()].map(({ nickname }) => nickname));

  it("make one member of a form that is sent twice, and show its link both times", async () => {
    const browser = new Browser(world);
    const form = { nickname: "Bob", once: once((await browser.go("/join")).html) };
    // Neither waits for the other's cookie.
    const links = [await new Browser(world).go("/join", form), await browser.go("/join", form)].map(({ html }) => shownLink(html));
    assert.deepEqual([members(), new Set(links).size], [["Bob"], 1]);
    assert.equal((await browser.go("/board")).status, 200);
    assert.equal((await new Browser(world).go(links[0] ?? "")).to, "/bays/me");
  });

  it("let nobody in by a form that is found in a browser's history", async () => {
    const browser = new Browser(world);
    const join = { nickname: "Bob", once: once((await browser.go("/join")).html) };
    const { html } = await browser.go("/join", join);
    const renew = { does: "newLink", once: once(html), token: await browser.token() };
    await browser.go("/me", renew);
    world.minute = 1;
    const finder = new Browser(world);
    assert.deepEqual([(await finder.go("/me", renew)).to, (await finder.go("/me")).status], ["/bays/me", 401]);
    world.minute = 0;
    const other = { nickname: "Cid", once: once((await finder.go("/join")).html) };
    await new Browser(world).go("/join", other);
    world.minute = 1;
    assert.deepEqual([(await finder.go("/join", other)).to, (await finder.go("/me")).status, members()], ["/bays/me", 401, ["Bob", "Cid"]]);
  });

  it("make another member of another name, of another page, and of a form that says nothing of it", async () => {
    const page = once((await new Browser(world).go("/join")).html);
    const other = once((await new Browser(world).go("/join")).html);
    assert.notEqual(page, other);
    for (const form of [
      { nickname: "Bob", once: page },
      { nickname: "Cid", once: page },
      { nickname: "Bob", once: other },
    ])
      await new Browser(world).go("/join", form);
    for (const form of [{ nickname: "Dan" }, { nickname: "Dan" }, { nickname: "Eve", once: "x" }, { nickname: "Eve", once: "x" }])
      await new Browser(world).go("/join", form as { nickname: string });
    assert.deepEqual(members(), ["Bob", "Cid", "Bob", "Dan", "Dan", "Eve", "Eve"]);
  });

  it("lead a member who comes to join once more to their own page", async () => {
    const browser = new Browser(world);
    await browser.go("/join", { nickname: "Bob" });
    assert.equal((await browser.go("/join")).to, "/bays/me");
  });

  it("lock nobody out who presses 'new link' twice before the first answer came", async () => {
    const ann = world.ann();
    const [browser, late] = [new Browser(world), new Browser(world)];
    await browser.follow(`/o/${ann.key}`);
    await late.follow(`/o/${ann.key}`);
    const { html } = await browser.go("/me");
    const form = { does: "newLink", once: once(html), token: await browser.token() };
    const first = shownLink((await browser.go("/me", form)).html);
    // The second press still has the old cookie, and its answer is the one that the browser shows.
    const second = await late.go("/me", form);
    assert.deepEqual([second.status, shownLink(second.html)], [200, first]);
    assert.equal((await late.go("/me")).status, 200);
    assert.equal((await new Browser(world).go(`/o/${ann.key}`)).status, 404, "the old link is void");
    const stranger = new Browser(world);
    assert.equal((await stranger.go("/me", { ...form, once: "A".repeat(22) })).status, 401, "no other page's form is honoured");
    assert.equal((await stranger.go("/me", form, { origin: "https://evil.example" })).status, 403);
  });

  it("make one code, and ask an address once, of a form that is sent twice", async () => {
    const ann = world.ann();
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    const token = await browser.token();
    const codes = () => world.keeper.look((desk) => desk.register.tagsOf(ann.id).length);
    world.minute = 1;
    for (let press = 0; press < 2; press++) await browser.go("/me", { does: "newTag", label: "red", token });
    assert.equal(codes(), 2, "the blue one and the red one");
    world.minute = 2;
    await browser.go("/me", { does: "newTag", label: "red", token });
    assert.equal(codes(), 3, "two red cars");
    for (let press = 0; press < 2; press++) await browser.go("/me", { does: "addEndpoint", kind: "mail", address: "a@example.org", token });
    assert.deepEqual(
      world.delivered.map(({ about, address }) => [about, address]),
      [["confirm", "a@example.org"]],
    );
  });

  it("do not ask an address again that has said yes", async () => {
    const ann = world.ann();
    await new Browser(world).go(ann.confirm, {});
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    world.minute = 60;
    await browser.go("/me", { does: "addEndpoint", kind: "ntfy", address: "ann-secret-topic", token: await browser.token() });
    assert.deepEqual([world.delivered, (await browser.go("/me")).html.includes("waits for a yes")], [[], false]);
  });

  it("complain of no answer that was tapped twice", async () => {
    const ann = world.ann();
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    const token = await browser.token();
    for (const answer of ["notMe", "block"]) {
      const { to } = await new Browser(world).go(`/b/${ann.tag}`, { reason: "blocked" }, { "user-agent": answer });
      const form = { does: answer, channel: to?.split("/").at(-1) ?? "", token };
      assert.deepEqual([(await browser.go("/me", form)).status, (await browser.go("/me", form)).status], [303, 303], answer);
    }
    world.keeper.turn((desk, now) => {
      desk.heard("left", "charging", now);
      desk.heard("right", "charging", now);
      desk.join("yard", ann.id, { bay: null, needWh: null, departure: null }, now);
      desk.heard("left", "notConnected", now);
      desk.heard("left", "charging", now);
    });
    for (const does of ["mine", "notMine", "unclaim", "leave"]) {
      if (does === "notMine") {
        world.keeper.turn((desk, now) => {
          desk.heard("left", "notConnected", now);
          desk.join("yard", ann.id, { bay: null, needWh: null, departure: null }, now);
          desk.heard("left", "charging", now);
        });
      }
      const form = { does, bay: "left", group: "yard", token };
      assert.deepEqual([(await browser.go("/me", form)).status, (await browser.go("/me", form)).status], [303, 303], does);
    }
  });

  it("let an address be confirmed by a link that is only opened, as mail and text messages have it", async () => {
    const ann = world.ann();
    const opened = await new Browser(world).go(ann.confirm);
    assert.match(opened.html, /Do you want to be told here about your charging\?/);
    assert.equal(
      world.keeper.look((desk) => desk.register.person(ann.id)?.endpoints[0]?.confirmedAt),
      null,
      "looking says no yes",
    );
    const [, action = ""] = /<form method="post" action="\/bays([^"]+)"><button[^>]*>Yes, that is me</.exec(opened.html) ?? [];
    assert.match((await new Browser(world).follow(action, {})).html, /Confirmed/);
    assert.match((await new Browser(world).go(ann.confirm)).html, /Confirmed/);
  });

  it("show the bay by a link of a message that asks nothing, and say so when an answer came too late", async () => {
    const ann = world.ann();
    await new Browser(world).go(ann.confirm, {});
    world.delivered.splice(0);
    const hear = (says: "charging" | "connected" | "notConnected") => world.keeper.turn((desk, now) => desk.heard("left", says, now));
    hear("charging");
    world.keeper.turn((desk, now) => desk.claim("left", ann.id, now));
    hear("connected");
    world.minute = 3;
    hear("connected");
    world.keeper.turn((desk, now) => desk.tick(now));
    const done = world.delivered.splice(0).find(({ about }) => about === "done") ?? assert.fail();
    const told = await new Browser(world).go(done.url);
    assert.match(told.html, /<b>Left<\/b> <span class="use done">/);
    assert.doesNotMatch(told.html, /Scan the code/);
    world.keeper.turn((desk, now) => desk.unclaim("left", ann.id, now));
    world.keeper.turn((desk, now) => desk.join("yard", ann.id, { bay: null, needWh: null, departure: null }, now));
    hear("notConnected");
    const offered = world.delivered.splice(0).find(({ about }) => about === "offered") ?? assert.fail();
    const accept = offered.actions[0]?.url ?? assert.fail();
    for (const accepts of ["*/*", "text/html,*/*;q=0.8"]) {
      const { status, to, html } = await new Browser(world).go(accept, {}, { accept: accepts });
      // A notification reads the status; a browser that loads the page again must say nothing twice.
      assert.equal(status, accepts === "*/*" ? 200 : 303);
      const shown = to === null ? html : (await new Browser(world).go(to.replace(/^\/bays/, ""))).html;
      assert.match(shown, /Left is held for you until 13:18/);
    }
    world.minute = 60;
    world.keeper.turn((desk, now) => desk.tick(now));
    const late = await new Browser(world).go(accept, {});
    assert.equal(late.status, 409);
    assert.match(late.html, /role="alert">That could not be done/);
  });

  it("let a borrowed browser be left without losing the membership", async () => {
    const ann = world.ann();
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    assert.match((await browser.go("/me", { does: "leaveBrowser", token: await browser.token() })).html, /Your link does/);
    assert.equal((await browser.go("/me")).status, 401);
    assert.equal((await browser.follow(`/o/${ann.key}`)).status, 200);
  });

  it("let a whole workplace join from behind one address in a day, and say what to do when it is too many", async () => {
    const statuses: number[] = [];
    let last = "";
    for (let person = 0; person < 31; person++) {
      const { status, html } = await new Browser(world).go("/join", { nickname: `Driver ${person}` });
      statuses.push(status);
      last = html;
    }
    assert.deepEqual([statuses.filter((status) => status === 200).length, statuses.at(-1)], [30, 429]);
    assert.match(last, /role="alert">Many have joined from here today/);
  });

  it("give a person their place in the queue with everything else", async () => {
    const ann = world.ann();
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    await browser.go("/me", { does: "join", place: '["yard",""]', needKwh: "12", token: await browser.token() });
    const { queues } = JSON.parse((await browser.go("/me/export")).html);
    assert.deepEqual([queues.length, queues[0].group, queues[0].needWh], [1, "yard", 12_000]);
  });

  it("write no more to an address that said STOP, though it is taken off and added again, by anybody", async () => {
    const ann = world.ann();
    const stop = (stopped: boolean) =>
      world.keeper.turn((desk, now) =>
        desk.register.setStopped(world.keeper.secrets.mark("address", "ann-secret-topic"), stopped, now.wall),
      );
    stop(true);
    const browser = new Browser(world);
    await browser.follow(`/o/${ann.key}`);
    const token = await browser.token();
    const [endpoint] = world.keeper.look((desk) => desk.register.person(ann.id)?.endpoints) ?? [];
    const add = { does: "addEndpoint", kind: "ntfy", address: "ann-secret-topic", token };
    world.minute = 5;
    await browser.go("/me", { does: "removeEndpoint", endpoint: endpoint?.id ?? "", token });
    await browser.go("/me", add);
    await browser.go("/me", { does: "forget", sure: "DELETE", token });
    const mallory = new Browser(world);
    await mallory.go("/join", { nickname: "Mallory" });
    await mallory.go("/me", { ...add, token: await mallory.token() });
    assert.deepEqual(world.delivered, []);
    await world.keeper.written();
    const [kept] = (await world.kept()).filter(({ kind }) => kind === "stop").map(readDocument);
    const after = new Desk([], { id: () => "", bytes: () => new Uint8Array() }, world.keeper.now());
    after.restore(kept ?? assert.fail("a STOP that nobody can read"), world.keeper.now());
    assert.ok(after.register.isStopped(world.keeper.secrets.mark("address", "ann-secret-topic")), "also after a restart");
    stop(false);
    await world.keeper.written();
    assert.equal((await world.kept()).filter(({ kind }) => kind === "stop").length, 0);
  });
});
