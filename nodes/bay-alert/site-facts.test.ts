import assert from "node:assert/strict";
import { readConfig } from "../shared/read-config.ts";
import { BayAlertNode } from "./bay-alert.schema.ts";
import { siteFactsOf } from "./site-facts.ts";

const facts = (change: Record<string, unknown> = {}, server = {}) =>
  siteFactsOf(readConfig(BayAlertNode.fields, { id: "n", store: "s", ...change }, []), "/bays", server, "UTC");

describe("facts of a site", () => {
  for (const [publicUrl, expected] of [
    ["https://Charge.example/bays/", "https://charge.example/bays"],
    ["https://charge.example", "https://charge.example"],
    ["http://192.168.1.5:1880/bays", "http://192.168.1.5:1880/bays"],
  ] as const) {
    it(`have the address ${expected} for "${publicUrl}"`, () => assert.equal(facts({ publicUrl }).publicUrl, expected));
  }

  for (const publicUrl of [
    "charge.example",
    "ftp://charge.example",
    "https://a.example/?x=1",
    "https://u:p@a.example/",
    "javascript:alert(1)",
  ]) {
    it(`refuse the address "${publicUrl}"`, () => assert.throws(() => facts({ publicUrl }), { code: "badPublicUrl" }));
  }

  for (const [server, expected] of [
    [{}, "http://localhost:1880/bays"],
    [{ uiHost: "0.0.0.0", uiPort: "1990" }, "http://localhost:1990/bays"],
    [{ uiHost: "10.0.0.2", httpNodeRoot: "/red/", https: {} }, "https://10.0.0.2:1880/red/bays"],
    [{ uiHost: "::1" }, "http://[::1]:1880/bays"],
  ] as const) {
    it(`take ${expected} for Node-RED's own address`, () => assert.equal(facts({}, server).publicUrl, expected));
  }

  it("let a charger that speaks on change only be silent for as long as it likes", () => {
    assert.deepEqual([facts().rules.bay.staleAfter, facts({ noNewsS: "600" }).rules.bay.staleAfter], [90_000, 600_000]);
    assert.equal(facts({ noNewsS: "" }).rules.bay.staleAfter, null);
  });

  it("carry the operator's times and wishes into the rules", () => {
    const { rules, smsNumber, plans } = facts({ graceMin: 5, rotateAfterH: "", freeText: true, bays: "a: x" });
    assert.deepEqual([rules.bay.grace, rules.bay.rotateAfter, rules.freeText, smsNumber], [300_000, null, true, null]);
    assert.deepEqual(plans, [{ id: "x", name: "x", group: "a" }]);
  });
});
