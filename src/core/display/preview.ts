/** The display and its light as a picture, readable in light and dark. */

import { COLUMNS } from "./characters.ts";
import type { Led, LedColour, Rows } from "./pages.ts";

const LED_FILL: Readonly<Record<LedColour, string>> = {
  green: "#2ea043",
  yellow: "#e3b341",
  violet: "#a371f7",
  blue: "#388bfd",
  red: "#f85149",
  off: "#8b949e",
};
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? "");

const CELL = 18;
const LEFT = 24;

/** Where things are, for whoever draws it with means of its own. */
export const PICTURE = {
  width: LEFT * 2 + COLUMNS * CELL + 56,
  height: 116,
  glass: { x: LEFT - 8, y: 20, width: COLUMNS * CELL + 10, height: 76 },
  light: { cx: LEFT * 2 + COLUMNS * CELL + 20, cy: 58, r: 16 },
  columnX: (column: number): number => LEFT + column * CELL,
  baselineY: (line: number): number => 50 + line * 34,
} as const;

/** What is on it, in words, for those who cannot see it. */
export const inWords = (rows: Rows, { colour, effect }: Led): string =>
  `${rows.map((row) => row.trim()).join(" / ")} (${colour}${effect === "steady" ? "" : `, ${effect}`})`;

/** Follows the reader's own choice of light or dark; a display's letters are dark on a lit ground by day, and light by night. */
const STYLE =
  ":root{color-scheme:light dark}.case{fill:#eef1f4;stroke:#57606a}.glass{fill:#cfe3c4}.text{fill:#14240f;font:22px ui-monospace,Menlo,Consolas,monospace;white-space:pre}.rim{stroke:#57606a}" +
  "@media(prefers-color-scheme:dark){.case{fill:#161b22;stroke:#8b949e}.glass{fill:#10241a}.text{fill:#c8f0d0}.rim{stroke:#8b949e}}" +
  ".dim{opacity:.45}.blink{animation:blink 2s steps(2,jump-none) infinite}@keyframes blink{to{opacity:.2}}@media(prefers-reduced-motion:reduce){.blink{animation:none}}";

function drawingOf(rows: Rows, { colour, effect }: Led): string {
  const { width, height, glass, light } = PICTURE;
  const letters = rows.map((row, line) => {
    const cells = Array.from(row, (character, column) =>
      character === " " ? "" : `<tspan x="${PICTURE.columnX(column)}">${escaped(character)}</tspan>`,
    );
    return `<text class="text" y="${PICTURE.baselineY(line)}">${cells.join("")}</text>`;
  });
  return [
    `<rect class="case" x="2" y="2" width="${width - 4}" height="${height - 4}" rx="12" stroke-width="2"/>`,
    `<rect class="glass" x="${glass.x}" y="${glass.y}" width="${glass.width}" height="${glass.height}" rx="4"/>`,
    ...letters,
    `<circle class="rim ${effect}" cx="${light.cx}" cy="${light.cy}" r="${light.r}" fill="${LED_FILL[colour]}" stroke-width="2"/>`,
  ].join("");
}

const document = (width: number, height: number, title: string, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">` +
  `<title>${escaped(title)}</title><style>${STYLE}</style>${body}</svg>`;

/** A whole SVG document. The words are its description too, for those who cannot see it. */
export const previewSvg = (rows: Rows, led: Led): string =>
  document(PICTURE.width, PICTURE.height, inWords(rows, led), drawingOf(rows, led));

const GAP = 12;

/** Several displays in one SVG document. @param columns how many are beside each other */
export function previewSheet(faces: readonly { readonly rows: Rows; readonly led: Led }[], columns: number): string {
  const { width, height } = PICTURE;
  const displays = faces.map(({ rows, led }, index) => {
    const x = (index % columns) * (width + GAP);
    const y = Math.floor(index / columns) * (height + GAP);
    return `<g transform="translate(${x} ${y})">${drawingOf(rows, led)}</g>`;
  });
  const title = faces.map(({ rows, led }) => inWords(rows, led)).join("; ");
  const rows = Math.ceil(faces.length / columns);
  return document(columns * (width + GAP) - GAP, rows * (height + GAP) - GAP, title, displays.join(""));
}
