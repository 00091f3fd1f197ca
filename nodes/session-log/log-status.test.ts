import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { STATUS_TEXT_MAX } from "../shared/status-text.ts";
import type { StoreHealth } from "../shared/store-handle.ts";
import { type Charge, logStatus } from "./log-status.ts";

const OPEN: StoreHealth = { state: "open", why: null, waiting: 0 };
const STATES = ["opening", "open", "away", "full", "unusable"] as const;

/** The words of a language, as Node-RED fills them in. */
function words(language: string): (key: string, values?: Readonly<Record<string, string | number>>) => string {
  const read = (file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
  const catalog = { ...read(`../shared/locales/${language}/shared.json`), ...read(`./locales/${language}/session-log.json`) };
  return (key, values = {}) => {
    const found: string = key.split(".").reduce((place, step) => place[step], catalog);
    return found.replace(/__(\w+)__/g, (_all, name) => String(values[name]));
  };
}

describe("what the log says under itself", () => {
  const charge = (energyWh: number, charging = true): Charge => ({ energyWh, charging });
  const english = words("en-US");

  it("is the charge, all charges together, a waiting car, or nothing to do", () => {
    assert.equal(logStatus(OPEN, 0, [charge(3240)], english).text, "charging 3.2 kWh");
    assert.equal(logStatus(OPEN, 0, [charge(3240), charge(1000), charge(500, false)], english).text, "2 × 4.2 kWh");
    assert.equal(logStatus(OPEN, 0, [charge(52)], english).text, "charging 0.05 kWh");
    assert.equal(logStatus(OPEN, 0, [charge(3240, false)], english).text, "connected");
    assert.equal(logStatus(OPEN, 0, [], english).text, "ready");
    assert.equal(logStatus(OPEN, 0, [charge(3240)], words("de")).text, "lädt 3,2 kWh");
  });

  it("is the store before anything else when it takes nothing", () => {
    assert.equal(logStatus({ state: "away", why: "x", waiting: 12 }, 0, [charge(3240)], english).text, "store away · 12");
    assert.equal(logStatus(OPEN, 7, [charge(3240)], english).text, "store away · 7");
  });

  it("fits under a node in each language, whatever is charged and waits", () => {
    for (const language of ["en-US", "de"])
      for (const state of STATES)
        for (const charges of [[], [charge(99_900)], [charge(99_900), charge(99_900)], [charge(1, false)]]) {
          const { text = "" } = logStatus({ state, why: "x", waiting: 999 }, 0, charges, words(language));
          assert.ok(text.length > 0 && text.length <= STATUS_TEXT_MAX && !text.includes("…"), `${language}: ${text}`);
        }
  });
});
