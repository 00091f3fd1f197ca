import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import type { Editor } from "./support/editor.ts";
import { EditorOnFlows } from "./support/editor-on-flows.ts";

const PROJECT = join(import.meta.dirname, "../..");
const { name: PACKAGE } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
const EXAMPLE = "06 - Session log and reports";
const SIZE = { width: 1600, height: 1250 };

describe("the session log in the editor", () => {
  const opened = new EditorOnFlows();
  let editor: Editor;
  let log: string;

  before(async () => {
    editor = await opened.open([], "session-log", SIZE);
    await editor.importExample(PACKAGE, EXAMPLE);
    await editor.showFlow("Session log and reports");
    await editor.deploy();
    const [id] = await editor.nodesOf("session-log");
    assert.ok(id);
    log = id;
  });

  after(async () => {
    await opened.close();
  });

  afterEach(async function () {
    await editor.cancelForms();
    assert.deepEqual(editor.complaints.splice(0), [], `the browser complained during "${this.currentTest?.title}"`);
  });

  async function debugNode(name: string): Promise<string> {
    const id = await editor.page.evaluate<string | undefined>(
      `RED.nodes.filterNodes({ type: "debug" }).find((node) => node.name === ${JSON.stringify(name)})?.id`,
    );
    assert.ok(id, name);
    return id;
  }

  it("shows the charge under the node, and answers the buttons", async () => {
    await editor.untilStatus(log, /^charging \d/);
    await editor.press("a whole charge in ten seconds");
    await editor.untilStatus(await debugNode("session news"), /^Guest ended/);
    await editor.press("what it cost this year");
    await editor.untilStatus(await debugNode("answer"), /^\d\.\d{3} kWh · \d\.\d\d/);
    await editor.showWholeFlow();
    for (const theme of ["light", "dark"] as const) {
      await editor.useTheme(theme);
      await editor.picture(`session-log-example-${theme}`);
    }
    await editor.useTheme("light");
  });

  describe("its form", () => {
    let form: Locator;
    const field = (name: string): Locator => form.locator(`#node-input-${name}`);
    const row = (name: string): Locator => form.locator(`[data-field="${name}"]`);

    beforeEach(async () => {
      form = await editor.openForm(log);
    });

    it("asks for a folder only when log files are to be written", async () => {
      assert.equal(await row("folder").isVisible(), false);
      await field("logFiles").check();
      assert.equal(await row("folder").isVisible(), true);
      await field("logFiles").uncheck();
      assert.equal(await row("folder").isVisible(), false);
    });

    it("says what CSV for a spreadsheet is", async () => {
      await field("csv").selectOption("spreadsheet");
      assert.match((await form.locator("#j1772-about-csv").textContent()) ?? "", /formula/);
    });

    it("takes no price, and names a price that is none", async () => {
      await field("price").fill("");
      assert.equal(await field("price").evaluate((input) => input.classList.contains("input-error")), false);
      await field("price").fill("0,32");
      await field("price").blur();
      assert.equal(await field("price").evaluate((input) => input.classList.contains("input-error")), true);
    });
  });
});
