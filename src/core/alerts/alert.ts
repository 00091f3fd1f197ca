/** What a person is told, before it has words: an alert as the rules hand it out. */
import type { WallTime } from "#core/units/units";

/** alarm: somebody has to act · warning: somebody should know soon · info: nobody has to do anything. */
export type AlertSeverity = "alarm" | "warning" | "info";

/** What was measured or remembered that makes the rules say so. Units are in the names. */
export type AlertEvidence = Readonly<Record<string, number | string | boolean | null>>;

/** yes: "it was me" · no: "it was not me" · seen: "I know". */
export type AlertAnswer = "yes" | "no" | "seen";

export interface AlertNotice<Type extends string = string> {
  /** The same for everything that is told of one event: its reminders and its next steps. */
  readonly id: string;
  readonly type: Type;
  readonly severity: AlertSeverity;
  readonly charger: string;
  /** The charge it is about; null when there is none, or the charger does not name them. */
  readonly session: string | null;
  /** When it happened. */
  readonly at: WallTime;
  /** 0 when it is told first, then 1, 2, … as nobody answers. */
  readonly step: number;
  /** 0 when it is told first, then 1, 2, … as a reminder. */
  readonly reminder: number;
  /** The alert that this one ends or corrects; null when it stands alone. */
  readonly follows: string | null;
  readonly evidence: AlertEvidence;
  /** Answers that make sense; none when there is nothing to answer. */
  readonly actions: readonly AlertAnswer[];
  /** After this it is old news: not to be delivered, not to be answered. */
  readonly expiresAt: WallTime;
}
