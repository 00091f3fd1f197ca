import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import type { Editor } from "./support/editor.ts";
import { EditorOnFlows } from "./support/editor-on-flows.ts";

const SECRET = "postgres://charger:correct-horse@db.example/sessions";
const FLOWS = [
  { id: "tab", type: "tab", label: "Sessions" },
  { id: "store", type: "j1772-store", version: 1, name: "Sessions", kind: "sqlite", file: "", timeZone: "", currency: "USD" },
];

describe("the form of j1772-store", () => {
  const opened = new EditorOnFlows();
  let editor: Editor;
  let form: Locator;

  before(async () => {
    editor = await opened.open(FLOWS, "j1772-store");
  });

  after(async () => {
    await opened.close();
  });

  beforeEach(async () => {
    form = await editor.openForm("store");
  });

  afterEach(async function () {
    await editor.cancelForms();
    assert.deepEqual(editor.complaints.splice(0), [], `the browser complained during "${this.currentTest?.title}"`);
  });

  const field = (name: string): Locator => form.locator(`#node-config-input-${name}`);
  const row = (name: string): Locator => form.locator(`[data-field="${name}"]`);

  it("asks for a file or an address, whichever is meant, and says what each is good for", async () => {
    assert.deepEqual(await field("kind").locator("option").allTextContents(), ["a file", "PostgreSQL"]);
    assert.deepEqual([await row("file").isVisible(), await row("url").isVisible()], [true, false]);
    assert.match(String(await row("kind").locator(".j1772-about").textContent()), /Nothing to set up/);
    await field("kind").selectOption("postgres");
    assert.deepEqual([await row("file").isVisible(), await row("url").isVisible()], [false, true]);
    assert.match(String(await row("kind").locator(".j1772-about").textContent()), /many chargers and sites/);
    assert.equal(await field("url").getAttribute("type"), "password");
    const [name, url] = [await field("name").boundingBox(), await field("url").boundingBox()];
    assert.deepEqual([url?.x, url?.width], [name?.x, name?.width]);
    await editor.picture("j1772-store-form");
  });

  it("keeps ages in days behind the fold, which may be empty, and marks one that is no number", async () => {
    await form.locator("details.j1772-expert > summary").click();
    assert.match(String(await row("thinSamplesAfterDays").textContent()), /d\s*$/);
    assert.equal(await field("dropSessionsAfterDays").inputValue(), "");
    await field("dropSessionsAfterDays").fill("a year");
    await field("dropSessionsAfterDays").blur();
    assert.match(String(await field("dropSessionsAfterDays").getAttribute("class")), /input-error/);
    await field("dropSessionsAfterDays").fill("");
    await field("dropSessionsAfterDays").blur();
    assert.doesNotMatch(String(await field("dropSessionsAfterDays").getAttribute("class")), /input-error/);
  });

  it("never writes a database's address into the flow file, nor shows it again", async () => {
    await field("kind").selectOption("postgres");
    await field("url").fill(SECRET);
    await editor.acceptForm();
    await editor.deploy();
    for (const name of ["flows.json", "flows_cred.json"]) {
      assert.ok(!readFileSync(join(opened.userDir, name), "utf8").includes("correct-horse"), name);
    }
    form = await editor.openForm("store");
    assert.doesNotMatch(await field("url").inputValue(), /horse/);
  });
});
