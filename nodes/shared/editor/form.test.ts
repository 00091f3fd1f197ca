import assert from "node:assert/strict";
import { ChargerNode } from "../../j1772-charger/j1772-charger.schema.ts";
import { choice, flag, optionalReference, secret } from "../fields.ts";
import { readConfig } from "../read-config.ts";
import { Form } from "./form.ts";
import type { EditorNode } from "./red-editor.ts";

interface Control {
  value: string;
  checked: boolean;
}

describe("a form", () => {
  let controls: Map<string, Control>;
  beforeEach(() => {
    controls = new Map();
    const querySelector = (selector: string): Control | null => controls.get(selector.replace("#node-config-input-", "")) ?? null;
    Reflect.set(globalThis, "document", { querySelector });
  });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, "document");
  });

  /** Opened as Node-RED does: what a node does not have is blank. */
  function open(stored: Readonly<Record<string, unknown>>, fields: readonly string[]): Form {
    for (const name of fields) controls.set(name, { value: String(stored[name] ?? ""), checked: stored[name] === true });
    const node: EditorNode = { id: "n", type: "j1772-charger", _def: { category: "config" }, _: (key) => key };
    return new Form(Object.assign(node, stored));
  }

  it("opened on a charger from before there was a Pi, and saved, leaves it as it was: simulated, nothing confirmed", () => {
    const names = Object.keys(ChargerNode.fields);
    const old = { name: "Carport", breakerA: "32", autoReset: false };
    open(old, names).fillIn(ChargerNode.fields);
    const flags: readonly string[] = names.filter((name) => Reflect.get(ChargerNode.fields, name).kind === "flag");
    const saved = Object.fromEntries([...controls].map(([name, { value, checked }]) => [name, flags.includes(name) ? checked : value]));
    assert.deepEqual(readConfig(ChargerNode.fields, saved), readConfig(ChargerNode.fields, old));
    assert.deepEqual([saved.driver, saved.board, saved.livenessGate], ["simulated", "buildGuide", false]);
  });

  it('unticks a box whose node says "false" in words, and keeps a variable in the place of a tick', () => {
    const fields = { autoReset: flag(true), zeroExport: flag(false) };
    const variable = `\${${"EXPORT"}}`;
    const form = open({ autoReset: "false", zeroExport: variable }, Object.keys(fields));
    for (const control of controls.values()) control.checked = true;
    form.fillIn(fields);
    assert.equal(controls.get("autoReset")?.checked, false);
    assert.deepEqual(controls.get("zeroExport"), { value: variable, checked: true, type: "text" });
  });

  it("leaves alone what Node-RED fills in: a secret that is stored, a reference", () => {
    const fields = { password: secret(64), store: optionalReference("j1772-store"), kind: choice(["a", "b"], "b") };
    const form = open({}, Object.keys(fields));
    controls.set("password", { value: "__PWRD__", checked: false });
    controls.set("store", { value: "_ADD_", checked: false });
    form.fillIn(fields);
    assert.deepEqual(
      [...controls.values()].map(({ value }) => value),
      ["__PWRD__", "_ADD_", "b"],
    );
  });
});
