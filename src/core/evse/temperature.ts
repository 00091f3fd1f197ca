/** Hot: offer less, then nothing. Unknown: never ignored. */
import type { EvseConfig } from "#core/evse/config";
import { holdsSince, isKnown, lasted, type Since } from "#core/evse/time";
import { type Celsius, type Instant, Millis, Minutes } from "#core/units/units";

/** A hotter step must be seen this long. @see F-25 */
const HOTTER_FOR = Millis(500);
/** A sensor without a believable value for this long is at fault. @see OT-02 */
const SENSOR_LOST = Millis(1000);
/** A sensor that does not move by the smallest step for this long while current warms it is frozen. @see F-25 */
const SENSOR_FROZEN = Minutes(30);
/** What a charger's sensor can plausibly say, °C. @see OT-02 */
const COLDEST = -40;
const HOTTEST = 125;

/** Share of the installed limit left at each step. @see OT-01 */
const SHARES = [1, 0.5, 0.25, 0] as const;
const STOPPED = 3;

export interface Temperature {
  /** 0 cool · 1 half · 2 quarter · 3 stopped; back to 0 only when restored. */
  readonly step: 0 | 1 | 2 | 3;
  readonly hotterSince: Since;
  readonly lostSince: Since;
  readonly last: Celsius | null;
  /** Since when it has shown `last` with the contactor closed. */
  readonly unmovedSince: Since;
}

export const COOL: Temperature = { step: 0, hotterSince: null, lostSince: null, last: null, unmovedSince: null };

/** @returns the same object when nothing changed. @see OT-01 */
export function withTemperature(
  before: Temperature,
  celsius: Celsius | null,
  limits: EvseConfig["temperature"],
  coil: boolean,
  at: Instant,
): Temperature {
  const believable = isKnown(celsius) && celsius >= COLDEST && celsius <= HOTTEST;
  const lostSince = holdsSince(before.lostSince, !believable, at);
  if (!believable) return lostSince === before.lostSince ? before : { ...before, hotterSince: null, lostSince };
  const moved = celsius !== before.last;
  const unmovedSince = holdsSince(moved ? null : before.unmovedSince, coil || lasted(before.unmovedSince, at, SENSOR_FROZEN), at);
  const reached = stepAt(celsius, limits);
  const hotterSince = holdsSince(before.hotterSince, reached > before.step, at);
  if (lasted(hotterSince, at, HOTTER_FOR)) return { step: reached, hotterSince: null, lostSince: null, last: celsius, unmovedSince };
  const step = before.step > 0 && celsius <= limits.restore ? 0 : before.step;
  const same = step === before.step && hotterSince === before.hotterSince && lostSince === before.lostSince;
  return same && !moved && unmovedSince === before.unmovedSince ? before : { step, hotterSince, lostSince, last: celsius, unmovedSince };
}

function stepAt(celsius: Celsius, { derateHalf, derateQuarter, stop }: EvseConfig["temperature"]): 0 | 1 | 2 | 3 {
  if (celsius >= stop) return STOPPED;
  if (celsius >= derateQuarter) return 2;
  return celsius >= derateHalf ? 1 : 0;
}

/** Share of the installed limit that may be offered. */
export const shareOf = (temperature: Temperature): number => SHARES[temperature.step];
export const isTooHot = (temperature: Temperature): boolean => temperature.step === STOPPED;
/** What is wrong with the sensor; null when it can be believed. @see OT-02 */
export function sensorTrouble({ lostSince, unmovedSince }: Temperature, at: Instant): "noBelievableValue" | "frozen" | null {
  if (lasted(lostSince, at, SENSOR_LOST)) return "noBelievableValue";
  return lasted(unmovedSince, at, SENSOR_FROZEN) ? "frozen" : null;
}
