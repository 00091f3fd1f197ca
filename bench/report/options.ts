/** What every bench understands on its command line. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Fewer measurements, for a quick look. */
  readonly short: boolean;
  /** Exit code 1 when a goal is missed beyond noise. */
  readonly strict: boolean;
  /** Print JSON (""), or write it to this file; null for neither. */
  readonly json: string | null;
}

/** `--short`, `--strict`, `--json` (to standard output, the table to standard error) or `--json FILE`. */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { short: { type: "boolean" }, strict: { type: "boolean" }, json: { type: "boolean" } },
    allowPositionals: true,
  });
  if (positionals.length > 1 || (positionals.length === 1 && values.json !== true)) {
    throw new Error(`expected [--short] [--strict] [--json [FILE]], got "${args.join(" ")}"`);
  }
  return { short: values.short ?? false, strict: values.strict ?? false, json: values.json === true ? (positionals[0] ?? "") : null };
}

/** Shows a report to people, and to programs when they asked. */
export function publish(options: BenchOptions, text: string, report: object): void {
  if (options.json === "") {
    console.error(text);
    console.log(JSON.stringify(report, null, 2));
    return;
  }
  console.log(text);
  if (options.json !== null) {
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
}
