/** Enough energy by a time, sun first: waits for the sun as long as the rest can still be had from the grid. */

import { type Instant, Minutes, type WattHours } from "#core/units/units";
import type { ChargePlan } from "./types.ts";

/** Slack kept for a car that starts late or draws a little less than offered. */
const SLACK = Minutes(10);
const SLACK_SHARE = 1.05;

export type PlanState = "none" | "sunFirst" | "mustCharge" | "done" | "late";

/** Whether the plan can still wait for the sun, given what was delivered and the most the charger can give (W). */
export function planState(plan: ChargePlan | null, delivered: WattHours, mostW: number, at: Instant): PlanState {
  if (plan === null) return "none";
  const missing = plan.energy - delivered;
  if (missing <= 0) return "done";
  if (at >= plan.by) return "late";
  const needed = mostW > 0 ? (missing / mostW) * 3_600_000 * SLACK_SHARE + SLACK : Number.POSITIVE_INFINITY;
  return plan.by - at <= needed ? "mustCharge" : "sunFirst";
}
