/** Where the machine's durable facts live. */
import type { PersistedSafety } from "#core/evse/types";

export interface SafetyStore {
  /** @returns null when nothing was ever saved. @throws StoreCorrupt when something is there that cannot be trusted. */
  load(): PersistedSafety | null;
  /** Durable when it returns (written, synced, renamed). @throws StoreUnavailable; the caller goes on, safely, and reports. */
  save(safety: PersistedSafety): void;
}
