import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Refusal, readJson, sendJson, sendPage, sendRefusal } from "#bridges/http/answer";

describe("answers", () => {
  let server: Server;
  let address: string;
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;

  before(async () => {
    server = createServer((request, response) => {
      handle(request, response).catch((error) => sendRefusal(request, response, error as Refusal));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const bound = server.address();
    assert.ok(typeof bound === "object" && bound !== null);
    address = `http://127.0.0.1:${bound.port}`;
  });
  after(() => void server.close());

  const post = (body: string, type = "application/json"): Promise<Response> =>
    fetch(address, { method: "POST", body, headers: { "content-type": type } });

  it("are JSON that nobody keeps, guesses at or frames", async () => {
    handle = (request, response) => sendJson(request, response, 200, { a: 1 });
    const answer = await fetch(address);
    assert.deepEqual(await answer.json(), { a: 1 });
    assert.deepEqual(
      ["cache-control", "x-content-type-options", "content-type", "content-encoding"].map((name) => answer.headers.get(name)),
      ["no-store", "nosniff", "application/json; charset=utf-8", null],
    );
  });

  it("are compressed when they are long and the client can read it", async () => {
    const long = { text: "x".repeat(5000) };
    handle = (request, response) => sendJson(request, response, 200, long);
    for (const [accepts, encoding] of [
      ["gzip, br", "gzip"],
      ["gzip;q=0", null],
      ["identity", null],
    ] as const) {
      const answer = await fetch(address, { headers: { "accept-encoding": accepts } });
      assert.equal(answer.headers.get("content-encoding"), encoding, accepts);
      assert.deepEqual(await answer.json(), long);
    }
  });

  it("are a page only when the browser does not have just this one", async () => {
    handle = (request, response) => sendPage(request, response, { html: "<p>hello", headers: {}, tag: "t1" });
    const first = await fetch(address);
    assert.equal(await first.text(), "<p>hello");
    const again = await fetch(address, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
    assert.deepEqual([again.status, await again.text()], [304, ""]);
    const newer = await fetch(address, { headers: { "if-none-match": '"t0"' } });
    assert.equal(newer.status, 200);
  });

  it("say why a request is refused", async () => {
    handle = () => Promise.reject(new Refusal(400, "badRange", "from: expected a date.", { "Retry-After": "5" }));
    const answer = await fetch(address);
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [400, "5"]);
    assert.deepEqual(await answer.json(), { error: { code: "badRange", message: "from: expected a date." } });
  });

  it("take a body that somebody has read before", async () => {
    handle = async (request, response) => {
      for await (const _part of request);
      await sendJson(request, response, 200, await readJson(Object.assign(request, { _body: true, body: { b: 2 } }), 50));
    };
    assert.deepEqual(await (await post('{"a":1}')).json(), { b: 2 });
  });

  it("take a body that is JSON, says so and is short", async () => {
    handle = async (request, response) => sendJson(request, response, 200, await readJson(request, 50));
    assert.deepEqual(await (await post('{"a":1}')).json(), { a: 1 });
    assert.equal((await post('{"a":1}', "text/plain")).status, 415);
    assert.equal((await post("{")).status, 400);
    assert.equal((await post(JSON.stringify("x".repeat(60)))).status, 413);
  });
});
