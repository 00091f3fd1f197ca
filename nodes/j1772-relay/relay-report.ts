/** What the relay node reports. */
import * as v from "valibot";
import { StatusMessage } from "#link/messages";

export const RelayReport = v.strictObject({
  charger: StatusMessage.entries.charger,
  at: StatusMessage.entries.at,
  relay: StatusMessage.entries.relay,
  coil: StatusMessage.entries.coil,
  welded: v.boolean(),
  cycles: StatusMessage.entries.contactor.entries.cycles,
  closuresLastHour: StatusMessage.entries.contactor.entries.closuresLastHour,
});
export type RelayReport = v.InferOutput<typeof RelayReport>;

export function relayReport({ charger, at, relay, coil, contactor }: StatusMessage): RelayReport {
  return { charger, at, relay, coil, welded: relay === "welded", ...contactor };
}
