import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import type { Editor, Theme } from "./support/editor.ts";
import { EditorOnFlows } from "./support/editor-on-flows.ts";

const PROJECT = join(import.meta.dirname, "../..");
const { name: PACKAGE, "node-red": declared } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
const EXAMPLE = "01 - Complete charger";
const flows: readonly { readonly type: string }[] = JSON.parse(readFileSync(join(PROJECT, "examples", `${EXAMPLE}.json`), "utf8"));
const TYPES = Object.keys(declared.nodes).filter((declaredType) => flows.some(({ type }) => type === declaredType));
const THEMES: readonly Theme[] = ["light", "dark"];
const SIZES = { tall: { width: 1500, height: 1150 }, wide: { width: 1440, height: 900 }, narrow: { width: 1024, height: 768 } } as const;

describe("example 01 in the editor", () => {
  const opened = new EditorOnFlows();
  let editor: Editor;

  before(async () => {
    editor = await opened.open([], "j1772-pilot", SIZES.wide);
  });

  after(async () => {
    await opened.close();
  });

  afterEach(async function () {
    await editor.cancelForms();
    const complaints = editor.complaints.splice(0);
    assert.deepEqual(complaints, [], `the browser complained during "${this.currentTest?.title}"`);
  });

  async function only(type: string): Promise<string> {
    const [id, ...more] = await editor.nodesOf(type);
    assert.ok(id !== undefined && more.length === 0, `expected one ${type} in the example`);
    return id;
  }

  it("is imported from Import → Examples and deployed", async () => {
    await editor.importExample(PACKAGE, EXAMPLE);
    await editor.showFlow("Complete charger");
    await editor.deploy();
    for (const type of TYPES) {
      await only(type);
    }
  });

  it("has a car charging, and says so below the pilot node", async () => {
    const pilot = await only("j1772-pilot");
    await editor.untilStatus(pilot, /kW/);
    for (const theme of THEMES) {
      await editor.useTheme(theme);
      await editor.picture(`flow-${theme}`);
    }
    await editor.page.setViewportSize(SIZES.tall);
    await editor.useTheme("light");
    await editor.filterPalette("j1772");
    await editor.showWholeFlow();
    await editor.untilStatus(pilot, /3\.8 kW/);
    await editor.picture("whole-flow");
    await editor.filterPalette("");
    await editor.page.setViewportSize(SIZES.wide);
  });

  for (const type of TYPES) {
    it(`opens the form of ${type} in light and dark, wide and narrow, with every field labelled`, async () => {
      for (const [size, viewport] of Object.entries({ wide: SIZES.wide, narrow: SIZES.narrow })) {
        await editor.page.setViewportSize(viewport);
        const form = await editor.openForm(await only(type));
        await form.locator("details").evaluateAll((folds: HTMLDetailsElement[]) => {
          for (const fold of folds) fold.open = true;
        });
        for (const theme of THEMES) {
          await editor.useTheme(theme);
          await editor.picture(`${type}-${size}-${theme}`);
        }
        assert.deepEqual(await wordless(form), []);
        assert.deepEqual(await unlabelled(form), []);
        await editor.cancelForm();
      }
      await editor.page.setViewportSize(SIZES.wide);
    });
  }

  it("reaches the expert fields by keyboard alone", async () => {
    const form = await editor.openForm(await only("j1772-pilot"));
    const fold = form.locator("details.j1772-expert");
    await form.locator("#node-input-name").focus();
    const summary = fold.locator("summary");
    for (let presses = 0; presses < 20 && !(await summary.evaluate((element) => element === document.activeElement)); presses += 1) {
      await editor.page.keyboard.press("Tab");
    }
    assert.ok(await summary.evaluate((element) => element === document.activeElement), "Tab reaches the fold");
    await editor.page.keyboard.press("Enter");
    assert.equal(await fold.evaluate((element: HTMLDetailsElement) => element.open), true);
    await editor.page.keyboard.press("Tab");
    assert.equal(await form.locator("#node-input-intervalS").evaluate((element) => element === document.activeElement), true);
    await editor.cancelForm();
  });

  it("refuses a current that no charger offers, and names the field", async () => {
    const form = await editor.openForm(await only("j1772-pilot"));
    const offer = form.locator("#node-input-offerA");
    await offer.fill("");
    await offer.pressSequentially("5");
    await offer.press("Tab");
    await form.locator("#node-input-offerA.input-error").waitFor();
    await editor.cancelForm();
  });

  it("offers the current that was changed in the form, after a Deploy, without ending the charge", async () => {
    const pilot = await only("j1772-pilot");
    const form = await editor.openForm(pilot);
    await form.locator("#node-input-offerA").fill("10");
    await editor.acceptForm();
    await editor.deploy();
    await editor.untilStatus(pilot, /9\.\d A|10 A/);
  });

  it("shows a ground fault when one is made by its button, and is well again after a reset", async () => {
    const gfci = await only("j1772-gfci");
    await editor.press("leak 30 mA to earth");
    // One right after closing waits for a person, and has the short name.
    await editor.untilStatus(gfci, /ground fault|GFCI/);
    await editor.untilStatus(await only("j1772-relay"), /open/);
    await editor.picture("ground-fault");
    await editor.press("clear all faults");
    await editor.press("reset after a fault");
    await editor.untilStatus(gfci, /^(?!.*(ground fault|GFCI))/);
  });
});

/** Labels that say nothing, or a key instead of words. */
function wordless(form: Locator): Promise<readonly string[]> {
  return form.locator(".form-row").evaluateAll((rows: HTMLElement[]) =>
    rows
      .filter((row) => row.offsetParent !== null)
      .flatMap((row) => [...row.querySelectorAll("label")])
      .filter((label) => /^$|^[a-z]+(\.[a-zA-Z]+)+$/.test(label.textContent.trim()))
      .map((label) => label.outerHTML),
  );
}

/** Fields of a form that no label, no aria-label and no aria-labelledby names. */
function unlabelled(form: Locator): Promise<readonly string[]> {
  return form.locator("form").evaluateAll((forms: HTMLElement[]) =>
    forms
      .flatMap((element) => [...element.querySelectorAll<HTMLInputElement>("input, select, textarea")])
      .filter((field) => field.type !== "hidden" && field.offsetParent !== null && !field.id.startsWith("red-ui-trap"))
      .filter((field) => (field.labels?.length ?? 0) === 0 && !field.ariaLabel && !field.getAttribute("aria-labelledby"))
      .map((field) => field.id || field.outerHTML.slice(0, 120)),
  );
}
