/** The first screen: what the charger is doing, how much, why not more, and what this charge has come to. */

import { sunShare } from "#core/session/sun-share";
import type { ChargerView, Now, SolarView } from "../api.ts";
import { CarDrawing } from "./car-drawing.ts";
import type { ControlPanel } from "./control-panel.ts";
import { h, say, show } from "./dom.ts";
import { amps, duration, kwh, largePower, limitAmps, money, now, percent, when } from "./format.ts";
import { words } from "./words.ts";

/** What comes later than this is not announced, ms. */
const SOON = 30 * 60_000;

export class NowCard {
  readonly element: HTMLElement;
  readonly #state = h("h2", { class: "state", id: "state" });
  readonly #number = h("span", { class: "number" });
  readonly #unit = h("span", { class: "unit" });
  readonly #why = h("p", { class: "why" });
  readonly #soon = h("p", { class: "soon" });
  readonly #plugged = h("p", { class: "plugged" });
  readonly #facts = {
    energy: fact(words.now.thisCharge),
    cost: fact(words.now.cost),
    sun: fact(words.now.sunShare),
    today: fact(words.now.today),
  };
  readonly #drawing = new CarDrawing();
  readonly #power = h("p", { class: "power" }, this.#number, " ", this.#unit);
  readonly control: ControlPanel;

  constructor(control: ControlPanel) {
    this.control = control;
    const { energy, cost, sun, today } = this.#facts;
    this.element = h(
      "section",
      { class: "card now", "aria-labelledby": "state" },
      h("div", { class: "headline", "aria-live": "polite" }, h("span", { class: "lamp", "aria-hidden": "true" }), this.#state),
      h("div", { class: "main" }, h("div", {}, this.#power, this.#why, this.#soon), this.#drawing.element),
      h("dl", { class: "facts" }, energy.element, cost.element, sun.element, today.element),
      this.#plugged,
      control.element,
    );
  }

  update(view: ChargerView, { history, control }: Now, solar: SolarView | null): void {
    this.element.dataset.state = view.state;
    say(this.#state, words.states[view.state]);
    this.#drawing.update(view);
    const [number, unit] = view.powerW === null ? ["–", ""] : largePower(view.powerW);
    say(this.#number, number);
    say(this.#unit, unit);
    show(this.#power, view.state !== "notConnected" && view.state !== "unknown");
    say(this.#why, whyOf(view));
    say(this.#soon, soonOf(view, solar));
    this.#update(view, history.currency);
    this.control.update(view, control);
  }

  #update({ charge, lastCharge, dayEnergyWh, state }: ChargerView, currency: string): void {
    const { energy, cost, sun, today } = this.#facts;
    const share = charge === null ? null : sunShare(charge);
    energy.set(charge?.energyWh === null || charge === null ? null : kwh(charge.energyWh));
    cost.set(charge === null || charge.cost === null ? null : money(charge.cost, currency));
    sun.set(share === null ? null : percent(share));
    today.set(dayEnergyWh === null ? null : kwh(dayEnergyWh));
    if (charge !== null && state !== "notConnected")
      say(this.#plugged, words.now.plugged(when(charge.startedAt), duration(now() - charge.startedAt)));
    else say(this.#plugged, lastCharge === null ? "" : words.now.last(kwh(lastCharge.energyWh), when(lastCharge.endedAt)));
    show(this.#plugged, this.#plugged.textContent !== "");
  }
}

/** What is drawn, what is offered, and why it is not more. */
function whyOf({ state, currentA, offeredA, limitedBy, limitValidUntil, at }: ChargerView): string {
  if (state === "unknown") return words.now.silentSince(when(at));
  if (state === "notConnected" || offeredA === null) return currentA === null || state === "notConnected" ? "" : amps(currentA);
  const reason = limitedBy === null ? "" : reasonOf(limitedBy);
  const until = limitValidUntil === null ? "" : ` ${words.now.until(when(limitValidUntil))}`;
  if (offeredA === 0) return `${reason}${until}`;
  const isDrawing = state === "charging" && currentA !== null;
  const amount = isDrawing ? words.now.of(amps(currentA), limitAmps(offeredA)) : words.now.offered(limitAmps(offeredA));
  return reason === "" ? amount : `${amount}: ${reason}${until}`;
}

export const reasonOf = (name: string): string =>
  (Object.hasOwn(words.reasons, name) ? words.reasons[name] : undefined) ?? words.otherReason(name);

function soonOf({ state }: ChargerView, solar: SolarView | null): string {
  if (solar === null) return "";
  const { startsAt, stopsAt } = solar;
  const inTime = (at: number | null): number | null => (at !== null && at > now() && at - now() < SOON ? at - now() : null);
  const [starts, stops] = [inTime(startsAt), inTime(stopsAt)];
  if (state === "charging" && stops !== null) return words.now.stopsIn(duration(stops));
  if ((state === "paused" || state === "waiting") && starts !== null) return words.now.startsIn(duration(starts));
  return "";
}

interface Fact {
  readonly element: HTMLElement;
  set(value: string | null): void;
}

function fact(name: string): Fact {
  const value = h("dd");
  const element = h("div", {}, h("dt", {}, name), value);
  return {
    element,
    set(text) {
      show(element, text !== null);
      if (text !== null) say(value, text);
    },
  };
}
