/** The history: what was charged, from where, for how much; by day, month and year. */

import { sunShare } from "#core/session/sun-share";
import type { HistoryView, Now, Totals, TotalView } from "../api.ts";
import { h, remember, remembered, say, show } from "./dom.ts";
import { EnergyBars, SOURCES } from "./energy-bars.ts";
import { kwh, money, percent, periodName, useTimeZone } from "./format.ts";
import { ask } from "./line.ts";
import { hasNext, inside, labelOf, labelsIn, moved, nameOf, present, type Stretch, type Unit } from "./period.ts";
import { renew } from "./renew.ts";
import { SessionTable } from "./session-table.ts";
import type { Which } from "./session-words.ts";
import { words } from "./words.ts";

const UNITS: readonly (readonly [Unit, string])[] = [
  ["day", words.history.byDay],
  ["month", words.history.byMonth],
  ["year", words.history.byYear],
];
/** What may stand under each bar. */
const NOTHING = { sunWh: 0, gridWh: 0, batteryWh: 0, unknownWh: 0, energyWh: 0, sessions: 0, chargingMs: 0, chargingDays: 0, pricedWh: 0 };

export class HistorySection {
  readonly element: HTMLElement;
  readonly #heading = h("h2", { id: "history" }, words.history.heading);
  readonly #banner = h("div", { class: "banner sample", role: "status" });
  readonly #state = h("p", { class: "banner", role: "status" });
  readonly #bars = new EnergyBars();
  readonly #name = h("h3", { class: "period", "aria-live": "polite" });
  readonly #back = h(
    "button",
    { type: "button", class: "step", "aria-label": words.history.previous, click: () => this.#go(moved(this.#stretch, -1)) },
    "‹",
  );
  readonly #forth = h(
    "button",
    { type: "button", class: "step", "aria-label": words.history.next, click: () => this.#go(moved(this.#stretch, 1)) },
    "›",
  );
  readonly #units = new Map<Unit, HTMLButtonElement>();
  readonly #sums = h("dl", { class: "facts sums" });
  readonly #empty = h("p", { class: "empty" });
  readonly #rows = h("tbody");
  readonly #table: HTMLElement;
  readonly #body: HTMLElement;
  readonly #sessions = new SessionTable();
  #stretch: Stretch = present("day");
  /** It shows the present, and goes on with it: on a wall nobody turns the page when a month begins. */
  #follows = true;
  #now: Now | null = null;
  /** What a person chose to see; null for the usual. */
  #chosen: Which | null = null;
  #loaded = "";
  #asking: AbortController | null = null;

  constructor() {
    const unit = UNITS.find(([known]) => known === remembered("unit"))?.[0];
    if (unit !== undefined) this.#stretch = present(unit);
    const columns = [words.page.time, words.history.energy, ...SOURCES.map(({ name }) => name), words.history.cost, words.history.sessions];
    this.#table = h(
      "details",
      { class: "table" },
      h("summary", {}, words.page.asTable),
      h(
        "div",
        { class: "wide", tabindex: 0, role: "region", "aria-label": words.history.heading },
        h("table", {}, h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)))), this.#rows),
      ),
    );
    this.#body = h(
      "div",
      {},
      h("div", { class: "bar" }, this.#unitSwitch(), h("div", { class: "steps" }, this.#back, this.#name, this.#forth)),
      this.#sums,
      this.#empty,
      this.#bars.element,
      this.#table,
      this.#sessions.element,
    );
    this.element = h(
      "section",
      { class: "card history", "aria-labelledby": "history" },
      this.#heading,
      this.#banner,
      this.#state,
      this.#body,
    );
  }

  /** What is there may have changed: another store, its first session. */
  update(now: Now): void {
    this.#now = now;
    const which = this.#which();
    const view = this.#view(which);
    this.#announce(which, view, now);
    if (view !== null && view.state !== "none") useTimeZone(view.timeZone);
    const isThere = view !== null && (view.state === "open" || view.state === "away" || view.state === "full");
    show(this.#body, isThere);
    if (isThere && this.#loaded !== `${which} ${view.state}`) {
      this.#loaded = `${which} ${view.state}`;
      void this.load();
    }
  }

  /** Asks again: a charge began, went on or ended. */
  async load(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    if (this.#follows) this.#stretch = present(this.#stretch.unit);
    const stretch = this.#stretch;
    const which = this.#which();
    this.#showStretch();
    this.#body.setAttribute("aria-busy", "true");
    const label = labelOf(stretch);
    const range = label === null ? "" : `&from=${label}&until=${label}`;
    try {
      const of = (per: string): Promise<Totals> => ask(`api/totals?history=${which}&per=${per}${range}`, asking.signal);
      // A charge over midnight is one charge, though it is in two days: the sum is asked for by itself.
      const [totals, all] = await Promise.all([of(stretch.unit), of("all")]);
      this.#draw(totals, all.totals[0] ?? null, stretch);
      await this.#sessions.load(which, label, totals.currency, asking.signal);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#fail(error);
    }
    if (this.#asking === asking) this.#body.removeAttribute("aria-busy");
  }

  #which(): Which {
    const { history, sample } = this.#now ?? {};
    const usual = sample && !history?.hasSessions ? "sample" : "own";
    return this.#chosen === "sample" && !sample ? "own" : (this.#chosen ?? usual);
  }

  #view(which: Which): HistoryView | null {
    return (which === "own" ? this.#now?.history : this.#now?.sample) ?? null;
  }

  #announce(which: Which, view: HistoryView | null, { history, sample }: Now): void {
    this.element.dataset.which = which;
    const to = (other: Which, name: string): HTMLElement =>
      h("button", { type: "button", class: "quiet", click: () => this.#choose(other) }, name);
    const isOwnEmpty = history.state !== "none" && !history.hasSessions;
    if (which === "sample") {
      const why = `${words.history.sampleAbout}${isOwnEmpty ? ` ${words.history.ownEmpty}` : ""}`;
      this.#banner.replaceChildren(h("strong", {}, words.history.sample), h("span", {}, why), to("own", words.history.showOwn));
    } else {
      const offer = sample === null ? null : to("sample", words.history.showSample);
      this.#banner.replaceChildren(...[isOwnEmpty ? h("span", {}, words.history.ownEmpty) : null, offer].filter((part) => part !== null));
    }
    this.#banner.classList.toggle("plain", which === "own");
    show(this.#banner, this.#banner.childElementCount > 0);
    const state = view?.state ?? "none";
    const said =
      state === "open" ? "" : state === "none" ? words.history.none : `${words.history.states[state]}${view?.why ? `: ${view.why}` : ""}`;
    say(this.#state, said);
    show(this.#state, said !== "");
  }

  #choose(which: Which): void {
    this.#chosen = which;
    if (this.#now !== null) this.update(this.#now);
  }

  #unitSwitch(): HTMLElement {
    const buttons = UNITS.map(([unit, name]) => {
      const button = h("button", { type: "button", click: () => this.#go(present(unit)) }, name);
      this.#units.set(unit, button);
      return button;
    });
    return h("div", { class: "switch", role: "group", "aria-label": words.history.heading }, ...buttons);
  }

  #go(stretch: Stretch): void {
    this.#stretch = stretch;
    this.#follows = !hasNext(stretch);
    remember("unit", stretch.unit);
    void this.load();
  }

  #showStretch(): void {
    const { unit } = this.#stretch;
    for (const [known, button] of this.#units) button.setAttribute("aria-pressed", String(known === unit));
    say(this.#name, nameOf(this.#stretch));
    show(this.#back, unit !== "year");
    show(this.#forth, unit !== "year");
    this.#forth.disabled = !hasNext(this.#stretch);
  }

  #draw({ totals, currency }: Totals, all: TotalView | null, stretch: Stretch): void {
    const labels = labelsIn(stretch);
    const known = new Map(totals.map((total) => [total.label, total]));
    const bars =
      labels === null
        ? totals
        : labels.map(
            (label) =>
              known.get(label) ?? { ...NOTHING, label, from: null, until: null, charger: null, user: null, cost: null, co2G: null },
          );
    show(this.#empty, totals.length === 0);
    say(this.#empty, words.history.empty);
    for (const part of [this.#bars.element, this.#table, this.#sums]) show(part, totals.length > 0);
    if (totals.length === 0 || all === null) return;
    this.#bars.set(bars, words.history.chartOf(nameOf(stretch), kwh(all.energyWh)));
    this.#sums.replaceChildren(...sumsOf(all, currency));
    renew(
      this.#rows,
      totals.map((total) => this.#row(total, stretch, currency)),
    );
  }

  #row(total: TotalView, stretch: Stretch, currency: string): HTMLElement {
    const within = inside(stretch, total.label);
    const name = periodName(total.label);
    const opened = within === null ? name : h("button", { type: "button", class: "link", click: () => this.#go(within) }, name);
    const values = [kwh(total.energyWh), ...SOURCES.map(({ key }) => kwh(total[key])), money(total.cost, currency), String(total.sessions)];
    return h("tr", { "data-key": total.label }, h("th", { scope: "row" }, opened), ...values.map((value) => h("td", {}, value)));
  }

  #fail(error: unknown): void {
    say(this.#empty, words.history.failed(error instanceof Error ? error.message : String(error)));
    this.#empty.append(" ", h("button", { type: "button", class: "quiet", click: () => void this.load() }, words.history.again));
    show(this.#empty, true);
  }
}

function sumsOf(all: TotalView, currency: string): readonly HTMLElement[] {
  const share = sunShare(all);
  const facts: readonly (readonly [string, string | null])[] = [
    [words.history.energy, kwh(all.energyWh)],
    [words.history.sun, share === null ? null : percent(share)],
    [words.history.cost, all.cost === null ? null : money(all.cost, currency)],
    [words.history.sessions, String(all.sessions)],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
