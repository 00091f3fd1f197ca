/** The schematic of the build-guide board's analogue end: from a pin to the pilot, and from the pilot to the converter. */
import { PRESETS } from "#pi/presets";
import { broken, Drawing } from "./drawing.ts";
import { placeOf } from "./header.ts";
import { converterV, HIGHEST_PILOT_V, kiloohm, LEAST_SLEW, LEVELS, RAIL_V, SHORTED_MA, sourceOhm } from "./parts.ts";
import { onHeader } from "./pins.ts";

const { adc, divider, pilotGpio } = PRESETS.buildGuide;
const volts = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value)} V`;

export function frontEndDrawing(): string {
  const title = "Pilot and its measurement";
  const drawing = new Drawing(
    title,
    `Build-guide board: GPIO ${pilotGpio} and the one-shot drive a comparator on ±${RAIL_V} V, 1.00 kΩ leads to the pilot; a divider, a clamp and a buffer lead to the ${adc.chip}.`,
  );
  drawing.text(12, 28, title, { size: "title" });
  drawing.text(12, 47, "build-guide board; drawn and calculated, not yet built", { size: "small", ink: "soft" });
  driver(drawing);
  sense(drawing);
  levels(drawing);
  return drawing.svg(notes(drawing) + 4);
}

/** From the pin to the car. */
function driver(drawing: Drawing): void {
  const y = 140;
  const { pin, place } = onHeader(pilotGpio);
  drawing.text(12, y - 26, pin, { size: "small", strong: true });
  drawing.text(12, y - 12, place, { size: "small", ink: "soft" });
  drawing.wire(
    [
      [70, y - 20],
      [104, y - 20],
    ],
    "out",
  );
  drawing.head(104, y - 20, "right", "out");
  drawing.text(12, y + 6, "one-shot", { size: "small", strong: true });
  drawing.text(12, y + 20, "has dropped", { size: "small", ink: "soft" });
  drawing.wire([
    [92, y + 8],
    [104, y + 8],
  ]);
  drawing.head(104, y + 8, "right");
  drawing.box(104, y - 36, 40, 60, "ink");
  drawing.text(124, y - 1, "OR", { size: "small", anchor: "middle", strong: true });
  drawing.wire([
    [144, y - 12],
    [202, y - 12],
  ]);
  drawing.amplifier(254, y);
  drawing.wire([
    [202, y + 12],
    [176, y + 12],
    [176, y + 40],
  ]);
  drawing.text(176, y + 54, "1.65 V", { size: "small", anchor: "middle", ink: "power" });
  drawing.wire(
    [
      [228, y - 14],
      [228, y - 36],
    ],
    "power",
  );
  drawing.text(228, y - 41, `+${RAIL_V} V`, { size: "small", anchor: "middle", ink: "power" });
  drawing.wire(
    [
      [228, y + 14],
      [228, y + 36],
    ],
    "power",
  );
  drawing.text(240, y + 50, `−${RAIL_V} V`, { size: "small", anchor: "middle", ink: "power" });
  drawing.wire([
    [254, y],
    [284, y],
  ]);
  drawing.resistor(302, y, "across");
  drawing.text(302, y - 14, "1.00 kΩ 1 %", { size: "small", anchor: "middle" });
  drawing.wire([
    [320, y],
    [424, y],
  ]);
  drawing.head(432, y, "right");
  drawing.text(432, y - 12, "to the car", { size: "small", anchor: "end", strong: true });
  drawing.dot(352, y);
  drawing.wire([
    [352, y],
    [352, y + 12],
  ]);
  drawing.suppressor(352, y + 26);
  drawing.wire([
    [352, y + 40],
    [352, y + 46],
  ]);
  drawing.ground(352, y + 46);
  drawing.text(338, y + 31, "TVS 15 V", { size: "small", anchor: "end" });
  drawing.dot(400, y);
  drawing.wire([
    [400, y],
    [400, 232],
    [20, 232],
    [20, 330],
    [32, 330],
  ]);
  drawing.text(210, 226, "pilot", { size: "small", anchor: "middle", strong: true });
}

/** From the pilot to the converter. */
function sense(drawing: Drawing): void {
  if (divider === null) throw new RangeError("the build-guide board has a divider");
  const y = 330;
  drawing.resistor(50, y, "across");
  drawing.text(54, y - 14, kiloohm(divider.pilotOhm), { size: "small", anchor: "middle" });
  drawing.wire([
    [68, y],
    [222, y],
  ]);
  drawing.dot(112, y);
  drawing.wire([
    [112, y],
    [112, y - 22],
  ]);
  drawing.resistor(112, y - 40, "down");
  drawing.wire(
    [
      [112, y - 58],
      [112, y - 62],
    ],
    "power",
  );
  drawing.supply(112, y - 58, `${adc.referenceV} V`);
  drawing.text(124, y - 36, kiloohm(divider.supplyOhm), { size: "small" });
  drawing.wire([
    [112, y],
    [112, y + 22],
  ]);
  drawing.resistor(112, y + 40, "down");
  drawing.text(102, y + 44, kiloohm(divider.groundOhm), { size: "small", anchor: "end" });
  drawing.wire([
    [112, y + 58],
    [112, y + 64],
  ]);
  drawing.ground(112, y + 64);
  drawing.dot(196, y);
  drawing.wire([
    [196, y],
    [196, y - 33],
  ]);
  drawing.diodeUp(196, y - 40);
  drawing.wire(
    [
      [196, y - 47],
      [196, y - 58],
    ],
    "power",
  );
  drawing.supply(196, y - 58, `${adc.referenceV} V`);
  drawing.wire([
    [196, y],
    [196, y + 33],
  ]);
  drawing.diodeUp(196, y + 40);
  drawing.wire([
    [196, y + 47],
    [196, y + 64],
  ]);
  drawing.ground(196, y + 64);
  drawing.text(182, y + 44, "clamp", { size: "small", anchor: "end" });
  drawing.amplifier(274, y + 12);
  drawing.wire([
    [222, y + 24],
    [216, y + 24],
    [216, y + 58],
    [286, y + 58],
    [286, y + 12],
  ]);
  drawing.text(251, y + 74, "buffer", { size: "small", anchor: "middle" });
  drawing.dot(286, y + 12);
  drawing.wire([
    [274, y + 12],
    [316, y + 12],
  ]);
  drawing.head(316, y + 12, "right");
  drawing.box(316, y - 62, 112, 156, "soft");
  drawing.text(324, y - 43, adc.chip, { strong: true });
  drawing.text(324, y - 26, `VREF ${adc.referenceV} V`, { size: "small", ink: "power" });
  drawing.text(324, y + 16, `CH${adc.pilotInput}`, { size: "small" });
  drawing.lines(
    324,
    y + 34,
    [`CLK pin ${placeOf(11)}`, `DOUT pin ${placeOf(9)}`, `DIN pin ${placeOf(10)}`, `CS pin ${placeOf(adc.chipSelect === 0 ? 8 : 7)}`],
    {
      size: "small",
      ink: "soft",
    },
  );
}

/** What a meter shows where. */
function levels(drawing: Drawing): void {
  const top = 452;
  drawing.text(12, top, "What a meter and the converter show", { strong: true });
  drawing.text(200, top + 20, "pilot", { size: "small", ink: "soft", anchor: "end" });
  drawing.text(300, top + 20, "converter", { size: "small", ink: "soft", anchor: "end" });
  for (const [index, [name, pilotV]] of LEVELS.entries()) {
    const y = top + 38 + index * 17;
    drawing.text(12, y, name, { size: "small" });
    drawing.text(200, y, pilotV === 0 ? "0 V" : volts(pilotV), { size: "small", anchor: "end" });
    drawing.text(300, y, `${converterV(pilotV).toFixed(3)} V`, { size: "small", anchor: "end" });
  }
}

/** @returns where it ends */
function notes(drawing: Drawing): number {
  const ohm = sourceOhm();
  const perMicroamp = (1e-6 * ohm) / ((converterV(1) - converterV(0)) / 1);
  const words = [
    `A pilot of ±${HIGHEST_PILOT_V} V is ${converterV(-HIGHEST_PILOT_V).toFixed(2)} to ${converterV(HIGHEST_PILOT_V).toFixed(2)} V at the converter: within 0 to ${adc.referenceV} V.`,
    `Comparator: rail to rail on ±${RAIL_V} V, ${LEAST_SLEW.toFixed(1)} V/µs or quicker, ${SHORTED_MA.toFixed(0)} mA into a shorted pilot. An LF353 does not reach its rails.`,
    `Clamp: diodes that leak nanoamperes. 1 µA through ${kiloohm(ohm)} moves the pilot's reading by ${perMicroamp.toFixed(2)} V.`,
    `Divider, clamp, buffer and converter share one regulator of ${adc.referenceV} V: 1 % of it moves every reading by 1 %.`,
    "No capacitor at the divider instead of the buffer: a narrow pulse would read as another state.",
  ];
  let y = 602;
  for (const each of words) y = drawing.lines(12, y, broken(each, 60), { size: "small", ink: "soft" }) + 5;
  return y;
}
