import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { WallTime } from "#core/units/units";
import { stopControllers } from "../../tools/start/controllers.ts";
import { prepareFolder, SETTINGS_FILE } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { showSample, writeSample } from "../../tools/start/sample.ts";
import { Admin } from "../support/admin.ts";
import { launchBrowser, PATIENCE } from "./support/editor.ts";

const PROJECT = join(import.meta.dirname, "../..");
const EXAMPLE = join(PROJECT, "examples", "07 - Status page.json");
const ARTIFACTS = join(PROJECT, "artifacts/screenshots");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** "garage", hashed as Node-RED wants it. */
const HASH = "$2b$08$gxRHpTrINj7akPDVG9zVPeMeR2RkoEl2YkQotZPtOQ0Z.hi59.L7O";
const SIGNED_IN = { username: "anna", password: "garage" };
/** A moment as the page writes it: the time, and the day where that is another one. */
const WHEN = String.raw`(\w{3}, \w{3} \d+, )?\d\d:\d\d`;
const HOSTILE = `<img src=x onerror="document.body.dataset.owned='yes'">`;

const PHONE = { width: 360, height: 640 };
const SMALL_PHONE = { width: 320, height: 568 };
const WIDE = { width: 1280, height: 900 };

interface Seen {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page itself reported, and whom it asked. */
  readonly complaints: string[];
  readonly asked: string[];
}

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly z?: string;
}

describe("the status page", () => {
  let folder: string;
  let port: number;
  let nodeRed: NodeRed;
  let admin: Admin;
  let browser: Browser;
  let phone: Seen;
  const flows: FlowNode[] = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  const user = (): string => join(folder, "user");
  const idOf = (name: string): string => flows.find((node) => node.name === name)?.id ?? assert.fail(`no node "${name}"`);
  const press = (name: string): Promise<void> => admin.inject(idOf(name));

  async function startNodeRed(): Promise<void> {
    nodeRed = new NodeRed({ folder: user(), port, packageFolder: PROJECT });
    await nodeRed.running();
    admin = new Admin(nodeRed.address);
  }

  async function open(
    viewport: { width: number; height: number },
    colorScheme: "light" | "dark" = "light",
    locale = "en-US",
  ): Promise<Seen> {
    const context = await browser.newContext({ viewport, colorScheme, locale, httpCredentials: SIGNED_IN, reducedMotion: "reduce" });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const seen: Seen = { page, context, complaints: [], asked: [] };
    page.on("pageerror", (error) => seen.complaints.push(`uncaught: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") seen.complaints.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => seen.asked.push(request.url()));
    await page.goto(`http://127.0.0.1:${port}/j1772/`);
    return seen;
  }

  /** The charge that the simulator makes: state, power, and a history that is drawn. */
  async function untilCharging({ page }: Seen, word: RegExp = /^Charging$/): Promise<void> {
    await page.locator("#state").filter({ hasText: word }).waitFor();
    await page.locator(".number").filter({ hasText: /[1-9]/ }).waitFor();
  }

  async function picture({ page }: Seen, name: string, fullPage = false): Promise<void> {
    mkdirSync(ARTIFACTS, { recursive: true });
    await page.evaluate("scrollTo(0, 0)");
    await page.screenshot({ path: join(ARTIFACTS, `status-${name}.png`), fullPage });
  }

  /** Rules of accessibility that the page breaks in a way that hinders people. */
  async function barriers({ page }: Seen): Promise<readonly string[]> {
    await page.evaluate(AXE);
    return page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 100)).join(" | ")))`);
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "browser-page-"));
    const page = flows.find(({ type }) => type === "charge-status") ?? assert.fail("no page in the example");
    const hostile = { charger: HOSTILE, state: "charging", powerW: 1000, limitedBy: HOSTILE, faults: [HOSTILE] };
    const inject = { id: "hostile", type: "inject", name: "hostile", z: page.z ?? "", once: false, repeat: "", crontab: "" };
    const payload = { props: [{ p: "payload" }], payload: JSON.stringify(hostile), payloadType: "json" };
    flows.push({ ...inject, ...payload, ...{ wires: [[page.id]], x: 200, y: 900 } });
    const changed = flows.map((node) => (node === page ? { ...node, control: true } : node));
    writeFileSync(join(folder, "flows.json"), JSON.stringify(changed));
    prepareFolder(user(), join(folder, "flows.json"), false);
    showSample(user());
    // Until the 28th: the month that the page opens with has charges, whatever day it is.
    const today = new Date();
    await writeSample(user(), "Garage-".repeat(9), WallTime(new Date(today.getFullYear(), today.getMonth(), 28).getTime()));
    appendFileSync(join(user(), SETTINGS_FILE), `module.exports.httpNodeAuth = { user: "anna", pass: "${HASH}" };\n`);
    port = await freePort();
    await startNodeRed();
    browser = await launchBrowser();
    phone = await open(PHONE);
  });

  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
    await stopControllers(user(), AbortSignal.abort());
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows a car that charges, live, and all that matters of it on the first screen of a phone", async () => {
    await untilCharging(phone);
    const { page } = phone;
    await page
      .locator(".why")
      .filter({ hasText: /A of 16 A/ })
      .waitFor();
    const lowest = await page
      .locator(".now .state, .now .power, .now .why, .now .facts > div:visible, .now .plugged")
      .evaluateAll((parts) => Math.max(...parts.map((part) => part.getBoundingClientRect().bottom)));
    assert.ok(lowest <= PHONE.height, `${lowest} px`);
    assert.ok((await page.locator(".number").evaluate((number) => number.getBoundingClientRect().height)) > 60, "legible at arm's length");
    const first = await page.locator(".plugged").textContent();
    assert.match(first ?? "", new RegExp(`^Plugged in since ${WHEN} \\(\\d+ min\\)$`));
    await picture(phone, "phone-light");
  });

  it("draws the pilot as it is: its levels, its duty and what that offers", async () => {
    // All of it in one look: the same duty is offered to a car that does not charge yet, at another level.
    const wave = await phone.page.waitForFunction<string | false>(`(() => {
      const pilot = document.querySelector(".pilot");
      const levels = [...pilot.querySelectorAll("text")].map((level) => level.textContent).join(" ");
      const isTold = /High for 26\\.\\d % .*16 A/.test(pilot.getAttribute("aria-label"));
      return isTold && /\\+6\\.0 V −1[12]\\.\\d V/.test(levels) && pilot.querySelector(".wave").getAttribute("d");
    })()`);
    assert.equal(String(await wave.jsonValue()).match(/V/g)?.length, 5, "two periods of a square");
  });

  it("shows what the charger's display says, and its clock runs", async () => {
    await untilCharging(phone);
    const panel = phone.page.locator("svg.panel");
    await panel.scrollIntoViewIfNeeded();
    const said = async (): Promise<string> => (await panel.getAttribute("aria-label")) ?? "";
    assert.match(await said(), /^As a display shows it: Charging +\d+\.\dA, 0:\d\d:\d\d +\d\.\dkWh$/);
    const letters = (await panel.locator("tspan").allTextContents()).join("");
    assert.match(letters, /^Charging\d+\.\dA0:\d\d:\d\d/);
    assert.match((await panel.locator("circle").getAttribute("class")) ?? "", /blue/);
    const before = await said();
    await phone.page.locator(`svg.panel[aria-label=${JSON.stringify(before)}]`).waitFor({ state: "detached" });
    mkdirSync(ARTIFACTS, { recursive: true });
    await panel.screenshot({ path: join(ARTIFACTS, "status-panel-light.png") });
  });

  it("asks nobody but its own Node-RED, in one request, one stream and a few questions, without a complaint", async () => {
    const other = phone.asked.filter((url) => !url.startsWith(`http://127.0.0.1:${port}/j1772/`) && !url.startsWith("data:"));
    assert.deepEqual(other, []);
    assert.deepEqual(phone.complaints, []);
    assert.equal(phone.asked.filter((url) => /\/(j1772\/|stream)$/.test(url)).length, 2);
  });

  it("opens on the sample where there is no history yet, and says that it is one", async () => {
    const { page } = phone;
    const history = page.locator(".history");
    await history.getByText("Sample data", { exact: true }).waitFor();
    await history.getByText(/not your charger's/).waitFor();
    await history.locator("canvas").waitFor();
    await history.getByRole("button", { name: "Show my own history" }).click();
    await history
      .getByText(/Your own history is empty so far|Nothing was charged in this time/)
      .first()
      .waitFor();
    await history.getByRole("button", { name: "Show sample data" }).click();
    await history.locator("canvas").waitFor();
    await picture(phone, "phone-light-whole", true);
  });

  for (const [name, viewport, scheme, locale, word] of [
    ["small-phone-dark", SMALL_PHONE, "dark", "de-DE", /^Lädt$/],
    ["wide-light", WIDE, "light", "en-US", /^Charging$/],
    ["wide-dark", WIDE, "dark", "de-DE", /^Lädt$/],
  ] as const) {
    it(`is whole on ${name}: nothing sticks out, nothing hinders anybody`, async () => {
      const seen = await open(viewport, scheme, locale);
      await untilCharging(seen, word);
      await seen.page.locator(".history canvas").waitFor();
      await seen.page.locator(".history .switch button").nth(1).click();
      await seen.page.locator(".history details.table tbody th").first().waitFor({ state: "attached" });
      await picture(seen, name);
      await picture(seen, `${name}-whole`, true);
      assert.equal(await seen.page.evaluate("document.documentElement.scrollWidth"), viewport.width);
      assert.deepEqual(await barriers(seen), []);
      assert.deepEqual(seen.complaints, []);
      await seen.context.close();
    });
  }

  it("switches between light and dark by hand, and keeps to it", async () => {
    const { page } = phone;
    const theme = (): Promise<string> => page.evaluate("document.documentElement.dataset.theme");
    await page.getByRole("button", { name: "Dark" }).click();
    assert.equal(await theme(), "dark");
    await page.reload();
    await untilCharging(phone);
    assert.equal(await theme(), "dark");
    await picture(phone, "phone-dark");
    await page.getByRole("button", { name: "Light" }).click();
    assert.equal(await theme(), "light");
  });

  it("goes through the history by year, month and day to one charge and back, by keyboard", async () => {
    const seen = await open(WIDE);
    const { page } = seen;
    await page.locator(".history canvas").waitFor();
    const pressOn = async (thing: Locator): Promise<void> => {
      await thing.focus();
      await page.keyboard.press("Enter");
    };
    await pressOn(page.getByRole("button", { name: "Years" }));
    await page.locator(".period", { hasText: "All years" }).waitFor();
    const lastYear = new Date().getFullYear() - 1;
    await pressOn(page.locator(".history > div > details.table > summary"));
    await pressOn(page.locator(".history tbody").getByRole("button", { name: String(lastYear), exact: true }));
    await page.locator(".period", { hasText: String(lastYear) }).waitFor();
    await pressOn(page.locator(".history details.table").getByRole("button", { name: `June ${lastYear}` }));
    await page.locator(".period", { hasText: `June ${lastYear}` }).waitFor();
    await page.locator('.history [aria-busy="true"]').waitFor({ state: "detached" });
    const rows = await page.locator(".sessions tbody tr").count();
    assert.ok(rows >= 5 && rows <= 31, String(rows));
    await picture(seen, "history-month", true);

    await pressOn(page.locator(".sessions tbody").getByRole("button").first());
    const dialog = page.getByRole("dialog");
    await dialog.locator("canvas").waitFor();
    await dialog.getByText("Sample data", { exact: true }).waitFor();
    assert.match((await dialog.textContent()) ?? "", /Energy\d+\.\d{1,2} kWh.*Cost\$\d\.\d\dPer kWh\$0\.\d\d.*Most\d/);
    await picture(seen, "charge");
    assert.deepEqual(await barriers(seen), []);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(seen.complaints, []);
    await seen.context.close();
  });

  it("gives the charges of what is shown as a file", async () => {
    const { page } = phone;
    const link = page.getByRole("link", { name: "Download as CSV" });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.equal(download.suggestedFilename(), "sessions-sample-data.csv");
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\r\n");
    assert.match(lines[0] ?? "", /^id,charger,/);
    assert.ok(lines.length > 1, `${lines.length} lines`);
  });

  it("pauses and goes on when its button is pressed by somebody who is signed in", async () => {
    const { page } = phone;
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page
      .locator("#state")
      .filter({ hasText: /^Paused$/ })
      .waitFor();
    await page.locator(".why").filter({ hasText: "paused by request" }).waitFor();
    await picture(phone, "paused");
    await page.getByRole("button", { name: "Go on" }).click();
    await untilCharging(phone);
    await page.getByLabel("Limit").fill("10");
    await page.getByRole("button", { name: "Set" }).click();
    await page
      .locator(".why")
      .filter({ hasText: /of 10 A: set by a person/ })
      .waitFor();
  });

  it("follows an unplugged car, and then knows its last charge", async () => {
    await press("unplug");
    const { page } = phone;
    await page
      .locator("#state")
      .filter({ hasText: /^Not connected$/ })
      .waitFor();
    await page
      .locator(".plugged")
      .filter({ hasText: new RegExp(`^Last charge: \\d+\\.\\d{1,2} kWh, ${WHEN}$`) })
      .waitFor();
    await picture(phone, "unplugged");
    await page
      .locator(".history")
      .getByText(/^1 charge$/)
      .waitFor();
    await press("plug in");
    await untilCharging(phone);
  });

  it("shows a charger whose name is a trap as the text it is", async () => {
    await press("hostile");
    const { page } = phone;
    const tab = page.locator(".tabs button", { hasText: HOSTILE });
    await tab.click();
    await page.getByRole("heading", { name: HOSTILE }).first().waitFor();
    await page
      .locator(".why", { hasText: HOSTILE })
      .or(page.locator(".fault", { hasText: HOSTILE }))
      .first()
      .waitFor();
    assert.equal(await page.locator("#page img").count(), 0);
    assert.equal(await page.evaluate("document.body.dataset.owned ?? null"), null);
    await picture(phone, "hostile");
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), PHONE.width);
    await page.locator(".tabs button", { hasText: "Garage" }).click();
    await untilCharging(phone);
    assert.deepEqual(phone.complaints, []);
  });

  it("lets nothing make markup of text, not even its own script", async () => {
    const made = `(() => { try { document.createElement("p").innerHTML = "<b>x</b>"; return "made"; } catch { return "refused"; } })()`;
    assert.equal(await phone.page.evaluate(made), "refused");
    const inline = `(() => { const script = document.createElement("script"); try { script.text = "document.body.dataset.owned = 'yes'"; document.body.append(script); } catch {} return document.body.dataset.owned ?? "clean"; })()`;
    assert.equal(await phone.page.evaluate(inline), "clean");
    phone.complaints.length = 0;
  });

  it("stays through a restart of Node-RED without a reload: says that it has no news, then goes on", async () => {
    const { page, complaints } = phone;
    await page.evaluate("window.stayed = true");
    await nodeRed.stop();
    await page
      .locator(".lost")
      .filter({ hasText: /^No connection since \d\d:\d\d\./ })
      .waitFor();
    await picture(phone, "lost");
    await startNodeRed();
    await page.locator(".lost").waitFor({ state: "hidden" });
    await untilCharging(phone);
    assert.equal(await page.evaluate("window.stayed"), true);
    const expected = /net::ERR_|Failed to load resource/;
    assert.deepEqual(
      complaints.splice(0).filter((complaint) => !expected.test(complaint)),
      [],
    );
  });

  it("says a fault in three lines, what happened, what it means and what to do, and that it is over", async () => {
    await press("leak 30 mA to earth");
    const { page } = phone;
    const fault = page.locator(".fault", { has: page.getByRole("heading", { name: "Ground fault." }) });
    await fault.waitFor();
    const text = (await fault.textContent()) ?? "";
    // A trip within ten seconds of closing waits for a person; how long ago this one closed depends on the machine.
    const isLatched = (await fault.getAttribute("data-latched")) === "untilReset";
    const next = isLatched ? /It stays off until a person resets it\./ : /It tries again at \d\d:\d\d\./;
    const state = isLatched ? /^Needs you$/ : /^Stopped$/;
    assert.match(text, /Current leaked to earth, so power was cut\./);
    assert.match(text, next);
    assert.match(text, new RegExp(`have the cable and the car checked.*MREC2GroundFailure, since ${WHEN}`));
    await page.locator("#state").filter({ hasText: state }).waitFor();
    await page.evaluate("scrollTo(0, 0)");
    assert.ok((await fault.evaluate((card) => card.getBoundingClientRect().top)) < 200, "on top of everything");
    await picture(phone, "fault");
    assert.deepEqual(await barriers(phone), []);
    await press("clear all faults");
    await press("reset");
    await fault.waitFor({ state: "detached" });
    await page.locator("#state").filter({ hasNotText: state }).waitFor();
  });

  it("prints on white paper without its buttons", async () => {
    const { page } = phone;
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".switch").isVisible(), false);
    assert.equal(await page.locator("#state").isVisible(), true);
    await page.emulateMedia({ media: "screen" });
  });
});
