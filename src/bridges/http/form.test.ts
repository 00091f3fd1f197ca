import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { Refusal } from "#bridges/http/answer";
import { cookieHeader, cookieOf, readBody, readForm } from "#bridges/http/form";

function request(body: string, headers: Record<string, string> = {}): IncomingMessage {
  const stream = new PassThrough();
  stream.end(body);
  return Object.assign(stream, {
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  }) as unknown as IncomingMessage;
}

const refusal = (status: number) => (error: unknown) => error instanceof Refusal && error.status === status;

describe("form", () => {
  it("gives its fields, the last of a repeated one", async () => {
    assert.deepEqual(
      [...(await readForm(request("a=1&b=%3Cx%3E+y&a=2"), 100))],
      [
        ["a", "2"],
        ["b", "<x> y"],
      ],
    );
  });

  it("is taken as somebody before us has read it", async () => {
    const read = (body: unknown, length = "10") =>
      readForm(Object.assign(request("", { "content-length": length }), { body, _body: true }), 100);
    assert.deepEqual(
      [...(await read({ a: "1", b: ["2", "3"], c: { d: "4" }, e: ["5", {}] }))],
      [
        ["a", "1"],
        ["b", "3"],
      ],
    );
    await assert.rejects(read({ a: "1" }, "101"), refusal(413));
  });

  it("is read where a parser for something else has left an empty body", async () => {
    assert.deepEqual([...(await readForm(Object.assign(request("a=1"), { body: {} }), 100))], [["a", "1"]]);
  });

  it("that was cut off is nobody's failure here", async () => {
    const cut = Object.assign(new PassThrough(), { headers: {} });
    setImmediate(() => cut.destroy(new Error("aborted")));
    await assert.rejects(readBody(cut as unknown as IncomingMessage, 100), refusal(400));
  });

  it("is refused when it is no form or too long, whatever it says of its length", async () => {
    await assert.rejects(readForm(request("{}", { "content-type": "application/json" }), 100), refusal(415));
    await assert.rejects(readForm(request("a=1", { "content-length": "10000000" }), 100), refusal(413));
    await assert.rejects(readForm(request(`a=${"x".repeat(200)}`), 100), refusal(413));
  });

  it("is not waited for without end", async () => {
    const stalled = Object.assign(new PassThrough(), { headers: {} }) as unknown as IncomingMessage;
    await assert.rejects(readBody(stalled, 100, 5), refusal(408));
  });
});

describe("cookie", () => {
  it("is found among others by its whole name", () => {
    const request = { headers: { cookie: "xa=1; a=2; ab=3" } };
    assert.deepEqual([cookieOf(request, "a"), cookieOf(request, "b"), cookieOf({ headers: {} }, "a")], ["2", "", ""]);
  });

  it("is for its path, for no script and for no other site", () => {
    assert.equal(
      cookieHeader("m", "v", { path: "/bays", maxAgeS: 60, secure: true }),
      "m=v; Path=/bays; Max-Age=60; HttpOnly; SameSite=Lax; Secure",
    );
  });
});
