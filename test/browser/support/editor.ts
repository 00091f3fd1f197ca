/** Node-RED's editor as a person uses it: keys, menus, forms, the deploy button. Everything the browser complains of is kept. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";

const ARTIFACTS = join(import.meta.dirname, "../../../artifacts/screenshots");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What has not come after this time will not come, ms: a charger that a busy machine held up opens, rests for a minute, and charges again. */
export const PATIENCE = 150_000;

export type Theme = "light" | "dark";

/** A Chromium with nothing remembered. @throws Error that says how to have one. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
}

export class Editor {
  readonly page: Page;
  /** What the page itself reported: uncaught errors, `console.error`, and requests that failed. */
  readonly complaints: string[] = [];
  /** Complaints that a test brings about; nothing says when the browser is done with them. */
  expected: RegExp | null = null;
  readonly #type: string;

  private constructor(page: Page, type: string) {
    this.page = page;
    this.#type = type;
    page.setDefaultTimeout(PATIENCE);
    const complain = (complaint: string): void => {
      if (this.expected?.test(complaint) !== true) this.complaints.push(complaint);
    };
    page.on("pageerror", (error) => complain(`uncaught: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") complain(`console.error: ${message.text()} (${message.location().url})`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) complain(`${response.status()} ${response.url()}`);
    });
  }

  /** Opens the editor of the Node-RED at `address` and waits until `type` is in its palette and the flows are there. */
  static async open(browser: Browser, address: string, type: string, size = { width: 1440, height: 900 }): Promise<Editor> {
    const page = await browser.newPage({ viewport: size, reducedMotion: "reduce" });
    const editor = new Editor(page, type);
    await page.goto(address);
    await editor.#loaded();
    return editor;
  }

  /** Loads the editor anew, in another language. */
  async reloadIn(language: string): Promise<void> {
    await this.page.evaluate(`localStorage.setItem("editor-language", ${JSON.stringify(language)})`);
    await this.page.reload();
    await this.#loaded();
  }

  /** The palette comes first, the flows after it; the bar goes when both are there. */
  async #loaded(): Promise<void> {
    await this.page.waitForFunction(`window.RED?.nodes?.getType?.(${JSON.stringify(this.#type)}) !== undefined`);
    await this.page.locator("#red-ui-loading-progress").waitFor({ state: "hidden" });
    await this.page.locator("#red-ui-header-button-deploy").waitFor();
  }

  /** Switches the theme as the editor's own setting does. */
  async useTheme(theme: Theme): Promise<void> {
    await this.page.evaluate(`document.documentElement.classList.toggle("nr-theme-dark", ${theme === "dark"})`);
  }

  /** Ctrl+I → Examples → package → file → Import. */
  async importExample(module: string, name: string): Promise<void> {
    const { page } = this;
    await page.keyboard.press("Control+i");
    await page.locator("a", { hasText: "Examples" }).click();
    const tree = page.locator("#red-ui-clipboard-dialog-import-tab-examples");
    await tree.getByText(module, { exact: true }).click();
    await tree.getByText(name, { exact: true }).click();
    await page.locator("#red-ui-clipboard-dialog-ok").click();
    await page.locator(".red-ui-notification", { hasText: "Imported" }).waitFor();
  }

  /** Shows the flow that is called `label`. */
  async showFlow(label: string): Promise<void> {
    await this.page.locator(".red-ui-workspace-tabs, #red-ui-workspace-tabs").getByText(label, { exact: true }).first().click();
  }

  /** Shows only what matches in the palette; everything when `text` is empty. */
  async filterPalette(text: string): Promise<void> {
    const search = this.page.locator("#red-ui-palette-search input");
    await search.fill("");
    await search.pressSequentially(text);
    await this.#settled(this.page.locator(".red-ui-palette-node").filter({ visible: true }).last());
  }

  /** Zooms until the whole flow is in view. */
  async showWholeFlow(): Promise<void> {
    await this.page.evaluate('RED.actions.invoke("core:zoom-fit")');
    await this.#settled(this.page.locator(".red-ui-flow-node").first());
  }

  /** Presses Deploy and waits until the flows have started: the server answers before that. */
  async deploy(): Promise<void> {
    const taken = this.page.waitForResponse((response) => response.url().endsWith("/flows") && response.request().method() === "POST");
    await this.page.locator("#red-ui-header-button-deploy").click();
    const response = await taken;
    if (!response.ok()) {
      throw new Error(`Deploy: expected the flows to be taken, got ${response.status()} ${await response.text()}`);
    }
    const { rev } = (await response.json()) as { readonly rev: string };
    await this.page.evaluate(`new Promise((resolve) => {
      const topic = "notification/runtime-deploy";
      const hear = (_, { revision }) => {
        if (revision !== ${JSON.stringify(rev)}) return;
        RED.comms.unsubscribe(topic, hear);
        resolve();
      };
      RED.comms.subscribe(topic, hear);
    })`);
  }

  /** Opens the form of the node with `id`, as a double click does. */
  async openForm(id: string): Promise<Locator> {
    await this.page.evaluate(`(() => {
      const node = RED.nodes.node(${JSON.stringify(id)});
      if (node.d === undefined && node._def.category === "config") RED.editor.editConfig("", node.type, node.id);
      else RED.editor.edit(node);
    })()`);
    // The last of the timers that open a form lifts it above the sidebar; the one before moved the focus into it.
    await this.page.waitForFunction('document.querySelector("#red-ui-editor-stack").style.zIndex === "13"');
    const tray = this.page.locator(".red-ui-tray").last();
    await tray.evaluate((form) => Promise.all(form.getAnimations().map(({ finished }) => finished)));
    await tray.locator("form").filter({ visible: true }).first().waitFor();
    return tray;
  }

  /** Things slide into place, and nothing says when they have arrived; a picture or a click on the way would miss. */
  async #settled(thing: Locator): Promise<void> {
    let last = await thing.boundingBox();
    for (;;) {
      await this.page.waitForTimeout(100);
      const now = await thing.boundingBox();
      if (now !== null && now.x === last?.x && now.y === last.y) return;
      last = now;
    }
  }

  async #closeForm(button: string): Promise<void> {
    const tray = this.page.locator(".red-ui-tray");
    const before = await tray.count();
    await tray.last().locator(button).click();
    await this.page.waitForFunction(`document.querySelectorAll(".red-ui-tray").length < ${before}`);
  }

  /** Leaves whatever form is open, as it was. */
  async cancelForms(): Promise<void> {
    while ((await this.page.locator(".red-ui-tray").count()) > 0) {
      await this.cancelForm();
    }
  }

  acceptForm(): Promise<void> {
    return this.#closeForm("#node-dialog-ok, #node-config-dialog-ok");
  }

  cancelForm(): Promise<void> {
    return this.#closeForm("#node-dialog-cancel, #node-config-dialog-cancel");
  }

  /** Ids of the nodes of `type`, in the order of the flow file. */
  nodesOf(type: string): Promise<readonly string[]> {
    return this.page.evaluate(`(() => {
      const nodes = RED.nodes.filterNodes({ type: ${JSON.stringify(type)} });
      RED.nodes.eachConfig((node) => { if (node.type === ${JSON.stringify(type)}) nodes.push(node); });
      return nodes.map((node) => node.id);
    })()`);
  }

  /** Clicks the button of the inject node that is called `name`, and waits until the server has heard of it. */
  async press(name: string): Promise<void> {
    const id = await this.page.evaluate<string | undefined>(
      `RED.nodes.filterNodes({ type: "inject" }).find((node) => node.name === ${JSON.stringify(name)})?.id`,
    );
    if (id === undefined) {
      throw new Error(`expected an inject node called "${name}", found none`);
    }
    const heard = this.page.waitForResponse((response) => response.url().endsWith(`/inject/${id}`));
    await this.page.locator(`[id="${id}"] .red-ui-flow-node-button-button`).click();
    await heard;
  }

  /**
   * Settles when the status below the node with `id` matches, or was heard to match: a status that the next one follows at once
   * is on the screen too shortly to be looked for there.
   * @throws Error with what is on the screen.
   */
  async untilStatus(id: string, pattern: RegExp): Promise<void> {
    const matched = await this.page.evaluate(`new Promise((resolve) => {
      const topic = "status/${id}";
      const end = (matched) => {
        clearTimeout(giveUp);
        RED.comms.unsubscribe(topic, hear);
        resolve(matched);
      };
      const hear = (_, { text }) => {
        if (${String(pattern)}.test(text ?? "")) end(true);
      };
      const giveUp = setTimeout(end, ${PATIENCE}, false);
      RED.comms.subscribe(topic, hear);
    })`);
    if (matched === true) return;
    const label = this.page.locator(`[id="${id}"] .red-ui-flow-node-status-label`);
    const last = await label.textContent({ timeout: 1_000 }).catch(() => "nothing");
    throw new Error(`expected the status of ${id} to match ${pattern} within ${PATIENCE} ms; it says "${last}"`);
  }

  /** Keeps a picture among the artefacts. */
  async picture(name: string): Promise<void> {
    mkdirSync(ARTIFACTS, { recursive: true });
    await this.page.screenshot({ path: join(ARTIFACTS, `${name}.png`), style: "#red-ui-notifications { display: none }" });
  }
}
