/** The trade between sun captured and energy bought, as a picture that reads in light and dark. */
import type { Row } from "./score.ts";

export interface Mark {
  readonly row: Row;
  readonly kind: "ours" | "tuned" | "default";
}

const WIDTH = 800;
const HEIGHT = 480;
const LEFT = 64;
const RIGHT = 180;
const TOP = 30;
const BOTTOM = 76;

const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #333 }
    .axis { stroke: #888; stroke-width: 1 } .grid { stroke: #8884; stroke-width: 1 }
    .ours { fill: #1f6fd0; stroke: #1f6fd0 } .tuned { fill: #b8860b; stroke: #b8860b } .default { fill: none; stroke: #777 }
    .front { fill: none; stroke: #1f6fd0; stroke-width: 2 }
    @media (prefers-color-scheme: dark) { text { fill: #ddd } .ours { fill: #6ab0ff; stroke: #6ab0ff } .front { stroke: #6ab0ff } .tuned { fill: #e0b040; stroke: #e0b040 } .default { stroke: #aaa } }`;

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

/** Draws sun against import, kWh a day; the area of a mark grows with the closures a day. Rows off the scale are named below it. */
export function paretoSvg(title: string, marks: readonly Mark[]): string {
  const near = marks.filter(({ row }) => row.importKwh <= 3);
  const far = marks.filter(({ row }) => row.importKwh > 3);
  const solar = near.map(({ row }) => row.solarKwh);
  const most = Math.ceil(Math.max(...solar) * 2) / 2;
  const least = Math.floor(Math.min(...solar) * 2) / 2;
  const x = (bought: number): number => LEFT + (bought / 3) * (WIDTH - LEFT - RIGHT);
  const y = (sun: number): number => TOP + ((most - sun) / (most - least)) * (HEIGHT - TOP - BOTTOM);
  const lines: string[] = [];
  for (let bought = 0; bought <= 3; bought += 0.5) {
    lines.push(`<path class="grid" d="M${x(bought)} ${TOP}V${HEIGHT - BOTTOM}"/>`);
    lines.push(`<text x="${x(bought)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${bought}</text>`);
  }
  for (let sun = least; sun <= most + 1e-9; sun += (most - least) / 5) {
    lines.push(`<path class="grid" d="M${LEFT} ${y(sun).toFixed(1)}H${WIDTH - RIGHT}"/>`);
    lines.push(`<text x="${LEFT - 8}" y="${(y(sun) + 4).toFixed(1)}" text-anchor="end">${sun.toFixed(1)}</text>`);
  }
  const ours = near.filter(({ kind }) => kind === "ours").sort((a, b) => a.row.importKwh - b.row.importKwh);
  const path = ours.map(({ row }, i) => `${i === 0 ? "M" : "L"}${x(row.importKwh).toFixed(1)} ${y(row.solarKwh).toFixed(1)}`).join("");
  lines.push(`<path class="front" d="${path}"/>`);
  const taken: number[] = [];
  for (const { row, kind } of [...near].sort((a, b) => b.row.solarKwh - a.row.solarKwh)) {
    const [cx, cy] = [x(row.importKwh), y(row.solarKwh)];
    const radius = 2.5 + Math.sqrt(Math.min(row.closures, 60)) * 1.2;
    let label = cy + 4;
    while (taken.some((other) => Math.abs(other - label) < 12)) label += 12;
    taken.push(label);
    lines.push(`<circle class="${kind}" cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="${radius.toFixed(1)}" fill-opacity="0.7"/>`);
    lines.push(`<path class="grid" d="M${cx.toFixed(1)} ${cy.toFixed(1)}L${WIDTH - RIGHT + 4} ${label - 4}"/>`);
    lines.push(`<text x="${WIDTH - RIGHT + 8}" y="${label.toFixed(1)}">${escaped(row.controller)}</text>`);
  }
  const off = far.map(({ row }) => `${row.controller} ${row.solarKwh.toFixed(1)}/${row.importKwh.toFixed(1)}`).join(", ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">
  <style>${STYLE}
  </style>
  <text x="${LEFT}" y="18">${escaped(title)}</text>
  ${lines.join("\n  ")}
  <path class="axis" d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none"/>
  <text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - BOTTOM + 36}" text-anchor="middle">bought from the grid, kWh a day</text>
  <text x="${LEFT}" y="${HEIGHT - 14}">${off === "" ? "" : escaped(`off the scale (sun/bought): ${off}`)}</text>
  <text transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">sun in the car, kWh a day</text>
</svg>
`;
}
