import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Application, cleanPath, Doors } from "#bridges/http/doors";

class FakeApplication implements Application {
  readonly handlers: Parameters<Application["use"]>[0][] = [];
  use(handler: Parameters<Application["use"]>[0]): void {
    this.handlers.push(handler);
  }
  /** What a request for `url` comes to: what the page was given, or "next". */
  ask(url: string): string {
    let met = "nothing";
    const request = { url } as IncomingMessage;
    const response = { told: (text: string) => (met = text) } as unknown as ServerResponse;
    for (const handler of this.handlers) handler(request, response, () => (met = "next"));
    return met;
  }
}

const says = (name: string) => (_request: IncomingMessage, response: ServerResponse, path: string | null) =>
  (response as unknown as { told(text: string): void }).told(`${name} ${path}`);

describe("doors of an application", () => {
  it("lead to the page, with what comes after its path", () => {
    const app = new FakeApplication();
    new Doors().hang(app, "/j1772", "a", says("page"));
    assert.equal(app.ask("/j1772/"), "page /");
    assert.equal(app.ask("/J1772/api/now?x=/y#z"), "page /api/now");
    assert.equal(app.ask("/j1772?x"), "page null");
    for (const elsewhere of ["/", "/j17722/", "/j177", "/x/j1772/"]) assert.equal(app.ask(elsewhere), "next");
  });

  it("leave one handler in the application after fifty deployments, and none that answers when the page is gone", () => {
    const app = new FakeApplication();
    const doors = new Doors();
    for (let deployment = 0; deployment < 50; deployment++) {
      const takeDown = doors.hang(app, `/p${deployment % 3}`, "a", says(`${deployment}`));
      assert.equal(app.ask(`/p${deployment % 3}/`), `${deployment} /`);
      takeDown();
    }
    assert.equal(app.handlers.length, 1);
    for (const path of ["/p0/", "/p1/", "/p2/"]) assert.equal(app.ask(path), "next");
  });

  it("are not closed by a page that a newer one has replaced", () => {
    const app = new FakeApplication();
    const doors = new Doors();
    const takeDown = doors.hang(app, "/p", "a", says("old"));
    doors.hang(app, "/p", "a", says("new"));
    takeDown();
    assert.equal(app.ask("/p/"), "new /");
  });

  it("are not shared: a path at, above or below another page's is refused, one beside it is not", () => {
    const doors = new Doors();
    const app = new FakeApplication();
    doors.hang(app, "/p/q", "a", says("a"));
    for (const path of ["/p", "/p/q", "/p/q/r"]) assert.throws(() => doors.hang(app, path, "b", says("b")), { code: "pathTaken" });
    doors.hang(app, "/p/qr", "b", says("b"));
    assert.deepEqual([app.ask("/p/q/"), app.ask("/p/qr/")], ["a /", "b /"]);
  });
});

describe("path of a page", () => {
  for (const [text, expected] of [
    ["/j1772", "/j1772"],
    [" garage/Charger/ ", "/garage/charger"],
    ["a.b-c_d~e", "/a.b-c_d~e"],
  ] as const) {
    it(`is ${expected} for "${text}"`, () => assert.equal(cleanPath(text), expected));
  }
  for (const text of ["", "/", "a//b", "../x", "a/./b", "a b", "a?b", "%2e", "ä", ":id", "(.*)", "x".repeat(80)]) {
    it(`is not "${text.slice(0, 20)}"`, () => assert.throws(() => cleanPath(text), { code: "badPath" }));
  }
});
