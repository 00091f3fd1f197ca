/** Charts in the colours of the page, drawn again when they change or the screen does. */
import uPlot from "uplot";
import { color, onTheme } from "./theme.ts";

export type ChartOptions = Omit<uPlot.Options, "width" | "height">;

/** A chart that is as wide as its place. `options` is asked again whenever colours change. */
export class Chart {
  readonly element: HTMLElement;
  readonly #height: number;
  readonly #options: () => ChartOptions;
  #data: uPlot.AlignedData | null = null;
  #plot: uPlot | null = null;
  /** Which point the legend tells of while nobody points at one. */
  #told = 0;

  constructor(element: HTMLElement, height: number, options: () => ChartOptions) {
    this.element = element;
    this.#height = height;
    this.#options = options;
    new ResizeObserver(() => this.#resize()).observe(element);
    onTheme(() => this.#draw());
  }

  /** @param told the point that the legend tells of @param isNew draws it anew, because more than its values changed */
  set(data: uPlot.AlignedData, told: number, isNew = false): void {
    this.#data = data;
    this.#told = told;
    if (this.#plot === null || isNew) this.#draw();
    else this.#plot.setData(data);
    this.#tell();
  }

  #draw(): void {
    if (this.#data === null || this.element.clientWidth === 0) return;
    this.#plot?.destroy();
    this.#plot = new uPlot({ ...this.#options(), width: this.element.clientWidth, height: this.#height }, this.#data, this.element);
    this.#plot.over.addEventListener("mouseleave", () => this.#tell());
    // The chart empties its legend when it is laid out for the first time.
    requestAnimationFrame(() => this.#tell());
  }

  #tell(): void {
    if (this.#plot !== null && !this.#plot.over.matches(":hover")) this.#plot.setLegend({ idx: this.#told });
  }

  #resize(): void {
    if (this.#plot === null) this.#draw();
    else if (this.#plot.width !== this.element.clientWidth) this.#plot.setSize({ width: this.element.clientWidth, height: this.#height });
  }
}

/** What lies between two labels of a clock, s: whole minutes, or two would say the same. */
export const CLOCK_STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
const FONT = "12px system-ui, sans-serif";

/** An axis in the page's colours. */
export const axis = (more: uPlot.Axis): uPlot.Axis => ({
  stroke: color("--soft"),
  font: FONT,
  grid: { stroke: color("--line"), width: 1 },
  ticks: { show: false },
  ...more,
});
