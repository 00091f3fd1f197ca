/** What an installation allows for hours on end, worked out in the form before it is saved. @see DC-08 */

export interface Installation {
  readonly breakerA: number;
  readonly continuousPercent: number;
  readonly cableA: number;
  readonly hardwareA: number;
}

/** The smallest offer J1772 has. @see DC-01 */
const SMALLEST_OFFER_A = 6;

/** @returns null when nothing can be offered, because a value is missing or the smallest offer is not reached. */
export function highestOffer({ breakerA, continuousPercent, cableA, hardwareA }: Installation): {
  readonly limitA: number;
  readonly by: "breaker" | "cable" | "hardware";
} | null {
  const fromBreakerA = (breakerA * continuousPercent) / 100;
  const limitA = Math.min(fromBreakerA, cableA, hardwareA);
  if (!(limitA >= SMALLEST_OFFER_A)) return null;
  if (fromBreakerA < hardwareA && fromBreakerA < cableA) return { limitA, by: "breaker" };
  return { limitA, by: cableA < hardwareA ? "cable" : "hardware" };
}

/** The same of a charger's node as the editor holds it. Null also where only a service knows its installation. */
export function highestOfferOf(charger: Readonly<Record<string, unknown>> | null | undefined): ReturnType<typeof highestOffer> {
  if (!charger || charger.driver === "service") return null;
  const { breakerA, continuousPercent, cableA, hardwareA } = charger;
  return highestOffer({
    breakerA: Number(breakerA),
    continuousPercent: Number(continuousPercent),
    cableA: Number(cableA),
    hardwareA: Number(hardwareA),
  });
}
