/** A controller that cannot be: it knows the exact surplus of the second at which the meter looked, the car's offset, and when to run. */
import type { Day } from "./days.ts";
import { type CarKind, type Controller, FLOOR_A, type Site, surplusOf } from "./plant.ts";

/** @param on the best plan's switching, second by second */
export function sighted(day: Day, on: Uint8Array, site: Site, car: CarKind): Controller {
  const surplus = surplusOf(day, site.peakW);
  const volts = site.volts * site.phases;
  let amps = FLOOR_A;
  return {
    reading({ measured }) {
      const wanted = (surplus[measured] ?? 0) / volts - car.offset;
      amps = Math.max(FLOOR_A, Math.min(site.mostA, wanted));
    },
    tick: (second) => (on[second] === 1 ? amps : 0),
  };
}
