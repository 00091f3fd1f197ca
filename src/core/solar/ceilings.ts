/** Upper bounds from everywhere: the lowest wins, at once; a lifted one gives way slowly. */
import type { Amps, Instant, Millis } from "#core/units/units";

/** A bound in A, in W of the car, or both; it lapses by itself at `until`. */
export interface Ceiling {
  readonly amps: number | null;
  readonly watts: number | null;
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

/** A rise that comes this close is complete, A: no offer stays a hair below its ceiling. */
const NEARLY = 0.05;

/** Sets or, with null, lifts a ceiling. */
export function setCeiling(memory: CeilingMemory, name: string, ceiling: Ceiling | null): CeilingMemory {
  const named = new Map(memory.named);
  if (ceiling === null) named.delete(name);
  else named.set(name, ceiling);
  return { ...memory, named };
}

/** What a ceiling allows now, A, where one ampere of offer stands for `volts`; infinite once it has lapsed. */
export function allowedBy({ amps, watts, until }: Ceiling, volts: number, at: Instant): number {
  if (until !== null && until <= at) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(amps ?? Number.POSITIVE_INFINITY, watts === null ? Number.POSITIVE_INFINITY : watts / volts));
}

/** The lowest bound at `at` and its name, before any slow rise. */
export function lowestNow(
  { named }: CeilingMemory,
  maximum: Amps,
  volts: number,
  at: Instant,
): { readonly amps: number; readonly by: string } {
  let amps: number = maximum;
  let by = "maximum";
  for (const [name, ceiling] of named) {
    const allowed = allowedBy(ceiling, volts, at);
    if (allowed < amps) {
      amps = allowed;
      by = name;
    }
  }
  return { amps, by };
}

/** The lowest bound at `at`. Rises by at most `rise` A/s from the bound before, and keeps that bound's name meanwhile. */
export function lowestCeiling(memory: CeilingMemory, maximum: Amps, rise: number, volts: number, at: Instant): CeilingMemory {
  const { amps: lowest, by } = lowestNow(memory, maximum, volts, at);
  const { effective, at: before } = memory;
  if (effective !== null && before !== null && lowest > effective) {
    const elapsed = Math.max(0, at - before) as Millis;
    const risen = effective + (rise * elapsed) / 1000;
    if (risen < lowest - NEARLY) return { ...memory, effective: risen as Amps, at };
  }
  return { ...memory, effective: lowest as Amps, by, at };
}
