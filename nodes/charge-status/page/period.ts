/** Which stretch of the calendar the history shows, and the steps from one to the next. Labels are local dates: "2026-10", "2026". */
import { localDate, now, periodName } from "./format.ts";
import { words } from "./words.ts";

export type Unit = "day" | "month" | "year";

export interface Stretch {
  /** What each bar stands for. */
  readonly unit: Unit;
  readonly year: number;
  /** From 1; counts for days only. */
  readonly month: number;
}

const two = (value: number): string => String(value).padStart(2, "0");

export function present(unit: Unit): Stretch {
  const [year, month] = localDate(now());
  return { unit, year, month };
}

/** The stretch's own label; null for all years. */
export function labelOf({ unit, year, month }: Stretch): string | null {
  if (unit === "year") return null;
  return unit === "month" ? String(year) : `${year}-${two(month)}`;
}

export const nameOf = (stretch: Stretch): string => {
  const label = labelOf(stretch);
  return label === null ? words.history.allYears : periodName(label);
};

export function moved({ unit, year, month }: Stretch, by: 1 | -1): Stretch {
  if (unit === "month") return { unit, year: year + by, month };
  const next = new Date(Date.UTC(year, month - 1 + by, 1));
  return { unit, year: next.getUTCFullYear(), month: next.getUTCMonth() + 1 };
}

export function hasNext(stretch: Stretch): boolean {
  const { unit, year, month } = present(stretch.unit);
  return unit !== "year" && (stretch.year < year || (unit === "day" && stretch.year === year && stretch.month < month));
}

/** What a bar opens: the months of a year, the days of a month; null for a day. */
export function inside({ unit }: Stretch, label: string): Stretch | null {
  const [year = 0, month = 1] = label.split("-").map(Number);
  if (unit === "year") return { unit: "month", year, month };
  return unit === "month" ? { unit: "day", year, month } : null;
}

/** Labels of all bars of the stretch; null for all years, which nobody can count beforehand. */
export function labelsIn({ unit, year, month }: Stretch): readonly string[] | null {
  if (unit === "year") return null;
  const count = unit === "month" ? 12 : new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Array.from({ length: count }, (_none, index) =>
    unit === "month" ? `${year}-${two(index + 1)}` : `${year}-${two(month)}-${two(index + 1)}`,
  );
}
