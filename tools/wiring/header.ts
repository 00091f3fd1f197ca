/** Where a GPIO is on the 40 pins of a Raspberry Pi's header. */

/** Places by GPIO number. */
const PLACES: Readonly<Record<number, number>> = {
  2: 3,
  3: 5,
  4: 7,
  5: 29,
  6: 31,
  7: 26,
  8: 24,
  9: 21,
  10: 19,
  11: 23,
  12: 32,
  13: 33,
  14: 8,
  15: 10,
  16: 36,
  17: 11,
  18: 12,
  19: 35,
  20: 38,
  21: 40,
  22: 15,
  23: 16,
  24: 18,
  25: 22,
  26: 37,
  27: 13,
};

/** Places that carry a supply. */
export const SUPPLY_PLACES = { "3.3 V": [1, 17], "5 V": [2, 4], GND: [6, 9, 14, 20, 25, 30, 34, 39] } as const;

/** GPIOs that reach the header, in order. */
export const HEADER_GPIOS: readonly number[] = Object.keys(PLACES).map(Number);

/** The place of a GPIO on the header, 1 to 40. @throws RangeError for one that does not reach it */
export function placeOf(gpio: number): number {
  const place = PLACES[gpio];
  if (place === undefined) throw new RangeError(`GPIO ${gpio} is not on the header`);
  return place;
}
