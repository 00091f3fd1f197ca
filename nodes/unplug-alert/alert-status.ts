/** What the node says under itself: armed or not, and what waits for a person. */
import { localTimeOf } from "#core/alerts/local-time";
import type { UnplugState, Watch } from "#core/alerts/unplug/types";
import { WallTime } from "#core/units/units";
import type { NodeStatus, Translate } from "../shared/red.ts";
import { cutToFit } from "../shared/status-text.ts";

export function alertStatus(state: UnplugState, zone: string, t: Translate): NodeStatus {
  const open = state.open.findLast(({ notice }) => notice.severity === "alarm") ?? state.open.at(-1);
  if (open !== undefined && open.notice.type !== "test") {
    const { type, severity, at } = open.notice;
    const kind = type.startsWith("unplugged") ? "unplugged" : type === "fault" ? "fault" : "look";
    const text = cutToFit(t(`watch.${kind}`, { time: clock(at, zone) }));
    return severity === "alarm" ? { fill: "red", shape: "dot", text } : { fill: "yellow", shape: "dot", text };
  }
  const watches = Object.values(state.watches);
  if (watches.length === 0) return { fill: "grey", shape: "ring", text: t("watch.nobody") };
  if (!state.armed) return { fill: "grey", shape: "dot", text: t("watch.disarmed") };
  const seen = watches.filter(({ blind }) => blind === null);
  if (seen.length === 0) return { fill: "yellow", shape: "ring", text: t("watch.silent") };
  if (seen.some(isDrawing)) return { fill: "green", shape: "dot", text: t("watch.charging") };
  const plugged = seen.some(({ stay }) => stay !== null);
  return { fill: "green", shape: "ring", text: t(plugged ? "watch.plugged" : "watch.free") };
}

const isDrawing = ({ stay }: Watch): boolean => stay !== null && stay.drawingSince !== null;

function clock(wall: number, zone: string): string {
  const { minute } = localTimeOf(WallTime(wall), zone);
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
