/** A charger with a front panel: controller and virtual Pi in processes of their own. */
import { encodeRow } from "#core/display/hd44780";
import { displayOf, type Rows } from "#core/display/pages";
import { NOTHING_SEEN, type Seen } from "#core/display/seen";
import type { DisplayLanguage } from "#core/display/words";
import { PigpiodCharger } from "./pigpiod-charger.ts";
import type { PiTruth } from "./virtual-pi-process.ts";

/** Display and light as the preset has them; pages stand still unless a test turns them. */
export const PANEL = { lcd: {}, led: {}, turnAfterMs: null };

/** What the first page of a display says of this. */
export const firstPage = (seen: Partial<Seen>, language: DisplayLanguage = "en"): Rows =>
  displayOf({ ...NOTHING_SEEN, ...seen }, language).pages[0];

/** The codes that must stand on the glass for these rows. */
export const glass = (rows: Rows): readonly string[] => rows.map((row) => String.fromCharCode(...encodeRow(row)));

export const reads = ({ display }: Pick<PiTruth, "display">, rows: Rows): boolean =>
  display.on && glass(rows).every((line, index) => display.lines[index] === line);

/** Colours of the display's backlight, and of the light, in letters. */
export const coloursOf = ({ display, light }: PiTruth): string => {
  const { red, green, blue } = display.light;
  const lamps = [red && "R", green && "G", blue && "B"].filter(Boolean).join("");
  const lit = light === null ? "none" : [light.red && "R", light.green && "G", light.blue && "B"].filter(Boolean).join("");
  return `${lamps}/${lit}`;
};

export const startWithPanel = (panel: object = {}, more: object = {}): Promise<PigpiodCharger> =>
  PigpiodCharger.start({ panel: { ...PANEL, ...panel }, lease: { defaultForMs: 600_000 }, ...more });
