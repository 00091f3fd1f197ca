/** Several cars behind one limit: who charges, who waits, and raising one only after another had time to come down. */
import { type Amps, Hours, type Instant, type Millis, Minutes, Seconds } from "#core/units/units";
import { inHundredths } from "./hundredths.ts";
import { type SharingCar, shareAmong } from "./share.ts";

export interface FleetRule {
  readonly by: "priority" | "equal";
  readonly floor: Amps;
}

/** A car as its charger tells of it. */
export interface FleetCar extends SharingCar {
  /** It takes nothing of what it is offered: full, asleep, waiting for its own clock, or its charger does not let it. */
  readonly idle?: boolean;
}

/** What one car is given, and since when it is given something or nothing. */
interface FleetShare {
  readonly limit: Amps;
  readonly since: Instant;
  /** Since when it has taken nothing of an offer, and since when it is passed over for that; null while it is not. */
  readonly idleSince: Instant | null;
  readonly satedSince: Instant | null;
}

interface Lowered {
  readonly name: string;
  readonly from: Amps;
  readonly at: Instant;
}

export interface Fleet {
  readonly shares: ReadonlyMap<string, FleetShare>;
  /** Offers that were lowered a moment ago: the cars may still draw them. */
  readonly lowered: readonly Lowered[];
  /** Since when there has been room for one more; null while there is none. */
  readonly roomSince: Instant | null;
  /** Since when somebody has been waiting for a turn; null while nobody waits. */
  readonly waitingSince: Instant | null;
  /** How long room for one more must last, and when there last turned out to be too little for all who charged. */
  readonly joinAfter: Millis;
  readonly crowdedAt: Instant | null;
}

/** A car must follow a lower offer within 5 s; until then the amps are not given to another. @see DC-07 */
const FOLLOW = Seconds(6);
/** Room for another car must last this long, twice as long after each time that it did not, and be this much wider than the bare floor. */
const JOIN_AFTER: Millis = Minutes(1);
const JOIN_MARGIN = 1;
/** A car that was stopped waits at least this long. */
const LEAST_PAUSE: Millis = Minutes(1);
/** When there is not enough for all, the next car gets its turn after this. */
const TURN: Millis = Minutes(30);
/** Even a sleepy car has begun by then; one that has not is passed over while another wants to charge, and asked again later. */
const SATED_AFTER: Millis = Minutes(5);
const ASK_AGAIN: Millis = Hours(1);

export const EMPTY_FLEET: Fleet = {
  shares: new Map(),
  lowered: [],
  roomSince: null,
  waitingSince: null,
  joinAfter: JOIN_AFTER,
  crowdedAt: null,
};

const limitOf = (fleet: Fleet, name: string): number => fleet.shares.get(name)?.limit ?? 0;
const sinceOf = (fleet: Fleet, name: string): number => fleet.shares.get(name)?.since ?? Number.NEGATIVE_INFINITY;
const bySince =
  (fleet: Fleet) =>
  (a: SharingCar, b: SharingCar): number =>
    sinceOf(fleet, a.name) - sinceOf(fleet, b.name);

/**
 * Cars in the order in which they are served. Whoever goes first takes another's place only where there is not `room` for both;
 * with `turn` the one that waited longest takes the place of the one served longest.
 */
function order(fleet: Fleet, ready: readonly SharingCar[], by: FleetRule["by"], room: boolean, turn: boolean): readonly SharingCar[] {
  const ranked = by === "priority" ? ready.toSorted((a, b) => a.priority - b.priority) : ready;
  if (by === "priority" && !room) return ranked;
  const served = ranked.filter(({ name }) => limitOf(fleet, name) > 0);
  const waiting = ranked.filter(({ name }) => limitOf(fleet, name) <= 0);
  if (by === "priority") return [...served, ...waiting];
  waiting.sort(bySince(fleet));
  const [oldest] = served.toSorted(bySince(fleet));
  if (!turn || oldest === undefined) return [...served, ...waiting];
  return [...served.filter((car) => car !== oldest), ...waiting, oldest];
}

/** The fleet of an earlier run, whose cars draw by now what they were given. */
export function resumedFleet(offers: Readonly<Record<string, number>>, at: Instant): Fleet {
  const share = ([name, limit]: readonly [string, number]): readonly [string, FleetShare] => [
    name,
    { limit: limit as Amps, since: at, idleSince: null, satedSince: null },
  ];
  return { ...EMPTY_FLEET, shares: new Map(Object.entries(offers).map(share)) };
}

type Appetite = Pick<FleetShare, "idleSince" | "satedSince">;
const HUNGRY: Appetite = { idleSince: null, satedSince: null };

/** Whether a car makes use of what it is offered. Who is offered nothing cannot show it, and is asked again after a while. */
function appetiteOf(fleet: Fleet, { name, wants, idle = false }: FleetCar, at: Instant): Appetite {
  const known = fleet.shares.get(name);
  if (known === undefined || !wants || (known.limit > 0 && !idle)) return HUNGRY;
  if (known.limit <= 0) {
    const asked = known.satedSince === null || at - known.satedSince >= ASK_AGAIN;
    return asked ? HUNGRY : { idleSince: null, satedSince: known.satedSince };
  }
  const idleSince = known.idleSince ?? at;
  return { idleSince, satedSince: known.satedSince ?? (at - idleSince >= SATED_AFTER ? at : null) };
}

/** Which cars are served now, in their order, and what is remembered of room and turns. */
function choose(
  fleet: Fleet,
  cars: readonly FleetCar[],
  available: Amps,
  { by, floor }: FleetRule,
  at: Instant,
): { readonly chosen: readonly FleetCar[]; readonly next: Omit<Fleet, "shares" | "lowered"> } {
  const rested = ({ name }: FleetCar): boolean => limitOf(fleet, name) > 0 || at - sinceOf(fleet, name) >= LEAST_PAUSE;
  const ready = cars.filter(rested);
  const served = ready.filter(({ name }) => limitOf(fleet, name) > 0).length;
  const possible = Math.floor(available / floor + 1e-9);
  const crowded = possible > 0 && possible < served;
  const forgiven = fleet.crowdedAt === null || at - fleet.crowdedAt >= TURN;
  const joinAfter = crowded ? (Math.min(TURN, fleet.joinAfter * 2) as Millis) : forgiven ? JOIN_AFTER : fleet.joinAfter;
  const roomy = ready.length > served && available >= floor * (served + 1) + (served > 0 ? JOIN_MARGIN : 0);
  const roomSince = roomy ? (fleet.roomSince ?? at) : null;
  const joins = served === 0 ? roomy : roomSince !== null && at - roomSince >= joinAfter;
  const places = Math.min(possible, served + (joins ? 1 : 0));
  const someoneWaits = ready.length > Math.max(places, 0) && places > 0;
  const waitingSince = someoneWaits ? (fleet.waitingSince ?? at) : null;
  const turn = waitingSince !== null && at - waitingSince >= TURN;
  const chosen = order(fleet, ready, by, roomy, turn).slice(0, places);
  return {
    chosen,
    next: { roomSince, waitingSince: turn ? at : waitingSince, joinAfter, crowdedAt: crowded ? at : fleet.crowdedAt },
  };
}

/**
 * The fleet after sharing `available` amps anew at `at`.
 * Whoever must give way does so at once; what that frees is given to another only when the first has had time to follow, so that
 * the offers of the last seconds never add up to more than there is. Nobody gets between 0 A and the floor.
 */
export function shareFleet(fleet: Fleet, cars: readonly FleetCar[], available: Amps, rule: FleetRule, at: Instant): Fleet {
  const { floor } = rule;
  const appetites = new Map(cars.map((car) => [car.name, appetiteOf(fleet, car, at)] as const));
  const wanting = cars.filter(({ wants, maximum }) => wants && maximum >= floor);
  const hungry = wanting.filter(({ name }) => appetites.get(name)?.satedSince === null);
  const { chosen, next } = choose(fleet, hungry.length > 0 ? hungry : wanting, available, rule, at);
  const wanted = shareAmong(chosen, available, { ...rule, turn: 0 });
  const lowered = fleet.lowered.filter((step) => at - step.at < FOLLOW);
  const target = (name: string): number => wanted.get(name) ?? 0;
  for (const [name, { limit }] of fleet.shares) if (target(name) < limit) lowered.push({ name, from: limit, at });
  const held = new Map<string, number>(cars.map(({ name }) => [name, Math.min(limitOf(fleet, name), target(name))]));
  for (const { name, from } of lowered) held.set(name, Math.max(held.get(name) ?? 0, from));

  const shares = new Map<string, FleetShare>();
  for (const { name } of [...chosen, ...cars.filter((car) => !chosen.includes(car))]) {
    const before = limitOf(fleet, name);
    let limit = Math.min(before, target(name));
    if (target(name) > before) {
      let others = 0;
      for (const [other, amps] of held) if (other !== name) others += amps;
      const reachable = Math.max(before, Math.min(target(name), available - others));
      limit = reachable < floor ? 0 : inHundredths(reachable);
      held.set(name, Math.max(held.get(name) ?? 0, limit));
    }
    const flipped = limit > 0 !== before > 0 || !fleet.shares.has(name);
    const since = flipped ? (fleet.shares.has(name) ? at : (Number.NEGATIVE_INFINITY as Instant)) : (sinceOf(fleet, name) as Instant);
    shares.set(name, { limit: limit as Amps, since, ...(appetites.get(name) ?? HUNGRY) });
  }
  const joined = Array.from(shares).some(([name, { limit }]) => limit > 0 && limitOf(fleet, name) <= 0);
  return { ...next, shares, lowered, roomSince: joined ? null : next.roomSince };
}
