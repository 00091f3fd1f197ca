/** The charges of a stretch of time, with a filter, and each with its course. */

import { sunShare } from "#core/session/sun-share";
import type { Sessions, SessionView } from "../api.ts";
import { h, say, show } from "./dom.ts";
import { duration, kwh, money, percent, when } from "./format.ts";
import { ask } from "./line.ts";
import { showSession } from "./session-detail.ts";
import { endOf, type Which } from "./session-words.ts";
import { words } from "./words.ts";

const PAGE = 25;

export class SessionTable {
  readonly element: HTMLElement;
  readonly #rows = h("tbody");
  readonly #table: HTMLElement;
  readonly #empty = h("p", { class: "empty" }, words.sessions.empty);
  readonly #more = h("button", { type: "button", class: "quiet", click: () => void this.#loadMore() }, words.sessions.more);
  readonly #chargers = h("select", { id: "of-charger", change: () => this.#draw() });
  readonly #faults = h("input", { type: "checkbox", id: "only-faults", change: () => this.#draw() });
  readonly #count = h("span", { class: "small", role: "status" });
  readonly #csv = h("a", { class: "quiet button", download: "" }, words.sessions.csv);
  #sessions: SessionView[] = [];
  #query = "";
  #which: Which = "own";
  #currency = "";

  constructor() {
    const columns = [
      words.sessions.began,
      words.sessions.charged,
      words.sessions.lasted,
      words.history.sun,
      words.history.cost,
      words.sessions.ended,
    ];
    this.#table = h(
      "table",
      { class: "sessions" },
      h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)))),
      this.#rows,
    );
    this.element = h(
      "section",
      { class: "charges", "aria-labelledby": "charges" },
      h(
        "div",
        { class: "bar" },
        h("h3", { id: "charges" }, words.sessions.heading, " ", this.#count),
        h(
          "div",
          { class: "filter" },
          h("label", { for: "of-charger" }, words.sessions.filter),
          this.#chargers,
          h("span", { class: "choice" }, this.#faults, h("label", { for: "only-faults" }, words.sessions.onlyFaults)),
          this.#csv,
        ),
      ),
      this.#empty,
      this.#table,
      this.#more,
    );
  }

  /** @param label the stretch as a local date; null for all time */
  async load(which: Which, label: string | null, currency: string, signal: AbortSignal): Promise<void> {
    this.#which = which;
    this.#currency = currency;
    this.#query = `history=${which}${label === null ? "" : `&from=${label}&until=${label}`}`;
    this.#csv.href = `api/sessions.csv?${this.#query}`;
    const { sessions, more } = await ask<Sessions>(`api/sessions?${this.#query}&limit=${PAGE}`, signal);
    this.#sessions = sessions;
    show(this.#more, more);
    this.#draw();
  }

  async #loadMore(): Promise<void> {
    const last = this.#sessions.at(-1);
    if (last === undefined) return;
    this.#more.disabled = true;
    try {
      const older = this.#query.replace(/&until=[^&]*/, "");
      const { sessions, more } = await ask<Sessions>(`api/sessions?${older}&until=${last.startedAt}&limit=${PAGE}`);
      const known = new Set(this.#sessions.map(({ id }) => id));
      this.#sessions.push(...sessions.filter(({ id }) => !known.has(id)));
      show(this.#more, more);
      this.#draw();
    } finally {
      this.#more.disabled = false;
    }
  }

  #draw(): void {
    this.#offerChargers();
    const charger = this.#chargers.value;
    const shown = this.#sessions.filter(
      (session) => (charger === "" || session.charger === charger) && (!this.#faults.checked || session.faults.length > 0),
    );
    say(this.#count, shown.length === 0 ? "" : words.sessions.count(shown.length));
    show(this.#empty, shown.length === 0);
    show(this.#table, shown.length > 0);
    this.#rows.replaceChildren(...shown.map((session) => this.#row(session)));
  }

  #offerChargers(): void {
    const names = [...new Set(this.#sessions.map(({ charger }) => charger))].sort();
    const chosen = this.#chargers.value;
    this.#chargers.replaceChildren(
      h("option", { value: "" }, words.sessions.all),
      ...names.map((name) => h("option", { value: name }, name)),
    );
    this.#chargers.value = names.includes(chosen) ? chosen : "";
  }

  #row(session: SessionView): HTMLElement {
    const share = sunShare(session);
    const began = when(session.startedAt);
    const open = h(
      "button",
      {
        type: "button",
        class: "link",
        "aria-label": words.sessions.open(began),
        click: () => void showSession(session.id, this.#which, this.#currency),
      },
      began,
    );
    const cells: readonly (readonly [string, string])[] = [
      [words.sessions.charged, kwh(session.energyWh)],
      [words.sessions.lasted, duration(session.chargingMs)],
      [words.history.sun, share === null ? "–" : percent(share)],
      [words.history.cost, money(session.cost, this.#currency)],
      [words.sessions.ended, endOf(session)],
    ];
    const faulty = session.faults.length > 0 ? " faulty" : "";
    return h(
      "tr",
      { class: `session${faulty}` },
      h("th", { scope: "row" }, open),
      ...cells.map(([name, value]) => h("td", { "data-name": name }, value)),
    );
  }
}
