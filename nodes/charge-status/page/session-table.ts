/** The charges of a stretch of time, with a filter, and each with its course. */

import { sunShare } from "#core/session/sun-share";
import type { Sessions, SessionView } from "../api.ts";
import { h, say, show } from "./dom.ts";
import { duration, kwh, money, percent, when } from "./format.ts";
import { ask } from "./line.ts";
import { renew } from "./renew.ts";
import { showSession } from "./session-detail.ts";
import { endWithFaultOf, type Which } from "./session-words.ts";
import { words } from "./words.ts";

const PAGE = 25;

export class SessionTable {
  readonly element: HTMLElement;
  readonly #rows = h("tbody");
  readonly #table: HTMLElement;
  readonly #empty = h("p", { class: "empty" }, words.sessions.empty);
  readonly #trouble = h("p", { role: "alert" });
  readonly #more = h("button", { type: "button", class: "quiet", click: () => void this.#told(this.#loadMore()) }, words.sessions.more);
  readonly #chargers = h("select", { id: "of-charger", change: () => void this.#told(this.#loadFirst()) });
  readonly #faults = h("input", { type: "checkbox", id: "only-faults", change: () => this.#draw() });
  readonly #count = h("span", { class: "small", role: "status" });
  readonly #csv = h("a", { class: "quiet button", download: "" }, words.sessions.csv);
  readonly #names = new Set<string>();
  #sessions: SessionView[] = [];
  /** What they were asked with. */
  #loaded = "";
  /** Of which history and time. */
  #stretch = "";
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
      this.#trouble,
      this.#empty,
      this.#table,
      this.#more,
    );
  }

  /** @param label the stretch as a local date; null for all time */
  async load(which: Which, label: string | null, currency: string, signal: AbortSignal): Promise<void> {
    if (which !== this.#which) this.#names.clear();
    this.#which = which;
    this.#currency = currency;
    this.#stretch = `history=${which}${label === null ? "" : `&from=${label}&until=${label}`}`;
    this.#offerChargers();
    await this.#loadFirst(signal);
  }

  async #loadFirst(signal?: AbortSignal): Promise<void> {
    const query = this.#query;
    this.#csv.href = `api/sessions.csv?${query}`;
    const { sessions, more } = await ask<Sessions>(`api/sessions?${query}&limit=${PAGE}`, signal);
    if (query !== this.#query) return;
    const last = sessions.at(-1);
    // Older ones that somebody asked for stay.
    const older = this.#loaded === query && more && last ? this.#sessions.filter(({ startedAt }) => startedAt < last.startedAt) : [];
    this.#loaded = query;
    this.#sessions = [...sessions, ...older];
    if (older.length === 0) show(this.#more, more);
    this.#draw();
  }

  async #loadMore(): Promise<void> {
    const last = this.#sessions.at(-1);
    if (last === undefined) return;
    const query = this.#query;
    this.#more.disabled = true;
    try {
      const older = query.replace(/&until=[^&]*/, "");
      const { sessions, more } = await ask<Sessions>(`api/sessions?${older}&until=${last.startedAt}&limit=${PAGE}`);
      if (query !== this.#query) return;
      const known = new Set(this.#sessions.map(({ id }) => id));
      this.#sessions.push(...sessions.filter(({ id }) => !known.has(id)));
      show(this.#more, more);
      this.#draw();
    } finally {
      this.#more.disabled = false;
    }
  }

  get #query(): string {
    const charger = this.#chargers.value;
    return charger === "" ? this.#stretch : `${this.#stretch}&charger=${encodeURIComponent(charger)}`;
  }

  /** Says what went wrong, where a person asked for it. */
  async #told(work: Promise<void>): Promise<void> {
    try {
      await work;
      say(this.#trouble, "");
    } catch (error) {
      say(this.#trouble, words.history.failed(error instanceof Error ? error.message : String(error)));
    }
  }

  #draw(): void {
    for (const { charger } of this.#sessions) this.#names.add(charger);
    this.#offerChargers();
    const shown = this.#sessions.filter(({ faults }) => !this.#faults.checked || faults.length > 0);
    say(this.#count, shown.length === 0 ? "" : words.sessions.count(shown.length));
    show(this.#empty, shown.length === 0);
    show(this.#table, shown.length > 0);
    const several = this.#chargers.value === "" && this.#names.size > 1;
    renew(
      this.#rows,
      shown.map((session) => this.#row(session, several)),
    );
  }

  #offerChargers(): void {
    const names = [...this.#names].sort();
    const chosen = this.#chargers.value;
    renew(this.#chargers, [
      h("option", { "data-key": "", value: "" }, words.sessions.all),
      ...names.map((name) => h("option", { "data-key": name, value: name }, name)),
    ]);
    this.#chargers.value = names.includes(chosen) ? chosen : "";
  }

  /** @param several chargers are shown, so that each row says which it is of */
  #row(session: SessionView, several: boolean): HTMLElement {
    const of = [several ? session.charger : null, session.user].filter((name) => name !== null);
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
      [words.sessions.ended, endWithFaultOf(session)],
    ];
    const faulty = session.faults.length > 0 ? " faulty" : "";
    return h(
      "tr",
      { "data-key": session.id, class: `session${faulty}` },
      h("th", { scope: "row" }, open, ...of.map((name) => h("bdi", { class: "small of" }, name))),
      ...cells.map(([name, value]) => h("td", { "data-name": name }, value)),
    );
  }
}
