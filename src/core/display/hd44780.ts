/** What is written to an HD44780 to show two rows: bytes and their register, for whoever has the wires. */
import { codeOf, GLYPHS, rowOf } from "./characters.ts";

/** One write. `isText` is the register select line: high for a character or a glyph's dots, low for a command. */
export interface LcdWrite {
  readonly isText: boolean;
  readonly byte: number;
}

/** Commands of the controller. @see Hitachi HD44780U datasheet, table 6 */
const SET_GLYPH_ADDRESS = 0x40;
const SET_TEXT_ADDRESS = 0x80;
/** A second row begins here whatever the first one's length. */
const SECOND_ROW = 0x40;
const GLYPH_ROWS = 8;
const QUESTION_MARK = 0x3f;

const command = (byte: number): LcdWrite => ({ isText: false, byte });
const text = (byte: number): LcdWrite => ({ isText: true, byte });

/** The codes of one row, always sixteen. */
export const encodeRow = (row: string): readonly number[] => Array.from(rowOf(row), (character) => codeOf(character) ?? QUESTION_MARK);

/** Teaches the display its own characters; needed once after its power came on. Leaves it writing glyphs: a page comes next. */
export const glyphWrites = (): readonly LcdWrite[] =>
  GLYPHS.flatMap(({ rows }, slot) => [command(SET_GLYPH_ADDRESS | (slot * GLYPH_ROWS)), ...rows.map(text)]);

/**
 * From what stands there to other rows: in each row from its first difference to its last.
 * @param before null where that is not known: then both rows whole, over whatever is there, so that nothing flickers.
 */
export function changeWrites(before: readonly [string, string] | null, after: readonly [string, string]): readonly LcdWrite[] {
  return after.flatMap((row, line) => {
    const known = before === null ? null : encodeRow(before[line] ?? "");
    const codes = encodeRow(row);
    const differs = codes.map((code, column) => code !== known?.[column]);
    const first = differs.indexOf(true);
    if (first < 0) return [];
    const address = SET_TEXT_ADDRESS | (line * SECOND_ROW) | first;
    return [command(address), ...codes.slice(first, differs.lastIndexOf(true) + 1).map(text)];
  });
}
