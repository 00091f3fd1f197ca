import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Editor } from "./support/editor.ts";
import { EditorOnFlows } from "./support/editor-on-flows.ts";

const variable = (name: string): string => `\${${name}}`;
const STORED = {
  name: variable("NAME"),
  mode: variable("MODE"),
  zeroExport: variable("ZERO_EXPORT"),
  plainNumber: "false",
  minimumOnS: variable("ON"),
  batteryPriority: variable("WHO_FIRST"),
  targetSocPercent: variable("SOC"),
};
const FLOWS = [
  { id: "tab", type: "tab", label: "Bay" },
  { id: "solar", type: "solar-limit", z: "tab", ...STORED, x: 200, y: 100, wires: [[], []] },
  { id: "log", type: "session-log", z: "tab", store: "store", logFiles: variable("FILES"), x: 200, y: 160, wires: [[], []] },
  { id: "alert", type: "unplug-alert", z: "tab", channel: variable("CHANNEL"), x: 200, y: 220, wires: [[], [], [], []] },
  { id: "store", type: "j1772-store", name: "Sessions", currency: variable("CURRENCY") },
];

describe("the form of a node whose settings come from environment variables", () => {
  const opened = new EditorOnFlows();
  let editor: Editor;

  before(async () => {
    editor = await opened.open(FLOWS, "solar-limit");
  });

  after(async () => {
    await opened.close();
  });

  afterEach(async function () {
    await editor.cancelForms();
    assert.deepEqual(editor.complaints.splice(0), [], `the browser complained during "${this.currentTest?.title}"`);
  });

  const settings = (id: string, names: readonly string[]): Promise<Record<string, unknown>> =>
    editor.page.evaluate(`Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, RED.nodes.node(${JSON.stringify(id)})[name]]))`);
  const mistakes = (form: Locator): Promise<number> => form.locator(".input-error").count();

  it("shows each variable, in lists and for boxes too, and none of them as a mistake", async () => {
    const form = await editor.openForm("solar");
    const shown = (name: string): Promise<string> => form.locator(`#node-input-${name}`).inputValue();
    for (const name of ["name", "mode", "zeroExport", "minimumOnS", "batteryPriority", "targetSocPercent"] as const)
      assert.equal(await shown(name), STORED[name], name);
    assert.equal(await form.locator("#node-input-plainNumber").isChecked(), false, '"false" is no');
    assert.equal(await mistakes(form), 0);
    await editor.picture("environment-variables-form");
  });

  it("saves them as they were", async () => {
    await editor.openForm("solar");
    await editor.acceptForm();
    assert.deepEqual(await settings("solar", Object.keys(STORED)), { ...STORED, plainNumber: false });
  });

  it("shows what may be needed where a variable decides", async () => {
    const battery = await editor.openForm("solar");
    assert.ok(await battery.locator('[data-field="targetSocPercent"]').isVisible());
    await editor.cancelForms();
    const form = await editor.openForm("log");
    assert.ok(await form.locator('[data-field="folder"]').isVisible());
    await editor.acceptForm();
    assert.deepEqual(await settings("log", ["logFiles"]), { logFiles: variable("FILES") });
  });

  it("shows no example for what nobody knows yet", async () => {
    const form = await editor.openForm("alert");
    assert.equal(await form.locator("#node-input-channel").inputValue(), variable("CHANNEL"));
    assert.doesNotMatch(String(await form.textContent()), /example\./);
  });

  it("takes a variable by hand where the value itself is short", async () => {
    const form = await editor.openForm("store");
    const currency = form.locator("#node-config-input-currency");
    assert.equal(await currency.inputValue(), variable("CURRENCY"));
    await currency.fill("");
    await currency.pressSequentially(variable("MONEY"));
    assert.equal(await currency.inputValue(), variable("MONEY"));
    await currency.fill("EURO");
    await currency.blur();
    assert.match(String(await currency.getAttribute("class")), /input-error/);
  });
});
