/** What is known of one plug-in: forgotten when the car leaves. */
import { DIODE_UNCHECKED, type DiodeCheck } from "#core/evse/diode-check";
import { WAKE_UP_UNSENT, type WakeUp } from "#core/evse/wake-up";
import type { OpenSession } from "#core/session/open-session";

export interface PlugIn {
  readonly session: OpenSession;
  readonly diode: DiodeCheck;
  readonly wakeUp: WakeUp;
  /** It went from A to C and never showed B. @see ST-02 */
  readonly simplified: boolean;
  /** Closings that the load side did not confirm, or that dropped out. @see F-03 */
  readonly failedClosings: number;
}

export const plugInOf = (session: OpenSession, simplified: boolean): PlugIn => ({
  session,
  diode: DIODE_UNCHECKED,
  wakeUp: WAKE_UP_UNSENT,
  simplified,
  failedClosings: 0,
});
