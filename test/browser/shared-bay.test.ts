/** Example 10 as its people meet it: two phones at once, a sticker that is read, a queue that moves on, a browser without scripts. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { PNG } from "pngjs";
import { stopControllers } from "../../tools/start/controllers.ts";
import { prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin } from "../support/admin.ts";
import { Editor, launchBrowser, PATIENCE, type Theme } from "./support/editor.ts";

const PROJECT = join(import.meta.dirname, "../..");
const EXAMPLE = join(PROJECT, "examples", "10 - Shared bay.json");
const ARTIFACTS = join(PROJECT, "artifacts/screenshots");
const load = createRequire(import.meta.url);
const AXE = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");
/** Reads codes from pixels; it knows nothing of how ours are drawn. */
const readCode: (pixels: Uint8ClampedArray, width: number, height: number) => { readonly data: string } | null = load("jsqr").default;
const PHONE = { width: 390, height: 844 };
/** What a page may weigh on its way, bytes. */
const LIGHT = 40 * 1024;

interface ExampleNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
}

describe("a shared bay on phones", () => {
  const folder = mkdtempSync(join(tmpdir(), "browser-"));
  const nodes: readonly ExampleNode[] = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  const idOf = (name: string): string => nodes.find((node) => node.name === name || node.type === name)?.id ?? assert.fail(name);
  const complaints: string[] = [];
  let nodeRed: NodeRed;
  let browser: Browser;
  let admin: Admin;
  let site: string;
  let ann: Page;
  let bob: Page;
  let visitor: Page;

  before(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    const port = await freePort();
    prepareFolder(folder, EXAMPLE, false);
    nodeRed = new NodeRed({ folder, port, packageFolder: PROJECT });
    await nodeRed.running();
    admin = new Admin(nodeRed.address);
    site = `${nodeRed.address}/bays`;
    browser = await launchBrowser();
    [ann, bob, visitor] = [await phone("light"), await phone("dark"), await phone("dark")];
    await visitor.goto(`${site}/`);
    await visitor.locator(".use.charging").nth(1).waitFor();
  });

  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
    await stopControllers(folder, AbortSignal.abort());
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(() => assert.deepEqual(complaints.splice(0), []));

  async function phone(colorScheme: Theme, options: { readonly javaScriptEnabled?: boolean } = {}): Promise<Page> {
    const context: BrowserContext = await browser.newContext({ viewport: PHONE, colorScheme, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on(
      "request",
      (request) =>
        request.url().startsWith(site.replace("/bays", "")) || request.url().startsWith("data:") || complaints.push(request.url()),
    );
    return page;
  }

  /** Clicks a button of a form, and waits until the server has taken what was in it. */
  async function submit(page: Page, button: Locator | string): Promise<void> {
    const taken = page.waitForResponse((response) => response.request().method() === "POST");
    await (typeof button === "string" ? page.getByRole("button", { name: button }) : button).click();
    await taken;
  }

  async function becomeMember(page: Page, nickname: string): Promise<void> {
    await page.goto(`${site}/join`);
    await page.getByLabel("Name on the board").fill(nickname);
    await submit(page, "Join");
    await page.getByText("This link opens your page").waitFor();
    await page.goto(`${site}/me`);
  }

  const picture = (page: Page, name: string) => page.screenshot({ path: join(ARTIFACTS, `shared-bay-${name}.png`), fullPage: true });

  async function isUsableByAll(page: Page): Promise<void> {
    const { violations } = await page.evaluate<{ violations: readonly { id: string; impact: string }[] }>(`${AXE};axe.run()`);
    assert.deepEqual(
      violations.map(({ id, impact }) => `${id} (${impact})`),
      [],
      page.url(),
    );
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${page.url()} is wider than the phone`);
  }

  it("has a sticker that another reader reads from a picture of the page", async () => {
    await becomeMember(ann, "Ann");
    await ann.getByLabel("New code for").fill("blue car");
    await submit(ann, "Make");
    await ann.getByRole("link", { name: "Print stickers" }).click();
    await picture(ann, "stickers");
    const { data, width, height } = PNG.sync.read(await ann.locator(".sticker").screenshot());
    const read = readCode(new Uint8ClampedArray(data), width, height)?.data ?? assert.fail("the code cannot be read");
    assert.match(read, /^HTTP:\/\/127\.0\.0\.1:\d+\/BAYS\/B\/[0-9A-Z]{9}$/);
    const printed = await ann.locator(".sticker code").textContent();
    assert.equal(read.split("/").at(-1), printed?.replaceAll("-", ""));
    await visitor.goto(read);
    assert.match(await visitor.title(), /^Reach the driver of this car/);
    await isUsableByAll(ann);
    await isUsableByAll(visitor);
    await picture(visitor, "scan");
  });

  it("carries a message to the owner's open page, and the answer to the visitor's", async () => {
    await ann.goto(`${site}/me`);
    await visitor.getByLabel("I need to charge, please").check();
    await visitor.getByLabel("left", { exact: true }).check();
    await submit(visitor, "Send");
    await ann.getByText("I need to charge, please").waitFor();
    await picture(ann, "owner");
    await isUsableByAll(ann);
    await submit(ann, "Back in 20 min");
    await visitor.getByText(/I am back by (?:\w+ )?\d\d:\d\d\.$/).waitFor();
    await picture(visitor, "answer");
    await isUsableByAll(visitor);
    assert.ok(!(await visitor.content()).includes("Ann"));
  });

  it("offers to tell by this browser, asks nothing before that is pressed, and says so when the browser will not", async () => {
    await visitor.getByRole("heading", { level: 1 }).click();
    assert.equal(await visitor.getByText("This browser does not allow it").isVisible(), false);
    await visitor.getByRole("button", { name: "Notify me" }).click();
    await visitor.getByText("This browser does not allow it").waitFor();
    await isUsableByAll(visitor);
  });

  it("hands a freed bay to who waits, and the board shows it while it happens", async () => {
    await becomeMember(bob, "Bob");
    const board = await bob.context().newPage();
    await board.goto(`${site}/board`);
    await bob.getByLabel("Energy I need, kWh").fill("12");
    await submit(bob, "I need a charge");
    await bob.getByText("Place 1").waitFor();
    await board.getByRole("cell", { name: "Bob" }).waitFor();
    await admin.inject(idOf("unplug left"));
    await bob.getByText(/^left is offered to you until/).waitFor();
    await picture(bob, "offer");
    await isUsableByAll(bob);
    await submit(bob, "I take it");
    await bob.getByText(/^left is held for you until/).waitFor();
    await board.getByRole("cell", { name: "is coming · left" }).waitFor();
    await picture(board, "board");
    await isUsableByAll(board);
    await admin.inject(idOf("plug in left"));
    await bob.getByText("A car was plugged in at left. Is it yours?").waitFor();
    await submit(bob, "Yes");
    await board.locator(".bays li", { hasText: "left" }).getByText("Bob").waitFor();
    await board.getByText("Nobody is waiting.").waitFor();
    await board.close();
  });

  it("lets the owner say when the car may be unplugged, and the board says so", async () => {
    const inAWhile = new Date(Date.now() + 2 * 3_600_000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    await bob.getByLabel("May be unplugged from").fill(inAWhile);
    await submit(bob, "Set");
    await visitor.goto(`${site}/`);
    // At night it is tomorrow, and the page says so.
    await visitor.getByText(new RegExp(`OK to unplug after (?:\\w+ )?${inAWhile}`)).waitFor();
    await picture(visitor, "bays");
    await isUsableByAll(visitor);
  });

  it("works for a waiting driver whose browser runs no scripts", async () => {
    await ann.goto(`${site}/me/stickers`);
    const code = (await ann.locator(".sticker code").textContent()) ?? "";
    const plain = await phone("light", { javaScriptEnabled: false });
    await plain.goto(`${site}/`);
    await plain.getByLabel("Code on the car").fill(code.toLowerCase());
    await plain.getByRole("button", { name: "Go" }).click();
    await plain.getByLabel("Your car blocks the way").check();
    await submit(plain, "Send");
    await plain.getByText("Your car blocks the way").first().waitFor();
    await ann.goto(`${site}/me`);
    const asked = ann.locator("section", { hasText: "Your car blocks the way" });
    await submit(ann, asked.getByRole("button", { name: "You may unplug me" }));
    await plain.reload();
    await plain.getByText("You may unplug my car.").waitFor();
    await plain.context().close();
  });

  it("sends pages that are light", async () => {
    for (const path of ["/", "/join", "/me", "/board", "/me/stickers"]) {
      const answer = await ann.goto(`${site}${path}`);
      const weight = gzipSync((await answer?.body()) ?? assert.fail(path)).length;
      assert.ok(weight > 500 && weight <= LIGHT, `${path}: ${weight} bytes`);
    }
  });

  it("looks as its author meant, wide and in German", async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "de-DE" });
    const page = await context.newPage();
    await page.goto(`${site}/`);
    await page.getByRole("heading", { name: "Plätze" }).waitFor();
    await picture(page, "wide-de");
    await isUsableByAll(page);
    await context.close();
  });

  it("has a form and a flow that can be read, in both themes", async () => {
    const editor = await Editor.open(browser, nodeRed.address, "bay-alert", { width: 1500, height: 1250 });
    await editor.showFlow("Shared bay");
    await editor.showWholeFlow();
    for (const theme of ["light", "dark"] as const) {
      await editor.useTheme(theme);
      await editor.picture(`shared-bay-flow-${theme}`);
      const form = await editor.openForm(idOf("bay-alert"));
      await form.locator("details").evaluateAll((folds: HTMLDetailsElement[]) => {
        for (const fold of folds) fold.open = true;
      });
      await editor.picture(`shared-bay-form-${theme}`);
      const labels = await form.locator(".form-row label").allTextContents();
      assert.deepEqual(
        labels.filter((label) => /^\s*$|\w+\.\w+\.\w+/.test(label)),
        [],
      );
      await editor.cancelForms();
    }
    assert.deepEqual(editor.complaints, []);
  });
});
