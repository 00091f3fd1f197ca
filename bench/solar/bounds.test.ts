import { deepEqual, equal } from "node:assert/strict";
import { boundsOf } from "./bounds.ts";
import type { CellReport } from "./report.ts";
import type { Row } from "./score.ts";

const row = (controller: string, score: number, closures: number): Row => ({
  controller,
  score,
  closures,
  interval: 0,
  solarPercent: 0,
  solarKwh: 0,
  importKwh: 0,
  moves: 0,
  cpuMs: 0,
  hourImportKwh: 0,
  shortestS: 0,
  daily: [],
});

const report = (cell: string, ours: number, rival: number, eyes: number): CellReport => ({
  cell,
  oracle: 99,
  sighted: row("perfect eyes", eyes, 2.4),
  switched: row("ours, switched with foresight", eyes - 1, 9),
  rows: [
    row("ours + car current", ours, 2.2),
    row("ours", ours - 1, 2),
    row("A default", 99, 1),
    row("A tuned", rival, 3),
    row("B tuned", rival - 5, 1),
  ],
});

/** Columns of the line of a goal. */
const line = (table: string, goal: string): readonly string[] =>
  (table.split("\n").find((text) => text.startsWith(`| ${goal}`)) ?? "").split("|").map((text) => text.trim());

describe("solar bench, the bounds", () => {
  const table = boundsOf([
    report("typical:typical", 95, 94, 96),
    report("slow:cloud60", 88, 87.5, 89.5),
    report("slow:outage", 80, 81, 84),
  ]);

  it("sets our score beside the best tuned competitor's and foresight's, and says what even that is short of", () => {
    deepEqual(line(table, "typical car and meter").slice(2, 8), ["96.50", "95.00", "94.00", "94.00", "96.00", "0.50"]);
  });

  it("takes the worst cell among those with readings, each column its own worst", () => {
    deepEqual(line(table, "worst cell").slice(2, 8), ["90.00", "88.00", "87.00", "87.50", "89.50", "0.50"]);
  });

  it("leaves open what foresight reaches, and counts closures the other way round", () => {
    equal(line(table, "least lead, outage")[7], "");
    deepEqual(line(table, "closures").slice(2, 8), ["2.00", "2.20", "2.00", "3.00", "2.40", "0.40"]);
  });
});
