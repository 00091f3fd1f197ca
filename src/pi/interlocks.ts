/**
 * Hardware that a charger driven from a Pi must have, because a dead process opens no relay. Whoever built it says so, one by one.
 * @see conformance 3.4
 */

/** By name, with the rule each stands for. */
export const INTERLOCKS = {
  /** H1: a one-shot that only the safety loop keeps alive takes the coil's current away 60 to 100 ms after its last pulse. */
  livenessGate: "a one-shot, fed by the liveness pin, takes the coil's current away 60 to 100 ms after the last pulse",
  /** H3: the ground-fault module's own latch takes the coil's current away, with the computer switched off. */
  gfciLatch: "a ground-fault module with a latch takes the coil's current away by itself",
  /** H2: pull-downs keep every relay off while nothing drives its pin. */
  relayPullDown: "a resistor pulls each relay's pin down",
  /** H5: two contacts in series, and the load side of each pole is sensed. */
  loadSideSense: "two contacts in series, and the mains behind each pole are sensed",
  /** H6, H7: a rail-to-rail pilot driver on regulated ±12 V, steady while the one-shot has dropped. */
  pilotDriver: "a rail-to-rail pilot driver on regulated ±12 V, held steady by the one-shot",
  /** H8: a buffer between divider and converter. */
  bufferedSense: "a buffer between the pilot's divider and the converter",
  /** H4, H9: a breaker of 125 % and a residual-current device upstream; a thermal cut-out in the coil's path. */
  upstreamProtection: "a breaker of 125 % of the load and a residual-current device upstream, a thermal cut-out in the coil's path",
} as const;
export type Interlock = keyof typeof INTERLOCKS;
export const INTERLOCK_NAMES = Object.keys(INTERLOCKS) as readonly Interlock[];
