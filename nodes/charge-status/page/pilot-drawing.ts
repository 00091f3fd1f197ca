/** The pilot line over two milliseconds, as it is measured now. */
import type { ChargerView, PilotView } from "../api.ts";
import { h, say, svg } from "./dom.ts";
import { exactPercent, limitAmps, volts } from "./format.ts";
import { words } from "./words.ts";

const WIDTH = 320;
const LEFT = 46;
const TOP = 12;
const VOLT = 4;
/** Two periods of 1 kHz. */
const PERIOD = (WIDTH - LEFT - 8) / 2;

const y = (level: number): number => TOP + (12 - Math.max(-13, Math.min(13, level))) * VOLT;

export class PilotDrawing {
  readonly element: HTMLElement;
  readonly #line = svg("path", { class: "wave" });
  readonly #high = svg("text", { x: LEFT - 6, "text-anchor": "end" });
  readonly #low = svg("text", { x: LEFT - 6, "text-anchor": "end" });
  readonly #picture: SVGSVGElement;
  readonly #told = h("p", { class: "told" });

  constructor() {
    const levels = [12, 9, 6, 3, 0, -12].map((level) =>
      svg("path", { class: level === 0 ? "level zero" : "level", d: `M${LEFT} ${y(level)}H${WIDTH - 8}` }),
    );
    this.#picture = svg("svg", { class: "pilot", viewBox: `0 0 ${WIDTH} 120`, role: "img" }, ...levels, this.#line, this.#high, this.#low);
    this.element = h("div", { class: "drawing" }, this.#picture, this.#told);
  }

  update({ pilot, offeredA, vehicleState }: ChargerView): void {
    if (pilot === null) return;
    const told = tell(pilot, offeredA);
    const state = vehicleState === null ? "" : `${words.pilot.state} ${vehicleState}. `;
    say(this.#told, `${state}${told}.`);
    this.#picture.setAttribute("aria-label", `${words.pilot.heading}: ${this.#told.textContent}`);
    this.#line.setAttribute("d", path(pilot));
    label(this.#high, pilot.output === "steadyLow" ? null : pilot.highV, -4);
    label(this.#low, pilot.output === "steadyHigh" ? null : pilot.lowV, 4);
  }
}

function label(text: SVGTextElement, level: number | null, below: number): void {
  say(text, level === null ? "" : volts(level));
  if (level !== null) text.setAttribute("y", String(y(level) + 4 + Math.sign(below)));
}

function tell({ output, dutyPercent, valid }: PilotView, offeredA: number | null): string {
  if (!valid) return words.pilot.noValue;
  if (output === "steadyHigh") return words.pilot.steadyHigh;
  if (output === "steadyLow") return words.pilot.steadyLow;
  return words.pilot.pwm(dutyPercent === null ? "?" : exactPercent(dutyPercent), offeredA === null ? "?" : limitAmps(offeredA));
}

function path({ output, dutyPercent, highV, lowV }: PilotView): string {
  const end = WIDTH - 8;
  const high = y(highV ?? 12);
  const low = y(lowV ?? -12);
  if (output === "steadyHigh") return `M${LEFT} ${high}H${end}`;
  if (output === "steadyLow") return `M${LEFT} ${low}H${end}`;
  const width = (PERIOD * Math.max(2, Math.min(98, dutyPercent ?? 50))) / 100;
  const one = (from: number): string => `V${high}H${(from + width).toFixed(1)}V${low}H${(from + PERIOD).toFixed(1)}`;
  return `M${LEFT} ${low}${one(LEFT)}${one(LEFT + PERIOD)}V${high}`;
}
