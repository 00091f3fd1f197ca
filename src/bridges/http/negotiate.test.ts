import assert from "node:assert/strict";
import { preferredLanguage, wantsHtml } from "#bridges/http/negotiate";

describe("language of an answer", () => {
  for (const [header, expected] of [
    [undefined, "en"],
    ["", "en"],
    ["de", "de"],
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["fr-FR,fr;q=0.9,en;q=0.8,de;q=0.7", "en"],
    ["en;q=0.3, de;q=0.7", "de"],
    ["de;q=0, en", "en"],
    ["de;q=x", "en"],
    ["DE", "de"],
    ["*", "en"],
  ] as const) {
    it(`is ${expected} for ${header === undefined ? "no header" : `"${header}"`}`, () =>
      assert.equal(preferredLanguage(header, ["en", "de"]), expected));
  }
});

describe("a browser", () => {
  for (const [accept, expected] of [
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
    ["*/*", false],
    ["text/plain", false],
    ["text/html;q=0", false],
    [undefined, false],
  ] as const) {
    it(`is ${expected ? "" : "not "}who accepts ${accept}`, () => assert.equal(wantsHtml(accept), expected));
  }
});
