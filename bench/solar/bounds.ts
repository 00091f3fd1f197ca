/**
 * What was aimed for beside what is had, what the best tuned competitor has, and what perfect eyes would have: they know every second of
 * the day to come when they start and stop, and the exact surplus when the meter looked, but act through the same meter and the same car.
 */
import { bestTuned, type CellReport } from "./report.ts";
import type { Row } from "./score.ts";

type Figure = (row: Row, report: CellReport) => number;

interface Goal {
  readonly name: string;
  readonly wanted: number;
  /** Less is better. */
  readonly less?: boolean;
  readonly of: RegExp;
  /** Of the figures of all cells, the one that counts. */
  readonly over: (values: readonly number[]) => number;
  readonly figure: Figure;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const least = (values: readonly number[]): number => Math.min(...values);
const score: Figure = (row) => row.score;
/** Points ahead of the best tuned competitor of the cell. */
const lead: Figure = (row, report) => row.score - (bestTuned(report)?.score ?? Number.NaN);
const ALL = /^[^@]*$/;
/** A reading at least every 60 s. */
const SEEING = /:(?:ideal|typical|p1|slow30|cloud60)$/;
const FAILING = /:(?:outage|frozen)$/;

const GOALS: readonly Goal[] = [
  { name: "typical car and meter, score", wanted: 96.5, of: /^typical:typical$/, over: mean, figure: score },
  { name: "mean lead over the best tuned competitor of each cell", wanted: 2, of: ALL, over: mean, figure: lead },
  { name: "least lead over it", wanted: -0.2, of: ALL, over: least, figure: lead },
  { name: "least lead, outage and frozen", wanted: 0, of: FAILING, over: least, figure: lead },
  { name: "worst cell with a reading every 60 s or sooner, score", wanted: 90, of: SEEING, over: least, figure: score },
  { name: "closures a day", wanted: 2, less: true, of: ALL, over: mean, figure: (row) => row.closures },
];

const shown = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : "");

/** One line a goal that these cells speak of. The competitor's column is the best tuned one of each cell. */
export function boundsOf(reports: readonly CellReport[]): string {
  const lines = ["| goal | wanted | ours + car current | ours | best tuned competitor | perfect eyes | short of it even so |"];
  lines.push("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const { name, wanted, less = false, of, over, figure } of GOALS) {
    const cells = reports.filter(({ cell }) => of.test(cell));
    if (cells.length === 0) continue;
    const whole = (pick: (report: CellReport) => Row | null | undefined): number =>
      over(
        cells.map((report) => {
          const row = pick(report);
          return row === null || row === undefined ? Number.NaN : figure(row, report);
        }),
      );
    const best = whole(({ sighted }) => sighted);
    const missing = less ? best - wanted : wanted - best;
    const columns = [
      wanted,
      whole(({ rows }) => rows[0]),
      whole(({ rows }) => rows[1]),
      whole(bestTuned),
      best,
      missing > 0 ? missing : Number.NaN,
    ];
    lines.push(`| ${[name, ...columns.map(shown)].join(" | ")} |`);
  }
  return lines.join("\n");
}
