import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import type { Editor, Theme } from "./support/editor.ts";
import { EditorOnFlows } from "./support/editor-on-flows.ts";

const PROJECT = join(import.meta.dirname, "../..");
const { name: PACKAGE } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
/** The one example that starts no charger. */
const EXAMPLE = "04 - Limit any charger by MQTT";
const THEMES: readonly Theme[] = ["light", "dark"];

describe("the form of solar-limit", () => {
  const opened = new EditorOnFlows();
  let editor: Editor;
  let form: Locator;

  before(async () => {
    editor = await opened.open([], "solar-limit", { width: 1440, height: 1000 });
    await editor.importExample(PACKAGE, EXAMPLE);
    await editor.showFlow("Limit any charger by MQTT");
  });

  after(async () => {
    await opened.close();
  });

  beforeEach(async () => {
    const [id] = await editor.nodesOf("solar-limit");
    assert.ok(id);
    form = await editor.openForm(id);
  });

  afterEach(async function () {
    await editor.cancelForms();
    assert.deepEqual(editor.complaints.splice(0), [], `the browser complained during "${this.currentTest?.title}"`);
  });

  const field = (name: string): Locator => form.locator(`#node-input-${name}`);
  const row = (name: string): Locator => form.locator(`[data-field="${name}"]`);

  it("asks for signs in plain words, and shows each unit beside its field", async () => {
    assert.deepEqual(await field("gridSign").locator("option").allTextContents(), ["buying from the grid", "selling to the grid"]);
    assert.deepEqual(await field("carInMeter").locator("option").allTextContents(), ["the house and the car", "the house without the car"]);
    assert.match(await textOf(row("volts")), /V$/);
    assert.match(await textOf(row("maximumA")), /A$/);
  });

  it("says what a temper comes to before it is saved", async () => {
    const effect = form.locator("#node-input-importTolerance-note");
    for (const [preset, from] of [
      ["balanced", "0.7"],
      ["thrifty", "1.0"],
      ["offGrid", "1.1"],
      ["eager", "0.5"],
    ] as const) {
      await field("preset").selectOption(preset);
      assert.match(await textOf(effect), new RegExp(`from about ${from} kW .*1\\.4 kW`));
      assert.notEqual(await textOf(form.locator("#j1772-about-preset")), "");
    }
    await field("importTolerance").fill("9");
    assert.match(await textOf(effect), /from about 1\.2 kW/);
    await field("phases").selectOption("3");
    assert.match(await textOf(effect), /from about 3\.7 kW .*4\.1 kW/);
  });

  it("asks only what matters for the choices made", async () => {
    const shown = (name: string): Promise<boolean> => row(name).isVisible();
    assert.deepEqual([await shown("gridSign"), await shown("batterySign"), await shown("sharing")], [true, false, false]);
    await field("reading").selectOption("page");
    await field("batteryPriority").selectOption("batteryFirst");
    await field("chargers").fill("left, right");
    assert.deepEqual([await shown("gridSign"), await shown("batterySign"), await shown("sharing")], [false, true, true]);
    assert.deepEqual([await shown("targetSocPercent"), await shown("sharePercent")], [true, false]);
  });

  it("names the field that cannot be right", async () => {
    await field("maximumA").fill("5");
    await field("maximumA").press("Tab");
    await form.locator("#node-input-maximumA.input-error").waitFor();
  });

  for (const theme of THEMES) {
    it(`has words and a label for every field, readable in ${theme}`, async () => {
      await form.locator("details").evaluateAll((folds: HTMLDetailsElement[]) => {
        for (const fold of folds) fold.open = true;
      });
      await editor.useTheme(theme);
      await editor.picture(`solar-limit-${theme}`);
      const bare = await form.locator(".j1772-form .form-row").evaluateAll((rows: HTMLElement[]) =>
        rows
          .filter((one) => one.offsetParent !== null)
          .filter((one) => !/\w/.test(one.querySelector("label")?.textContent ?? "") || !one.querySelector("label")?.htmlFor)
          .map((one) => one.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(bare, []);
      assert.ok((await contrast(form)) >= 4.5, "text against what is behind it");
    });
  }
});

const textOf = async (thing: Locator): Promise<string> => ((await thing.textContent()) ?? "").trim();

/** The weakest contrast of the form's labels and explanations against the form, as WCAG counts it. */
function contrast(form: Locator): Promise<number> {
  return form.locator(".j1772-form").evaluate((element: HTMLElement) => {
    const numbers = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = numbers(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    let behind: HTMLElement | null = element;
    while (behind !== null && (numbers(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0) behind = behind.parentElement;
    const background = luminance(behind === null ? "rgb(255,255,255)" : getComputedStyle(behind).backgroundColor);
    const texts = [...element.querySelectorAll<HTMLElement>("label, .j1772-about, output")].filter((text) => text.offsetParent !== null);
    const ratios = texts.map((text) => {
      const own = luminance(getComputedStyle(text).color);
      return (Math.max(own, background) + 0.05) / (Math.min(own, background) + 0.05);
    });
    return Math.min(...ratios);
  });
}
