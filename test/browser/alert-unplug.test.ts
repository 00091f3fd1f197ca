/** The unplug alert as a person meets it: its form, example 09 with a thief, and the page behind the phone's link. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { answerLink } from "../../nodes/unplug-alert/answer-link.ts";
import { stopControllers } from "../../tools/start/controllers.ts";
import { prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Editor, launchBrowser, type Theme } from "./support/editor.ts";

const PROJECT = join(import.meta.dirname, "../..");
const EXAMPLE = join(PROJECT, "examples", "09 - Unplug alert.json");
const ARTIFACTS = join(PROJECT, "artifacts/screenshots");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const THEMES: readonly Theme[] = ["light", "dark"];

interface ExampleNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
}

describe("the unplug alert in the editor and on a phone", () => {
  const folder = mkdtempSync(join(tmpdir(), "browser-"));
  const user = join(folder, "user");
  const nodes: readonly ExampleNode[] = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  const idOf = (name: string): string => nodes.find((node) => node.name === name || node.type === name)?.id ?? "";
  let nodeRed: NodeRed;
  let browser: Browser;
  let editor: Editor;

  before(async () => {
    const port = await freePort();
    // A car that plugs itself in would do so once; a thief may have to try again.
    const flows = nodes.map((node) => (node.type === "j1772-car" ? { ...node, plugInAfterS: "0" } : node));
    const file = join(folder, "example.json");
    writeFileSync(file, JSON.stringify(flows).replaceAll("127.0.0.1:1880", `127.0.0.1:${port}`));
    prepareFolder(user, file, false);
    nodeRed = new NodeRed({ folder: user, port, packageFolder: PROJECT });
    await nodeRed.running();
    browser = await launchBrowser();
    editor = await Editor.open(browser, nodeRed.address, "unplug-alert", { width: 1500, height: 1250 });
    mkdirSync(ARTIFACTS, { recursive: true });
  });

  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
    await stopControllers(user, AbortSignal.abort());
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    await editor.cancelForms();
    assert.deepEqual(editor.complaints.splice(0), [], `the browser complained during "${this.currentTest?.title}"`);
  });

  async function openForm(): Promise<{ form: Locator; field: (name: string) => Locator; shown: (name: string) => Promise<boolean> }> {
    const form = await editor.openForm(idOf("unplug-alert"));
    return {
      form,
      field: (name) => form.locator(`#node-input-${name}`),
      shown: (name) => form.locator(`[data-field="${name}"]`).isVisible(),
    };
  }

  it("asks only what matters for the choices made, and shows an address to copy", async () => {
    const { form, field, shown } = await openForm();
    assert.deepEqual([await shown("address"), await shown("nextAddress"), await shown("alarmsAtNight")], [true, true, false]);
    const example = form.locator('[data-field="address"] + .form-row output');
    assert.match((await example.textContent()) ?? "", /^https:\/\/ntfy\.sh\//);
    await field("channel").selectOption("homeAssistant");
    assert.match((await example.textContent()) ?? "", /api\/services\/notify/);
    await field("channel").selectOption("none");
    await field("escalateMin").fill("");
    await field("quietFrom").fill("22:00");
    await field("quietTo").fill("7:00");
    assert.deepEqual([await shown("address"), await shown("nextAddress"), await shown("alarmsAtNight")], [false, false, true]);
  });

  it("marks what it cannot read while it is typed", async () => {
    const { form, field } = await openForm();
    for (const [name, wrong, right] of [
      ["quietFrom", "late", "22:00"],
      ["escalateMin", "5, 3", "3, 5"],
      ["answerUrl", "my house", "https://home.example/answer"],
    ] as const) {
      await field(name).fill(wrong);
      await field(name).press("Tab");
      await form.locator(`#node-input-${name}.input-error`).waitFor();
      await field(name).fill(right);
      await field(name).press("Tab");
      await form.locator(`#node-input-${name}:not(.input-error)`).waitFor();
    }
  });

  for (const theme of THEMES) {
    it(`has a form that can be read, in ${theme}`, async () => {
      await editor.useTheme(theme);
      const { form } = await openForm();
      await form.locator("details").evaluateAll((folds: HTMLDetailsElement[]) => {
        for (const fold of folds) fold.open = true;
      });
      await editor.picture(`unplug-alert-form-${theme}`);
      const labels = await form.locator(".form-row label").allTextContents();
      assert.deepEqual(
        labels.filter((label) => /^\s*$|\w+\.\w+\.\w+/.test(label)),
        [],
      );
      await editor.useTheme("light");
    });
  }

  it("turns red below the node when a thief pulls the plug, and shows what the phone was told", async function () {
    // A car whose charger rests, because a busy machine held it up, draws nothing that a thief could interrupt.
    this.retries(2);
    await editor.showFlow("Unplug alert");
    await editor.showWholeFlow();
    await editor.press("plug in");
    await editor.untilStatus(idOf("unplug-alert"), /^armed · charging$/);
    await editor.press("a thief");
    await editor.untilStatus(idOf("unplug-alert"), /^unplugged \d\d:\d\d$/);
    await editor.untilStatus(idOf("phone"), /Unplugged while charging/);
    for (const theme of THEMES) {
      await editor.useTheme(theme);
      await editor.picture(`unplug-alert-flow-${theme}`);
    }
    await editor.useTheme("light");
  });

  it("gives the phone a page that passes the accessibility check in both themes, and takes its button", async () => {
    const link = newestLink();
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      await page.goto(link);
      await page.screenshot({ path: join(ARTIFACTS, `unplug-alert-page-${colorScheme}.png`) });
      await page.evaluate(AXE);
      const { violations } = await page.evaluate<{ violations: readonly { id: string }[] }>("axe.run()");
      assert.deepEqual(
        violations.map(({ id }) => id),
        [],
      );
      if (colorScheme === "dark") {
        await page.getByRole("button", { name: "It was me", exact: true }).click();
        await page.getByRole("status").filter({ hasText: "Thank you" }).waitFor();
      }
      assert.deepEqual(complaints, []);
      await context.close();
    }
    await editor.untilStatus(idOf("unplug-alert"), /^armed · no car$/);
  });

  /** The link that the pretended phone was sent, made again from what the node keeps. */
  function newestLink(): string {
    const key = JSON.parse(readFileSync(join(user, "j1772", "alerts", `${idOf("unplug-alert")}.json`), "utf8"));
    return answerLink(`${nodeRed.address}/unplug-answer`, key.secret, key.state.open.at(-1).notice.id, null);
  }
});
