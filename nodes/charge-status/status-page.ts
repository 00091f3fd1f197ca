/** One page: what it knows, whom it tells, and what it says under its node. */
import type { EventStream, StreamEvent } from "#bridges/http/event-stream";
import type { NodeStatus, Translate } from "../shared/red.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import { StatusLine } from "../shared/status-line.ts";
import type { StoreHandle } from "../shared/store-handle.ts";
import type { Curve, HistoryView, Now } from "./api.ts";
import type { Control } from "./control.ts";
import { History } from "./history.ts";
import { type Change, Live, type LiveMemory } from "./live.ts";
import type { News } from "./news.ts";
import type { Pages } from "./page-file.ts";
import type { PageHost } from "./page-host.ts";
import { plainLine } from "./plain-line.ts";

export interface StatusPageOptions {
  readonly scheduler: Scheduler;
  readonly memory: LiveMemory;
  /** Shown as the page's title; empty for the usual one. */
  readonly name: string;
  readonly staleAfterMs: number | null;
  readonly own: StoreHandle | null;
  readonly sample: StoreHandle | null;
  readonly stream: (whole: () => StreamEvent) => EventStream;
  readonly control: Control;
  readonly shown: (status: NodeStatus) => void;
  readonly t: Translate;
  readonly pages: () => Pages;
  readonly description: () => string;
  readonly complain: (error: unknown) => void;
}

const NO_HISTORY: HistoryView = { state: "none", why: null, hasSessions: false, timeZone: "UTC", currency: "" };
/** Changes of one charger are told at most this often, ms. */
const SHORTEST = 250;

/** A store that did not answer is asked again after this long, ms. */
const ASK_AGAIN = 5000;

export class StatusPage implements PageHost {
  readonly scheduler: Scheduler;
  readonly control: Control;
  readonly stream: EventStream;
  readonly histories: PageHost["histories"];
  readonly #options: StatusPageOptions;
  readonly #live: Live;
  readonly #line: StatusLine;
  readonly #stops: (() => void)[] = [];
  /** Whether anything was ever kept in a store. */
  readonly #hasSessions = { own: false, sample: false };
  #cancelAsking = (): void => {};
  readonly #waiting = new Set<string>();
  #cancelTelling: (() => void) | null = null;
  #closed = false;

  constructor(options: StatusPageOptions) {
    const { scheduler, own, sample, memory, staleAfterMs } = options;
    this.#options = options;
    this.scheduler = scheduler;
    this.control = options.control;
    this.histories = { own: own === null ? null : new History(own), sample: sample === null ? null : new History(sample) };
    this.#live = new Live({
      scheduler,
      memory,
      staleAfterMs,
      changed: (change) => this.#changed(change),
      dayEnergy: () => this.histories.own?.dayEnergy(scheduler.wall()) ?? null,
    });
    this.stream = options.stream(() => ({ event: "now", data: this.now() }));
    this.#line = new StatusLine(options.shown, scheduler);
    this.#show();
    this.#follow(own);
    void this.#remember();
  }

  hear(news: News): void {
    this.#live.hear(news);
  }

  now(): Now {
    const { own, sample } = this.histories;
    return {
      at: this.scheduler.wall(),
      name: this.#options.name,
      control: this.control.state,
      chargers: [...this.#live.chargers],
      solar: this.#live.solar,
      site: this.#live.site,
      history: own?.view(this.#hasSessions.own) ?? NO_HISTORY,
      sample: this.#hasSessions.sample ? (sample?.view(true) ?? null) : null,
    };
  }

  curve(charger: string): Curve | null {
    return this.#live.curve(charger);
  }

  async line(charger: string | null): Promise<string | null> {
    const view = charger === null ? this.#live.chargers[0] : this.#live.charger(charger);
    if (view === null || view === undefined) return null;
    const timeZone = this.histories.own?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    return plainLine(view, this.#live.solar?.surplusW ?? null, timeZone, this.scheduler.wall());
  }

  pages(): Pages {
    return this.#options.pages();
  }

  description(): string {
    return this.#options.description();
  }

  complain(error: unknown): void {
    this.#options.complain(error);
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#cancelTelling?.();
    this.#cancelAsking();
    this.#live.close();
    this.#line.close();
    this.stream.close();
  }

  /** Charges that are under way, and the last ones, as the log knows them. */
  async #remember(): Promise<void> {
    const { own, sample } = this.histories;
    await this.#ask(own, (records) => {
      this.#hasSessions.own = records.some(({ endedAt }) => endedAt !== null);
      for (const record of records.toReversed()) this.#live.record(record);
    });
    await this.#ask(sample, (records) => {
      this.#hasSessions.sample = records.length > 0;
    });
    this.#tellAll();
  }

  async #ask(history: History | null, then: (records: Awaited<ReturnType<History["recent"]>>) => void): Promise<void> {
    try {
      const records = (await history?.recent()) ?? [];
      if (!this.#closed) then(records);
    } catch {
      // The store's own state says what is wrong with it.
      this.#askLater();
    }
  }

  #askLater(): void {
    this.#cancelAsking();
    if (!this.#closed) this.#cancelAsking = this.scheduler.after(ASK_AGAIN, () => void this.#remember());
  }

  #follow(own: StoreHandle | null): void {
    if (own === null) return;
    let wasOpen = own.health.state === "open";
    const stop = own.listen({
      health: ({ state }) => {
        const isOpen = state === "open";
        if (isOpen && !wasOpen) void this.#remember();
        wasOpen = isOpen;
        this.#tellAll();
      },
      session: (record) => {
        this.#live.record(record);
        if (record.endedAt !== null && !this.#hasSessions.own) {
          this.#hasSessions.own = true;
          this.#tellAll();
        }
        this.stream.publish({ event: "session", data: { id: record.id, charger: record.charger, ended: record.endedAt !== null } });
      },
    });
    this.#stops.push(stop);
  }

  #changed(change: Change): void {
    this.#show();
    this.#waiting.add(change.of === "charger" ? change.charger : "");
    if (this.#cancelTelling !== null) return;
    this.#tell();
    this.#cancelTelling = this.scheduler.after(SHORTEST, () => {
      this.#cancelTelling = null;
      this.#tell();
    });
  }

  #tell(): void {
    const names = [...this.#waiting];
    this.#waiting.clear();
    for (const name of names) {
      const charger = this.#live.charger(name);
      if (charger !== null) this.stream.publish({ event: "charger", data: charger });
      else this.stream.publish({ event: "site", data: { solar: this.#live.solar, site: this.#live.site } });
    }
  }

  #tellAll(): void {
    this.stream.publish({ event: "now", data: this.now() });
  }

  #show(): void {
    const { chargers } = this.#live;
    const { t } = this.#options;
    const silent = chargers.filter(({ state }) => state === "unknown").length;
    if (chargers.length === 0) this.#line.set({ fill: "blue", shape: "ring", text: t("page.noNews") });
    else if (silent > 0) this.#line.set({ fill: "yellow", shape: "ring", text: t("page.silent", { count: silent }) });
    else this.#line.set({ fill: "green", shape: "dot", text: t("page.shown", { count: chargers.length }) });
  }
}
