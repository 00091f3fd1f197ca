/** What the log says under itself: the charge under way, or that what it keeps has to wait. */
import type { NodeStatus, Translate } from "../shared/red.ts";
import { cutToFit } from "../shared/status-text.ts";
import type { StoreHealth } from "../shared/store-handle.ts";

/** A charge as the line shows it. */
export interface Charge {
  readonly energyWh: number;
  readonly charging: boolean;
}

/** @param charges those that are open @param waiting batches that are in memory only, for want of a store */
export function logStatus(health: StoreHealth, waiting: number, charges: readonly Charge[], t: Translate): NodeStatus {
  const count = health.waiting + waiting;
  switch (health.state) {
    case "unusable":
      return { fill: "red", shape: "ring", text: cutToFit(t("log.unusable")) };
    case "full":
      return { fill: "red", shape: "dot", text: cutToFit(t("log.full", { count })) };
    case "away":
      return { fill: "yellow", shape: "ring", text: cutToFit(t("log.away", { count })) };
    case "opening":
      return { fill: "blue", shape: "ring", text: cutToFit(t("log.opening")) };
    case "open":
      if (waiting > 0) return { fill: "yellow", shape: "ring", text: cutToFit(t("log.away", { count })) };
      return chargeStatus(charges, t);
  }
}

function chargeStatus(charges: readonly Charge[], t: Translate): NodeStatus {
  const charging = charges.filter((charge) => charge.charging);
  const energyWh = charging.reduce((sum, charge) => sum + charge.energyWh, 0);
  const energy = kilowattHours(energyWh).replace(".", t("number.decimal"));
  if (charging.length > 1) return { fill: "green", shape: "dot", text: cutToFit(t("log.several", { count: charging.length, energy })) };
  if (charging.length === 1) return { fill: "green", shape: "dot", text: cutToFit(t("log.charging", { energy })) };
  if (charges.length > 0) return { fill: "blue", shape: "ring", text: t("log.connected") };
  return { fill: "grey", shape: "ring", text: t("log.ready") };
}

/** Calm: the last digit moves every few minutes. */
/** A charge that has just begun shows that it grows. */
const kilowattHours = (wattHours: number): string => (wattHours / 1000).toFixed(wattHours < 1000 ? 2 : 1);
