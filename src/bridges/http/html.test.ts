import assert from "node:assert/strict";
import fc from "fast-check";
import { html, raw } from "#bridges/http/html";

describe("html", () => {
  it("escapes what it is given, and not what it made itself", () => {
    const inner = html`<b>${"<i>"}</b>`;
    assert.equal(
      html`<p title="${'"x"'}">${inner}${[inner, 3]}${null}${false}</p>`.text,
      '<p title="&quot;x&quot;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>3</p>',
    );
    assert.equal(html`${raw("<hr>")}`.text, "<hr>");
  });

  it("lets no text open a tag or leave an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => assert.doesNotMatch(html`${text}`.text, /[<>"']/)),
      { seed: 1772 },
    );
  });
});
