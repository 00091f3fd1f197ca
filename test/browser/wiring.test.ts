import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./support/editor.ts";

const FOLDER = join(import.meta.dirname, "../../docs/images");

interface Box {
  readonly words: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a browser really puts the writing and the boxes of a drawing. */
function measured(): { readonly texts: readonly Box[]; readonly boxes: readonly Box[]; readonly colours: readonly string[] } {
  const placed = (element: SVGGraphicsElement): Box => {
    const { x, y, width, height } = element.getBBox();
    return { words: element.textContent ?? "", x, y, width, height };
  };
  return {
    texts: [...document.querySelectorAll<SVGTextElement>("text")].map(placed),
    boxes: [...document.querySelectorAll<SVGRectElement>("rect")].map(placed),
    colours: ["rect.paper", "text"].map((what) => getComputedStyle(document.querySelector(what) ?? document.documentElement).fill),
  };
}

/** What of a line's height is letters. */
const LETTERS = 0.7;

const apart = (one: Box, other: Box): boolean =>
  one.x >= other.x + other.width ||
  other.x >= one.x + one.width ||
  Math.abs(one.y + one.height / 2 - other.y - other.height / 2) >= ((one.height + other.height) / 2) * LETTERS;

/** The smallest box that a line of writing begins in. */
function around(text: Box, boxes: readonly Box[]): Box | undefined {
  const [x, y] = [text.x + 1, text.y + text.height / 2];
  const holding = boxes.filter((box) => box.x <= x && x <= box.x + box.width && box.y <= y && y <= box.y + box.height);
  return holding.toSorted((one, other) => one.width * one.height - other.width * other.height)[0];
}

describe("the wiring diagrams in a browser", () => {
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  after(async () => browser?.close());

  const draw = (svg: string): Promise<unknown> => page.goto(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`);

  for (const file of readdirSync(FOLDER).filter((name) => /^wiring-.*\.svg$/.test(name))) {
    it(`${file}: no words overlap, and none leave their box or the sheet`, async () => {
      await draw(readFileSync(join(FOLDER, file), "utf8"));
      const { texts, boxes } = await page.evaluate(measured);
      assert.ok(texts.length > 20);
      for (const [index, text] of texts.entries()) {
        for (const other of texts.slice(index + 1)) assert.ok(apart(text, other), `"${text.words}" and "${other.words}"`);
        const box = around(text, boxes);
        assert.ok(box !== undefined && text.x + text.width <= box.x + box.width - 1, `"${text.words}" leaves its box`);
      }
    });

    it(`${file}: turns dark with its page`, async () => {
      await draw(readFileSync(join(FOLDER, file), "utf8"));
      const colours: (readonly string[])[] = [];
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        colours.push((await page.evaluate(measured)).colours);
      }
      const [light = [], dark = []] = colours;
      assert.equal(light[0], "rgb(255, 255, 255)");
      for (const [index, colour] of light.entries()) assert.notEqual(colour, dark[index]);
    });
  }

  it("notice words that overlap or leave their box", async () => {
    const text = (x: number, y: number, words: string): string => `<text x="${x}" y="${y}">${words}</text>`;
    await draw(
      `<svg xmlns="http://www.w3.org/2000/svg"><rect width="60" height="40"/>${text(2, 20, "one")}${text(8, 22, "two, and far too long")}</svg>`,
    );
    const { texts, boxes } = await page.evaluate(measured);
    const [one, two] = texts;
    assert.ok(one && two && !apart(one, two));
    const box = around(two, boxes);
    assert.ok(box && two.x + two.width > box.x + box.width);
  });
});
