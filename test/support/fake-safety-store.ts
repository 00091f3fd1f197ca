/** A safety store in memory that fails when it is told to. */
import type { PersistedSafety } from "#core/evse/types";
import type { SafetyStore } from "#ports/safety-store";

export class FakeSafetyStore implements SafetyStore {
  saved: PersistedSafety | null = null;
  loadError: Error | null = null;
  saveError: Error | null = null;

  load(): PersistedSafety | null {
    if (this.loadError !== null) throw this.loadError;
    return this.saved;
  }

  save(safety: PersistedSafety): void {
    if (this.saveError !== null) throw this.saveError;
    this.saved = structuredClone(safety);
  }
}
