/** How much of an energy was sun: one rule for tables, files, displays and the page. */

export interface Sources {
  readonly sunWh: number;
  readonly gridWh: number;
  readonly batteryWh: number;
  readonly unknownWh: number;
}

/** Per cent of the energy whose source is known; null where that is less than half of it: a share of little says nothing about the rest. */
export function sunShare({ sunWh, gridWh, batteryWh, unknownWh }: Sources): number | null {
  const knownWh = sunWh + gridWh + batteryWh;
  return knownWh > 0 && knownWh >= unknownWh ? (100 * sunWh) / knownWh : null;
}
