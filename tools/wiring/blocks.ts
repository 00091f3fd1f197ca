/** What hangs on a Pi's pins, block by block from top to bottom, worked out from a board's layout. */
import type { BoardLayout, InputPin, OutputPin } from "#pi/layout";
import { kiloohm } from "./parts.ts";
import type { Pins } from "./pins.ts";

/** One pin and what it carries. */
export interface Row {
  /** "GPIO 18", or the setting's name where the builder chooses. */
  readonly pin: string;
  /** "pin 12", or which GPIOs may be chosen. */
  readonly place: string;
  readonly signal: string;
  /** What a level means. */
  readonly level: string;
  /** As the Pi sees it. */
  readonly way: "out" | "in" | "both" | "power";
}

export interface Block {
  readonly title: string;
  readonly lines: readonly string[];
  readonly rows: readonly Row[];
  /** Written at the arrow to the block below; null where nothing goes there. */
  readonly below: string | null;
  /** It can take the coil's current away. */
  readonly opens: boolean;
  readonly danger: boolean;
  /** A choice of whoever builds it. */
  readonly optional: boolean;
}

const block = (title: string, lines: readonly string[], rows: readonly (Row | null)[], more: Partial<Block> = {}): Block => ({
  title,
  lines,
  rows: rows.filter((row) => row !== null),
  below: null,
  opens: false,
  danger: false,
  optional: false,
  ...more,
});

const meaning = (active: "high" | "low", yes: string): string => `${active} = ${yes}`;

/** Whether a board is built as it is drawn here, or bought, and known by its maker's words alone. */
export type Make = "built" | "bought";

/** Every block of a board. @param pins says how its pins are written */
export function blocksOf(layout: BoardLayout, pins: Pins, make: Make): readonly Block[] {
  const bought = make === "bought";
  const output = (name: string, pin: OutputPin | null, signal: string, yes: string): Row | null =>
    pin === null ? null : { ...pins.written(name, pin.gpio), signal, level: meaning(pin.active, yes), way: "out" };
  const input = (name: string, pin: InputPin | null, signal: string, yes: string): Row | null =>
    pin === null ? null : { ...pins.written(name, pin.gpio), signal, level: meaning(pin.active, yes), way: "in" };
  const chosen = pins.isChoice;
  return [
    block(
      "Pilot driver",
      bought
        ? ["on the board; measure that", "it reaches ±12 V"]
        : ["held at +12 V while the", "one-shot has dropped;", "rail to rail on ±12 V,", "1.00 kΩ 1 %, surge stop"],
      [{ ...pins.written("pilotGpio", layout.pilotGpio), signal: "pilot", level: "PWM, 1 kHz", way: "out" }],
      { below: "pilot, also to the car" },
    ),
    block("Pilot sense", senseLines(layout, bought), spiRows(layout, pins)),
    ...emergency(input("emergencyStop", layout.emergencyStop, "stop pressed", "pressed"), chosen),
    ...ground(input("groundPresent", layout.groundPresent, "earth", "there"), chosen),
    block(
      "Ground-fault module",
      bought ? ["its latch is on the board", "and gates the coil there"] : ["certified, with a latch of", "its own that opens the coil"],
      [
        input("gfciTripped", layout.gfciTripped, "tripped", "tripped"),
        output("gfciTest", layout.gfciTest, "test", layout.gfciTest?.toggleHz ? `${layout.gfciTest.toggleHz} Hz` : "test"),
        output("gfciReset", layout.gfciReset, "reset", "reset"),
      ],
      { opens: true },
    ),
    block(
      "Gate of the coil",
      gateLines(layout, bought),
      [
        ...layout.relays.map((relay, index) => output(`relays.${index}`, relay, relayName(layout, index), "on")),
        layout.liveness === null
          ? null
          : {
              ...pins.written("liveness", layout.liveness.gpio),
              signal: "liveness",
              level: layout.liveness.drive === "pulse" ? "a pulse a loop" : "edges each ms",
              way: "out" as const,
            },
        input("coilInhibited", layout.coilInhibited, "gate blocks", "blocks"),
      ],
      { below: "coil" },
    ),
    block("Contactor", ["two contacts in series,", "thermal cut-out in its coil"], [], { below: "mains to the car", danger: true }),
    block(
      "Load-side sense",
      bought ? ["on the board; follows the", "relay within 100 ms"] : ["isolated: one optocoupler", "for each switched pole"],
      layout.loadSide.map((pole, index) => input(`loadSide.${index}`, pole, poleName(layout, index), "live")),
      { danger: true },
    ),
    i2c(layout, pins),
    ...light(layout, pins),
    ...extras(layout, input, output, chosen),
  ];
}

const relayName = ({ relays }: BoardLayout, index: number): string => (relays.length === 1 ? "relay" : `relay ${index + 1}`);
const poleName = ({ loadSide }: BoardLayout, index: number): string => (loadSide.length === 1 ? "mains" : `mains, pole ${index + 1}`);

function senseLines({ adc, divider }: BoardLayout, bought: boolean): readonly string[] {
  const resistors =
    divider === null
      ? ["divider not published:", "measure two points;"]
      : [
          `${kiloohm(divider.pilotOhm)} from the pilot,`,
          `${kiloohm(divider.groundOhm)} to ground,`,
          `${kiloohm(divider.supplyOhm)} to ${adc.referenceV} V`,
        ];
  const clock = adc.highestHz === null ? [] : [`SPI at ${adc.highestHz / 1e6} MHz at most`];
  const buffer = bought ? [] : ["buffer, then"];
  return [...resistors, ...buffer, `${adc.chip}, input ${adc.pilotInput},`, `reference ${adc.referenceV} V`, ...clock];
}

function spiRows({ adc }: BoardLayout, pins: Pins): readonly Row[] {
  const select = adc.chipSelect === 0 ? 8 : 7;
  return [
    { ...pins.bus(11), signal: "clock", level: "SPI SCLK", way: "out" },
    { ...pins.bus(9), signal: "samples", level: "SPI MISO", way: "in" },
    { ...pins.bus(10), signal: "requests", level: "SPI MOSI", way: "out" },
    { ...pins.bus(select), signal: "select", level: `SPI CE${adc.chipSelect}`, way: "out" },
  ];
}

function gateLines({ coilInhibited }: BoardLayout, bought: boolean): readonly string[] {
  const keeper = bought
    ? ["watchdog on the board,", "fed by a script;"]
    : ["one-shot of 80 ms, fed by", "the safety loop alone;", "10 kΩ pulls the relay down"];
  return [
    "relay AND liveness AND all",
    "that is tied on the right;",
    ...keeper,
    ...(coilInhibited === null ? ["that it blocks is not sensed"] : []),
  ];
}

const emergency = (row: Row | null, optional: boolean): readonly Block[] =>
  row === null ? [] : [block("Emergency stop", ["its second contact is in", "the coil's path"], [row], { opens: true, optional })];

const ground = (row: Row | null, optional: boolean): readonly Block[] =>
  row === null ? [] : [block("Earth monitor", ["protective earth is there"], [row], { opens: true, optional })];

/** The bus that a display and one of the thermometers share. */
function i2c({ temperature }: BoardLayout, pins: Pins): Block {
  const chip = temperature?.sensor === "MCP9808" ? [`thermometer ${temperature.sensor}`, `at ${hex(temperature.address)};`] : [];
  return block(
    "I²C at 3.3 V, not 5 V",
    [...chip, "a display with MCP23017", `at ${hex(DISPLAY_ADDRESS)} where one is fitted`],
    [
      { ...pins.bus(2), signal: "data", level: "I²C SDA", way: "both" },
      { ...pins.bus(3), signal: "clock", level: "I²C SCL", way: "out" },
    ],
    { optional: temperature === null },
  );
}

/** Where the plates with an MCP23017 answer as they are sold. */
const DISPLAY_ADDRESS = 0x20;

function light({ statusLight }: BoardLayout, pins: Pins): readonly Block[] {
  if (statusLight === null) return [];
  const rows = (["red", "green", "blue"] as const).map(
    (lamp): Row => ({ ...pins.written(`statusLight.${lamp}`, statusLight[lamp]), signal: lamp, level: meaning("high", "on"), way: "out" }),
  );
  return [block("Status light", ["RGB, common cathode,", "330 Ω for each colour"], rows, { optional: true })];
}

type InputRow = (name: string, pin: InputPin | null, signal: string, yes: string) => Row | null;
type OutputRow = (name: string, pin: OutputPin | null, signal: string, yes: string) => Row | null;

function extras(layout: BoardLayout, input: InputRow, output: OutputRow, optional: boolean): readonly Block[] {
  const fan = input("ventilationOk", layout.ventilationOk, "fan runs", "runs");
  const shunt = output("shuntTrip", layout.shuntTrip, "shunt trip", "trips");
  const open = output("pilotOpen", layout.pilotOpen, "opens pilot", "open");
  return [
    ...(fan === null ? [] : [block("Ventilation", ["interlock of a fan, for", "cars that ask for one"], [fan], { optional })]),
    ...(shunt === null
      ? []
      : [block("Shunt trip", ["trips the breaker when", "a contact is welded"], [shunt], { optional, danger: true })]),
    ...(open === null ? [] : [block("Pilot switch", ["opens the pilot to wake", "a car (state E)"], [open], { optional })]),
  ];
}

const hex = (address: number): string => `0x${address.toString(16)}`;
