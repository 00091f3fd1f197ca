/** The panel and its light as a picture, readable in light and dark. */

import type { Led, LedColour, Rows } from "./pages.ts";
import { COLUMNS } from "./panel.ts";

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
const WIDTH = LEFT * 2 + COLUMNS * CELL + 56;
const HEIGHT = 116;
/** Follows the reader's own choice of light or dark; a panel's letters are dark on a lit ground by day, and light by night. */
const STYLE =
  ":root{color-scheme:light dark}.case{fill:#eef1f4;stroke:#57606a}.glass{fill:#cfe3c4}.text{fill:#14240f;font:22px ui-monospace,Menlo,Consolas,monospace;white-space:pre}.rim{stroke:#57606a}" +
  "@media(prefers-color-scheme:dark){.case{fill:#161b22;stroke:#8b949e}.glass{fill:#10241a}.text{fill:#c8f0d0}.rim{stroke:#8b949e}}" +
  ".dim{opacity:.45}.blink{animation:blink 2s steps(2,jump-none) infinite}@keyframes blink{to{opacity:.2}}@media(prefers-reduced-motion:reduce){.blink{animation:none}}";

/** A whole SVG document. The words are its description too, for those who cannot see it. */
export function previewSvg(rows: Rows, { colour, effect }: Led): string {
  const letters = rows.map((row, line) => {
    const cells = Array.from(row, (character, column) =>
      character === " " ? "" : `<tspan x="${LEFT + column * CELL}">${escaped(character)}</tspan>`,
    );
    return `<text class="text" y="${50 + line * 34}">${cells.join("")}</text>`;
  });
  const said = escaped(`${rows.map((row) => row.trim()).join(" / ")} (${colour}${effect === "steady" ? "" : `, ${effect}`})`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${said}</title><style>${STYLE}</style>`,
    `<rect class="case" x="2" y="2" width="${WIDTH - 4}" height="${HEIGHT - 4}" rx="12" stroke-width="2"/>`,
    `<rect class="glass" x="${LEFT - 8}" y="20" width="${COLUMNS * CELL + 10}" height="76" rx="4"/>`,
    ...letters,
    `<circle class="rim ${effect}" cx="${WIDTH - 36}" cy="58" r="16" fill="${LED_FILL[colour]}" stroke-width="2"/>`,
    "</svg>",
  ].join("");
}
