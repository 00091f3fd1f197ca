import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Editor } from "./support/editor.ts";
import { EditorOnFlows } from "./support/editor-on-flows.ts";

const FLOWS = [
  { id: "tab", type: "tab", label: "Display" },
  { id: "display", type: "j1772-display", version: 1, name: "", z: "tab", x: 300, y: 100, language: "en", readyA: "", wires: [[], [], []] },
  { id: "charger", type: "j1772-charger", version: 1, name: "Garage", driver: "pigpiod" },
];

describe("a display in the editor", () => {
  const opened = new EditorOnFlows();
  let editor: Editor;

  before(async () => {
    editor = await opened.open(FLOWS, "j1772-display");
  });

  after(async () => {
    await opened.close();
  });

  afterEach(async function () {
    await editor.cancelForms();
    assert.deepEqual(editor.complaints.splice(0), [], `the browser complained during "${this.currentTest?.title}"`);
  });

  const isDrawn = async (picture: Locator): Promise<boolean> =>
    (await picture.evaluate((image) => (image as HTMLImageElement).decode().then(() => (image as HTMLImageElement).naturalWidth))) > 300 &&
    ((await picture.boundingBox())?.width ?? 0) > 200;

  for (const theme of ["light", "dark"] as const) {
    it(`shows in its form what it would show, as the settings are changed, in ${theme}`, async () => {
      await editor.useTheme(theme);
      const form = await editor.openForm("display");
      const picture = form.locator(".j1772-preview");
      assert.match((await picture.getAttribute("alt")) ?? "", /^EVSE Ready \/ Not Connected \(green\); .*Charging {3}15\.8A/);
      assert.ok(await isDrawn(picture));
      await form.locator("#node-input-language").selectOption("de");
      await form.locator("#node-input-readyA").fill("30");
      assert.match(
        (await picture.getAttribute("alt")) ?? "",
        /^Bereit {7}30A \/ Nicht verbunden \(green\); .*Störung \/ LÜFTUNG NÖTIG \(red, blink\)/,
      );
      assert.ok(await isDrawn(picture));
      await editor.picture(`j1772-display-form-${theme}`);
    });

    it(`has a picture of a few states in its help, in ${theme}`, async () => {
      await editor.useTheme(theme);
      await editor.page.evaluate('RED.sidebar.help.show("j1772-display")');
      const picture = editor.page.locator(".red-ui-help img, .red-ui-sidebar-info img").first();
      await picture.waitFor();
      assert.match((await picture.getAttribute("alt")) ?? "", /ready, waiting, charging, a fault/);
      assert.ok(await isDrawn(picture));
      await picture.scrollIntoViewIfNeeded();
      await editor.picture(`j1772-display-help-${theme}`);
    });
  }

  it("of a charger's own board asks for language and pins only where they mean something", async () => {
    await editor.useTheme("light");
    const form = await editor.openForm("charger");
    await form.locator("details.j1772-expert > summary").click();
    const shown = async (): Promise<readonly boolean[]> =>
      Promise.all(["panel", "panelLanguage", "ledPins", "ledCommon"].map((name) => form.locator(`[data-field="${name}"]`).isVisible()));
    const choose = (value: string) => form.locator("#node-config-input-panel").selectOption(value);
    assert.deepEqual(await shown(), [true, false, false, false]);
    await choose("lcd");
    assert.deepEqual(await shown(), [true, true, false, false]);
    await choose("led");
    assert.deepEqual(await shown(), [true, false, true, true]);
    await choose("lcdAndLed");
    assert.deepEqual(await shown(), [true, true, true, true]);
    await form.locator('[data-field="ledCommon"]').scrollIntoViewIfNeeded();
    await editor.picture("j1772-charger-panel-form");
    await form.locator("#node-config-input-driver").selectOption("simulated");
    assert.deepEqual(await shown(), [false, false, false, false]);
  });
});
