/** Brings the form's house and car into a simulation: once for each run of a controller, and again when the form changes. */
import type { SimActionMessage } from "#link/sim-action";
import type { ConfigOf } from "../shared/fields.ts";
import type { CarNode } from "./j1772-car.schema.ts";

export type CarConfig = ConfigOf<typeof CarNode.fields>;

/** The form's car, plugged in; another kind of car keeps the form's battery. */
export function plugAction(config: CarConfig, preset: CarConfig["preset"] = config.preset): SimActionMessage {
  const { socPercent, batteryKwh, onboardChargerA } = config;
  return {
    do: "plug",
    preset,
    car: {
      ...(socPercent === null ? {} : { socPercent }),
      ...(batteryKwh === null ? {} : { batteryWh: batteryKwh * 1000 }),
      ...(onboardChargerA === null ? {} : { onboardChargerA }),
    },
  };
}

export const houseAction = ({ houseW, solarW }: CarConfig): SimActionMessage => ({ do: "house", loadW: houseW, pvW: solarW });

/** What each node last brought, and into which run. Outlives the nodes, so that a deployment does not plug the car in again. */
const brought = new Map<string, string>();

/** True once for each node, run of a controller and content of the form. */
export function isNew(node: string, run: string, config: CarConfig): boolean {
  const what = `${run} ${JSON.stringify(config)}`;
  if (brought.get(node) === what) return false;
  brought.set(node, what);
  return true;
}

/** The node goes before its car has come, or for good; the next one brings it. */
export const forget = (node: string): void => void brought.delete(node);
