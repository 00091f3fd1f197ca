/**
 * The script that lives in the daemon and makes the outputs safe when nobody refreshes it: the second line of defence behind the
 * one-shot. It covers a controller that is killed, stopped or hangs; a daemon or kernel that hangs is the one-shot's.
 */
import type { BoardLayout } from "#pi/layout";

/** It acts this long after the last refresh; the daemon adds some for waking late. @see WD-01 */
export const DEAD_MAN_MS = 150;
/** A heartbeat ends this long after the last refresh: it is the liveness line itself. @see WD-01 (60 to 100 ms) */
export const HEARTBEAT_MS = 75;

/** Duration of one round, ms. A heartbeat's two half-waves of 500 µs take about 1.2 ms with what the daemon adds. */
const ROUND_MS = 10;
const HEARTBEAT_ROUND_MS = 1.2;
const HALF_WAVE_US = 500;

/** Duty of hardware PWM that is steady high. */
export const PWM_FULL = 1_000_000;
/** Frequency of the pilot. @see CP-04 */
export const PILOT_HZ = 1_000;

/** Parameter that counts down, the one with a bit for each pin that the script's owner drives, and the one that says whose script it is. */
export const COUNT_PARAMETER = 0;
export const PINS_PARAMETER = 7;
export const OWNER_PARAMETER = 9;

export interface DeadMan {
  /** In the daemon's script language. */
  readonly script: string;
  /** Rounds a refresh is worth. */
  readonly rounds: number;
  /** After this long without a refresh it has acted, or is about to. */
  readonly lapsesAfterMs: number;
}

/** A number that tells a charger's script from everybody else's. */
export const OWNER_MARK = 0x1772_0000;

/** Everything that a charger drives, a bit for each GPIO. */
export function drivenPins(layout: BoardLayout): number {
  const { pilotGpio, relays, liveness, gfciTest, gfciReset, shuntTrip, pilotOpen } = layout;
  const pins = [...relays, liveness, gfciTest, gfciReset, shuntTrip, pilotOpen].flatMap((pin) => (pin === null ? [] : [pin.gpio]));
  return [pilotGpio, ...pins].reduce((bits, gpio) => bits | (1 << gpio), 0);
}

/** Whether a script with these parameters is a charger's that drives any of this board's pins. */
export const drivesAnyOf = (layout: BoardLayout, parameters: readonly number[]): boolean =>
  parameters[OWNER_PARAMETER] === OWNER_MARK && ((parameters[PINS_PARAMETER] ?? 0) & drivenPins(layout)) !== 0;

/** @returns the script for a board: relays off first, then all else that is driven, pilot steady high. A level ends a PWM on its pin. */
export function deadManOf(layout: BoardLayout): DeadMan {
  const { relays, liveness, pilotGpio, gfciTest, gfciReset, shuntTrip, pilotOpen } = layout;
  const others = [gfciTest, gfciReset, shuntTrip, pilotOpen].filter((pin) => pin !== null);
  const off = [...relays, ...others].map(({ gpio, active }) => `w ${gpio} ${active === "high" ? 0 : 1}`).join(" ");
  const safe = `${off} hp ${pilotGpio} ${PILOT_HZ} ${PWM_FULL} halt`;
  if (liveness?.drive === "heartbeat") {
    const wave = `w ${liveness.gpio} 1 mics ${HALF_WAVE_US} w ${liveness.gpio} 0 mics ${HALF_WAVE_US}`;
    const rounds = Math.floor(HEARTBEAT_MS / HEARTBEAT_ROUND_MS);
    return { script: `tag 0 ${wave} dcr p0 jp 0 ${safe}`, rounds, lapsesAfterMs: HEARTBEAT_MS };
  }
  return { script: `tag 0 mils ${ROUND_MS} dcr p0 jp 0 ${safe}`, rounds: DEAD_MAN_MS / ROUND_MS, lapsesAfterMs: DEAD_MAN_MS };
}
