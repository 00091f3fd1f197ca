/** What a panel needs of time; tests move it. */
import type { Instant } from "#core/units/units";

export interface PanelTime {
  now(): Instant;
  /** Resolves after so many ms, or at once when `over` is aborted. Keeps no process alive. */
  pass(ms: number, over?: AbortSignal): Promise<void>;
}
