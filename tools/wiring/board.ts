/** The drawing of a board: the Pi's pins on the left, what hangs on them on the right, and what can open the contactor on a line of its own. */
import type { BoardLayout } from "#pi/layout";
import { type Block, blocksOf, type Make, type Row } from "./blocks.ts";
import { broken, Drawing, lineOf } from "./drawing.ts";
import type { Ink } from "./palette.ts";
import type { Pins } from "./pins.ts";

const PI = { left: 12, right: 124 } as const;
const BLOCK = { left: 230, right: 414 } as const;
/** What takes the coil's current away is tied together here. */
const LANE = 428;
const ROW = 38;
const GAP = 12;
const GAP_WITH_WORDS = 34;
const HEAD = 24;

const INK_OF = { out: "out", in: "in", both: "ink", power: "power" } as const satisfies Record<Row["way"], Ink>;

const supplyOf = (make: Make): Block => ({
  title: "Isolated supply",
  lines:
    make === "built"
      ? ["5 V for the Pi, regulated", "±12 V for the pilot, and", "the coil's own voltage"]
      : ["5 V for the Pi, and what", "the board asks for"],
  rows: [
    { pin: "5 V", place: "pin 2", signal: "supply", level: "5 V", way: "power" },
    { pin: "GND", place: "pin 6", signal: "ground", level: "tied to PE", way: "power" },
  ],
  below: null,
  opens: false,
  danger: false,
  optional: false,
});

export interface BoardPicture {
  readonly title: string;
  readonly about: string;
  readonly layout: BoardLayout;
  readonly pins: Pins;
  readonly make: Make;
  readonly notes: string;
}

export function boardDrawing({ title, about, layout, pins, make, notes }: BoardPicture): string {
  const blocks = [supplyOf(make), ...blocksOf(layout, pins, make)];
  const listed = blocks.flatMap(({ rows }) => rows.map(({ pin, place, signal }) => `${pin} (${place}): ${signal}`));
  const drawing = new Drawing(title, `${about} ${listed.join("; ")}.`);
  drawing.text(PI.left, 28, title, { size: "title" });
  drawing.text(PI.left, 48, "from the Pi", { ink: "out", size: "small", strong: true });
  drawing.text(PI.left + 90, 48, "to the Pi", { ink: "in", size: "small", strong: true });
  drawing.text(PI.left + 166, 48, "mains, or near it", { ink: "mains", size: "small", strong: true });
  let y = drawing.lines(PI.left, 68, broken(notes, 60), { ink: "soft", size: "small" }) + 8;
  const top = y;
  const places: { readonly block: Block; readonly top: number; readonly bottom: number }[] = [];
  for (const block of blocks) {
    const height = Math.max(block.rows.length * ROW + 8, HEAD + block.lines.length * lineOf("small") + 10);
    places.push({ block, top: y, bottom: y + height });
    y += height + (block.below === null ? GAP : GAP_WITH_WORDS);
  }
  const bottom = y - GAP;
  drawing.box(PI.left, top - 4, PI.right - PI.left, bottom - top + 8, "ink");
  for (const place of places) drawBlock(drawing, place);
  drawLane(drawing, places);
  return drawing.svg(bottom + 16);
}

function drawBlock(drawing: Drawing, { block, top, bottom }: { block: Block; top: number; bottom: number }): void {
  const edge: Ink = block.danger ? "mains" : "soft";
  drawing.box(BLOCK.left, top, BLOCK.right - BLOCK.left, bottom - top, edge, "card", block.optional);
  drawing.text(BLOCK.left + 8, top + 19, block.title, { strong: true, ink: block.danger ? "mains" : "ink" });
  drawing.lines(BLOCK.left + 8, top + 19 + lineOf("small"), block.lines, { size: "small", ink: "soft" });
  for (const [index, row] of block.rows.entries()) drawRow(drawing, row, top + 4 + index * ROW);
  if (block.below === null) return;
  const x = BLOCK.left + 16;
  const ink: Ink = block.danger ? "mains" : "ink";
  drawing.wire(
    [
      [x, bottom],
      [x, bottom + GAP_WITH_WORDS - 2],
    ],
    ink,
  );
  drawing.head(x, bottom + GAP_WITH_WORDS, "down", ink);
  drawing.text(x + 12, bottom + 21, block.below, { size: "small", ink });
}

function drawRow(drawing: Drawing, { pin, place, signal, level, way }: Row, top: number): void {
  const ink = INK_OF[way];
  const y = top + 20;
  drawing.text(PI.left + 8, y - 3, pin, { size: "small", strong: !isName(pin) });
  drawing.text(PI.left + 8, y + 12, place, { size: "small", ink: "soft" });
  drawing.wire(
    [
      [PI.right, y],
      [BLOCK.left, y],
    ],
    ink,
  );
  if (way !== "in" && way !== "power") drawing.head(BLOCK.left, y, "right", ink);
  if (way !== "out" && way !== "power") drawing.head(PI.right, y, "left", ink);
  drawing.text((PI.right + BLOCK.left) / 2, y - 5, signal, { size: "small", anchor: "middle", ink });
  drawing.text((PI.right + BLOCK.left) / 2, y + 14, level, { size: "small", anchor: "middle", ink: "soft" });
}

/** Names of settings are long. */
const isName = (pin: string): boolean => /^[a-z]/.test(pin);

/** Everything that opens, down to the gate. */
function drawLane(drawing: Drawing, places: readonly { readonly block: Block; readonly top: number; readonly bottom: number }[]): void {
  const gate = places.find(({ block }) => block.title === "Gate of the coil");
  const openers = places.filter(({ block }) => block.opens);
  const [first] = openers;
  if (gate === undefined || first === undefined) return;
  const middle = ({ top, bottom }: { top: number; bottom: number }): number => (top + bottom) / 2;
  for (const place of openers) {
    drawing.wire(
      [
        [BLOCK.right, middle(place)],
        [LANE, middle(place)],
      ],
      "mains",
    );
    drawing.dot(LANE, middle(place), "mains");
  }
  drawing.wire(
    [
      [LANE, middle(first)],
      [LANE, middle(gate)],
      [BLOCK.right + 2, middle(gate)],
    ],
    "mains",
  );
  drawing.head(BLOCK.right, middle(gate), "left", "mains");
}
