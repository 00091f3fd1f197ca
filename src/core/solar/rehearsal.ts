/**
 * Learns how patient this roof wants its charger to be. Some tempers, from hasty to patient in stopping and in starting, rehearse beside
 * the one in force: what each would have won or lost is known without trying, because the surplus does not depend on who uses it.
 */
import { Hours, type Millis, type WattHours } from "#core/units/units";
import { type Outlook, patience } from "./outlook.ts";
import { accrue } from "./regret.ts";

/** Factors on the patience in stopping and in starting. */
export interface Temper {
  readonly stopping: number;
  readonly starting: number;
}

const FACTORS = [0.5, 0.7, 1, 1.4, 2];
const TEMPERS: readonly Temper[] = FACTORS.flatMap((stopping) => FACTORS.map((starting) => ({ stopping, starting })));
const NO_TEMPER: Temper = { stopping: 1, starting: 1 };
const USUAL = TEMPERS.findIndex(({ stopping, starting }) => stopping === 1 && starting === 1);
/** Another temper must have been better by so many closures' price. */
const LOYALTY = 8;
/** A closure costs this much of its price in truth: the car takes its time to begin. */
const DEARER = 1.25;
/** Tempers are not judged more often than this, ms. */
const JUDGE_EVERY = 10_000;
/** What was won is forgotten over a season of changeable weather, ms. */
const MEMORY: Millis = Hours(40 * 24);

export interface Rehearsal {
  /** What each temper has won beyond the usual one, Wh. */
  readonly won: readonly number[];
  readonly running: readonly boolean[];
  readonly regret: readonly WattHours[];
  /** Since each last started or stopped. */
  readonly held: readonly Millis[];
  /** Time and worth of running not yet judged. */
  readonly waited: Millis;
  readonly worth: WattHours;
  /** The temper that has paid: the usual one unless another was clearly better. */
  readonly temper: Temper;
}

function bestOf(won: readonly number[], price: WattHours): Temper {
  let best = USUAL;
  let most = LOYALTY * price;
  won.forEach((sum, i) => {
    if (sum <= most) return;
    most = sum;
    best = i;
  });
  return TEMPERS[best] ?? NO_TEMPER;
}

/** `won` is what an earlier run learned; anything but one finite number for each temper counts as nothing. */
export function newRehearsal(won: readonly number[], price: WattHours): Rehearsal {
  const usable = won.length === TEMPERS.length && won.every(Number.isFinite);
  const known = usable ? won : TEMPERS.map(() => 0);
  return {
    won: known,
    running: TEMPERS.map(() => false),
    regret: TEMPERS.map(() => 0 as WattHours),
    held: TEMPERS.map(() => MEMORY),
    waited: 0 as Millis,
    worth: 0 as WattHours,
    temper: bestOf(known, price),
  };
}

/** The rehearsal after `elapsed` during which running was worth `gain` W, where a closure costs `price` and a reading is `lateness` old when it counts. */
export function rehearsed(
  known: Rehearsal,
  gain: number,
  price: WattHours,
  outlook: Outlook,
  tolerance: number,
  elapsed: Millis,
  lateness: Millis,
): Rehearsal {
  const waited = (known.waited + elapsed) as Millis;
  const worth = (known.worth + (gain * elapsed) / 3_600_000) as WattHours;
  if (waited < JUDGE_EVERY) return { ...known, waited, worth };
  const usual: Temper = { stopping: patience(outlook, true, tolerance), starting: patience(outlook, false, tolerance) };
  const won = known.won.slice();
  const running = known.running.slice();
  const regret = known.regret.slice();
  const held = known.held.slice();
  const rate = (worth * 3_600_000) / waited;
  TEMPERS.forEach((temper, i) => {
    const on = running[i] === true;
    const since = ((held[i] ?? 0) + waited) as Millis;
    held[i] = since;
    // A late reading is of a time at which this temper had not yet started or stopped.
    if (on === since > lateness) won[i] = (won[i] ?? 0) + worth;
    const rising = on ? rate < 0 : rate > 0;
    const factor = on ? temper.stopping * usual.stopping : temper.starting * usual.starting;
    const sum = accrue(regret[i] ?? (0 as WattHours), on ? -rate : rate, waited, Number.POSITIVE_INFINITY as WattHours);
    const flips = rising && sum >= price * factor;
    regret[i] = flips ? (0 as WattHours) : sum;
    if (!flips) return;
    running[i] = !on;
    held[i] = 0 as Millis;
    if (!on) won[i] = (won[i] ?? 0) - price * DEARER;
  });
  const ofUsual = won[USUAL] ?? 0;
  const kept = Math.exp(-waited / MEMORY);
  const beyond = won.map((sum) => kept * (sum - ofUsual));
  return { won: beyond, running, regret, held, waited: 0 as Millis, worth: 0 as WattHours, temper: bestOf(beyond, price) };
}

/** What is kept over restarts, Wh. */
export const learnedTempers = ({ won }: Rehearsal): readonly number[] => won.map((sum) => Math.round(sum * 10) / 10);
