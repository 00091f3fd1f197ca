/** What the charger's 16×2 display says now, or would if it had one: the same words and colours. */

import { COLUMNS } from "#core/display/characters";
import { displayOf } from "#core/display/pages";
import { PICTURE } from "#core/display/preview";
import { NOTHING_SEEN, type Seen } from "#core/display/seen";
import { seenFault } from "#core/display/seen-charger";
import type { ChargerView, SolarView } from "../api.ts";
import { say, svg } from "./dom.ts";
import { now } from "./format.ts";
import { words } from "./words.ts";

export class PanelDrawing {
  readonly element: SVGSVGElement;
  readonly #cells: readonly (readonly SVGTSpanElement[])[];
  readonly #light = svg("circle", { ...PICTURE.light, class: "light" });

  constructor() {
    const cells = [0, 1].map(() => Array.from({ length: COLUMNS }, (_, column) => svg("tspan", { x: PICTURE.columnX(column) })));
    const lines = cells.map((row, line) => svg("text", { y: PICTURE.baselineY(line), "aria-hidden": "true" }, ...row));
    const { width, height, glass } = PICTURE;
    this.#cells = cells;
    this.element = svg(
      "svg",
      { class: "panel", viewBox: `0 0 ${width} ${height}`, role: "img" },
      svg("rect", { class: "case", x: 2, y: 2, width: width - 4, height: height - 4, rx: 12 }),
      svg("rect", { class: "glass", ...glass, rx: 4 }),
      ...lines,
      this.#light,
    );
  }

  update(view: ChargerView, solar: SolarView | null): void {
    const { led, pages } = displayOf(seenOf(view, solar), words.language);
    const [rows] = pages;
    for (const [line, cells] of this.#cells.entries())
      for (const [column, cell] of cells.entries()) say(cell, rows[line]?.[column]?.trim() ?? "");
    this.#light.setAttribute("class", `light ${led.colour} ${led.effect}`);
    this.element.setAttribute("aria-label", `${words.panel}: ${rows.map((row) => row.trim()).join(", ")}`);
  }
}

/** A charger of the page as a display sees it. */
function seenOf(view: ChargerView, solar: SolarView | null): Seen {
  const { state, offeredA, currentA, powerW, temperatureC, limitedBy, charge, faults, at } = view;
  const runs = state === "charging" || state === "resting";
  const next = runs ? (solar?.stopsAt ?? null) : (solar?.startsAt ?? null);
  return {
    ...NOTHING_SEEN,
    state,
    offeredA: state === "notConnected" && offeredA === 0 ? null : offeredA,
    currentA,
    powerW,
    temperatureC,
    limitedBy,
    chargingMs: charge === null || charge.chargingMs === null ? null : charge.chargingMs + (runs ? Math.max(0, now() - at) : 0),
    // Nothing counted where nothing measures is no energy.
    energyWh: charge?.energyWh === 0 && currentA === null && powerW === null ? null : (charge?.energyWh ?? null),
    fault: seenFault(faults, now()),
    next: next === null ? null : { what: runs ? "stops" : "starts", in: next - now() },
  };
}
