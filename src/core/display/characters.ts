/** What a 16×2 character display can show. */

export const COLUMNS = 16;

/** Columns of a glyph that the display's ROM does not have: eight rows of five dots, from the top. */
export type Glyph = readonly [number, number, number, number, number, number, number, number];

/** Own characters by their code, 0 to 7. Umlauts of capital letters are missing in ROM A00. */
export const GLYPHS: readonly { readonly character: string; readonly rows: Glyph }[] = [
  { character: "Ä", rows: [0b01010, 0b00000, 0b01110, 0b10001, 0b11111, 0b10001, 0b10001, 0] },
  { character: "Ö", rows: [0b01010, 0b00000, 0b01110, 0b10001, 0b10001, 0b10001, 0b01110, 0] },
  { character: "Ü", rows: [0b01010, 0b00000, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110, 0] },
];

/** Where ROM A00 has what Unicode has elsewhere. @see Hitachi HD44780U datasheet, table 4, ROM code A00 */
const ROM_A00: Readonly<Record<string, number>> = {
  "¥": 0x5c,
  "→": 0x7e,
  "←": 0x7f,
  "·": 0xa5,
  "°": 0xdf,
  α: 0xe0,
  ä: 0xe1,
  ß: 0xe2,
  µ: 0xe4,
  ñ: 0xee,
  ö: 0xef,
  Ω: 0xf4,
  ü: 0xf5,
  π: 0xf7,
  "÷": 0xfd,
};
/** Shown instead of what the display has no character for. */
const UNKNOWN = "?";

/** The display's code of one character; null where it has none. Its ROM is ASCII but for backslash and tilde. */
export function codeOf(character: string): number | null {
  const own = GLYPHS.findIndex((glyph) => glyph.character === character);
  if (own >= 0) return own;
  if (Object.hasOwn(ROM_A00, character)) return ROM_A00[character] ?? null;
  const code = character.codePointAt(0) ?? 0;
  return code >= 0x20 && code <= 0x7d && code !== 0x5c ? code : null;
}

/** Only characters that the display has, each of them one column. */
export const showable = (text: string): string =>
  Array.from(text.normalize("NFC"), (character) => (codeOf(character) === null ? UNKNOWN : character)).join("");

/** Exactly one row: cut at its end, or filled with blanks. */
export const rowOf = (text: string): string => showable(text).slice(0, COLUMNS).padEnd(COLUMNS);

/** Exactly one row with something at each end. What does not fit is cut from the left part, never from the figure. */
export function apart(left: string, right: string): string {
  const figure = showable(right).slice(0, COLUMNS);
  const room = COLUMNS - figure.length;
  const words = showable(left).slice(0, figure === "" ? room : Math.max(0, room - 1));
  return words.padEnd(room) + figure;
}
