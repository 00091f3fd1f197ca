/** The part of a controller's configuration that says what front panel the charger has. */
import * as v from "valibot";
import { ConfigError } from "#core/errors";
import { type BoardLayout, HIGHEST_GPIO, LOWEST_GPIO, objectionsTo } from "#pi/layout";

const finite = v.pipe(v.number(), v.finite());
const whole = (least: number, most: number) => v.pipe(finite, v.integer(), v.minValue(least), v.maxValue(most));
const gpio = whole(LOWEST_GPIO, HIGHEST_GPIO);

/** Where the chip of such a display can be, and where it is unless somebody soldered. */
const LOWEST_ADDRESS = 0x20;
const HIGHEST_ADDRESS = 0x27;

/** The shortest and longest time a page may stand, ms. */
const SHORTEST_PAGE = 2_000;
const LONGEST_PAGE = 600_000;

const Lcd = v.strictObject({
  bus: v.optional(whole(0, 1), 1),
  address: v.optional(whole(LOWEST_ADDRESS, HIGHEST_ADDRESS), LOWEST_ADDRESS),
});

const Led = v.strictObject({
  /** Left out: the board's own. */
  pins: v.exactOptional(v.strictObject({ red: gpio, green: gpio, blue: gpio })),
  /** What the lamps share: with a cathode they are lit when their pin is high, with an anode when it is low. */
  common: v.optional(v.picklist(["cathode", "anode"]), "cathode"),
});

export const PanelFile = v.pipe(
  v.strictObject({
    /** A 16×2 display with an RGB backlight and five buttons behind an MCP23017. */
    lcd: v.exactOptional(Lcd),
    /** A light with three lamps on pins. */
    led: v.exactOptional(Led),
    language: v.optional(v.picklist(["en", "de"]), "en"),
    /** Null: pages turn by button only. */
    turnAfterMs: v.optional(v.nullable(v.pipe(finite, v.minValue(SHORTEST_PAGE), v.maxValue(LONGEST_PAGE))), 5_000),
  }),
  v.check(({ lcd, led }) => lcd !== undefined || led !== undefined, 'expected "lcd", "led" or both'),
);
type PanelFile = v.InferOutput<typeof PanelFile>;

export interface PanelConfig {
  readonly lcd: { readonly bus: number; readonly address: number } | null;
  readonly led: { readonly red: number; readonly green: number; readonly blue: number; readonly common: "cathode" | "anode" } | null;
  readonly language: "en" | "de";
  /** ∞ for by button only. */
  readonly turnAfterMs: number;
}

/**
 * What a panel's settings mean on a board.
 * @param driver its kind @param board null where it has no pins for anything else
 * @throws ConfigError `configInvalid` saying what does not fit
 */
export function panelOf(file: PanelFile, driver: string, board: BoardLayout | null): PanelConfig {
  if (board === null)
    throw new ConfigError(
      "configInvalid",
      `panel: the driver "${driver}" has no I2C and no pins for it; use "pigpiod", or leave "panel" out.`,
    );
  const pins = file.led === undefined ? null : (file.led.pins ?? board.statusLight);
  if (file.led !== undefined && pins === null)
    throw new ConfigError("configInvalid", "panel.led.pins: expected three pins, because this board has none of its own for a light.");
  const [objection] = objectionsTo({ ...board, statusLight: pins ?? board.statusLight }, file.lcd !== undefined);
  if (objection !== undefined) throw new ConfigError("configInvalid", `panel: ${objection}.`);
  return {
    lcd: file.lcd ?? null,
    led: pins === null ? null : { ...pins, common: file.led?.common ?? "cathode" },
    language: file.language,
    turnAfterMs: file.turnAfterMs ?? Number.POSITIVE_INFINITY,
  };
}
