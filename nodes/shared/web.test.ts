import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticatedUser, isProtected, throughMiddleware, type WebRed } from "./web.ts";

type Settings = WebRed["settings"];
const basic = (text: string) => ({ headers: { authorization: `Basic ${Buffer.from(text).toString("base64")}` } });
const USER: Settings = { httpNodeAuth: { user: "anna", pass: "$2b$08$hash" } };

describe("who asks for a page", () => {
  for (const [what, settings, request, expected] of [
    ["nobody, where nobody is asked", {}, basic("anna:x"), null],
    ["nobody, without a header", USER, { headers: {} }, null],
    ["the user whom Node-RED has checked", USER, basic("anna:secret:with:colons"), "anna"],
    ["nobody, under another name", USER, basic("ben:secret"), null],
    ["nobody, by another scheme", USER, { headers: { authorization: "Bearer YW5uYTp4" } }, null],
    ["somebody, where the settings' own handler decides", { httpNodeAuth: () => {} }, { headers: {} }, ""],
  ] as const) {
    it(`is ${what}`, () => assert.equal(authenticatedUser(settings as Settings, request), expected));
  }

  it("is asked for a password by a user, a handler or several", () => {
    assert.deepEqual(
      [{}, USER, { httpNodeAuth: () => {} }, { httpNodeAuth: [] }, { httpNodeAuth: [() => {}] }, { httpNodeAuth: {} }].map((settings) =>
        isProtected(settings as Settings),
      ),
      [false, true, true, false, true, false],
    );
  });
});

describe("what the settings put before pages", () => {
  const response = { writeHead: (status: number) => ({ end: () => passed.push(`${status}`) }) } as unknown as ServerResponse;
  let passed: string[] = [];
  beforeEach(() => {
    passed = [];
  });
  const through = (httpNodeMiddleware: Settings["httpNodeMiddleware"]): string[] => {
    throughMiddleware({ httpNodeMiddleware }, {} as IncomingMessage, response, () => passed.push("page"));
    return passed;
  };

  it("is passed in order, and may end the matter", () => {
    assert.deepEqual(through(undefined), ["page"]);
    passed = [];
    assert.deepEqual(
      through([
        (_request, _response, next) => {
          passed.push("one");
          next();
        },
        (_request, _response, next) => {
          passed.push("two");
          next();
        },
      ]),
      ["one", "two", "page"],
    );
    passed = [];
    assert.deepEqual(
      through(() => {}),
      [],
    );
    assert.deepEqual(
      through((_request, _response, next) => next(new Error("no"))),
      ["500"],
    );
  });
});
