/** Raspberry Pis by what they say of themselves. */

/** Board types in a revision code of the new style, bits 4 to 11: those whose pins pigpio cannot reach. */
const WITHOUT_PIGPIO: Readonly<Record<number, string>> = { 23: "Pi 5", 24: "Compute Module 5", 25: "Pi 500", 26: "Compute Module 5 Lite" };
const NEW_STYLE = 1 << 23;

/** The board's name where it is one that pigpio cannot drive; null otherwise. */
export function boardWithoutPigpio(revision: number): string | null {
  return (revision & NEW_STYLE) === 0 ? null : (WITHOUT_PIGPIO[(revision >> 4) & 0xff] ?? null);
}

/** What to say of such a board. */
export const withoutPigpioText = (name: string): string =>
  `pigpio cannot drive the pins of a Raspberry ${name}: use a Pi Zero to Pi 4, or a charger with a controller of its own.`;

/** Whether a Pi's config.txt says that the kernel takes pins back from a program that ends. @see conformance 3.4 H2 */
export const isStrict = (config: string): boolean =>
  /^[ \t]*dtparam=(?:[^#\n]*,)?strict_gpiod(?:=(?:on|true|yes|1))?[ \t]*(?:,|\r?$)/m.test(config);
