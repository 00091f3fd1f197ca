import assert from "node:assert/strict";
import { wordsOf } from "../../../test/flows/support/words.ts";
import { ChargerNode } from "../../j1772-charger/j1772-charger.schema.ts";
import { PilotNode } from "../../j1772-pilot/j1772-pilot.schema.ts";
import { check, edit } from "./j1772.ts";
import type { EditorNode } from "./red-editor.ts";

const MODULE = "@opencharge/node-red-j1772";

/** Node-RED's editor in a language, as far as checks need it. */
function inEditor(language: "en-US" | "de", type: string): EditorNode {
  const t = wordsOf(type, language);
  globalThis.RED = {
    _: (key, values) => {
      assert.ok(key.startsWith(`${MODULE}/${type}:`), key);
      return t(key.slice(key.indexOf(":") + 1), values);
    },
    settings: {},
    nodes: { node: () => null },
  };
  return { id: "n", type, _def: { category: "config" }, _: t };
}

describe("editor check", () => {
  before(() => {
    edit(ChargerNode);
    edit(PilotNode);
  });
  after(() => {
    Reflect.deleteProperty(globalThis, "RED");
  });

  it("lets through what the node would accept at run time", () => {
    const node = inEditor("en-US", "j1772-charger");
    for (const [name, value] of [
      ["name", "Carport"],
      ["breakerA", "40"],
      ["breakerA", 40],
      ["phases", "3"],
      ["autoReset", true],
      ["socketPath", ""],
    ] as const)
      assert.equal(check(node, name, value), true, `${name} = ${value}`);
  });

  it("lets through a node that was saved before the field existed", () =>
    assert.equal(check(inEditor("en-US", "j1772-charger"), "driver", undefined), true));

  it("says what is expected, by the label of the form and in its language", () => {
    assert.equal(check(inEditor("en-US", "j1772-charger"), "breakerA", "5"), "Breaker: 6 to 125 A");
    assert.equal(check(inEditor("de", "j1772-charger"), "breakerA", "0x20"), "Sicherung: 6 bis 125 A");
    assert.equal(check(inEditor("en-US", "j1772-charger"), "name", ""), "Name: at most 64 characters, not empty");
    assert.equal(check(inEditor("en-US", "j1772-charger"), "driver", "magic"), "Hardware: choose one of the list");
    assert.equal(check(inEditor("en-US", "j1772-charger"), "socketPath", "x".repeat(201)), "Socket: at most 200 characters");
  });

  it("takes an environment variable, and nothing that only looks like one", () => {
    const node = inEditor("en-US", "j1772-charger");
    const variable = (name: string): string => `\${${name}}`;
    for (const name of ["breakerA", "phases", "autoReset"]) assert.equal(check(node, name, variable("FROM_OUTSIDE")), true, name);
    assert.equal(check(node, "breakerA", "$(FROM_OUTSIDE)"), true);
    for (const value of [variable(""), variable("A B"), "$A", `${variable("A")}5`, `16${variable("A")}`])
      assert.equal(check(node, "breakerA", value), "Breaker: 6 to 125 A", value);
  });

  it("takes an empty offer, and refuses one that J1772 cannot encode", () => {
    const node = inEditor("en-US", "j1772-pilot");
    assert.equal(check(node, "offerA", ""), true);
    for (const value of ["5", "81"]) assert.equal(check(node, "offerA", value), "Offer: 6 to 80 A");
  });
});
