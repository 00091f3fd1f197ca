/** What the machine remembers between two steps, one part for each concern. */

/** Private to `core/evse`; its parts may change at any time. */
export interface EvseMemory {
  readonly booted: boolean;
}
