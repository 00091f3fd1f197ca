/** The schematic of the build-guide board's coil: everything its current must pass, and how the load side is sensed. */
import { PRESETS } from "#pi/presets";
import { broken, Drawing } from "./drawing.ts";
import { kiloohm, ONE_SHOT, oneShotMs, SENSE_OHM, senseLoad } from "./parts.ts";
import { onHeader } from "./pins.ts";

const { relays, liveness, gfciTripped, gfciTest, gfciReset, coilInhibited, emergencyStop, groundPresent, loadSide } = PRESETS.buildGuide;

const X = 60;
const WORDS = 104;
const STEP = 74;

const written = (pin: { readonly gpio: number } | null): string =>
  pin === null ? "" : `${onHeader(pin.gpio).pin}, ${onHeader(pin.gpio).place}`;

/** One thing that the current passes. */
interface Step {
  readonly rest: "open" | "closed";
  readonly title: string;
  readonly lines: readonly (readonly [string, "out" | "in" | "soft"])[];
}

function steps(): readonly Step[] {
  const { least, most, drawn } = oneShotMs();
  return [
    { rest: "closed", title: "Thermal cut-out", lines: [["on contactor and terminals", "soft"]] },
    {
      rest: "closed",
      title: "Emergency stop",
      lines: [
        ["opens here, and by a second contact tells", "soft"],
        [`${written(emergencyStop)}: pressed`, "in"],
      ],
    },
    {
      rest: "open",
      title: "Earth monitor",
      lines: [
        ["its own contact", "soft"],
        [`${written(groundPresent)}: earth is there`, "in"],
      ],
    },
    {
      rest: "open",
      title: "Ground-fault latch",
      lines: [
        [`${written(gfciTripped)}: tripped`, "in"],
        [`${written(gfciTest)}: test`, "out"],
        [`${written(gfciReset)}: reset`, "out"],
      ],
    },
    {
      rest: "open",
      title: "One-shot 74HC4538, high-side switch",
      lines: [
        [`${written(liveness)}: a pulse a loop`, "out"],
        [`0.7 × ${kiloohm(ONE_SHOT.ohm)} × ${ONE_SHOT.microfarad} µF = ${drawn.toFixed(1)} ms`, "soft"],
        [`(${least.toFixed(0)} to ${most.toFixed(0)} ms with tolerances)`, "soft"],
      ],
    },
  ];
}

export function coilPathDrawing(): string {
  const title = "The coil's path and its sense";
  const drawing = new Drawing(
    title,
    "Build-guide board: the coil's current passes the thermal cut-out, the emergency stop, the earth monitor, the ground-fault latch, a switch held by the one-shot, the coils and a transistor on the relay pin.",
  );
  drawing.text(12, 28, title, { size: "title" });
  drawing.text(12, 47, "build-guide board; drawn and calculated, not yet built", { size: "small", ink: "soft" });
  let y = 96;
  drawing.supply(X, y, "+12 V, isolated");
  for (const { title: name, rest, lines } of steps()) {
    drawing.wire([
      [X, y],
      [X, y + 13],
    ]);
    drawing.contact(X, y + 33, "ink", rest);
    drawing.wire([
      [X, y + 53],
      [X, y + STEP],
    ]);
    drawing.text(WORDS, y + 17, name, { strong: true });
    for (const [index, [words, ink]] of lines.entries()) drawing.text(WORDS, y + 33 + index * 16, words, { size: "small", ink });
    y += STEP;
  }
  y = lowerEnd(drawing, y);
  y = mains(drawing, y + 22);
  return drawing.svg(notes(drawing, y) + 4);
}

/** The sense of the gate, the coils and the relay pin's transistor. @returns where it ends */
function lowerEnd(drawing: Drawing, top: number): number {
  let y = top + 24;
  drawing.wire([
    [X, top],
    [X, y + 30],
  ]);
  drawing.dot(X, y);
  drawing.wire([
    [X, y],
    [WORDS - 8, y],
  ]);
  drawing.head(WORDS - 4, y, "right");
  drawing.text(WORDS, y - 8, "Gate sense, an optocoupler", { strong: true });
  drawing.text(WORDS, y + 8, `${written(coilInhibited)}: blocks`, { size: "small", ink: "in" });
  y += 30;
  drawing.box(X - 22, y, 44, 40, "ink", "paper");
  drawing.text(X, y + 24, "coils", { size: "small", anchor: "middle" });
  drawing.text(WORDS, y + 16, "Coils of K1 and K2", { strong: true });
  drawing.text(WORDS, y + 32, "Zener diodes let go within 40 ms", { size: "small", ink: "soft" });
  y += 40;
  drawing.wire([
    [X, y],
    [X, y + 20],
  ]);
  y += 20;
  drawing.box(X - 22, y, 44, 40, "ink", "paper");
  drawing.text(X, y + 24, "FET", { size: "small", anchor: "middle" });
  drawing.text(WORDS, y + 16, "Transistor on the relay pin", { strong: true });
  drawing.text(WORDS, y + 32, `${written(relays[0] ?? null)}: on; 10 kΩ to ground`, { size: "small", ink: "out" });
  y += 40;
  drawing.wire([
    [X, y],
    [X, y + 6],
  ]);
  drawing.ground(X, y + 6);
  return y + 24;
}

/** Each pole with its two contacts and its sense. @returns where it ends */
function mains(drawing: Drawing, top: number): number {
  let y = top;
  drawing.text(12, y, "Mains", { strong: true, ink: "mains" });
  y += 14;
  for (const [index, pole] of loadSide.entries()) {
    drawing.text(12, y + 15, `L${index + 1}`, { size: "small", strong: true, ink: "mains" });
    drawing.wire(
      [
        [X, y + 2],
        [X, y + 12],
      ],
      "mains",
      "thick",
    );
    drawing.contact(X, y + 32, "mains");
    drawing.text(X + 12, y + 28, "K1", { size: "small", ink: "mains" });
    drawing.contact(X, y + 72, "mains");
    drawing.text(X + 12, y + 68, "K2", { size: "small", ink: "mains" });
    drawing.wire(
      [
        [X, y + 92],
        [X, y + 124],
      ],
      "mains",
      "thick",
    );
    drawing.head(X, y + 128, "down", "mains");
    drawing.text(X + 12, y + 128, "to the car", { size: "small", ink: "mains" });
    drawing.dot(X, y + 102, "mains");
    drawing.wire(
      [
        [X, y + 102],
        [148, y + 102],
      ],
      "mains",
    );
    drawing.resistor(166, y + 102, "across", "mains");
    drawing.resistor(210, y + 102, "across", "mains");
    drawing.wire(
      [
        [184, y + 102],
        [192, y + 102],
      ],
      "mains",
    );
    drawing.wire(
      [
        [228, y + 102],
        [252, y + 102],
      ],
      "mains",
    );
    drawing.text(188, y + 88, `2 × ${kiloohm(SENSE_OHM / 2)}`, { size: "small", anchor: "middle", ink: "mains" });
    drawing.box(252, y + 82, 176, 44, "mains");
    drawing.text(260, y + 100, "optocoupler, to PE", { size: "small", strong: true });
    drawing.text(260, y + 117, `${written(pole)}: live`, { size: "small", ink: "in" });
    y += 146;
  }
  return y;
}

/** @returns where it ends */
function notes(drawing: Drawing, top: number): number {
  const at120 = senseLoad(120);
  const at240 = senseLoad(240);
  const words = [
    "Each interlock opens by itself, whatever the Pi does. The Pi only reads what they say; inputs are pulled up, so that a broken wire reads as tripped, blocked or pressed.",
    `A pole's sense carries ${at120.milliamps.toFixed(1)} mA to earth at 120 V and ${at240.milliamps.toFixed(1)} mA at 240 V; each resistor turns ${at240.watts.toFixed(2)} W to heat at 240 V. Resistors and optocoupler rated for mains, 8 mm of creepage.`,
    "The neutral of a single-phase supply has no voltage to earth: such a pole needs a sense of another kind.",
  ];
  let y = top + 10;
  for (const each of words) y = drawing.lines(12, y, broken(each, 60), { size: "small", ink: "soft" }) + 5;
  return y;
}
