/** Comma-separated values as RFC 4180 has them, and as spreadsheets of other countries read them. */

export interface CsvStyle {
  readonly separator: "," | ";" | "\t";
  readonly decimal: "." | ",";
  /** Begins the text with a byte order mark, without which some spreadsheets take UTF-8 for something else. */
  readonly bom: boolean;
  /** Puts an apostrophe before text that a spreadsheet would run as a formula; without it, only for what programs read. */
  readonly safe: boolean;
}

/** For programs and most spreadsheets, and for spreadsheets of countries with decimal commas. Names come from strangers. */
export const CSV_STYLES = {
  standard: { separator: ",", decimal: ".", bom: false, safe: true },
  spreadsheet: { separator: ";", decimal: ",", bom: true, safe: true },
} as const satisfies Readonly<Record<string, CsvStyle>>;

export interface Column<Row> {
  readonly name: string;
  /** Null leaves the cell empty. */
  readonly of: (row: Row) => string | number | null;
  /** Decimals of a number; without it a number is written as it is. */
  readonly digits?: number;
}

const LINE_END = "\r\n";
const BYTE_ORDER_MARK = "\uFEFF";
/** What begins a formula, in its usual and its full-width form; a leading tab or line end hides one. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** The first line, and what goes before it. */
export const csvHead = <Row>(columns: readonly Column<Row>[], style: CsvStyle): string =>
  `${style.bom ? BYTE_ORDER_MARK : ""}${line(
    columns.map(({ name }) => name),
    style,
  )}`;

/** A line for each row, each with its line end. */
export const csvRows = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: CsvStyle): string =>
  rows
    .map((row) =>
      line(
        columns.map((column) => cell(column, row, style)),
        style,
      ),
    )
    .join("");

function cell<Row>({ of, digits }: Column<Row>, row: Row, { decimal, safe }: CsvStyle): string {
  const value = of(row);
  if (value === null) return "";
  if (typeof value === "string") return safe && FORMULA.test(value) ? `'${value}` : value;
  const written = digits === undefined ? String(value) : withoutMinusZero(value.toFixed(digits));
  return decimal === "." ? written : written.replace(".", decimal);
}

const withoutMinusZero = (written: string): string => (/^-0(\.0+)?$/.test(written) ? written.slice(1) : written);

function line(cells: readonly string[], { separator }: CsvStyle): string {
  return cells.map((text) => quoted(text, separator)).join(separator) + LINE_END;
}

const quoted = (text: string, separator: string): string =>
  text.includes(separator) || /["\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
