/** What the limiter says under itself: how much, why, and what comes next. */
import type { SolarExplanation } from "#core/solar/types";
import type { NodeStatus, Translate } from "../shared/red.ts";
import { cutToFit, reasonWord, tenths } from "../shared/status-text.ts";

/** What comes later than this is not announced under the node, ms. */
const SOON = 15 * 60_000;

/** What the meter shows cannot be right: the form is to be looked at. */
const MISTAKES: ReadonlySet<string> = new Set(["meterTurned", "unit"]);

/** @param refused the newest reading did not count */
export function solarStatus(explanation: SolarExplanation, limitA: number, limitedBy: string, refused: boolean, t: Translate): NodeStatus {
  const { mode, running, freshness, stopsInMs, startsInMs } = explanation;
  if (mode === "off") return { fill: "grey", shape: "ring", text: t("status.limiterOff") };
  const sunCounts = mode !== "fast";
  if (refused) return { fill: "yellow", shape: "dot", text: t("status.badReading") };
  if (sunCounts && (freshness === "never" || freshness === "stopped") && limitedBy === "stale") {
    return { fill: "yellow", shape: "ring", text: t("status.noReadings") };
  }
  if (!running) {
    if (startsInMs !== null && startsInMs < SOON && limitedBy === "sun") {
      return { fill: "blue", shape: "ring", text: t("status.startsIn", { time: duration(startsInMs) }) };
    }
    const fill = MISTAKES.has(limitedBy) ? "yellow" : "blue";
    return { fill, shape: "ring", text: cutToFit(t("status.paused", { why: reasonWord(limitedBy, t) })) };
  }
  if (stopsInMs !== null && stopsInMs < SOON) {
    return { fill: "green", shape: "ring", text: t("status.stopsIn", { time: duration(stopsInMs) }) };
  }
  const text = cutToFit(t("status.limited", { why: reasonWord(limitedBy, t), limit: tenths(limitA, t) }));
  return freshness === "fresh" || !sunCounts ? { fill: "green", shape: "dot", text } : { fill: "yellow", shape: "ring", text };
}

/** In steps that keep the line calm: tens of seconds, then whole minutes. */
function duration(ms: number): string {
  if (ms < 50_000) return `${Math.max(10, Math.ceil(ms / 10_000) * 10)} s`;
  return `${Math.round(ms / 60_000) || 1} min`;
}
