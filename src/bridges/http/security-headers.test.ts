import assert from "node:assert/strict";
import { hashSource, pageSecurityHeaders } from "#bridges/http/security-headers";

describe("security headers of a page", () => {
  it("let run what is in the file, and nothing else inline", () => {
    const headers = pageSecurityHeaders({ scripts: ["alert(1)"], styles: ["p{}"] });
    const policy = headers["Content-Security-Policy"] ?? "";
    // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
    assert.equal(hashSource("alert(1)"), "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='");
    assert.ok(policy.includes(`script-src ${hashSource("alert(1)")};`));
    assert.ok(policy.includes(`style-src ${hashSource("p{}")};`));
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.match(policy, /^default-src 'none'/);
  });

  it("tell no other site where a person came from, and let no type be guessed", () => {
    const headers = pageSecurityHeaders({ scripts: [], styles: [] });
    assert.equal(headers["Referrer-Policy"], "no-referrer");
    assert.equal(headers["X-Content-Type-Options"], "nosniff");
    assert.match(headers["Content-Security-Policy"] ?? "", /script-src 'none'/);
  });
});
