/** What is known of the chargers and the site now, and who is told when it changes. */
import { MessageError } from "#core/errors";
import type { SessionRecord } from "#core/session/record";
import type { Scheduler } from "../shared/scheduler.ts";
import { shown } from "../shared/shown.ts";
import type { ChargerView, Curve, SiteView, SolarView } from "./api.ts";
import { type Said, saidByForeign, saidByOurs, viewOf } from "./charger-view.ts";
import { CURVE_STEP, type CurvePoint, PowerCurve } from "./curve.ts";
import type { News, SiteNews } from "./news.ts";

/** A house has a few chargers, a car park some dozens. */
const MOST_CHARGERS = 64;
/** The sun and the house are told often or not at all, ms. */
const SITE_STALE = 120_000;
/** Energy of the day is asked for at most this often, ms. */
const DAY_STALE = 30_000;

/** A change of power that is worth a point of its own, W, and how often there may be one, ms. */
const EDGE_FROM_W = 500;
const EDGES_APART = 3_000;

interface Known {
  said: Said;
  isFresh: boolean;
  dayEnergyWh: number | null;
  readonly curve: PowerCurve;
}

/** What the log has made of the charge under way and of the one before. */
interface Charges {
  open: SessionRecord | null;
  last: SessionRecord | null;
}

type SitePower = Exclude<keyof SiteView, "at">;

/** What outlives a deployment. */
export interface LiveMemory {
  readonly chargers: Map<string, Known>;
  readonly charges: Map<string, Charges>;
  solar: SolarView | null;
  /** As it was measured. */
  site: SiteView | null;
  /** When each of its powers was said, ms since 1970. */
  readonly siteSaid: Map<SitePower, number>;
  /** What the house takes where nobody measures it. */
  derivedHouseW: number | null;
}

export const newMemory = (): LiveMemory => ({
  chargers: new Map(),
  charges: new Map(),
  solar: null,
  site: null,
  siteSaid: new Map(),
  derivedHouseW: null,
});

export type Change = { readonly of: "charger"; readonly charger: string } | { readonly of: "solar" } | { readonly of: "site" };

export interface LiveOptions {
  readonly scheduler: Scheduler;
  /** Null: chargers that speak on change only are never silent. */
  readonly staleAfterMs: number | null;
  readonly changed: (change: Change) => void;
  /** Energy of the local day by charger, Wh; null when there is no history. */
  readonly dayEnergy: () => Promise<ReadonlyMap<string, number>> | null;
  readonly memory: LiveMemory;
}

export class Live {
  readonly #options: LiveOptions;
  readonly #cancelStale = new Map<string, () => void>();
  #cancelCurve: () => void;
  #cancelSite = (): void => {};
  #cancelSolar = (): void => {};
  #dayAsked = Number.NEGATIVE_INFINITY;

  constructor(options: LiveOptions) {
    this.#options = options;
    for (const charger of options.memory.chargers.keys()) this.#watch(charger);
    if (options.memory.site !== null) this.#watchSite();
    // Its times are short; the limiter says them again in seconds.
    options.memory.solar = null;
    this.#cancelCurve = options.scheduler.after(CURVE_STEP, () => this.#draw());
  }

  /** @throws MessageError tooManyChargers. */
  hear(news: News): void {
    const now = this.#options.scheduler.wall();
    switch (news.of) {
      case "status":
        this.#said(saidByOurs(news.status, now));
        break;
      case "foreign":
        this.#said(saidByForeign(news.report, this.#known(news.report.charger)?.said ?? null, now));
        break;
      case "session":
        this.record(news.record);
        break;
      case "solar":
        this.#solar(news.telemetry);
        break;
      case "site":
        this.#site(news.site, now);
        break;
      case "nothing":
        break;
    }
  }

  /** What the log has made of a charge. */
  record(record: SessionRecord): void {
    const { charges } = this.#options.memory;
    const known = charges.get(record.charger) ?? { open: null, last: null };
    if (!charges.has(record.charger) && charges.size >= MOST_CHARGERS) return;
    charges.set(record.charger, known);
    take(known, record);
    this.#askDay();
    if (this.#known(record.charger) !== undefined) this.#options.changed({ of: "charger", charger: record.charger });
  }

  get chargers(): readonly ChargerView[] {
    return [...this.#options.memory.chargers.keys()].flatMap((name) => this.charger(name) ?? []);
  }

  charger(name: string): ChargerView | null {
    const known = this.#known(name);
    if (known === undefined) return null;
    const { open = null, last = null } = this.#options.memory.charges.get(name) ?? {};
    return viewOf(known.said, open, last, known.dayEnergyWh, known.isFresh);
  }

  get solar(): SolarView | null {
    return this.#options.memory.solar;
  }

  get site(): SiteView | null {
    const { site, derivedHouseW } = this.#options.memory;
    return site === null ? null : { ...site, houseW: site.houseW ?? derivedHouseW };
  }

  /** Up to this very moment. */
  curve(name: string): Curve | null {
    const known = this.#known(name);
    return known?.curve.of(name, this.#point(known)) ?? null;
  }

  close(): void {
    this.#cancelCurve();
    this.#cancelSite();
    this.#cancelSolar();
    for (const cancel of this.#cancelStale.values()) cancel();
  }

  #known(charger: string): Known | undefined {
    return this.#options.memory.chargers.get(charger);
  }

  #said(said: Said): void {
    const { chargers } = this.#options.memory;
    const { charger } = said;
    const known = chargers.get(charger);
    if (known === undefined) {
      if (chargers.size >= MOST_CHARGERS) {
        throw new MessageError("tooManyChargers", `charger: the page shows at most ${MOST_CHARGERS}, ${shown(charger)} is one more.`);
      }
      chargers.set(charger, { said, isFresh: true, dayEnergyWh: null, curve: new PowerCurve() });
    } else {
      this.#edge(known, said);
      known.said = said;
      known.isFresh = true;
    }
    this.#askDay();
    this.#watch(charger);
    this.#options.changed({ of: "charger", charger });
  }

  #watch(charger: string): void {
    const { staleAfterMs } = this.#options;
    this.#cancelStale.get(charger)?.();
    if (staleAfterMs === null) return;
    const isStale = (): void => {
      const known = this.#known(charger);
      if (known === undefined) return;
      known.isFresh = false;
      this.#options.changed({ of: "charger", charger });
    };
    this.#cancelStale.set(charger, this.#options.scheduler.after(staleAfterMs, isStale));
  }

  #solar({ at, mode, limitA, limitedBy, surplusW, stopsInMs, startsInMs }: Extract<News, { of: "solar" }>["telemetry"]): void {
    const later = (ms: number | null): number | null => (ms === null ? null : at + ms);
    const { memory, scheduler, changed } = this.#options;
    memory.solar = { at, mode, limitA, limitedBy, surplusW, stopsAt: later(stopsInMs), startsAt: later(startsInMs) };
    this.#cancelSolar();
    this.#cancelSolar = scheduler.after(SITE_STALE, () => {
      memory.solar = null;
      changed({ of: "solar" });
    });
    changed({ of: "solar" });
  }

  #site(news: SiteNews, now: number): void {
    const { site: before, siteSaid } = this.#options.memory;
    const power = (name: SitePower): number | null => {
      const said = news[name] ?? null;
      if (said !== null) siteSaid.set(name, now);
      // Each by itself: a grid meter does not keep alive what an inverter said before it fell asleep.
      return said ?? (now - (siteSaid.get(name) ?? now) < SITE_STALE ? (before?.[name] ?? null) : null);
    };
    this.#options.memory.site = {
      at: now,
      sunW: power("sunW"),
      gridW: power("gridW"),
      houseW: power("houseW"),
      batteryW: power("batteryW"),
    };
    this.#options.memory.derivedHouseW = this.#houseW(this.#options.memory.site);
    this.#watchSite();
    this.#options.changed({ of: "site" });
  }

  /** What comes in and does not go to the cars; reckoned when the meters speak, so that all of it is of one moment. */
  #houseW({ sunW, gridW, batteryW }: SiteView): number | null {
    if (sunW === null || gridW === null) return null;
    const cars = [...this.#options.memory.chargers.values()].filter(({ isFresh }) => isFresh);
    const carsW = cars.reduce((sum, { said }) => sum + (said.powerW ?? 0), 0);
    return Math.max(0, sunW + gridW + (batteryW ?? 0) - carsW);
  }

  #watchSite(): void {
    this.#cancelSite();
    this.#cancelSite = this.#options.scheduler.after(SITE_STALE, () => {
      this.#options.memory.site = null;
      this.#options.changed({ of: "site" });
    });
  }

  #draw(): void {
    for (const known of this.#options.memory.chargers.values()) known.curve.add(this.#point(known));
    this.#cancelCurve = this.#options.scheduler.after(CURVE_STEP, () => this.#draw());
  }

  /** What starts or stops between two points of the curve is an edge, not a slope. */
  #edge(known: Known, { powerW }: Said): void {
    if (!known.isFresh || Math.abs((powerW ?? 0) - (known.said.powerW ?? 0)) < EDGE_FROM_W) return;
    const before = this.#point(known);
    if (before.at - known.curve.latest < EDGES_APART) return;
    known.curve.add({ ...before, at: before.at - 1 });
    known.curve.add({ ...before, carW: powerW });
  }

  #point({ said, isFresh }: Known): CurvePoint {
    const { scheduler } = this.#options;
    const { sunW = null, houseW = null } = this.site ?? {};
    const { powerW, offeredA } = said;
    return { at: scheduler.wall(), carW: isFresh ? powerW : null, offeredA: isFresh ? offeredA : null, sunW, houseW };
  }

  /** The answer comes when it comes; what is shown until then is what was so a moment ago. */
  #askDay(): void {
    const now = this.#options.scheduler.wall();
    if (Math.abs(now - this.#dayAsked) < DAY_STALE) return;
    const asked = this.#options.dayEnergy();
    if (asked === null) return;
    this.#dayAsked = now;
    asked.then(
      (energies) => {
        for (const [charger, known] of this.#options.memory.chargers) known.dayEnergyWh = energies.get(charger) ?? 0;
      },
      // The history is away; its own state says so on the page.
      () => undefined,
    );
  }
}

/** News of a charge may come late or twice; the newest account of it counts. */
function take(known: Charges, record: SessionRecord): void {
  if (record.endedAt === null) {
    if (known.open === null || known.open.id !== record.id || known.open.revision <= record.revision) known.open = record;
    return;
  }
  if (known.open?.id === record.id) known.open = null;
  if ((known.last?.endedAt ?? 0) <= record.endedAt) known.last = record;
}
