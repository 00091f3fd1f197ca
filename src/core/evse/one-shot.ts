/**
 * The second switch in the coil's path. A load side that is live with the coil off need not be a weld: a transistor, a pin or a foreign
 * program may hold the coil, and the liveness one-shot takes the current away from all of them. So it is starved, once for each time
 * that this is seen; where that helped it stays starved until a person resets the fault, for else it would close again. @see RL-01 @see WD-01
 */
import type { Contactor } from "#core/evse/contactor";
import { type Instant, Millis } from "#core/units/units";

/** The one-shot drops (100 ms), the contactor releases (100 ms), the load side is seen dead (30 ms): with room to spare. @see WD-01 */
const TRIAL = Millis(1000);

export type OneShot =
  /** `vain`: starving it changes nothing, for the contacts are welded. The pilot, which it gates as well, shows what it is told to. */
  { readonly is: "fed"; readonly vain: boolean } | { readonly is: "tried"; readonly since: Instant } | { readonly is: "starved" };

export const FED: OneShot = { is: "fed", vain: false };
const IN_VAIN: OneShot = { is: "fed", vain: true };
const STARVED: OneShot = { is: "starved" };

/** @param weldNoted the fault that a person has to reset is there @returns the same object when nothing changed. */
export function withOneShot(before: OneShot, { coil, verdict }: Contactor, weldNoted: boolean, at: Instant): OneShot {
  if (!weldNoted) return FED;
  const isLive = !coil && verdict === "welded";
  switch (before.is) {
    case "fed":
      if (isLive && !before.vain) return { is: "tried", since: at };
      return isLive ? before : FED;
    case "tried":
      if (!isLive) return STARVED;
      return at - before.since >= TRIAL ? IN_VAIN : before;
    case "starved":
      return before;
    default:
      return before satisfies never;
  }
}

export const isFed = (oneShot: OneShot): boolean => oneShot.is === "fed";
