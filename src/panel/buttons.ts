/** Five buttons that bounce, stick and pick up noise: which of them somebody pressed. */

/** In the order of their bits. */
export const BUTTONS = ["select", "right", "down", "up", "left"] as const;
export type Button = (typeof BUTTONS)[number];

export interface Buttons {
  /** What the last look saw held down, one bit each. */
  readonly seen: number;
  /** What was held down in two looks one after the other; null before the first two. */
  readonly steady: number | null;
}

export const NO_BUTTONS: Buttons = { seen: 0, steady: null };

/** More held down at once than two fingers do is a cable or a chip without power. */
const MOST_HELD = 2;

/**
 * Takes in a look at the buttons. A press counts once, when two looks agree; held or stuck it does not count again, nor keep the others from it;
 * what was held from the beginning does not count before it was released.
 */
export function look({ seen, steady }: Buttons, held: number): { readonly buttons: Buttons; readonly pressed: Button | null } {
  if (held !== seen) return { buttons: { seen: held, steady }, pressed: null };
  const down = steady === null ? [] : bitsOf(held & ~steady);
  const [button] = down;
  const isPress = down.length === 1 && button !== undefined && bitsOf(held).length <= MOST_HELD;
  return { buttons: { seen, steady: held }, pressed: isPress ? button : null };
}

const bitsOf = (held: number): Button[] => BUTTONS.filter((_, bit) => ((held >> bit) & 1) === 1);
