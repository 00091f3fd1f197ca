/** The charger, the cable and the car, as they are: decoration for the eye, told in words beside it. */
import type { ChargerView } from "../api.ts";
import { svg } from "./dom.ts";

export class CarDrawing {
  readonly element: SVGSVGElement;

  constructor() {
    this.element = svg(
      "svg",
      { class: "scene", viewBox: "0 0 320 96", "aria-hidden": "true", focusable: "false" },
      svg("path", { class: "ground", d: "M4 86H316" }),
      svg("rect", { class: "post", x: 26, y: 22, width: 34, height: 64, rx: 7 }),
      svg("circle", { class: "lamp", cx: 43, cy: 38, r: 6 }),
      svg("path", { class: "cable parked", d: "M60 56c14 0 10 22 2 22s-14-8-8-16" }),
      svg("path", { class: "cable", d: "M60 56c20 0 24 22 48 20s22-28 44-28" }),
      svg("path", { class: "flow", d: "M60 56c20 0 24 22 48 20s22-28 44-28" }),
      svg(
        "g",
        { class: "car" },
        svg("path", {
          class: "body",
          d: "M146 74c-4 0-6-3-6-7v-9c0-7 4-11 11-12l24-4 21-17c4-3 8-5 13-5h38c6 0 10 2 14 6l18 18 13 3c7 2 11 6 11 13v7c0 5-3 7-7 7z",
        }),
        svg("path", { class: "glass", d: "M190 42l15-12c2-2 4-2 6-2h13v14zM232 28h13c3 0 5 1 7 3l11 11h-31z" }),
        svg("circle", { class: "wheel", cx: 178, cy: 75, r: 11 }),
        svg("circle", { class: "wheel", cx: 268, cy: 75, r: 11 }),
        svg("circle", { class: "hub", cx: 178, cy: 75, r: 4 }),
        svg("circle", { class: "hub", cx: 268, cy: 75, r: 4 }),
      ),
    );
  }

  update({ state, vehicleState, charge }: ChargerView): void {
    const isThere = state !== "notConnected" && (vehicleState === null ? charge !== null || state !== "unknown" : vehicleState !== "A");
    this.element.setAttribute("data-state", state);
    this.element.setAttribute("data-car", isThere ? "there" : "gone");
  }
}
