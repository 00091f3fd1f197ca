/** When the contactor may close again. */
import type { Instant } from "#core/units/units";
import { STARTS_WINDOW } from "./config.ts";
import type { SolarState } from "./state.ts";

/** The contactor has closed as often within the hour as it may. */
export const startsUsedUp = ({ starts, config }: SolarState, at: Instant): boolean =>
  starts.filter((start) => at - start < STARTS_WINDOW).length >= config.startsPerHour;

/** Why it may not close now, as the word for `limitedBy`; null when it may. */
export function mayStart(state: SolarState, at: Instant): string | null {
  const { config, starts } = state;
  const last = starts.at(-1);
  if (at - state.changedAt < config.minimumOff) return "minimumOff";
  if (last !== undefined && at - last < Math.max(config.minimumOn, config.minimumOff)) return "minimumOff";
  return startsUsedUp(state, at) ? "starts" : null;
}
