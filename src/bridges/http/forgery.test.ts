import assert from "node:assert/strict";
import { ForgeryTokens, isSameOrigin } from "#bridges/http/forgery";

const NOW = 1_767_225_600_000;

describe("tokens against forged requests", () => {
  const tokens = new ForgeryTokens();
  const token = tokens.issue("anna", NOW);

  it("are taken from whom they were given to, for a day", () => {
    assert.equal(tokens.accepts(token, "anna", NOW), true);
    assert.equal(tokens.accepts(token, "anna", NOW + 23 * 3_600_000), true);
    assert.equal(tokens.accepts(token, "anna", NOW + 25 * 3_600_000), false);
  });

  it("are refused from anybody else and from another run", () => {
    assert.equal(tokens.accepts(token, "ben", NOW), false);
    assert.equal(new ForgeryTokens().accepts(token, "anna", NOW), false);
  });

  for (const [what, forged] of [
    ["none", undefined],
    ["an empty one", ""],
    ["a seal without an end", token.split(".")[1]],
    ["a later end", `zzzzzzzzz.${token.split(".")[1]}`],
    ["half a seal", token.slice(0, -4)],
    ["a list", [token]],
    ["a flood", "a".repeat(1e6)],
  ] as const) {
    it(`are refused when the request has ${what}`, () => assert.equal(tokens.accepts(forged, "anna", NOW), false));
  }
});

describe("where a request comes from", () => {
  for (const [headers, expected] of [
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ "sec-fetch-site": "none" }, false],
    [{ origin: "http://pi.local:1880", host: "pi.local:1880" }, true],
    [{ origin: "http://evil.example", host: "pi.local:1880" }, false],
    [{ origin: "http://pi.local:1881", host: "pi.local:1880" }, false],
    [{ origin: "null", host: "pi.local:1880" }, false],
    [{ host: "pi.local:1880" }, false],
    [{}, false],
  ] as const) {
    it(`${expected ? "is" : "is not"} here for ${JSON.stringify(headers)}`, () => assert.equal(isSameOrigin({ headers }), expected));
  }
});
