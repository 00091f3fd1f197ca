/** One step in the making: the state as it becomes, and what is to be told. It lives only inside `step`. */
import type { Instant, WallTime } from "#core/units/units";
import type { UnplugConfig } from "./config.ts";
import type { Stay, UnplugNotice, UnplugState, Watch } from "./types.ts";

/** Now, twice: on the rules' line of time, which only goes forward, and on the wall, for people. */
export interface Moment {
  readonly at: Instant;
  readonly wall: WallTime;
}

export interface Turn extends Moment {
  readonly config: UnplugConfig;
  state: UnplugState;
  readonly told: UnplugNotice[];
}

/** The wall time of an instant near now. */
export const wallOf = ({ at, wall }: Moment, instant: Instant): WallTime => (wall - (at - instant)) as WallTime;

export const watchOf = (turn: Turn, charger: string): Watch | undefined =>
  Object.hasOwn(turn.state.watches, charger) ? turn.state.watches[charger] : undefined;

export function changeWatch(turn: Turn, charger: string, change: Partial<Watch>): void {
  const watch = watchOf(turn, charger);
  if (watch === undefined) return;
  turn.state = { ...turn.state, watches: { ...turn.state.watches, [charger]: { ...watch, ...change } } };
}

/** Changes the stay under way, if there is one. */
export function changeStay(turn: Turn, charger: string, change: Partial<Stay>): void {
  const stay = watchOf(turn, charger)?.stay;
  if (stay) changeWatch(turn, charger, { stay: { ...stay, ...change } });
}

export const within = (since: Instant | null, now: Instant, duration: number): boolean =>
  since !== null && now - since >= 0 && now - since <= duration;
