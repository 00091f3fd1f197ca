/** What a charge's end and its faults are called. */
import type { SessionView } from "../api.ts";
import { words } from "./words.ts";

/** The charger's own history, or the invented one. */
export type Which = "own" | "sample";

export function endOf({ endReason, endedAt, faults }: SessionView): string {
  if (endedAt === null) return words.sessions.underWay;
  const reason =
    (endReason !== null && Object.hasOwn(words.sessions.endReasons, endReason) ? words.sessions.endReasons[endReason] : undefined) ??
    words.sessions.endReasons.unknown ??
    "";
  const [fault] = faults;
  return endReason === "fault" && fault !== undefined ? faultName(fault.name) : reason;
}

export const faultName = (name: string): string =>
  ((Object.hasOwn(words.faults, name) ? words.faults[name] : undefined) ?? words.otherFault(name)).what.replace(/\.$/, "");
