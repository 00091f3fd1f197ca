/** What a client's command means to the safety machine. */
import type { EvseConfig } from "#core/evse/config";
import type { EvseEvent } from "#core/evse/types";
import { Amps, Millis } from "#core/units/units";
import type { CommandMessage } from "#link/messages";

/** Who asked, when a client does not say. */
const SOMEBODY = "user";

/** A limit that names no validity lasts as long as the configuration says. @see WD-02 */
export function eventOf(command: CommandMessage, config: EvseConfig): EvseEvent {
  switch (command.command) {
    case "limit": {
      const validFor = command.validForMs === undefined ? config.lease.defaultFor : Millis(command.validForMs);
      return { type: "limit", lease: { limit: Amps(command.limitA), validFor, by: command.limitedBy ?? SOMEBODY } };
    }
    case "pause":
    case "resume":
    case "reset":
    case "selfTest":
    case "wakeUp":
      return { type: command.command, by: command.by ?? SOMEBODY };
    case "authorise":
      return { type: "authorise", tag: command.tag ?? null };
    case "deauthorise":
      return { type: "deauthorise", reason: command.reason ?? SOMEBODY };
    case "shutdown":
      return { type: "shutdown" };
  }
}
