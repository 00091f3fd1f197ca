/** Power over the last hours, at even steps, of one charger and the site it hangs on. */
import type { Curve } from "./api.ts";

/** Between two points, ms. */
export const CURVE_STEP = 15_000;
/** Six hours. */
const MOST_POINTS = 1440;

export interface CurvePoint {
  readonly at: number;
  readonly carW: number | null;
  readonly sunW: number | null;
  readonly houseW: number | null;
  readonly offeredA: number | null;
}

export class PowerCurve {
  #points: CurvePoint[] = [];

  /** Points come in the order of time; one that comes before another, from a clock that was set back, clears what came after. */
  add(point: CurvePoint): void {
    const isLate = (this.#points.at(-1)?.at ?? 0) >= point.at;
    const kept = isLate ? this.#points.filter(({ at }) => at < point.at) : this.#points;
    kept.push(point);
    this.#points = kept.length > MOST_POINTS ? kept.slice(-MOST_POINTS) : kept;
  }

  /** When the newest point was; before all time when there is none. */
  get latest(): number {
    return this.#points.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** @param present what is so now; the end of the curve when it is newer */
  of(charger: string, present: CurvePoint): Curve {
    const points = present.at > this.latest ? [...this.#points, present] : this.#points;
    return {
      charger,
      at: points.map(({ at }) => at),
      carW: points.map(({ carW }) => carW),
      sunW: points.map(({ sunW }) => sunW),
      houseW: points.map(({ houseW }) => houseW),
      offeredA: points.map(({ offeredA }) => offeredA),
    };
  }
}
