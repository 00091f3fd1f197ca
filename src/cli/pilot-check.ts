/** `j1772 pilot-check`: what a recorded pilot signal means, as one JSON object. */
import { parseArgs } from "node:util";
import { readCaptureCsv, VALUE_COLUMNS, type ValueColumn } from "#cli/capture-csv";
import { ConfigError } from "#core/errors";
import { calibrationOfDivider, DEFAULT_DIVIDER, DEFAULT_VCC, type PilotDivider } from "#core/pilot/calibration";
import { PilotCapture } from "#core/pilot/capture";
import { CAPTURE_REASONS, type CaptureVerdict, verdictOf } from "#core/pilot/capture-verdict";
import type { PilotCalibration } from "#core/pilot/types";
import { DutyPercent, Ohms, Volts } from "#core/units/units";
import type { Io } from "./io.ts";

const USAGE = `j1772 pilot-check FILE.csv [options]

Says what a recording of the J1772 pilot means. The file has a header line, a column t_us (time in microseconds)
and a column cp_V (pilot volts at the connector) or adc_V (volts at the ADC, behind the divider). At most 80 µs
between samples; fields by comma, semicolon or tab; a field may be empty.

  --column NAME       cp_V or adc_V, where the file has both (default cp_V)
  --divider A,B,C     resistors pilot to ADC, ADC to ground, ADC to Vcc (default 200k,100k,56k); for adc_V
  --vcc VOLTS         supply of the divider, as measured (default 5.0); for adc_V
  --duty PERCENT      duty the charger was told to produce, where known; 100 steady high, 0 steady low
  --help

Exit code 0: a healthy pilot. 1: not, see "reasons". 2: the command line or the file cannot be understood.
`;

const EXIT_VALID = 0;
const EXIT_INVALID = 1;
const EXIT_USAGE = 2;

interface Request {
  readonly path: string;
  readonly column: ValueColumn | null;
  readonly calibration: PilotCalibration;
  readonly duty: DutyPercent | null;
}

/** Runs the command. @returns its exit code. */
export async function pilotCheck(args: readonly string[], io: Io): Promise<number> {
  try {
    const request = requestOf(args);
    if (request === null) {
      io.out(USAGE);
      return EXIT_VALID;
    }
    const report = await check(request);
    io.out(`${JSON.stringify(report)}\n`);
    return report.verdict === "valid" ? EXIT_VALID : EXIT_INVALID;
  } catch (error) {
    if (error instanceof ConfigError) {
      io.err(`pilot-check: ${error.message}\n`);
      return EXIT_USAGE;
    }
    throw error;
  }
}

async function check({ path, column: wanted, calibration, duty }: Request) {
  const capture = new PilotCapture();
  const { gain, offsetV } = calibration;
  const { column, rows } = await readCaptureCsv(path, wanted, (tUs, volts, source) =>
    capture.add(tUs, source === "adc_V" ? volts * gain + offsetV : volts),
  );
  const summary = capture.summary();
  return { ...inPlainNumbers(verdictOf(summary, duty)), column, rows, missing: summary.missing };
}

function inPlainNumbers(found: CaptureVerdict) {
  return {
    state: found.state,
    highV: rounded(found.highV, 2),
    lowV: rounded(found.lowV, 2),
    dutyCycle: rounded(found.dutyCycle, 1),
    offeredCurrentA: rounded(found.offeredCurrentA, 1),
    frequencyHz: rounded(found.frequencyHz, 1),
    diode: found.diode,
    verdict: found.verdict,
    reasons: found.reasons,
    explanations: found.reasons.map((reason) => CAPTURE_REASONS[reason]),
  };
}

const rounded = (value: number | null, digits: number): number | null => (value === null ? null : Number(value.toFixed(digits)));

/** @returns null when help was asked for. @throws ConfigError `pilotCheck.usage`. */
function requestOf(args: readonly string[]): Request | null {
  const { values, positionals } = parsed(args);
  if (values.help === true) {
    return null;
  }
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) {
    throw usageError(`expected one FILE.csv, got ${positionals.length === 0 ? "none" : positionals.length}`);
  }
  const isDivided = values.divider !== undefined || values.vcc !== undefined;
  const column = columnOf(values.column, isDivided);
  const vcc = values.vcc === undefined ? DEFAULT_VCC : Volts(numberOf("--vcc", values.vcc));
  const divider = values.divider === undefined ? DEFAULT_DIVIDER : dividerOf(values.divider);
  return {
    path,
    column,
    calibration: calibrationOfDivider({ vcc, divider }),
    duty: values.duty === undefined ? null : dutyOf(values.duty),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { column: text, divider: text, vcc: text, duty: text, help: { type: "boolean", short: "h" } },
    });
  } catch (cause) {
    throw usageError(cause instanceof Error ? (cause.message.split(". ")[0] ?? cause.message) : String(cause));
  }
}

function columnOf(name: string | undefined, isDivided: boolean): ValueColumn | null {
  if (name === undefined) {
    return isDivided ? "adc_V" : null;
  }
  const column = VALUE_COLUMNS.find((known) => known === name);
  if (column === undefined) {
    throw usageError(`--column: expected ${VALUE_COLUMNS.join(" or ")}, got ${JSON.stringify(name)}`);
  }
  if (column === "cp_V" && isDivided) {
    throw usageError("--divider and --vcc turn adc_V into pilot volts, but cp_V is asked for; leave one out");
  }
  return column;
}

const MULTIPLES: Readonly<Record<string, number>> = { k: 1e3, M: 1e6 };

function dividerOf(text: string): PilotDivider {
  const [pilotOhm, groundOhm, supplyOhm, ...more] = text.split(",").map(ohmsOf);
  if (pilotOhm === undefined || groundOhm === undefined || supplyOhm === undefined || more.length > 0) {
    throw usageError(`--divider: expected three resistors such as 200k,100k,56k, got ${JSON.stringify(text)}`);
  }
  return { pilotOhm, groundOhm, supplyOhm };
}

function ohmsOf(text: string): Ohms {
  const [, digits, multiple = ""] = /^(\d+(?:\.\d+)?)(k|M)?$/.exec(text.trim()) ?? [];
  if (digits === undefined) {
    throw usageError(`--divider: expected a resistor such as 200k, got ${JSON.stringify(text)}`);
  }
  return Ohms(Number(digits) * (MULTIPLES[multiple] ?? 1));
}

function dutyOf(text: string): DutyPercent {
  const duty = numberOf("--duty", text.replace(/\s*%$/, ""));
  if (duty < 0 || duty > 100) {
    throw usageError(`--duty: expected 0 to 100 percent, got ${JSON.stringify(text)}`);
  }
  return DutyPercent(duty);
}

function numberOf(option: string, text: string): number {
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(text)) {
    throw usageError(`${option}: expected a number, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

const usageError = (what: string): ConfigError => new ConfigError("pilotCheck.usage", `${what}. Try: j1772 pilot-check --help`);
