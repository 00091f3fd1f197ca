/** How a car answers the pilot: nothing for a while, then a ramp; a longer wait after the contactor closes. */
import type { Amps, Instant, Millis } from "#core/units/units";

/** An offer and since when; `onSince` is the start of the unbroken run of offers it belongs to, null while stopped. */
export interface Command {
  readonly at: Instant;
  readonly limit: Amps;
  readonly onSince: Instant | null;
}

export interface CarTraits {
  /** From a new offer to the first change of current. */
  readonly dead: Millis;
  /** A/s, both ways. */
  readonly ramp: number;
  /** From closing to the first current. */
  readonly start: Millis;
  /** What the car takes at most, whatever is offered. */
  readonly cap: number;
}

/** A car that is told to stop does so at least this fast, A/s: the contactor opens soon after. */
const STOP_RAMP = 5;

/** Index of the newest command not later than `time`, searched downwards from `from`; -1 when all are later. */
export function commandAt(commands: readonly Command[], time: number, from = commands.length - 1): number {
  let index = from;
  while (index >= 0 && (commands[index] as Command).at > time) index -= 1;
  return index;
}

/**
 * Current at `to` of a car that drew `current` at `from`.
 * Walks from breakpoint to breakpoint, so its cost depends on the number of commands, not on the length of time.
 * `felt` is the index of the command felt at `from`, for callers that know it; the car draws `beside` A less than it is offered.
 */
export function advance(
  current: number,
  from: number,
  to: number,
  traits: CarTraits,
  commands: readonly Command[],
  felt = commandAt(commands, from - traits.dead),
  beside = 0,
): number {
  const { dead, ramp, start, cap } = traits;
  let now = from;
  let amps = current;
  let index = felt;
  while (now < to) {
    const command = commands[index];
    const next = commands[index + 1];
    let until = next === undefined ? to : Math.min(to, next.at + dead);
    let target = 0;
    if (command !== undefined && command.limit > 0) {
      const begins = (command.onSince ?? command.at) + Math.max(start, dead);
      if (now < begins) until = Math.min(until, begins);
      else target = Math.min(command.limit - beside, cap);
    }
    const rate = (target === 0 && ramp < STOP_RAMP ? STOP_RAMP : ramp) / 1000;
    const reach = rate * (until - now);
    if (amps < target) amps = Math.min(target, amps + reach);
    else if (amps > target) amps = Math.max(target, amps - reach);
    now = until;
    if (next !== undefined && now >= next.at + dead) index += 1;
  }
  return amps;
}

/** Drops commands that no model can feel any more at or after `time`. */
export function prune(commands: readonly Command[], time: number): readonly Command[] {
  const keep = commandAt(commands, time);
  return keep > 0 ? commands.slice(keep) : commands;
}
