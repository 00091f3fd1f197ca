import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { INTERLOCK_NAMES } from "#pi/interlocks";
import { VirtualPiProcess } from "../process/virtual-pi-process.ts";
import type { Editor, Theme } from "./support/editor.ts";
import { EditorOnFlows } from "./support/editor-on-flows.ts";

const THEMES: readonly Theme[] = ["light", "dark"];
/** What a calibration that failed offers. */
const AGAIN = /^(Try again|Noch einmal)$/;
/** A machine that is busy may hold one of the processes up, and a pilot that is not fed goes high, as it should: that is made again. */
const TRIES_MORE = 2;
const POINTS = ["highAdcV", "highPilotV", "lowAdcV", "lowPilotV"] as const;

const flows = (piPort: number): readonly object[] => [
  { id: "tab", type: "tab", label: "Charger" },
  {
    ...{ id: "charger", type: "j1772-charger", version: 1, name: "bay", driver: "pigpiod", board: "buildGuide" },
    daemonAddress: `127.0.0.1:${piPort}`,
    ...Object.fromEntries(INTERLOCK_NAMES.map((name) => [name, true])),
  },
  { id: "pilot", type: "j1772-pilot", z: "tab", name: "pilot", charger: "charger", offerA: "16", x: 200, y: 100, wires: [[], []] },
];

describe("a charger on a Raspberry Pi, in the editor", () => {
  const opened = new EditorOnFlows();
  let pi: VirtualPiProcess;
  let editor: Editor;
  let form: Locator;

  before(async () => {
    // The divider's resistor is 3 % too large: there is something to calibrate.
    pi = await VirtualPiProcess.start(["--divider-error", "0.03"]);
    editor = await opened.open(flows(pi.port), "j1772-charger", { width: 1440, height: 1300 });
    // A calibration that is refused is a request that failed.
    editor.expected = /\/j1772-charger\/charger\/calibration\b/;
    await controllerRuns();
  });

  after(async () => {
    await opened.close();
    await pi?.stop();
  });

  beforeEach(async () => {
    form = await editor.openForm("charger");
  });

  afterEach(async function () {
    await pi.apply({ do: "unplug" });
    while (await dialog().isVisible()) {
      await editor.page.keyboard.press("Escape");
      await dialog().waitFor({ state: "detached" });
    }
    await editor.cancelForms();
    assert.deepEqual(editor.complaints.splice(0), [], `the browser complained during "${this.currentTest?.title}"`);
  });

  const field = (name: string): Locator => form.locator(`#node-config-input-${name}`);
  const row = (name: string): Locator => form.locator(`[data-field="${name}"]`);
  const dialog = (): Locator => editor.page.locator("dialog.j1772-dialog");
  const press = (name: string): Promise<void> => dialog().getByRole("button", { name, exact: true }).click();
  /** Waits until the dialog says so. @throws AssertionError at once when the calibration has failed with other words */
  const says = async (text: RegExp): Promise<void> => {
    const said = dialog().getByText(text);
    await said
      .or(dialog().getByRole("button", { name: AGAIN }))
      .first()
      .waitFor();
    assert.ok((await said.count()) > 0, `expected ${text}, it says: ${await dialog().textContent()}`);
  };
  const answer = async (volts: string): Promise<void> => {
    await dialog().locator("#j1772-meter").fill(volts);
    await press("Next");
  };
  /** The status below the pilot, which is that of the charger. */
  const controllerRuns = (): Promise<void> => editor.untilStatus("pilot", /not connected/);
  const controllerFile = () => JSON.parse(readFileSync(join(opened.userDir, "j1772", "charger", "controller.json"), "utf8"));

  it("asks for board, pins and the seven interlocks only where it is a Raspberry Pi", async () => {
    const ofPi = ["board", ...INTERLOCK_NAMES] as const;
    for (const name of ofPi) assert.equal(await row(name).isVisible(), true, name);
    assert.equal(await row("customPins").isVisible(), false);
    await field("board").selectOption("custom");
    assert.equal(await row("customPins").isVisible(), true);
    for (const driver of ["simulated", "service"]) {
      await field("driver").selectOption(driver);
      for (const name of [...ofPi, "customPins"]) assert.equal(await row(name).isVisible(), false, `${name} with ${driver}`);
      assert.equal(await form.locator("#j1772-calibrate").isVisible(), false, driver);
      assert.equal(await form.locator(".j1772-expert").isVisible(), driver === "simulated", "a fold is there for what is in it");
    }
  });

  it("says what each is and that nothing is driven before all seven are confirmed", async () => {
    assert.match(String(await row("driver").locator(".j1772-about").textContent()), /every line of the checklist must be true/);
    assert.match(String(await row("livenessGate").textContent()), /One-shot opens the contactor/);
    const missing = form.getByText("Nothing is driven before all seven are confirmed");
    assert.equal(await missing.isVisible(), false);
    await field("gfciLatch").uncheck();
    assert.equal(await missing.isVisible(), true);
    await field("gfciLatch").check();
    assert.equal(await missing.isVisible(), false);
  });

  it("marks a point that no J1772 pilot has", async () => {
    await form.locator("details.j1772-expert > summary").click();
    await field("highPilotV").fill("9");
    await field("highPilotV").blur();
    assert.match(String(await field("highPilotV").getAttribute("class")), /input-error/);
    await field("highPilotV").fill("11.9");
    await field("highPilotV").blur();
    assert.doesNotMatch(String(await field("highPilotV").getAttribute("class")), /input-error/);
  });

  it("does not start with a box that is not ticked, and starts when it is", async () => {
    await field("relayPullDown").uncheck();
    await editor.acceptForm();
    await editor.deploy();
    await editor.untilStatus("pilot", /no charger/);
    assert.match(opened.logTail(), /missing: relayPullDown \(a resistor pulls each relay's pin down\)/);
    form = await editor.openForm("charger");
    assert.equal(await field("relayPullDown").isChecked(), false);
    await field("relayPullDown").check();
    await editor.acceptForm();
    await editor.deploy();
    await controllerRuns();
  });

  it("keeps the pins of a board of one's own, and says what they lack", async () => {
    const pins = '{ "pilotGpio": 18, "relays": [{ "gpio": 18 }] }';
    await field("board").selectOption("custom");
    await field("customPins").fill(pins);
    await editor.acceptForm();
    await editor.deploy();
    await editor.untilStatus("pilot", /no charger/);
    assert.match(opened.logTail(), /gfciTripped is missing.*adc is missing/);
    form = await editor.openForm("charger");
    assert.equal(await field("customPins").inputValue(), pins);
    await form.locator("#j1772-calibrate").click();
    await press("Begin");
    await says(/gfciTripped is missing/);
    await press("Close");
    await field("board").selectOption("buildGuide");
    await editor.acceptForm();
    await editor.deploy();
    await controllerRuns();
  });

  it("refuses to calibrate with a car plugged in, in words", async () => {
    await pi.apply({ do: "plug", preset: "polite" });
    await editor.untilStatus("pilot", /offers|waiting|charging|preparing|16 A/i);
    await form.locator("#j1772-calibrate").click();
    await press("Begin");
    await says(/A car is plugged in: unplug it first/);
    await says(/Expected a charger with no car, this one is "/);
    await press("Close");
  });

  it("cancelled half-way, gives the pins back to the controller and leaves the form as it was", async function () {
    this.retries(TRIES_MORE);
    await pi.until(({ truth }) => !truth.plugged);
    await controllerRuns();
    await form.locator("#j1772-calibrate").click();
    await press("Begin");
    await says(/1 of 2: the pilot is steady high/);
    await editor.page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    assert.equal(await field("highAdcV").inputValue(), "");
    await controllerRuns();
  });

  for (const theme of THEMES) {
    it(`walks a person through two points and fills them in, in ${theme}`, async function () {
      this.retries(TRIES_MORE);
      await controllerRuns();
      await editor.useTheme(theme);
      await form.locator("#j1772-calibrate").click();
      await editor.picture(`charger-calibrate-begin-${theme}`);
      await press("Begin");
      await says(/1 of 2: the pilot is steady high/);
      await says(/Until now this is read as \+11\.\d\d V/);
      await answer("9");
      await says(/The meter cannot have shown this/);
      await says(/a car is connected, or the \+12 V supply is weak/);
      await editor.picture(`charger-calibrate-ask-${theme}`);
      await answer("11,92");
      await says(/2 of 2: the pilot is steady low/);
      assert.deepEqual((await pi.truth()).outputs.pilot, { kind: "steadyLow" });
      await answer("-11.93");
      await says(/A PWM of 50 % is read as \+11\.9\d V and −11\.9\d V, 50\.0 %/);
      await editor.picture(`charger-calibrate-result-${theme}`);
      assert.ok((await contrast(dialog())) >= 4.5, "text against what is behind it");
      await press("Use these values");
      for (const name of POINTS) assert.notEqual(await field(name).inputValue(), "", name);
      assert.equal(await field("highPilotV").inputValue(), "11.92");
      assert.equal((await pi.truth()).outputs.coil, false);
    });
  }

  it("saves the points with Done and Deploy, and the charger reads by them", async function () {
    this.retries(TRIES_MORE);
    await controllerRuns();
    await form.locator("#j1772-calibrate").click();
    await press("Begin");
    await says(/1 of 2/);
    await answer("11.92");
    await says(/2 of 2/);
    await answer("-11.93");
    await press("Use these values");
    const points = await Promise.all(POINTS.map((name) => field(name).inputValue()));
    await editor.acceptForm();
    await editor.deploy();
    await controllerRuns();
    const { pilotSense } = controllerFile();
    assert.deepEqual([pilotSense.high.adcV, pilotSense.high.pilotV, pilotSense.low.adcV, pilotSense.low.pilotV], points.map(Number));
    assert.equal(existsSync(join(opened.userDir, "j1772", "charger", "calibration-pins.json")), false);
    form = await editor.openForm("charger");
    assert.equal(await field("lowPilotV").inputValue(), "-11.93");
    assert.match(String(await form.locator(".j1772-calibrate output").textContent()), /two measured points/);
  });

  it("speaks the language of the editor", async () => {
    await editor.cancelForms();
    await editor.reloadIn("de");
    form = await editor.openForm("charger");
    assert.match(String(await row("livenessGate").textContent()), /Monoflop öffnet das Schütz/);
    await form.locator("#j1772-calibrate").click();
    await says(/Zwei Punkte des Pilots werden mit einem Spannungsmesser gemessen/);
    await press("Beginnen");
    await says(/1 von 2: der Pilot ist dauernd hoch/);
    await says(/Bisher wird das als \+11,\d\d V gelesen/);
    await dialog().locator("#j1772-meter").fill("9");
    await press("Weiter");
    await says(/Das kann das Messgerät nicht gezeigt haben/);
    await editor.picture("charger-calibrate-german");
    await press("Abbrechen");
  });
});

/** The weakest contrast of the dialog's texts against the dialog, as WCAG counts it. */
function contrast(dialog: Locator): Promise<number> {
  return dialog.evaluate((element: HTMLElement) => {
    const luminance = (color: string): number => {
      const parts = (color.match(/[\d.]+/g) ?? []).map((part) => Number(part) / 255);
      const [red = 0, green = 0, blue = 0] = parts.map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const background = luminance(getComputedStyle(element).backgroundColor);
    const ratios = [...element.querySelectorAll("h3, p, th, td")].map((text) => {
      const own = luminance(getComputedStyle(text).color);
      return (Math.max(own, background) + 0.05) / (Math.min(own, background) + 0.05);
    });
    return Math.min(...ratios);
  });
}
