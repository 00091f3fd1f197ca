/** What happens to a charging charger in a trial: each must end in the coil being off. */
import type { CarSpec, SimAction } from "#simulator/actions";

/** R3 gone from the pilot: what opening S2 does, at an exact moment and with no change of mind by the car. */
const S2_OPEN: Partial<CarSpec> = { r3Ohm: 1e9 };

export const EVENTS = {
  gfciTrip: { do: "inject", fault: "gfciTrip" },
  carStops: { do: "car", car: S2_OPEN },
  unplug: { do: "unplug" },
  pilotShort: { do: "inject", fault: "pilotShort" },
} as const satisfies Readonly<Record<string, SimAction>>;

export type EventName = keyof typeof EVENTS;
export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[];

export const EVENT_TITLES: Readonly<Record<EventName, string>> = {
  gfciTrip: "GFCI trip",
  carStops: "C → B",
  unplug: "unplug",
  pilotShort: "pilot short",
};
