/** Sun, house and car over the last hours, going on by itself. */
import type { ChargerView, Curve, SiteView } from "../api.ts";
import { axis, Chart, CLOCK_STEPS } from "./chart.ts";
import { h, say, show } from "./dom.ts";
import { clock, now, power } from "./format.ts";
import { ask } from "./line.ts";
import { color } from "./theme.ts";
import { words } from "./words.ts";

/** Own points are kept at most this close, ms. */
const STEP = 5_000;
const LONGEST = 6 * 3_600_000;
/** Of the table behind the curve, ms. */
const ROW = 15 * 60_000;

interface Point {
  readonly at: number;
  readonly carW: number | null;
  readonly sunW: number | null;
  readonly houseW: number | null;
}

export class LiveCurve {
  readonly element: HTMLElement;
  readonly #place = h("div", { class: "chart" });
  readonly #empty = h("p", { class: "empty" }, words.curve.empty);
  readonly #rows = h("tbody");
  readonly #table: HTMLDetailsElement;
  readonly #chart: Chart;
  /** By charger, so that switching between them loses nothing. */
  readonly #points = new Map<string, Point[]>();
  #charger = "";

  constructor() {
    this.#chart = new Chart(this.#place, 220, () => ({
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(1000, (high ?? 0) * 1.1)] } },
      axes: [
        axis({ values: (_plot, values) => values.map((seconds) => clock(seconds * 1000)), space: 70, incrs: CLOCK_STEPS }),
        axis({ values: (_plot, values) => values.map((watts) => power(watts)), size: 58 }),
      ],
      series: [
        { label: words.page.time, value: (_plot, seconds) => (seconds === null ? "–" : clock(seconds * 1000)) },
        line(words.curve.sun, "--sun", { fill: `${color("--sun")}33` }),
        line(words.curve.house, "--grid", { dash: [5, 4] }),
        line(words.curve.car, "--car", { width: 3, fill: `${color("--car")}22` }),
      ],
    }));
    this.#table = h(
      "details",
      { class: "table" },
      h("summary", {}, words.page.asTable),
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...[words.page.time, words.curve.sun, words.curve.house, words.curve.car].map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        this.#rows,
      ),
    );
    this.#table.addEventListener("toggle", () => this.#fillTable());
    this.element = h(
      "section",
      { class: "card", "aria-labelledby": "curve" },
      h("h2", { id: "curve" }, words.curve.heading),
      this.#empty,
      this.#place,
      this.#table,
    );
  }

  /** Shows this charger's curve, with what the server remembers of it; what the page has seen itself stays where the server forgot. */
  async load(charger: string): Promise<void> {
    this.#charger = charger;
    const { at, carW, sunW, houseW } = await ask<Curve>(`api/curve?charger=${encodeURIComponent(charger)}`);
    const theirs = at.map((moment, index) => ({
      at: moment,
      carW: carW[index] ?? null,
      sunW: sunW[index] ?? null,
      houseW: houseW[index] ?? null,
    }));
    const ours = this.#points.get(charger) ?? [];
    const first = theirs[0]?.at ?? Number.POSITIVE_INFINITY;
    const last = theirs.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    this.#points.set(charger, [...ours.filter((point) => point.at < first), ...theirs, ...ours.filter((point) => point.at > last)]);
    this.#draw();
  }

  add({ charger, powerW, state }: ChargerView, site: SiteView | null): void {
    const points = this.#points.get(charger) ?? [];
    const at = now();
    if (at - (points.at(-1)?.at ?? 0) < STEP) return;
    points.push({ at, carW: state === "unknown" ? null : powerW, sunW: site?.sunW ?? null, houseW: site?.houseW ?? null });
    this.#points.set(charger, points.slice(points.findIndex((point) => point.at > at - LONGEST)));
    if (charger === this.#charger) this.#draw();
  }

  #draw(): void {
    const points = this.#points.get(this.#charger) ?? [];
    const hasSome = points.filter(({ carW, sunW, houseW }) => carW !== null || sunW !== null || houseW !== null).length > 1;
    show(this.#empty, !hasSome);
    show(this.#place, hasSome);
    show(this.#table, hasSome);
    if (!hasSome) return;
    const of = (key: "carW" | "sunW" | "houseW"): (number | null)[] => points.map((point) => point[key]);
    this.#chart.set([points.map(({ at }) => at / 1000), of("sunW"), of("houseW"), of("carW")], points.length - 1);
    if (this.#table.open) this.#fillTable();
  }

  #fillTable(): void {
    if (!this.#table.open) return;
    const groups = new Map<number, Point[]>();
    for (const point of this.#points.get(this.#charger) ?? []) {
      const from = Math.floor(point.at / ROW) * ROW;
      groups.set(from, [...(groups.get(from) ?? []), point]);
    }
    const cell = (points: readonly Point[], key: "carW" | "sunW" | "houseW"): HTMLElement => {
      const known = points.flatMap((point) => point[key] ?? []);
      const cell = h("td");
      say(cell, known.length === 0 ? "–" : power(known.reduce((sum, value) => sum + value, 0) / known.length));
      return cell;
    };
    this.#rows.replaceChildren(
      ...[...groups]
        .toReversed()
        .map(([from, points]) =>
          h("tr", {}, h("th", { scope: "row" }, clock(from)), cell(points, "sunW"), cell(points, "houseW"), cell(points, "carW")),
        ),
    );
  }
}

const line = (label: string, name: string, more: object) => ({
  label,
  stroke: color(name),
  width: 2,
  points: { show: false },
  spanGaps: false,
  value: (_plot: unknown, watts: number | null) => (watts === null ? "–" : power(watts)),
  ...more,
});
