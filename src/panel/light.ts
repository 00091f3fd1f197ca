/** The colours of core/display on three lamps. */
import type { Led, LedColour } from "#core/display/pages";

export interface Lamps {
  readonly red: boolean;
  readonly green: boolean;
  readonly blue: boolean;
}

const lamps = (red: boolean, green: boolean, blue: boolean): Lamps => ({ red, green, blue });
const LAMPS: Readonly<Record<LedColour, Lamps>> = {
  green: lamps(false, true, false),
  yellow: lamps(true, true, false),
  violet: lamps(true, false, true),
  blue: lamps(false, false, true),
  red: lamps(true, false, false),
  off: lamps(false, false, false),
};
const WHITE = lamps(true, true, true);

/** Half of a blink, ms. */
const BLINK = 1_000;
/** Share of the time that a dimmed lamp is lit. */
const DIM = 0.2;

/** Behind a display's letters: always lit, because dark they cannot be read; white without a colour. */
export const backlightOf = ({ colour }: Led): Lamps => (colour === "off" ? WHITE : LAMPS[colour]);

/** How much of the time each lamp of a status light is lit now, 0 to 1. */
export function lampShares({ colour, effect }: Led, now: number): Readonly<Record<keyof Lamps, number>> {
  const isDark = effect === "blink" && Math.floor(now / BLINK) % 2 === 1;
  const lit = isDark ? 0 : effect === "dim" ? DIM : 1;
  const { red, green, blue } = LAMPS[colour];
  return { red: red ? lit : 0, green: green ? lit : 0, blue: blue ? lit : 0 };
}
