import assert from "node:assert/strict";
import { escapeHtml } from "#bridges/http/escape";

describe("escapeHtml", () => {
  it("leaves no sign that could open a tag, an attribute or an entity", () => {
    assert.equal(escapeHtml(`<img src=x onerror='a("&")'>`), "&lt;img src=x onerror=&#39;a(&quot;&amp;&quot;)&#39;&gt;");
  });
});
