/**
 * What a scenario runs on. The runner knows no clock and no board: a rig on virtual time lets a day pass in a minute,
 * a rig on a bench would wait for it.
 */
import type { Observation } from "./observation.ts";
import type { Action } from "./scenario.ts";

export interface Rig {
  /** What can be seen now. The same object for the whole run; its contents move on. */
  readonly seen: Observation;
  /** Promises of the safety machine that were seen broken (I1 to I7), in words; empty in every good run. */
  readonly broken: readonly string[];
  /** Does it now. */
  perform(action: Action): Promise<void>;
  /**
   * Lets time pass until `until` (ms since the start), calling `look` after each safety loop.
   * Stops early, at that loop, when `look` returns true.
   */
  run(until: number, look: () => boolean): Promise<void>;
  end(): Promise<void>;
}
