import assert from "node:assert/strict";
import fc from "fast-check";
import { type Column, CSV_STYLES, type CsvStyle, csvHead, csvRows } from "./csv.ts";

const STANDARD: CsvStyle = { separator: ",", decimal: ".", bom: false, safe: false };
const SPREADSHEET: CsvStyle = { separator: ";", decimal: ",", bom: true, safe: true };

interface Row {
  readonly who: string;
  readonly much: number | null;
}
const columns: readonly Column<Row>[] = [
  { name: "who", of: ({ who }) => who },
  { name: "much", of: ({ much }) => much, digits: 3 },
];

/** Reads a text by the grammar of RFC 4180, section 2. */
function parsed(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (inside) {
      if (char === '"' && text.charAt(i + 1) === '"') {
        field += '"';
        i += 1;
      } else if (char === '"') inside = false;
      else field += char;
    } else if (char === '"') inside = true;
    else if (char === separator) {
      row.push(field);
      field = "";
    } else if (char === "\r") {
      rows.push([...row, field]);
      row = [];
      field = "";
      i += 1;
    } else field += char;
  }
  assert.deepEqual([row, field, inside], [[], "", false], "each line ends, each quote is closed");
  return rows;
}

describe("CSV", () => {
  it("has a head and a line with CRLF for each row", () => {
    assert.equal(csvHead(columns, STANDARD), "who,much\r\n");
    assert.equal(csvRows(columns, [{ who: "Anna", much: 1.5 }], STANDARD), "Anna,1.500\r\n");
    assert.equal(csvRows(columns, [], STANDARD), "");
  });

  it("of the usual styles runs no name as a formula, for whoever opens the file", () => {
    for (const style of Object.values(CSV_STYLES)) {
      const row = csvRows(columns, [{ who: "=HYPERLINK(A1)", much: null }], style);
      assert.ok(row.startsWith("'=HYPERLINK(A1)"), row);
    }
  });

  it("leaves a cell empty for what is not known, and writes no minus before zero", () => {
    const rows = [
      { who: "", much: null },
      { who: "b", much: -0.0001 },
    ];
    assert.equal(csvRows(columns, rows, STANDARD), ",\r\nb,0.000\r\n");
  });

  it("writes for spreadsheets with semicolons, decimal commas and a mark of its encoding", () => {
    assert.equal(csvHead(columns, SPREADSHEET), "\uFEFFwho;much\r\n");
    assert.equal(csvRows(columns, [{ who: "Zoë, B.", much: 1.5 }], SPREADSHEET), "Zoë, B.;1,500\r\n");
  });

  it("quotes a decimal comma where the separator is one", () => {
    assert.equal(csvRows(columns, [{ who: "a", much: 1.5 }], { ...STANDARD, decimal: "," }), 'a,"1,500"\r\n');
  });

  it("disarms text that a spreadsheet would run, and leaves negative numbers alone", () => {
    for (const who of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]) {
      const [[cell = ""] = []] = parsed(csvRows(columns, [{ who, much: -2 }], { ...STANDARD, safe: true }), ",");
      assert.equal(cell, `'${who}`);
    }
    assert.equal(csvRows(columns, [{ who: "a=b", much: -2 }], SPREADSHEET), "a=b;-2,000\r\n");
    assert.equal(csvRows(columns, [{ who: "=1", much: null }], STANDARD), "=1,\r\n", "only when asked to");
  });

  it("gives back every text through a reader that knows RFC 4180 only", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ who: fc.string({ unit: "binary" }), much: fc.constant(null) })),
        fc.constantFrom(",", ";", "\t"),
        (rows, separator) => {
          const style: CsvStyle = { ...STANDARD, separator: separator as CsvStyle["separator"] };
          const read = parsed(csvRows(columns, rows, style), separator);
          assert.deepEqual(
            read,
            rows.map(({ who }) => [who, ""]),
          );
        },
      ),
      { seed: 4 },
    );
  });
});
