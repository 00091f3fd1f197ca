/** Reads a recording of the pilot from a CSV file, row by row, without keeping it. */
import { createReadStream } from "node:fs";
import { fileReason } from "#cli/file-failure";
import { ConfigError } from "#core/errors";

export const TIME_COLUMN = "t_us";
export const VALUE_COLUMNS = ["cp_V", "adc_V"] as const;
/** `cp_V`: volts of the pilot at the connector. `adc_V`: volts at the ADC, behind the divider. */
export type ValueColumn = (typeof VALUE_COLUMNS)[number];

/** Longest line accepted, characters. */
const LONGEST_LINE = 10_000;
/** Lines before the header a scope may write. */
const LONGEST_PREAMBLE = 100;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NO_VALUE = /^(?:|nan|-|null|n\/a)$/i;
/** How much of a file's text an error repeats. */
const QUOTED = 40;

export interface CaptureCsv {
  readonly column: ValueColumn;
  /** Rows with a time, values or not. */
  readonly rows: number;
}

/** What the rows are, once the header is known. */
interface Header {
  readonly delimiter: string;
  readonly hasDecimalComma: boolean;
  readonly time: number;
  readonly value: number;
  readonly column: ValueColumn;
}

/**
 * Reads `path` and hands each row on.
 * @param wanted the value column; null takes `cp_V`, or `adc_V` where there is no `cp_V`.
 * @param take gets each row's time in µs and its volts, NaN where the row has no value.
 * @throws ConfigError `capture.file`, `capture.header`, `capture.row` or `capture.time`, with the line it is about.
 */
export async function readCaptureCsv(
  path: string,
  wanted: ValueColumn | null,
  take: (tUs: number, volts: number, column: ValueColumn) => void,
): Promise<CaptureCsv> {
  const reader = new CaptureReader(path, wanted, take);
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 18 })) {
      const text = rest + String(chunk);
      let start = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
        reader.line(text.slice(start, end));
        start = end + 1;
      }
      rest = text.slice(start);
      reader.checkLength(rest);
    }
  } catch (cause) {
    throw cause instanceof ConfigError
      ? cause
      : new ConfigError("capture.file", `${path}: cannot be read (${fileReason(cause)}).`, { cause });
  }
  reader.line(rest);
  return reader.end();
}

class CaptureReader {
  private header: Header | null = null;
  private lines = 0;
  private rows = 0;
  private lastUs = Number.NEGATIVE_INFINITY;
  private preamble: string | null = null;
  private readonly path: string;
  private readonly wanted: ValueColumn | null;
  private readonly take: (tUs: number, volts: number, column: ValueColumn) => void;

  constructor(path: string, wanted: ValueColumn | null, take: (tUs: number, volts: number, column: ValueColumn) => void) {
    this.path = path;
    this.wanted = wanted;
    this.take = take;
  }

  line(raw: string): void {
    this.lines += 1;
    this.checkLength(raw, this.lines);
    const text = (this.lines === 1 ? raw.replace(/^\uFEFF/, "") : raw).trim();
    if (text === "" || text.startsWith("#")) {
      return;
    }
    if (this.header === null) {
      this.readHeader(text);
    } else {
      this.readRow(text, this.header);
    }
  }

  /** @param raw the line so far, number `line`; by default the one after the last. */
  checkLength(raw: string, line = this.lines + 1): void {
    if (raw.length > LONGEST_LINE) {
      throw new ConfigError(
        "capture.row",
        `${this.path}, line ${line}: longer than ${LONGEST_LINE} characters. Expected one sample a line, lines ended by LF or CRLF.`,
      );
    }
  }

  end(): CaptureCsv {
    if (this.header === null) {
      throw this.noHeader();
    }
    if (this.rows === 0) {
      throw new ConfigError("capture.row", `${this.path}: the header is there but no samples follow.`);
    }
    return { column: this.header.column, rows: this.rows };
  }

  private readHeader(text: string): void {
    if (text.includes("\u0000")) {
      throw new ConfigError("capture.file", `${this.path}: not a text file in UTF-8. Export it as CSV, encoding UTF-8.`);
    }
    const delimiter = [";", "\t", ","].find((candidate) => text.includes(candidate)) ?? ",";
    const names = text.split(delimiter).map(unquoted);
    const time = indexOfName(names, TIME_COLUMN);
    if (time < 0) {
      this.preamble ??= text;
      if (this.lines > LONGEST_PREAMBLE) {
        throw this.noHeader();
      }
      return;
    }
    const column = (this.wanted === null ? VALUE_COLUMNS : [this.wanted]).find((name) => indexOfName(names, name) >= 0);
    if (column === undefined) {
      throw new ConfigError(
        "capture.header",
        `${this.path}, line ${this.lines}: expected a column ${this.wanted ?? VALUE_COLUMNS.join(" or ")} beside ${TIME_COLUMN}, found ${names.map(quoted).join(", ")}.`,
      );
    }
    this.header = { delimiter, hasDecimalComma: delimiter !== ",", time, value: indexOfName(names, column), column };
  }

  private readRow(text: string, { delimiter, hasDecimalComma, time, value, column }: Header): void {
    const fields = text.split(delimiter);
    const tUs = this.numberIn(fields[time], TIME_COLUMN, hasDecimalComma);
    if (Number.isNaN(tUs)) {
      throw new ConfigError(
        "capture.time",
        `${this.path}, line ${this.lines}: ${TIME_COLUMN} has no value. Every sample needs its time in microseconds.`,
      );
    }
    if (tUs < this.lastUs) {
      throw new ConfigError(
        "capture.time",
        `${this.path}, line ${this.lines}: ${TIME_COLUMN} goes back from ${this.lastUs} to ${tUs}. Times must rise; join no recordings.`,
      );
    }
    this.lastUs = tUs;
    this.rows += 1;
    this.take(tUs, this.numberIn(fields[value], column, hasDecimalComma), column);
  }

  /** @returns NaN for a field without a value. */
  private numberIn(field: string | undefined, column: string, hasDecimalComma: boolean): number {
    const plain = field === undefined ? "" : unquoted(field);
    const text = hasDecimalComma ? plain.replace(",", ".") : plain;
    if (NUMBER.test(text)) {
      const parsed = Number(text);
      if (Number.isFinite(parsed)) {
        return parsed;
      }
    } else if (NO_VALUE.test(text)) {
      return Number.NaN;
    }
    throw new ConfigError("capture.row", `${this.path}, line ${this.lines}: expected a number in ${column}, got ${quoted(plain)}.`);
  }

  private noHeader(): ConfigError {
    const found = this.preamble === null ? "the file has no lines" : `the first line is ${quoted(this.preamble)}`;
    return new ConfigError(
      "capture.header",
      `${this.path}: expected a header line such as "${TIME_COLUMN},${VALUE_COLUMNS[0]}" in the first ${LONGEST_PREAMBLE} lines; ${found}.`,
    );
  }
}

function indexOfName(names: readonly string[], wanted: string): number {
  return names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
}

const unquoted = (field: string): string =>
  field
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();

const quoted = (text: string): string => JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
