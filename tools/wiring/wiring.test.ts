import assert from "node:assert/strict";
import * as v from "valibot";
import { PanelFile, panelOf } from "#link/panel-config";
import { type BoardLayout, objectionsTo, pinsOf } from "#pi/layout";
import { PRESETS } from "#pi/presets";
import { LIVENESS_HOLD_MS } from "#simulator/liveness";
import { WIDTH } from "./drawing.ts";
import { wiringDrawings } from "./drawings.ts";
import { HEADER_GPIOS, placeOf, SUPPLY_PLACES } from "./header.ts";
import { DARK, INKS, LIGHT, type Palette, SIZES, SURFACES } from "./palette.ts";
import { converterV, HIGHEST_PILOT_V, LEAST_SLEW, ONE_SHOT, oneShotMs, senseLoad } from "./parts.ts";
import { inRanges } from "./pins.ts";

const drawings = wiringDrawings();
const drawingOf = (name: string): string => drawings.get(`docs/images/wiring-${name}.svg`) ?? "";
/** Words of a drawing, in their order. */
const wordsOf = (svg: string): readonly string[] => [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, words = ""]) => words);

/** Relative luminance of "#rrggbb", as the web's accessibility guidelines define it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** As it reads on a telephone that is 360 px wide. */
const PHONE_PX = 360;

describe("wiring diagrams", () => {
  it("knows black on white and a colour on itself", () => {
    assert.equal(contrast("#000000", "#ffffff"), 21);
    assert.equal(contrast("#777777", "#777777"), 1);
  });

  for (const [scheme, palette] of Object.entries({ light: LIGHT, dark: DARK }) as [string, Palette][]) {
    for (const surface of SURFACES)
      for (const ink of INKS)
        it(`${ink} can be read on ${surface} when the page is ${scheme}`, () =>
          assert.ok(contrast(palette[ink], palette[surface]) >= 4.5, `${contrast(palette[ink], palette[surface])}`));
  }

  for (const [path, svg] of drawings) {
    it(`${path} brings both colour schemes, leans on no colour of its page, and says what it is`, () => {
      for (const colour of [...Object.values(LIGHT), ...Object.values(DARK)]) assert.ok(svg.includes(colour), colour);
      assert.match(svg, /@media \(prefers-color-scheme: dark\)/);
      assert.doesNotMatch(svg, /currentColor|<script|href=|url\(/i);
      assert.match(svg, /<title id="title">[^<]{5,}<\/title>\s*<desc id="about">[^<]{20,}<\/desc>/);
      for (const [, classes = ""] of svg.matchAll(/<text class="([^"]*)"/g))
        assert.ok(
          classes.split(" ").some((name) => name in SIZES) && classes.split(" ").some((name) => INKS.some((ink) => ink === name)),
          classes,
        );
    });
  }

  it("can be read on a telephone", () => assert.ok((Math.min(...Object.values(SIZES)) * PHONE_PX) / WIDTH >= 9.5));

  for (const [name, preset, layout] of [
    ["build-guide", "buildGuide", PRESETS.buildGuide],
    ["evse-hat", "evseHat", PRESETS.evseHat],
  ] as const) {
    it(`the one of ${preset} has each of its pins once, with its place on the header, and no other`, () => {
      const words = wordsOf(drawingOf(name));
      const drawn = words.flatMap((word, index) => (/^GPIO \d+$/.test(word) ? [`${word}, ${words[index + 1]}`] : []));
      const spi = [9, 10, 11, layout.adc.chipSelect === 0 ? 8 : 7];
      const expected = [...pinsOf(layout).map(([, gpio]) => gpio), ...spi, 2, 3].map((gpio) => `GPIO ${gpio}, pin ${placeOf(gpio)}`);
      assert.deepEqual(drawn.toSorted(), expected.toSorted());
    });
  }

  it("the one of a board of one's own names every pin that a layout can have", () => {
    const words = wordsOf(drawingOf("custom"));
    const full: BoardLayout = {
      ...PRESETS.buildGuide,
      ventilationOk: { gpio: 4, active: "high", pull: "none" },
      shuntTrip: { gpio: 5, active: "high" },
    };
    const names = pinsOf({ ...full, pilotOpen: { gpio: 6, active: "high" } }).map(([name]) => name.replace(/\..*$/, ""));
    for (const name of names) assert.ok(words.includes(name), name);
  });

  it("offers a relay exactly the pins that the driver does not refuse [H2]", () => {
    const words = wordsOf(drawingOf("custom"));
    const offered = words[words.indexOf("relays") + 1];
    const bare = { ...PRESETS.buildGuide, pilotGpio: 18 as const };
    const refused = HEADER_GPIOS.filter((gpio) =>
      objectionsTo({ ...bare, relays: [{ gpio, active: "high" }] }).some((objection) => /reset|console|SPI|I2C/.test(objection)),
    );
    assert.equal(offered, inRanges(HEADER_GPIOS.filter((gpio) => !refused.includes(gpio))));
  });

  it("has the display where the settings look for it", () => {
    const panel = panelOf(v.parse(PanelFile, { lcd: {} }), "pigpiod", PRESETS.buildGuide);
    for (const name of ["build-guide", "evse-hat", "custom"])
      assert.match(drawingOf(name), new RegExp(`at 0x${panel.lcd?.address.toString(16)} where`));
  });

  it("shows the schematic's pins as the layout has them", () => {
    const { pilotGpio, relays, liveness, coilInhibited, loadSide, gfciTripped, emergencyStop } = PRESETS.buildGuide;
    assert.ok(wordsOf(drawingOf("front-end")).includes(`GPIO ${pilotGpio}`));
    const words = wordsOf(drawingOf("coil-path")).join(" ");
    for (const pin of [...relays, ...loadSide, liveness, coilInhibited, gfciTripped, emergencyStop])
      assert.ok(pin !== null && words.includes(`GPIO ${pin.gpio}, pin ${placeOf(pin.gpio)}:`), JSON.stringify(pin));
  });
});

describe("values on the drawings", () => {
  it("keep the converter within its supply for a pilot of ±13 V, with resistors of 1 % and 5 % of supply", () => {
    const { adc, divider } = PRESETS.buildGuide;
    assert.ok(divider);
    assert.ok(converterV(-HIGHEST_PILOT_V) > 0 && converterV(HIGHEST_PILOT_V) < adc.referenceV);
    for (const supply of [0.95, 1.05])
      for (const off of [-1, 1].flatMap((a) => [-1, 1].flatMap((b) => [-1, 1].map((c) => [a, b, c] as const)))) {
        const [pilot = 0, ground = 0, up = 0] = [divider.pilotOhm, divider.groundOhm, divider.supplyOhm].map(
          (ohm, index) => ohm * (1 + 0.01 * (off[index] ?? 0)),
        );
        const volts = (pilotV: number): number => (pilotV / pilot + (adc.referenceV * supply) / up) / (1 / pilot + 1 / ground + 1 / up);
        assert.ok(volts(-HIGHEST_PILOT_V) > 0 && volts(HIGHEST_PILOT_V) < adc.referenceV * supply, `${supply} ${off}`);
      }
  });

  it("agree with a divider worked out by hand", () =>
    assert.equal(converterV(0).toFixed(3), (3.3 / 43.2 / (1 / 200 + 1 / 54.9 + 1 / 43.2)).toFixed(3)));

  it("make a one-shot that drops 60 to 100 ms after its last pulse, tolerances included, as the simulated one does [WD-01]", () => {
    const { least, drawn, most } = oneShotMs();
    assert.ok(least >= 60 && most <= 100, `${least} to ${most}`);
    assert.ok(Math.abs(drawn - LIVENESS_HOLD_MS) < 1, `${drawn}`);
    assert.equal(ONE_SHOT.ohm % 1_000, 0);
  });

  it("ask for a driver that crosses 80 % of ±12 V in 2 µs", () => assert.equal(LEAST_SLEW.toFixed(2), "9.60"));

  it("leave a pole's sense below the 5 mA of a personal interrupter, and its resistors below half a watt", () => {
    const { milliamps, watts } = senseLoad(264);
    assert.ok(milliamps < 2 && watts < 0.25, `${milliamps} mA, ${watts} W`);
  });
});

describe("the header", () => {
  it("has each GPIO in a place of its own, and none where a supply is", () => {
    const places = HEADER_GPIOS.map(placeOf);
    const supplies = Object.values(SUPPLY_PLACES).flat();
    assert.equal(new Set([...places, ...supplies]).size, places.length + supplies.length);
    // What is left are the two pins of the hats' memory.
    assert.deepEqual(
      Array.from({ length: 40 }, (_, index) => index + 1).filter((place) => ![...places, ...supplies].includes(place)),
      [27, 28],
    );
    assert.throws(() => placeOf(28), RangeError);
  });

  it("writes numbers in ranges", () => assert.equal(inRanges([4, 5, 6, 9, 12, 13, 27]), "4–6, 9, 12, 13, 27"));
});
