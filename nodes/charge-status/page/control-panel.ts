/** The one thing to press, and the limit behind it; only where the node allows it. */
import type { ChargerView, Now } from "../api.ts";
import { h, say, show } from "./dom.ts";
import { command } from "./line.ts";
import { words } from "./words.ts";

const LEAST_A = 6;
const MOST_A = 80;
/** How long it is said that something was sent, ms. */
const SAID_FOR = 6_000;

export class ControlPanel {
  readonly element: HTMLElement;
  readonly #button = h("button", { type: "button", class: "act" });
  readonly #told = h("p", { class: "told", role: "status" });
  readonly #limit = h("input", { type: "number", id: "limit", min: LEAST_A, max: MOST_A, step: 1, inputmode: "numeric", required: true });
  readonly #panel: HTMLElement;
  #charger = "";
  #isPaused = false;
  #silence = 0;

  constructor() {
    this.#button.addEventListener("click", () => void this.#send({ command: this.#isPaused ? "resume" : "pause" }));
    const form = h(
      "form",
      { class: "limit" },
      h("label", { for: "limit" }, words.control.limit),
      this.#limit,
      h("span", { "aria-hidden": "true" }, "A"),
      h("button", { type: "submit", class: "quiet" }, words.control.set),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send({ command: "limit", limitA: this.#limit.valueAsNumber });
    });
    this.#panel = h("div", { class: "buttons" }, this.#button, form);
    this.element = h("div", { class: "control", hidden: true }, this.#panel, this.#told);
  }

  update({ charger, state, limitedBy, offeredA }: ChargerView, control: Now["control"]): void {
    this.#charger = charger;
    this.#isPaused = state === "paused" && limitedBy === "paused";
    show(this.element, control !== "off");
    show(this.#panel, control === "on");
    if (control === "unprotected") say(this.#told, words.control.unprotected);
    say(this.#button, this.#isPaused ? words.control.resume : words.control.pause);
    this.#button.disabled = state === "unknown";
    if (document.activeElement !== this.#limit && offeredA !== null && offeredA >= LEAST_A)
      this.#limit.value = String(Math.round(offeredA));
  }

  async #send(ask: object): Promise<void> {
    this.#button.disabled = true;
    try {
      await command({ ...ask, charger: this.#charger });
      say(this.#told, words.control.sent);
    } catch (error) {
      say(this.#told, words.control.failed(error instanceof Error ? error.message : String(error)));
    }
    this.#button.disabled = false;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => say(this.#told, ""), SAID_FOR);
  }
}
