/** What several cars draw together. Their chargers speak one after the other, so a sum is only true while all but the speaker are steady. */
import { type Instant, type Millis, Seconds } from "#core/units/units";
import { type ChargerReport, drawnOf, isIdle, isResting } from "./charger-report.ts";

interface Heard {
  readonly report: ChargerReport;
  /** What the charger was given when it said so, A. */
  readonly offeredA: number;
  readonly at: Instant;
}

/** A charger that was silent for longer is not known any more. */
const SILENT: Millis = Seconds(60);
/** A current or an offer that moved by less counts as steady, A. */
const STEADY = 1;

const isNear = (one: number, other: number): boolean => Math.abs(one - other) < STEADY;

export class CarCurrents {
  /** The newest report of each charger, and the one before. */
  readonly #heard = new Map<string, readonly [Heard, Heard | null]>();

  hear(report: ChargerReport, offeredA: number, at: Instant): void {
    const before = this.#heard.get(report.charger)?.[0] ?? null;
    this.#heard.set(report.charger, [{ report, offeredA, at }, before]);
  }

  /** What all `chargers` draw at `at`, when `speaker` was heard; null while that cannot be told. */
  sum(chargers: readonly string[], speaker: string, offeredTo: (name: string) => number, at: Instant): number | null {
    let sum = 0;
    for (const name of chargers) {
      const [newest, before] = this.#heard.get(name) ?? [];
      const drawn = newest === undefined ? null : drawnOf(newest.report);
      if (newest === undefined || drawn === null) return null;
      if (name !== speaker && !isSteady(newest, before ?? null, offeredTo(name), at)) return null;
      sum += drawn;
    }
    return sum;
  }
}

/** Whether a car still draws what its charger last said: it rests, or neither its current nor its offer has moved of late. */
function isSteady(newest: Heard, before: Heard | null, offeredA: number, at: Instant): boolean {
  if (isResting(newest.report)) return true;
  if (before === null || at - newest.at > SILENT || isIdle(newest.report)) return false;
  const moved = !isNear(newest.offeredA, offeredA) || !isNear(before.offeredA, offeredA);
  return !moved && isNear(drawnOf(newest.report) ?? 0, drawnOf(before.report) ?? 0);
}
