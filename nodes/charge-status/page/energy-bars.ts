/** Energy by source as stacked bars: sun, battery, grid, and what nobody knows on top. */
import uPlot from "uplot";
import type { TotalView } from "../api.ts";
import { axis, Chart } from "./chart.ts";
import { h } from "./dom.ts";
import { kwh, periodName, scaleKwh } from "./format.ts";
import { color } from "./theme.ts";
import { words } from "./words.ts";

type Source = "sunWh" | "batteryWh" | "gridWh" | "unknownWh";

/** From the bottom up; the order says what the colour says. */
export const SOURCES: readonly { readonly key: Source; readonly name: string; readonly color: string }[] = [
  { key: "sunWh", name: words.history.sun, color: "--sun" },
  { key: "batteryWh", name: words.history.battery, color: "--battery" },
  { key: "gridWh", name: words.history.grid, color: "--grid" },
  { key: "unknownWh", name: words.history.unknown, color: "--unknown" },
];

/** Narrower bars than this carry no label each, px. */
const ROOM_FOR_LABEL = 26;

export class EnergyBars {
  readonly element = h("div", { class: "chart bars", role: "img" });
  readonly #chart: Chart;
  #bars: readonly TotalView[] = [];

  constructor() {
    this.#chart = new Chart(this.element, 230, () => this.#options());
  }

  /** @param told what the picture says, for those who do not see it */
  set(bars: readonly TotalView[], told: string): void {
    this.#bars = bars;
    this.element.setAttribute("aria-label", told);
    const stacks = SOURCES.map((_source, top) =>
      bars.map((bar) => SOURCES.slice(0, top + 1).reduce((sum, { key }) => sum + bar[key], 0) / 1000),
    );
    const last = bars.findLastIndex(({ energyWh }) => energyWh > 0);
    this.#chart.set([bars.map((_bar, index) => index), ...stacks.toReversed()], last, true);
  }

  #options() {
    const bars = this.#bars;
    const paths = uPlot.paths.bars?.({ size: [0.72, 56], radius: 0.12 });
    const highest = Math.max(1, ...bars.map(({ energyWh }) => energyWh / 1000));
    return {
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      legend: { live: true },
      scales: {
        x: { time: false, range: [-0.6, bars.length - 0.4] as [number, number] },
        y: { range: [0, highest * 1.08] as [number, number] },
      },
      axes: [
        axis({
          grid: { show: false },
          splits: (plot: uPlot) => labelled(bars.length, plot.width),
          values: (_plot: uPlot, at: number[]) => at.map((index) => (bars[index] === undefined ? "" : periodName(bars[index].label, true))),
        }),
        axis({ values: (_plot: uPlot, values: number[]) => values.map((value) => scaleKwh(value, highest)), size: 62 }),
      ],
      series: [
        {
          label: words.page.time,
          value: (_plot: uPlot, index: number | null) => (index === null ? "–" : periodName(bars[index]?.label ?? "")),
        },
        ...SOURCES.toReversed().map(({ key, name, color: named }) => ({
          label: name,
          fill: color(named),
          stroke: color(named),
          width: 0,
          ...(paths === undefined ? {} : { paths }),
          points: { show: false },
          value: (_plot: uPlot, _stack: number | null, _series: number, index: number | null) =>
            index === null ? "–" : kwh(bars[index]?.[key] ?? 0),
        })),
      ],
    };
  }
}

/** Which bars are labelled: all of them where there is room, else every second, fifth, and so on. */
function labelled(count: number, width: number): number[] {
  const room = Math.max(1, width - 90) / Math.max(1, count);
  const step = [1, 2, 5, 10].find((every) => room * every >= ROOM_FOR_LABEL) ?? 10;
  return Array.from({ length: count }, (_none, index) => index).filter((index) => step === 1 || (index + 1) % step === 0 || index === 0);
}
