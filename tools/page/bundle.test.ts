import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pagesOf } from "../../nodes/charge-status/page-file.ts";
import { bundlePage, HEAVIEST_PAGE } from "./bundle.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("page of charge-status", () => {
  let html: string;
  before(async () => {
    html = (await bundlePage(ROOT, "charge-status")) ?? "";
  });

  it(`weighs at most ${HEAVIEST_PAGE / 1000} kB compressed, script, style and charts included`, () => {
    const weight = gzipSync(html).length;
    assert.ok(weight > 10_000, `${weight} bytes are no page`);
    assert.ok(weight <= HEAVIEST_PAGE, `${weight} bytes`);
  });

  it("asks nothing of anybody else: no address but that of the drawing standard", () => {
    const addresses = [...html.matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}[^\s"'`)]*/gi)].map(([address]) => address);
    assert.deepEqual(
      [...new Set(addresses)].filter((address) => !address.startsWith("http://www.w3.org/")),
      [],
    );
  });

  it("never turns text into markup or code", () => {
    assert.deepEqual(html.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function| style="/g) ?? [], []);
  });

  it("lets run exactly the one script and the one style that are in it, in both languages", () => {
    const { en, de } = pagesOf(html);
    for (const page of [en, de]) {
      const policy = page.headers["Content-Security-Policy"] ?? "";
      assert.match(policy, /script-src 'sha256-[A-Za-z0-9+/=]+'; style-src 'sha256-[A-Za-z0-9+/=]+';/);
    }
    assert.match(de.html, /<html lang="de">/);
    assert.notEqual(en.tag, de.tag);
  });

  it("is none for a node without one", async () => assert.equal(await bundlePage(ROOT, "j1772-pilot"), null));
});
