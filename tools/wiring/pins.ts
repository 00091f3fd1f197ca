/** How pins are written on a drawing: as numbers on a board that is known, as choices on one that is not. */
import { type BoardLayout, objectionsTo, PWM_GPIOS } from "#pi/layout";
import { HEADER_GPIOS, placeOf } from "./header.ts";

interface Written {
  readonly pin: string;
  readonly place: string;
}

export interface Pins {
  /** A builder chooses them. */
  readonly isChoice: boolean;
  /** A pin of the layout by its name there. */
  written(name: string, gpio: number): Written;
  /** A pin that a bus has for good. */
  bus(gpio: number): Written;
}

export const onHeader = (gpio: number): Written => ({ pin: `GPIO ${gpio}`, place: `pin ${placeOf(gpio)}` });

/** Pins of a board with fixed ones. */
export const FIXED: Pins = { isChoice: false, written: (_name, gpio) => onHeader(gpio), bus: onHeader };

/** Pins of a board of one's own: the setting's name, and which GPIOs the driver lets it have. @param layout with every other pin off the header */
export const chosenFrom = (layout: BoardLayout): Pins => ({
  isChoice: true,
  written: (name) => ({ pin: name.replace(/\..*$/, ""), place: inRanges(allowed(layout, name)) }),
  bus: onHeader,
});

function allowed(layout: BoardLayout, name: string): readonly number[] {
  if (name === "pilotGpio") return PWM_GPIOS;
  return HEADER_GPIOS.filter((gpio) => {
    const pilotGpio: BoardLayout["pilotGpio"] = gpio === 12 ? 13 : 12;
    const moved = name.startsWith("relays")
      ? { ...layout, pilotGpio, relays: [{ gpio, active: "high" } as const] }
      : { ...layout, pilotGpio, gfciTripped: { ...layout.gfciTripped, gpio } };
    return objectionsTo(moved).length === 0;
  });
}

/** 4, 5, 6, 12 as "4–6, 12". */
export function inRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`)).join(", ");
}
