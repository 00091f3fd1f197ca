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

/** Why it ended, and what went wrong before that: a colour alone would not tell everybody. */
export function endWithFaultOf(session: SessionView): string {
  const { endReason, faults } = session;
  const [fault] = faults;
  return fault === undefined || endReason === "fault" ? endOf(session) : `${endOf(session)}; ${faultName(fault.name)}`;
}

export const faultName = (name: string): string =>
  ((Object.hasOwn(words.faults, name) ? words.faults[name] : undefined) ?? words.otherFault(name)).what.replace(/\.$/, "");

/** Why it paused, as a person says it; a word that only its charger knows stays as it is. */
export function pauseName(reason: string): string {
  if (Object.hasOwn(words.faults, reason)) return faultName(reason);
  const known = [words.reasons, words.sessions.endReasons].find((some) => Object.hasOwn(some, reason));
  return known?.[reason] ?? reason;
}
