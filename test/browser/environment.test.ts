import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Editor, launchBrowser } from "./support/editor.ts";

const PROJECT = join(import.meta.dirname, "../..");
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
  let folder: string;
  let nodeRed: NodeRed;
  let browser: Browser;
  let editor: Editor;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), "browser-"));
    const flows = join(folder, "flows.json");
    writeFileSync(flows, JSON.stringify(FLOWS));
    prepareFolder(join(folder, "user"), flows, false);
    nodeRed = new NodeRed({ folder: join(folder, "user"), port: await freePort(), packageFolder: PROJECT });
    await nodeRed.running();
    browser = await launchBrowser();
    editor = await Editor.open(browser, nodeRed.address, "solar-limit");
  });

  after(async function () {
    this.timeout(60_000);
    await browser?.close();
    await nodeRed?.stop();
    rmSync(folder, { recursive: true, force: true });
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
