/** A car that fell asleep is woken by taking the charger away for a moment, once. @see ST-16 @see ST-17 */
import type { EvseConfig } from "#core/evse/config";
import { after, type Instant, Seconds } from "#core/units/units";

/** State F or an open pilot is shown this long. @see ST-16 */
export const WAKE_FOR = Seconds(4);

export interface WakeUp {
  /** Sent since the offer began; it may be sent again after a replug or a pause. */
  readonly sent: boolean;
  /** When it is due; null when the car has answered, or nothing is offered. */
  readonly dueAt: Instant | null;
}

export const WAKE_UP_UNSENT: WakeUp = { sent: false, dueAt: null };

/** PWM appears in B: from here the car has time to answer. A wake-up that was sent is not sent again. */
export const offeredTo = (wakeUp: WakeUp, { method, afterMs }: EvseConfig["wakeUp"], at: Instant): WakeUp =>
  wakeUp.sent || method === "none" ? wakeUp : { sent: false, dueAt: after(at, afterMs) };

/** The car asked for power: it is awake, and stays left alone when it stops by itself. */
export const answered = (wakeUp: WakeUp): WakeUp => (wakeUp.dueAt === null ? wakeUp : { ...wakeUp, dueAt: null });

export const isDue = ({ dueAt }: WakeUp, at: Instant): boolean => dueAt !== null && at >= dueAt;

export const SENT: WakeUp = { sent: true, dueAt: null };
