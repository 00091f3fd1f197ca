import assert from "node:assert/strict";
import type { Browser, Locator, Page } from "playwright-core";
import { EMPTY_BATCH, type SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { builtPages } from "../../nodes/charge-status/page-file.ts";
import { aRecord, charging, HandInHand, PageUnderTest } from "../support/status-page.ts";
import { launchBrowser, PATIENCE } from "./support/editor.ts";

const HOUR = 3_600_000;
/** More than come with the first look. */
const CHARGES = 30;

describe("the status page of several chargers", () => {
  let browser: Browser;
  let own: HandInHand;
  let test: PageUnderTest;
  let page: Page;
  let revision = 1;

  before(async () => {
    browser = await launchBrowser();
    own = new HandInHand();
    const records = Array.from({ length: CHARGES }, (_none, index) => {
      const startedAt = WallTime(Date.now() - (index + 2) * HOUR);
      return aRecord(`old-${index}`, { startedAt, endedAt: WallTime(startedAt + HOUR / 2), charger: index % 2 === 0 ? "bay" : "left" });
    });
    const at = WallTime(Date.now() - 1.5 * HOUR);
    const interruptions = ["ControllerLate", "carStopped", "constructor"].map((reason) => ({ at, until: at, reason }));
    const paused = aRecord("paused", { startedAt: at, endedAt: at, energyWh: 7770, interruptions });
    await own.store.append({ ...EMPTY_BATCH, records: [...records, paused] });
    test = await PageUnderTest.open({ own, pages: builtPages });
    test.hear(charging());
    test.hear({ charger: "left", state: "charging", powerW: 1000, offeredCurrentA: 16 });
    await counts(100);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US", reducedMotion: "reduce" });
    page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(test.address);
    await page.getByRole("button", { name: "Years" }).click();
    await row("0.10 kWh").waitFor();
  });
  after(async () => {
    await browser?.close();
    test?.close();
  });

  const tab = (name: string): Locator => page.locator(".tabs button", { hasText: name });
  const row = (energy: string): Locator => page.locator("tr.session", { hasText: energy });
  const focused = (): Promise<string> =>
    page.evaluate("document.activeElement === document.body ? 'nobody' : document.activeElement.textContent");

  /** The log has counted more of the charge under way. */
  async function counts(energyWh: number): Promise<void> {
    revision += 1;
    const open: SessionRecord = aRecord("open", {
      revision,
      startedAt: WallTime(Date.now() - HOUR),
      endedAt: null,
      energyWh,
      unknownWh: energyWh,
    });
    await own.store.append({ ...EMPTY_BATCH, records: [open] });
    own.announce(open);
  }

  async function says(powerW: number): Promise<void> {
    test.hear({ charger: "left", state: "charging", powerW });
    await test.time.advance(300);
  }

  it("leaves the keyboard on a charger whose figures change", async () => {
    await tab("left").focus();
    await says(2000);
    await tab("left").filter({ hasText: "2.0 kW" }).waitFor();
    assert.match(await focused(), /left/);
    await page.keyboard.press("Enter");
    await page.locator(".tabs button[aria-pressed=true]", { hasText: "left" }).waitFor();
    assert.match(await focused(), /left/);
  });

  it("leaves the keyboard on a charge, and on a month, while the charge goes on", async () => {
    const charge = row("0.10 kWh").getByRole("button");
    const began = await charge.textContent();
    await charge.focus();
    await counts(200);
    await row("0.20 kWh").waitFor();
    assert.equal(await focused(), began);
    await page.locator(".history > div > details.table > summary").click();
    const year = page.locator(".history > div > details.table tbody").getByRole("button").last();
    const name = await year.textContent();
    await year.focus();
    await counts(300);
    await row("0.30 kWh").waitFor();
    assert.equal(await focused(), name);
  });

  it("keeps the older charges that somebody asked for, while the newest goes on", async () => {
    await page.getByRole("button", { name: "Show older ones" }).click();
    await page
      .locator("tr.session")
      .nth(CHARGES + 1)
      .waitFor();
    await counts(400);
    await row("0.40 kWh").waitFor();
    assert.equal(await page.locator("tr.session").count(), CHARGES + 2);
  });

  it("says in words why a charge was interrupted", async () => {
    await page.locator("tr.session", { hasText: "7.8 kWh" }).getByRole("button").click();
    const pauses = page.getByRole("dialog").locator("ul").first().locator("li");
    await pauses.first().waitFor();
    const said = await pauses.allTextContents();
    assert.deepEqual(
      said.map((pause) => pause.replace(/^.*\d: /, "")),
      ["Computer too busy", "the car stopped", "constructor"],
    );
    await page.keyboard.press("Escape");
  });

  it("shows each of twelve chargers where there is room, and asks for the history though news never ends", async () => {
    for (let number = 3; number <= 12; number += 1) test.hear({ charger: `Bay ${number}`, state: "charging", powerW: 1000 * number });
    await test.time.advance(300);
    await tab("Bay 12").waitFor();
    const right = await tab("Bay 12").evaluate((button) => button.getBoundingClientRect().right);
    assert.ok(right <= 1280, `${right} px`);
    const news = setInterval(() => own.announce(aRecord("other", { endedAt: null })), 200);
    try {
      await counts(500);
      await row("0.50 kWh").waitFor();
    } finally {
      clearInterval(news);
    }
  });

  it("goes on with the month when a new one begins, unless somebody looks at another", async () => {
    const period = page.locator(".period");
    await page.getByRole("button", { name: "Days" }).click();
    await period.filter({ hasText: "January 2026" }).waitFor();
    test.time.ms = Date.UTC(2026, 1, 2);
    own.becomes({ state: "open", why: null, waiting: 1 });
    await counts(600);
    await period.filter({ hasText: "February 2026" }).waitFor();
  });
});
