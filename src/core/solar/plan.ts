/** Enough energy by a time, sun first: waits for the sun as long as the rest can still be had from the grid. */

import { Hours, type Instant, type Millis, Minutes, type WattHours } from "#core/units/units";
import type { ChargePlan } from "./types.ts";

/** Slack kept for a car that starts late or draws a little less than offered. */
const SLACK = Minutes(10);
const SLACK_SHARE = 1.05;
/** Charging for a plan ends early only with so much time to spare: on the edge of its beginning it would go on and off with every second. */
const EASE: Millis = Minutes(30);
/** A departure that is moved by less is the same one, such as when a clock was set; a day later is another. */
const ANOTHER_DAY: Millis = Hours(12);

export type PlanState = "none" | "sunFirst" | "mustCharge" | "done" | "late";

/** How long the rest takes with so many W. */
const timeFor = (missing: number, mostW: number): number => (mostW > 0 ? (missing / mostW) * 3_600_000 : Number.POSITIVE_INFINITY);

/** How long a plan can still wait for the sun with so many W; less than nothing when it should have begun. */
export const untilBegins = (plan: ChargePlan, delivered: WattHours, mostW: number, at: Instant): Millis =>
  (plan.by - at - timeFor(plan.energy - delivered, mostW) * SLACK_SHARE - SLACK) as Millis;

/** Whether the plan can still wait for the sun, given what was delivered, the most the charger can give (W), and whether it charges for it now. */
export function planState(plan: ChargePlan | null, delivered: WattHours, mostW: number, at: Instant, charging = false): PlanState {
  if (plan === null) return "none";
  if (plan.energy <= delivered) return "done";
  if (at >= plan.by) return "late";
  return untilBegins(plan, delivered, mostW, at) <= (charging ? EASE : 0) ? "mustCharge" : "sunFirst";
}

/** Whether the plan cannot be kept with so many W. */
export const fallsShort = (plan: ChargePlan | null, delivered: WattHours, mostW: number, at: Instant): boolean =>
  plan !== null && at < plan.by && timeFor(plan.energy - delivered, mostW) > plan.by - at;

/** Whether `next` only says `plan` again before its time, so that what was delivered for it goes on counting. */
export const isSamePlan = (plan: ChargePlan | null, next: ChargePlan | null, at: Instant): boolean =>
  plan !== null && next !== null && at < plan.by && plan.energy === next.energy && Math.abs(plan.by - next.by) < ANOTHER_DAY;
