/** What needs a person, on top of everything: each fault in three short lines. */
import type { ChargerView, FaultView } from "../api.ts";
import { h } from "./dom.ts";
import { clock, when } from "./format.ts";
import { words } from "./words.ts";

export class FaultList {
  readonly element = h("div", { class: "faults", role: "alert" });
  #shown = "";

  update({ faults }: ChargerView): void {
    const key = JSON.stringify(faults);
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.replaceChildren(...faults.map(card));
  }
}

function card(fault: FaultView): HTMLElement {
  const { name, mrec, since, retryAt, latched, severity } = fault;
  const { what, means, act } = (Object.hasOwn(words.faults, name) ? words.faults[name] : undefined) ?? words.otherFault(name);
  const next =
    retryAt !== null
      ? words.fault.retry(clock(retryAt))
      : latched === "untilReset"
        ? words.fault.untilReset
        : latched === "untilUnplugged"
          ? words.fault.untilUnplugged
          : "";
  return h(
    "section",
    { class: "card fault", "data-severity": severity, "data-latched": latched },
    h("h2", {}, h("span", { class: "sign", "aria-hidden": "true" }, "!"), what),
    h("p", {}, `${means} ${next}`.trim()),
    h("p", { class: "act" }, act),
    h("p", { class: "small" }, `${mrec ?? name}, ${words.fault.since(when(since))}`),
  );
}
