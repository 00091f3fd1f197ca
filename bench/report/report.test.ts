import assert from "node:assert/strict";
import { verdictOf } from "./goals.ts";
import { benchOptions } from "./options.ts";
import { quantile, spreadOf } from "./spread.ts";
import { table } from "./table.ts";

describe("bench report", () => {
  it("names measured values as quantiles: of 1 to 1000 the 99.9th percent is 999", () => {
    const values = Array.from({ length: 1000 }, (_, i) => 1000 - i);
    assert.deepEqual(spreadOf(values), { n: 1000, p50: 500, p99: 990, p999: 999, max: 1000 });
  });

  it("has the one value for every quantile of one measurement, and null for none", () => {
    assert.deepEqual(spreadOf([7]), { n: 1, p50: 7, p99: 7, p999: 7, max: 7 });
    assert.equal(spreadOf([]), null);
    assert.throws(() => quantile([], 0.5), RangeError);
  });

  it("sorts numbers as numbers", () => assert.equal(spreadOf([10, 9, 100])?.max, 100));

  it("tells a goal reached, missed within noise, and missed", () => {
    const goal = { name: "reaction", unit: "ms", atMost: 50, noise: 5 };
    assert.equal(verdictOf({ ...goal, measured: 50 }), "reached");
    assert.equal(verdictOf({ ...goal, measured: 55 }), "noise");
    assert.equal(verdictOf({ ...goal, measured: 55.1 }), "missed");
    assert.equal(verdictOf({ ...goal, measured: null }), "missed");
    assert.equal(verdictOf({ ...goal, measured: Number.NaN }), "missed");
  });

  it("understands --json with and without a file, and refuses what it does not know", () => {
    assert.deepEqual(benchOptions([]), { short: false, strict: false, json: null });
    assert.deepEqual(benchOptions(["--short", "--json"]), { short: true, strict: false, json: "" });
    assert.deepEqual(benchOptions(["--strict", "--json", "out.json"]), { short: false, strict: true, json: "out.json" });
    assert.throws(() => benchOptions(["out.json"]));
    assert.throws(() => benchOptions(["--jsn"]));
  });

  it("lines a table up by its widest cells", () => {
    assert.equal(table(["name", "ms"], [["a", "1000.0"]]), "name      ms\n────  ──────\na     1000.0");
  });
});
