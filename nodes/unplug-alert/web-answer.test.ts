import assert from "node:assert/strict";
import { AlertMovedTime, WatcherUnderTest } from "../../test/support/alert-watcher.ts";

const ANSWERS = { answerUrl: "https://home.example/answer" };
const linkOf = (watcher: WatcherUnderTest, answer: string): URL =>
  new URL(watcher.reports.at(-1)?.actions.find((action) => action.answer === answer)?.url ?? "");
const browse = (watcher: WatcherUnderTest, method: string, query: Readonly<Record<string, string>>) =>
  watcher.watcher.receive({ _msgid: "m1", req: { method }, res: { mine: true }, payload: query });

describe("a link for answers", () => {
  it("shows a page that asks, and answers nothing by being opened", async () => {
    const one = new WatcherUnderTest(ANSWERS);
    await one.steal();
    const link = linkOf(one, "yes");
    assert.equal(link.origin + link.pathname, "https://home.example/answer");
    browse(one, "GET", Object.fromEntries(link.searchParams));
    const { payload, statusCode, headers, res, _msgid } = one.newest(3);
    assert.equal(statusCode, 200);
    assert.deepEqual([res, _msgid], [{ mine: true }, "m1"]);
    assert.match(String(payload), /<form method="post"/);
    assert.match((headers as Record<string, string>)["content-security-policy"] ?? "", /default-src 'none'.*form-action 'self'/);
    assert.equal(one.watcher.state.open.length, 1);
  });

  it("takes the answer of its button, once", async () => {
    const one = new WatcherUnderTest(ANSWERS);
    await one.steal();
    const query = Object.fromEntries(linkOf(one, "yes").searchParams);
    browse(one, "POST", query);
    assert.match(String(one.newest(3).payload), /Thank you/);
    assert.equal(one.watcher.state.open.length, 0);
    await one.time.advance(60_000);
    browse(one, "POST", query);
    assert.equal(one.newest(3).statusCode, 410);
  });

  it("thanks whoever presses its button twice, counts that once, and takes no other answer for it", async () => {
    const one = new WatcherUnderTest(ANSWERS);
    await one.steal();
    const query = Object.fromEntries(linkOf(one, "no").searchParams);
    for (let press = 0; press < 2; press++) {
      browse(one, "POST", query);
      assert.deepEqual([one.newest(3).statusCode, /Thank you/.test(String(one.newest(3).payload))], [200, true]);
      await one.time.advance(1000);
    }
    assert.deepEqual(
      one.reports.map(({ step }) => step),
      [0, 1],
    );
    for (const [method, change] of [
      ["GET", {}],
      ["POST", { r: "yes" }],
      ["POST", { k: `${query.k?.slice(1)}x` }],
    ] as const) {
      browse(one, method, { ...query, ...change });
      assert.equal(one.newest(3).statusCode, 410, method);
    }
  });

  it("looks the same when it is over, made up, for another alert, or broken", async () => {
    const one = new WatcherUnderTest(ANSWERS);
    await one.steal();
    const { a = "", k = "" } = Object.fromEntries(linkOf(one, "yes").searchParams);
    const pages = new Set<unknown>();
    for (const query of [
      { a, k: "x".repeat(k.length), r: "yes" },
      { a: "a-99", k, r: "yes" },
      { a, r: "yes" },
      { a, k: `${k}x` },
      { a, k: "" },
      {},
    ]) {
      browse(one, "POST", query as Record<string, string>);
      const { payload, statusCode } = one.newest(3);
      assert.equal(statusCode, 410);
      pages.add(payload);
    }
    assert.equal(pages.size, 1);
    assert.equal(one.watcher.state.open.length, 1);
  });

  it("takes no answer that its alert does not offer", async () => {
    const one = new WatcherUnderTest(ANSWERS);
    await one.steal();
    const { a = "", k = "" } = Object.fromEntries(linkOf(one, "yes").searchParams);
    browse(one, "POST", { a, k, r: "seen" });
    assert.equal(one.watcher.state.open.length, 1);
  });

  it("puts a charger's name into its page as text", async () => {
    const one = new WatcherUnderTest(ANSWERS);
    const charger = "<script>alert(1)</script>";
    await one.hear({ charger, state: "A" });
    await one.time.advance(10_000);
    await one.hear({ charger, state: "C" });
    await one.hear({ charger, state: "A" });
    await one.time.advance(4_000);
    browse(one, "GET", Object.fromEntries(linkOf(one, "yes").searchParams));
    const page = String(one.newest(3).payload);
    assert.doesNotMatch(page, /<script/);
    assert.match(page, /&lt;script&gt;/);
  });

  it("differs from node to node, and is in no message that is not sent to its owner", async () => {
    const one = new WatcherUnderTest(ANSWERS);
    await one.steal();
    assert.equal(JSON.stringify(one.reports).includes("s".repeat(43)), false);
    const other = new WatcherUnderTest(ANSWERS, {
      time: new AlertMovedTime(),
      kept: { ...one.watcher.kept, secret: "t".repeat(43), state: { ...one.watcher.state, watches: {}, open: [] } },
    });
    await other.steal();
    assert.notEqual(linkOf(one, "yes").searchParams.get("k"), linkOf(other, "yes").searchParams.get("k"));
  });
});
