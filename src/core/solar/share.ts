/** Several cars on one circuit: shares the amps that are there, never less than the floor to a car that charges. */
import type { Amps } from "#core/units/units";
import { inHundredths } from "./hundredths.ts";

export interface SharingCar {
  readonly name: string;
  /** Plugged in and willing. */
  readonly wants: boolean;
  /** The most this car and its charger can take. */
  readonly maximum: Amps;
  /** Smaller goes first. */
  readonly priority: number;
}

export interface ShareRule {
  readonly by: "priority" | "equal";
  readonly floor: Amps;
  /** Grows by one each time it is the next car's turn; rotates who charges when there is not enough for all. */
  readonly turn: number;
}

/** Cars in the order in which they are served. */
function inOrder(cars: readonly SharingCar[], rule: ShareRule): readonly SharingCar[] {
  const ready = cars.filter((car) => car.wants && car.maximum >= rule.floor);
  const first = ready.length === 0 ? 0 : rule.turn % ready.length;
  const turned = [...ready.slice(first), ...ready.slice(0, first)];
  return rule.by === "equal" ? turned : [...ready].sort((a, b) => a.priority - b.priority);
}

/**
 * Divides `available` amps; the result names every car, with 0 A for those that must wait.
 * `priority` fills the first car before the next gets more than the floor; `equal` fills all alike.
 * The sum never exceeds `available`, and nobody gets between 0 A and the floor.
 */
export function shareAmong(cars: readonly SharingCar[], available: Amps, rule: ShareRule): ReadonlyMap<string, Amps> {
  const shares = new Map<string, Amps>(cars.map((car) => [car.name, 0 as Amps]));
  let left: number = Number.isFinite(available) ? Math.max(0, available) : 0;
  const served: SharingCar[] = [];
  for (const car of inOrder(cars, rule)) {
    if (left < rule.floor) break;
    served.push(car);
    left -= rule.floor;
  }
  const extra = new Map<string, number>(served.map((car) => [car.name, 0]));
  if (rule.by === "priority") {
    for (const car of served) {
      const more = Math.min(left, car.maximum - rule.floor);
      extra.set(car.name, more);
      left -= more;
    }
  } else {
    // Smallest appetite first: what a modest car leaves over goes to the rest in equal parts.
    const byAppetite = [...served].sort((a, b) => a.maximum - b.maximum);
    byAppetite.forEach((car, index) => {
      const more = Math.min(left / (byAppetite.length - index), car.maximum - rule.floor);
      extra.set(car.name, more);
      left -= more;
    });
  }
  for (const car of served) shares.set(car.name, Math.max(rule.floor, inHundredths(rule.floor + (extra.get(car.name) ?? 0))) as Amps);
  return shares;
}
