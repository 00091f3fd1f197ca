import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import * as v from "valibot";
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { SessionQuery } from "#core/session/question";
import { EMPTY_BATCH, type SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { MemoryStore } from "#store/memory";
import { aRecord, charging, HandInHand, Listening, PageUnderTest } from "../../test/support/status-page.ts";
import { description } from "../../tools/page/openapi.ts";
import { type ChargerView, Curve, Failure, Now, SessionDetail, Sessions, Totals } from "./api.ts";

const HTML = { headers: { accept: "text/html" } };
const HOUR = 3_600_000;

describe("page's interface", () => {
  let own: HandInHand;
  let test: PageUnderTest;
  const records: readonly SessionRecord[] = [
    aRecord("a", { startedAt: WallTime(Date.UTC(2025, 10, 3)), endedAt: WallTime(Date.UTC(2025, 10, 3, 2)), user: "anna" }),
    aRecord("b"),
    aRecord("c", { startedAt: WallTime(Date.UTC(2026, 0, 1, 0)), endedAt: null, endReason: null, charger: "left" }),
  ];

  beforeEach(async () => {
    own = new HandInHand();
    const samples = Array.from({ length: 4000 }, (_none, index) => ({
      session: "b",
      at: WallTime(Date.UTC(2025, 11, 30, 17) + index * 1000),
      energyWh: index * 2,
      sunWh: index,
      gridWh: index,
      batteryWh: 0,
      cost: null,
      powerW: 3700,
      currentA: 15,
      offeredA: 16,
      temperatureC: 30,
    }));
    const event = { id: "e1", charger: "bay", session: "b", at: WallTime(1), type: "plugged", reason: null, fault: null, evidence: {} };
    await own.store.append({ ...EMPTY_BATCH, records, samples, events: [event] });
    test = await PageUnderTest.open({ own });
  });
  afterEach(() => test.close());

  it("answers a browser with the page in its language, and a program with a line", async () => {
    test.hear(charging());
    const page = await test.ask("", { headers: { accept: "text/html,*/*;q=0.8", "accept-language": "de-AT,de;q=0.9" } });
    assert.match(await page.text(), /^<html lang="de">/);
    assert.match(page.headers.get("content-security-policy") ?? "", /script-src 'sha256-[^ ]+';.*require-trusted-types-for 'script'/);
    assert.match(await (await test.ask("?lang=en", { headers: { accept: "text/html", "accept-language": "de" } })).text(), /lang="en"/);
    const line = await test.ask("", { headers: { accept: "*/*" } });
    assert.equal(line.headers.get("content-type"), "text/plain; charset=utf-8");
    assert.match(
      await line.text(),
      /^Timestamp 20260101010000 CP value=8\d CP duty=273 ChargeI=15\.8 Power=3\.8 Delta=0 State=3 Energy=4\.200 DayEnergy=\d+\.\d\n$/,
    );
  });

  it("says what to do when no charger has spoken", async () => {
    assert.equal(await test.refusal("api/line"), "404 noCharger");
    test.hear(charging());
    assert.equal(await test.refusal("api/line?charger=other"), "404 noCharger");
    assert.equal((await test.ask("api/line?charger=bay")).status, 200);
  });

  it("sends a browser without the slash to the page", async () => {
    const answer = await fetch(`${test.address.slice(0, -1)}?charger=x`, { ...HTML, redirect: "manual" });
    assert.equal(answer.status, 308);
    assert.equal(new URL(answer.headers.get("location") ?? "", answer.url).href, `${test.address}?charger=x`);
  });

  it("answers a program without the slash at once: not each of them follows to another address", async () => {
    test.hear(charging());
    const answer = await fetch(`${test.address.slice(0, -1)}?charger=bay`, { redirect: "manual" });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /^Timestamp \d{14} CP value=/);
  });

  it("answers as its schemas say, with nothing beside", async () => {
    test.hear(charging());
    test.hear({ sunW: 3000, houseW: 400 });
    await test.time.advance(31_000);
    for (const [path, schema] of [
      ["api/now", Now],
      ["api/curve?charger=bay", Curve],
      ["api/sessions", Sessions],
      ["api/sessions/b", SessionDetail],
      ["api/totals?per=day&from=2025-12&until=2025-12", Totals],
      ["api/totals?per=all&by=charger", Totals],
    ] as const) {
      const body = await test.json<unknown>(path);
      assert.deepEqual(v.parse(schema as v.GenericSchema, body), body, path);
    }
    const refused = await (await test.ask("api/nothing")).json();
    assert.deepEqual(v.parse(Failure, refused), refused);
  });

  it("has every path of its description, and describes every schema it names", async () => {
    test.hear(charging());
    const described = description() as { paths: Record<string, { get?: unknown; post?: unknown }> };
    for (const [path, methods] of Object.entries(described.paths)) {
      const answer = await test.ask(path.slice(1).replace("{id}", "b"), { method: methods.post ? "POST" : "GET" });
      assert.notEqual(answer.status, 404, path);
      assert.notEqual(answer.status, 405, path);
      await answer.body?.cancel();
    }
    const names = new Set([...JSON.stringify(described).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
    const known = Object.keys((description() as { components: { schemas: object } }).components.schemas);
    assert.deepEqual(
      known.filter((name) => !names.has(name)),
      [],
    );
    assert.deepEqual(
      [...names].filter((name) => name === undefined || !known.includes(name)),
      [],
    );
  });

  it("gives charges newest first, by page and by charger", async () => {
    const first = await test.json<Sessions>("api/sessions?limit=2");
    assert.deepEqual([first.sessions.map(({ id }) => id), first.more], [["c", "b"], true]);
    const older = await test.json<Sessions>(`api/sessions?limit=2&until=${first.sessions[1]?.startedAt}`);
    assert.deepEqual([older.sessions.map(({ id }) => id), older.more], [["a"], false]);
    assert.deepEqual(
      (await test.json<Sessions>("api/sessions?charger=left")).sessions.map(({ id }) => id),
      ["c"],
    );
    assert.deepEqual(
      (await test.json<Sessions>("api/sessions?user=anna")).sessions.map(({ id }) => id),
      ["a"],
    );
  });

  it("gives charges that began at one moment on one page, so that the next page has those that are left", async () => {
    const noon = WallTime(Date.UTC(2026, 0, 2, 12));
    const atOnce = ["d", "e", "f"].map((id) => aRecord(id, { startedAt: noon, endedAt: WallTime(noon + HOUR) }));
    await own.store.append({ ...EMPTY_BATCH, records: [...atOnce, aRecord("g", { startedAt: WallTime(noon + 1), endedAt: null })] });
    const found: string[] = [];
    for (let page = "api/sessions?limit=3"; page !== ""; ) {
      const { sessions, more } = await test.json<Sessions>(page);
      assert.ok(sessions.length >= 1 && sessions.length <= 3, String(sessions.length));
      found.push(...sessions.map(({ id }) => id));
      page = more ? `api/sessions?limit=3&until=${sessions.at(-1)?.startedAt}` : "";
    }
    assert.deepEqual(found.toSorted(), ["a", "b", "c", "d", "e", "f", "g"]);
  });

  it("thins a long course and keeps its ends", async () => {
    const { samples, events } = await test.json<SessionDetail>("api/sessions/b");
    assert.ok(samples.at.length > 1000 && samples.at.length <= 1501, String(samples.at.length));
    assert.deepEqual([samples.energyWh[0], samples.energyWh.at(-1)], [0, 7998]);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["plugged"],
    );
    assert.equal(await test.refusal("api/sessions/unknown"), "404 noSession");
  });

  it("gives totals whose labels are local", async () => {
    const { totals, timeZone, currency } = await test.json<Totals>("api/totals?per=month&from=2025&until=2025");
    assert.deepEqual([timeZone, currency], ["Europe/Berlin", "EUR"]);
    assert.deepEqual(
      totals.map(({ label, sessions }) => [label, sessions]),
      [
        ["2025-11", 1],
        ["2025-12", 1],
      ],
    );
  });

  it("exports charges for programs and for spreadsheets, a few at once", async () => {
    const csv = await test.ask("api/sessions.csv");
    assert.match(csv.headers.get("content-disposition") ?? "", /attachment; filename="sessions\.csv"/);
    const lines = (await csv.text()).split("\r\n");
    assert.deepEqual([lines.length, lines[0]?.startsWith("id,charger,"), lines[1]?.startsWith("c,left,")], [5, true, true]);
    assert.match(await (await test.ask("api/sessions.csv?style=spreadsheet&charger=left")).text(), /^\uFEFF?id;charger;[\s\S]*c;left;/);
    await (await test.ask("api/sessions.csv?limit=1")).text();
    const fourth = await test.ask("api/sessions.csv");
    assert.deepEqual([fourth.status, Number(fourth.headers.get("retry-after")) > 0], [429, true]);
    await test.time.advance(20_000);
    assert.equal((await test.ask("api/sessions.csv")).status, 200);
    assert.equal(await test.refusal("api/sessions.csv?style=tabs"), "400 badQuery");
  });

  for (const [path, init, expected] of [
    ["api/now?x=1", {}, "400 badQuery"],
    ["api/totals?per=day", {}, "400 rangeTooLong"],
    ["api/sessions?limit=9999", {}, "400 badQuery"],
    ["api/sessions?history=other", {}, "400 badQuery"],
    ["api/sessions?history=sample", {}, "404 noHistory"],
    ["api/sessions/..%2f..%2fetc", {}, "404 notHere"],
    ["api/sessions/a/b", {}, "404 notHere"],
    ["api/__proto__", {}, "404 notHere"],
    ["constructor", {}, "404 notHere"],
    ["api/now", { method: "POST" }, "405 wrongMethod"],
    ["api/now", { method: "DELETE" }, "405 wrongMethod"],
    ["api/now", { method: "OPTIONS" }, "405 wrongMethod"],
    ["api/command", {}, "405 wrongMethod"],
    ["api/command", { method: "POST" }, "403 controlOff"],
    ["api/token", {}, "403 controlOff"],
  ] as const) {
    it(`answers ${"method" in init ? init.method : "GET"} ${path} with ${expected}`, async () =>
      assert.equal(await test.refusal(path, init), expected));
  }

  it("lets no other site read anything", async () => {
    const answer = await test.ask("api/now", { headers: { origin: "http://evil.example" } });
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
    assert.equal(answer.headers.get("cross-origin-resource-policy"), "same-origin");
  });

  it("answers HEAD with the head alone", async () => {
    const answer = await test.ask("api/now", { method: "HEAD" });
    assert.deepEqual([answer.status, await answer.text()], [200, ""]);
    const stream = await test.ask("api/stream", { method: "HEAD" });
    assert.deepEqual([stream.headers.get("content-type"), test.page.stream.clients], ["text/event-stream; charset=utf-8", 0]);
  });

  it("takes an odd request line for what it is", async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(test.address);
      httpRequest({ hostname, port, path: "/j1772/%zz?%zz=%", method: "GET" }, (answer) => resolve(answer.statusCode ?? 0))
        .on("error", reject)
        .end();
    });
    assert.equal(status, 404);
  });

  it("says that the history is away, and that it cannot be used, in words and without a complaint", async () => {
    own.store.totals = () => Promise.reject(new StoreUnavailable("away", "connection refused to postgres://user:secret@host"));
    const answer = await test.ask("api/totals");
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "10"]);
    assert.doesNotMatch(await answer.text(), /secret/);
    own.store.totals = () => Promise.reject(new StoreCorrupt("corrupt", "The file is damaged. Restore it from a copy."));
    assert.equal(await test.refusal("api/totals"), "503 historyUnusable");
    assert.deepEqual(test.complaints, []);
  });

  it("keeps its own mistakes for Node-RED's log", async () => {
    own.store.totals = () => Promise.reject(new TypeError("x is undefined at /home/pi"));
    const answer = await test.ask("api/totals");
    assert.equal(answer.status, 500);
    assert.doesNotMatch(await answer.text(), /pi/);
    assert.equal(test.complaints.length, 1);
  });

  it("does not pile up questions that a slow store has not answered", async () => {
    const answered: (() => void)[] = [];
    own.store.totals = () => new Promise((resolve) => answered.push(() => resolve([])));
    const asked = Array.from({ length: 12 }, () => test.ask("api/totals"));
    while (answered.length < 12) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await test.refusal("api/totals"), "503 busy");
    for (const answer of answered) answer();
    assert.deepEqual(await Promise.all(asked.map(async (answer) => (await answer).status)), Array(12).fill(200));
  });
});

describe("page's stream", () => {
  let own: HandInHand;
  let test: PageUnderTest;
  beforeEach(async () => {
    own = new HandInHand();
    test = await PageUnderTest.open({ own, mostClients: 2 });
  });
  afterEach(() => test.close());

  it("tells all there is, then what changes, and when a charger falls silent", async () => {
    test.hear(charging());
    const listening = await Listening.on(test.address);
    const now = await listening.find<Now>("now");
    assert.deepEqual(
      now.chargers.map(({ charger, state }) => [charger, state]),
      [["bay", "charging"]],
    );
    test.hear(charging({ powerW: 1500 }));
    await test.time.advance(300);
    await listening.find<ChargerView>("charger", ({ powerW }) => powerW === 1500);
    await test.time.advance(36_000);
    await listening.find<ChargerView>("charger", ({ state }) => state === "unknown");
    listening.close();
  });

  it("tells the newest of many changes, not each", async () => {
    test.hear(charging());
    const listening = await Listening.on(test.address);
    await listening.find("now");
    for (let change = 0; change < 500; change++) test.hear(charging({ powerW: change }));
    await test.time.advance(300);
    await listening.find<ChargerView>("charger", ({ powerW }) => powerW === 499);
    assert.ok(listening.events.length < 6, String(listening.events.length));
    listening.close();
  });

  it("tells of the sun, of the house and of sessions", async () => {
    const listening = await Listening.on(test.address);
    await listening.find("now");
    test.hear("4.2 kW", "pv");
    await listening.find<{ site: { sunW: number } }>("site", ({ site }) => site?.sunW === 4200);
    own.announce(aRecord("s"));
    assert.deepEqual(await listening.find("session"), { id: "s", charger: "bay", ended: true });
    assert.equal((await listening.find<Now>("now", ({ history }) => history.hasSessions)).history.state, "open");
    listening.close();
  });

  it("has room for so many, and says so to one more", async () => {
    const both = [await Listening.on(test.address), await Listening.on(test.address)];
    assert.equal(await test.refusal("api/stream"), "503 tooManyClients");
    for (const one of both) one.close();
  });

  it("ends with the node, which leaves nothing behind", async () => {
    test.hear(charging());
    const listening = await Listening.on(test.address);
    await listening.find("now");
    test.page.close();
    await listening.untilEnd();
    assert.deepEqual([test.time.waiting, own.listeners], [0, 0]);
  });
});

describe("a page whose store does not answer at first", () => {
  it("asks it again, and shows what it has then", async () => {
    class Sleepy extends HandInHand {
      override readonly store = new (class extends MemoryStore {
        asleep = true;
        override sessions(query: SessionQuery): AsyncIterable<readonly SessionRecord[]> {
          if (this.asleep) throw new StoreUnavailable("busy", "The store does not answer.");
          return super.sessions(query);
        }
      })();
    }
    const sample = new Sleepy();
    await sample.store.append({ ...EMPTY_BATCH, records: [aRecord("a")] });
    const test = await PageUnderTest.open({ sample });
    await test.time.advance(0);
    assert.equal((await test.json<Now>("api/now")).sample, null);
    sample.store.asleep = false;
    await test.time.advance(5000);
    assert.equal((await test.json<Now>("api/now")).sample?.hasSessions, true);
    test.close();
  });
});
