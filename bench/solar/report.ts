/** Results as tables a person can read. */
import type { Row } from "./score.ts";

export interface CellReport {
  readonly cell: string;
  readonly oracle: number;
  /** The same with the real car in between. */
  readonly sighted: Row;
  /** Our set point when the best plan does the switching. */
  readonly switched: Row;
  readonly rows: readonly Row[];
}

const isOurs = (row: Row): boolean => row.controller.startsWith("ours");

/** Best tuned competitor of a cell; null when none was run. */
export function bestTuned(report: CellReport): Row | null {
  const tuned = report.rows.filter((row) => row.controller.endsWith("tuned"));
  return tuned.reduce<Row | null>((best, row) => (best === null || row.score > best.score ? row : best), null);
}

const cells = (...values: readonly string[]): string => `| ${values.join(" | ")} |`;

export function tableOf(report: CellReport): string {
  const lines = [
    `### ${report.cell} (delay-limited oracle ${report.oracle.toFixed(1)} %)`,
    "",
    cells("controller", "score %", "± 95 %", "sun kWh", "sun %", "import kWh", "closures", "moves", "CPU ms/day"),
    cells("---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---:"),
  ];
  for (const row of [...report.rows].sort((a, b) => b.score - a.score)) {
    lines.push(
      cells(
        isOurs(row) ? `**${row.controller}**` : row.controller,
        row.score.toFixed(2),
        row.interval.toFixed(1),
        row.solarKwh.toFixed(2),
        row.solarPercent.toFixed(1),
        row.importKwh.toFixed(2),
        row.closures.toFixed(1),
        row.moves.toFixed(0),
        row.cpuMs.toFixed(0),
      ),
    );
  }
  return lines.join("\n");
}

/** One line a cell: how we stand against the best tuned competitor there. */
export function matrixOf(reports: readonly CellReport[]): string {
  const lines = [
    cells(
      "car : meter",
      "oracle",
      "with the real car",
      "switched with foresight",
      "ours + car current",
      "ours",
      "best tuned competitor",
      "lead",
      "lead without car current",
      "closures",
      "import in the failed hour, kWh",
    ),
    cells("---", "---:", "---:", "---:", "---:", "---:", "---", "---:", "---:", "---:", "---:"),
  ];
  for (const report of reports) {
    const [measured, blind] = report.rows;
    const rival = bestTuned(report);
    if (measured === undefined || blind === undefined) continue;
    const lead = (row: Row): string =>
      rival === null ? "" : `${row.score >= rival.score ? "+" : ""}${(row.score - rival.score).toFixed(2)}`;
    const failing = /outage|frozen/.test(report.cell);
    lines.push(
      cells(
        report.cell,
        report.oracle.toFixed(1),
        report.sighted.score.toFixed(1),
        report.switched.score.toFixed(1),
        measured.score.toFixed(2),
        blind.score.toFixed(2),
        rival === null ? "" : `${rival.controller.replace(" tuned", "")} ${rival.score.toFixed(2)}`,
        lead(measured),
        lead(blind),
        measured.closures.toFixed(1),
        failing ? measured.hourImportKwh.toFixed(2) : "",
      ),
    );
  }
  return lines.join("\n");
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The sentences the whole matrix comes down to. */
export function summaryOf(reports: readonly CellReport[]): readonly string[] {
  const ours = reports.map(({ rows }) => rows[0]).filter((row) => row !== undefined);
  const leads = reports.flatMap((report) => {
    const rival = bestTuned(report);
    const row = report.rows[0];
    return rival === null || row === undefined ? [] : [{ cell: report.cell, lead: row.score - rival.score }];
  });
  const worst = (of: readonly { readonly cell: string; readonly lead: number }[]): string => {
    const least = of.reduce((low, one) => (one.lead < low.lead ? one : low), of[0] ?? { cell: "none", lead: 0 });
    return `${least.cell} ${least.lead.toFixed(2)}`;
  };
  const perCompetitor = new Map<string, number[]>();
  for (const { rows } of reports) {
    const own = rows[0]?.score ?? 0;
    for (const row of rows) {
      if (row.controller.endsWith("tuned"))
        perCompetitor.set(row.controller, [...(perCompetitor.get(row.controller) ?? []), own - row.score]);
    }
  }
  return [
    `mean score ${meanOf(ours.map((row) => row.score)).toFixed(2)} %, mean closures ${meanOf(ours.map((row) => row.closures)).toFixed(2)} a day, shortest time between two closures ${Math.min(...ours.map((row) => row.shortestS || Number.POSITIVE_INFINITY))} s`,
    ...(leads.length === 0
      ? []
      : [
          `mean lead over the best tuned competitor of each cell ${meanOf(leads.map(({ lead }) => lead)).toFixed(2)}, smallest: ${worst(leads)}`,
          ...Array.from(
            perCompetitor,
            ([name, values]) => `mean lead over ${name} ${meanOf(values).toFixed(2)}, smallest ${Math.min(...values).toFixed(2)}`,
          ),
        ]),
  ];
}
