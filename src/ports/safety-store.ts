/** Where the machine's durable facts live. */
import type { PersistedSafety } from "#core/evse/types";

export interface SafetyStore {
  /** @returns null when nothing was ever saved. @throws StoreCorrupt when something is there that cannot be trusted. */
  load(): PersistedSafety | null;
  /**
   * Takes over the newest facts. They become durable in order, whole or not at all, when it returns or soon after: syncing a memory
   * card can take longer than a loop may be late. @throws StoreUnavailable when that is known at once; the caller goes on, safely, and reports.
   */
  save(safety: PersistedSafety): void;
}
