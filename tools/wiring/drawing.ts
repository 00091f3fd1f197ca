/** A sheet to draw on, from top to bottom: writing, boxes, wires and the symbols of a schematic. */
import { type Ink, SIZES, type Size, STYLE, type Surface } from "./palette.ts";

/** Width of every drawing, px: at this a telephone in a hand shows the smallest writing large enough. */
export const WIDTH = 440;

type Anchor = "start" | "middle" | "end";

interface Writing {
  readonly ink?: Ink;
  readonly size?: Size;
  readonly anchor?: Anchor;
  readonly strong?: boolean;
}

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const short = (value: number): string => String(Math.round(value * 10) / 10);

export class Drawing {
  readonly #parts: string[] = [];
  readonly #title: string;
  readonly #about: string;

  /** @param about what a person who cannot see it should know */
  constructor(title: string, about: string) {
    this.#title = title;
    this.#about = about;
  }

  text(x: number, y: number, words: string, { ink = "ink", size = "word", anchor = "start", strong = false }: Writing = {}): void {
    const where = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
    this.#parts.push(
      `<text class="${size} ${ink}${strong ? " strong" : ""}" x="${short(x)}" y="${short(y)}"${where}>${escaped(words)}</text>`,
    );
  }

  /** Lines below each other. @returns where the next one would be */
  lines(x: number, y: number, lines: readonly string[], writing: Writing = {}): number {
    for (const [index, words] of lines.entries()) this.text(x, y + index * lineOf(writing.size), words, writing);
    return y + lines.length * lineOf(writing.size);
  }

  box(x: number, y: number, width: number, height: number, ink: Ink = "soft", surface: Surface = "card", dashed = false): void {
    this.#parts.push(
      `<rect class="${surface} ${ink} edge" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="6"${dashed ? ' stroke-dasharray="4 3"' : ""}/>`,
    );
  }

  /** A line through points. */
  wire(points: readonly (readonly [number, number])[], ink: Ink = "ink", kind: "line" | "thick" | "line dashed" = "line"): void {
    const path = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${short(x)} ${short(y)}`).join("");
    this.#parts.push(`<path class="${kind} ${ink}" d="${path}"/>`);
  }

  /** A head at the end of a wire. */
  head(x: number, y: number, way: "left" | "right" | "down" | "up", ink: Ink = "ink"): void {
    const [dx, dy] = { left: [1, 0], right: [-1, 0], down: [0, -1], up: [0, 1] }[way] as [number, number];
    const [bx, by] = [x + dx * 8, y + dy * 8];
    const points = `${short(x)},${short(y)} ${short(bx + dy * 4)},${short(by + dx * 4)} ${short(bx - dy * 4)},${short(by - dx * 4)}`;
    this.#parts.push(`<polygon class="solid ${ink}" points="${points}"/>`);
  }

  /** Where wires join. */
  dot(x: number, y: number, ink: Ink = "ink"): void {
    this.#parts.push(`<circle class="solid ${ink}" cx="${short(x)}" cy="${short(y)}" r="3"/>`);
  }

  /** A resistor around a point. */
  resistor(x: number, y: number, way: "across" | "down", ink: Ink = "ink"): void {
    const [width, height] = way === "across" ? [36, 14] : [14, 36];
    this.#parts.push(
      `<rect class="paper ${ink} edge" x="${short(x - width / 2)}" y="${short(y - height / 2)}" width="${width}" height="${height}"/>`,
    );
  }

  /** Earth, below a point. */
  ground(x: number, y: number, ink: Ink = "ink"): void {
    this.wire(
      [
        [x, y],
        [x, y + 8],
      ],
      ink,
    );
    for (const [down, half] of [
      [8, 9],
      [12, 6],
      [16, 3],
    ] as const)
      this.wire(
        [
          [x - half, y + down],
          [x + half, y + down],
        ],
        ink,
      );
  }

  /** A supply, above a point. */
  supply(x: number, y: number, words: string): void {
    this.wire(
      [
        [x, y],
        [x, y - 10],
      ],
      "power",
    );
    this.wire(
      [
        [x - 8, y - 10],
        [x + 8, y - 10],
      ],
      "power",
      "thick",
    );
    this.text(x, y - 16, words, { ink: "power", size: "small", anchor: "middle" });
  }

  /** An amplifier with its tip at a point; the inputs are 52 to the left, 12 above and below. */
  amplifier(x: number, y: number, upper: "+" | "−" = "+"): void {
    this.#parts.push(
      `<path class="card ink edge" d="M${short(x)} ${short(y)}L${short(x - 52)} ${short(y - 28)}L${short(x - 52)} ${short(y + 28)}Z"/>`,
    );
    this.text(x - 47, y - 8, upper, { size: "small" });
    this.text(x - 47, y + 17, upper === "+" ? "−" : "+", { size: "small" });
  }

  /** A diode around a point that lets current up. */
  diodeUp(x: number, y: number, ink: Ink = "ink"): void {
    this.#parts.push(
      `<path class="card ${ink} edge" d="M${short(x)} ${short(y - 7)}L${short(x - 8)} ${short(y + 7)}L${short(x + 8)} ${short(y + 7)}Z"/>`,
    );
    this.wire(
      [
        [x - 8, y - 7],
        [x + 8, y - 7],
      ],
      ink,
    );
  }

  /** A suppressor around a point, for both directions: the pilot is negative half of the time. */
  suppressor(x: number, y: number): void {
    for (const side of [-1, 1])
      this.#parts.push(
        `<path class="card ink edge" d="M${short(x)} ${short(y)}L${short(x - 8)} ${short(y + side * 14)}L${short(x + 8)} ${short(y + side * 14)}Z"/>`,
      );
    this.wire([
      [x - 10, y + 4],
      [x - 8, y],
      [x + 8, y],
      [x + 10, y - 4],
    ]);
  }

  /** A contact in a wire that goes down, as it is at rest: open, or closed and opened by something. */
  contact(x: number, y: number, ink: Ink = "ink", rest: "open" | "closed" = "open"): void {
    this.wire(
      [
        [x, y - 20],
        [x, y - 10],
      ],
      ink,
    );
    this.wire(
      [
        [x, y + 10],
        [x, y + 20],
      ],
      ink,
    );
    if (rest === "closed")
      this.wire(
        [
          [x, y - 10],
          [x + 10, y - 10],
        ],
        ink,
      );
    this.wire([[x, y + 10], rest === "open" ? [x - 9, y - 8] : [x + 7, y - 14]], ink);
    this.dot(x, y - 10, ink);
    this.dot(x, y + 10, ink);
  }

  /** The whole picture. */
  svg(height: number): string {
    const tall = Math.ceil(height);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${tall}" viewBox="0 0 ${WIDTH} ${tall}" role="img" aria-labelledby="title about">
  <title id="title">${escaped(this.#title)}</title>
  <desc id="about">${escaped(this.#about)}</desc>
  <style>${STYLE}</style>
  <rect class="paper" width="${WIDTH}" height="${tall}" rx="8"/>
  ${this.#parts.join("\n  ")}
</svg>
`;
  }
}

/** Distance of two lines of writing, px. */
export const lineOf = (size: Size = "word"): number => SIZES[size] + 4;

/** Words broken into lines of at most so many letters. */
export function broken(words: string, most: number): readonly string[] {
  const lines: string[] = [];
  // A number stays with its unit.
  for (const word of words.replace(/(\d) (?=\S)/g, "$1\u00a0").split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
