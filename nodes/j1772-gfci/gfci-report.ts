/** What the ground-fault node reports. */
import * as v from "valibot";
import { FaultMessage, StatusMessage } from "#link/messages";
import { groundFault } from "../shared/faults.ts";

export const GfciReport = v.strictObject({
  charger: StatusMessage.entries.charger,
  at: StatusMessage.entries.at,
  tripped: StatusMessage.entries.gfci.entries.tripped,
  selfTest: StatusMessage.entries.gfci.entries.selfTest,
  resets: StatusMessage.entries.gfci.entries.resets,
  lockedOut: v.boolean(),
  retryAt: FaultMessage.entries.retryAt,
  fault: v.nullable(FaultMessage.entries.name),
});
export type GfciReport = v.InferOutput<typeof GfciReport>;

export function gfciReport({ charger, at, gfci, faults }: StatusMessage): GfciReport {
  const fault = groundFault(faults);
  const lockedOut = fault !== undefined && fault.retryAt === null && fault.latched !== "no";
  return { charger, at, ...gfci, lockedOut, retryAt: fault?.retryAt ?? null, fault: fault?.name ?? null };
}
