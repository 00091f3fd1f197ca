/** States of a charger as a display shows them, for whoever wants to see before there is a charger. */
import { displayOf, type Led, type Rows } from "#core/display/pages";
import { NOTHING_SEEN, type Seen } from "#core/display/seen";
import type { DisplayLanguage } from "#core/display/words";

const CHARGE = { offeredA: 16, currentA: 15.8, chargingMs: 2_527_000, energyWh: 4_160 };

const EXAMPLES: readonly Partial<Seen>[] = [
  { state: "notConnected" },
  { state: "waiting", offeredA: 16 },
  { state: "charging", ...CHARGE },
  { state: "stopped", fault: { name: "VentilationNotAvailable", needs: null, retryIn: null } },
  { state: "paused", limitedBy: "sun" },
  { state: "needsYou", fault: { name: "ContactorWelded", needs: "reset", retryIn: null } },
];

/** First pages. @param readyA what stands after "ready" while no car is there; null for no figure */
export function exampleFaces(language: DisplayLanguage, readyA: number | null): readonly { readonly rows: Rows; readonly led: Led }[] {
  return EXAMPLES.map((part) => {
    const { led, pages } = displayOf({ ...NOTHING_SEEN, offeredA: readyA, ...part }, language);
    return { rows: pages[0], led };
  });
}
