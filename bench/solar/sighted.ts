/** A controller that cannot be: it knows the exact surplus of the second at which the meter looked, the car's offset, and when to run. */
import type { Day } from "./days.ts";
import { type CarKind, type Controller, FLOOR_A, phasesOf, type Site, surplusOf } from "./plant.ts";

/** @param on the best plan's switching, second by second */
export function sighted(day: Day, on: Uint8Array, site: Site, car: CarKind): Controller {
  const surplus = surplusOf(day, site.peakW);
  const [usual = 1] = phasesOf(site);
  let phases: 1 | 3 = usual;
  let seen = 0;
  return {
    reading({ measured }) {
      seen = surplus[measured] ?? 0;
    },
    phases: () => phases,
    tick(second) {
      const running = on[second] ?? 0;
      if (running === 0) return 0;
      phases = running === 3 ? 3 : 1;
      return Math.max(FLOOR_A, Math.min(site.mostA, seen / (site.volts * phases) - car.offset));
    },
  };
}
