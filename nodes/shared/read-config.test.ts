import assert from "node:assert/strict";
import type { Quantity } from "#core/units/units";
import { choice, flag, optionalQuantity, optionalReference, quantity, reference, secret, text } from "./fields.ts";
import { migrate } from "./migrations.ts";
import { readConfig } from "./read-config.ts";

const fields = {
  name: text(8, "", { optional: true }),
  charger: reference("j1772-charger"),
  breakerA: quantity("A", 6, 80, 40),
  offerA: optionalQuantity("A", 0, 80, 16),
  phases: choice([1, 3], 1),
  driver: choice(["simulated", "service"], "simulated"),
  autoReset: flag(true),
};
const stored = { id: "a", type: "t", z: "b", wires: [[]], charger: "c" };

describe("node settings", () => {
  it("take the initial value where the flow file has none, and leave the rest of the node alone", () => {
    const config = readConfig(fields, stored);
    assert.deepEqual(config, { name: "", charger: "c", breakerA: 40, offerA: 16, phases: 1, driver: "simulated", autoReset: true });
    const breaker: Quantity<"A"> = config.breakerA;
    assert.equal(breaker, 40);
  });

  it("are read from text, as forms and environment variables give it", () => {
    const texts = { ...stored, breakerA: " 32 ", offerA: "", phases: "3", autoReset: "false", name: " pole " };
    assert.deepEqual(readConfig(fields, texts), {
      name: "pole",
      charger: "c",
      breakerA: 32,
      offerA: null,
      phases: 3,
      driver: "simulated",
      autoReset: false,
    });
  });

  it("take a number for text, as a subflow's environment variable of that type gives it", () => {
    assert.equal(readConfig(fields, { ...stored, name: 7 }).name, "7");
    assert.throws(() => readConfig(fields, { ...stored, name: Number.NaN }), /name: expected at most 8 characters, got NaN/);
  });

  it("tell nothing of a secret that cannot be read", () => {
    const url = "postgres://user:correct-horse@db.example/sessions";
    assert.throws(() => readConfig({ url: secret(20) }, { url }), {
      message: "url: expected at most 20 characters, got others. Open the node and correct it.",
    });
  });

  it("may go without a configuration node that is optional", () => {
    const optional = { store: optionalReference("j1772-store") };
    for (const none of [undefined, "", " ", null, "_ADD_"]) {
      assert.deepEqual(readConfig(optional, none === undefined ? stored : { ...stored, store: none }), { store: null });
    }
    assert.deepEqual(readConfig(optional, { ...stored, store: "s" }), { store: "s" });
    assert.throws(() => readConfig(optional, { ...stored, store: 7 }), /a j1772-store configuration node, or none, got 7/);
  });

  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ["breakerA", "5", /^breakerA: expected 6 to 80 A, got "5"/],
    ["breakerA", 81, /got 81/],
    ["breakerA", "", /got ""/],
    ["breakerA", "0x10", /got "0x10"/],
    ["breakerA", "1e1", /got "1e1"/],
    ["breakerA", Number.NaN, /got NaN/],
    ["breakerA", null, /got null/],
    ["breakerA", {}, /got a value of type object/],
    ["offerA", "-1", /expected 0 to 80 A, or empty/],
    ["phases", 2, /expected one of 1, 3, got 2/],
    ["driver", "constructor", /expected one of simulated, service/],
    ["name", "123456789", /expected at most 8 characters/],
    ["name", Buffer.from("x"), /got a buffer/],
    ["autoReset", "yes", /expected true or false, got "yes"/],
    ["charger", "", /expected a j1772-charger configuration node/],
    ["name", "x".repeat(1_000_000), /got "x{40}…"/],
  ];
  for (const [field, value, message] of refused) {
    it(`refuse ${field} = ${String(value).slice(0, 20)} and name the field`, () => {
      assert.throws(() => readConfig(fields, { ...stored, [field]: value }), { name: "ConfigError", code: "badField", message });
    });
  }
});

describe("migration", () => {
  const steps = [(old: object) => ({ ...old, limitA: 16 }), ({ limitA, ...old }: { limitA?: unknown }) => ({ ...old, offerA: limitA })];

  it("runs every step from the stored version to the current one, once, in order", () => {
    assert.deepEqual(migrate({ id: "a" }, steps), { id: "a", offerA: 16, version: 3 });
    assert.deepEqual(migrate({ id: "a", version: 2, limitA: 10 }, steps), { id: "a", offerA: 10, version: 3 });
    assert.deepEqual(migrate({ id: "a", version: 3, offerA: 8 }, steps), { id: "a", offerA: 8, version: 3 });
  });

  it("does not touch the node it was given", () => {
    const old = Object.freeze({ id: "a", version: 1 });
    migrate(old, steps);
    assert.deepEqual(old, { id: "a", version: 1 });
  });

  it("refuses a node that a newer package saved, and says to update", () => {
    assert.throws(() => migrate({ version: 4 }, steps), { name: "ConfigError", code: "newerVersion", message: /Update the package/ });
  });

  for (const version of [0, -1, 1.5, "new", null, {}]) {
    it(`refuses ${JSON.stringify(version)} for a version`, () => {
      assert.throws(() => migrate({ version }, steps), { name: "ConfigError", code: "badVersion" });
    });
  }
});
