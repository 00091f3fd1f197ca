/** Upper bounds from everywhere: the lowest wins, at once; a lifted one gives way slowly. */
import type { Amps, Instant, Millis } from "#core/units/units";

export interface Ceiling {
  readonly limit: Amps;
  readonly until: Instant | null;
}

export interface CeilingMemory {
  readonly named: ReadonlyMap<string, Ceiling>;
  /** The bound in force after the slow rise, and when it was worked out. */
  readonly effective: Amps | null;
  readonly by: string;
  readonly at: Instant | null;
}

export const NO_CEILINGS: CeilingMemory = { named: new Map(), effective: null, by: "maximum", at: null };

export function setCeiling(memory: CeilingMemory, name: string, limit: Amps | null, until: Instant | null): CeilingMemory {
  const named = new Map(memory.named);
  if (limit === null) named.delete(name);
  else named.set(name, { limit: Math.max(0, limit) as Amps, until });
  return { ...memory, named };
}

/** The lowest bound at `at`. Rises by at most `rise` A/s from the bound before, and keeps that bound's name meanwhile. */
export function lowestCeiling(memory: CeilingMemory, maximum: Amps, rise: number, at: Instant): CeilingMemory {
  let lowest: number = maximum;
  let by = "maximum";
  for (const [name, { limit, until }] of memory.named) {
    if (until !== null && until <= at) continue;
    if (limit < lowest) {
      lowest = limit;
      by = name;
    }
  }
  const { effective, at: before } = memory;
  if (effective !== null && before !== null && lowest > effective) {
    const elapsed = Math.max(0, at - before) as Millis;
    const risen = effective + (rise * elapsed) / 1000;
    if (risen < lowest) return { ...memory, effective: risen as Amps, by: memory.by, at };
  }
  return memory.effective === lowest && memory.by === by && memory.named.size === 0
    ? { ...memory, at }
    : { ...memory, effective: lowest as Amps, by, at };
}
