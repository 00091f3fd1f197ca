/** What the ledger is told: by our own charger's statuses and events, by any other charger's small message, by the site. */
import type { LoggedEvent } from "#core/session/record";
import type { WallTime } from "#core/units/units";

/** What a charger says of itself now; a foreign charger sends the subset it knows. Null: it did not say. */
export interface ChargerReport {
  readonly charger: string;
  /** When the charger said so; null when the message carried no time. */
  readonly at: WallTime | null;
  /** `unknown`: the charger answers but cannot tell; never taken for unplugged. */
  readonly state: "notConnected" | "connected" | "charging" | "fault" | "unknown" | null;
  readonly powerW: number | null;
  /** A counter that only grows: over the charger's life, or over the session where `counterOf` says so. */
  readonly energyWh: number | null;
  readonly counterOf: "life" | "session";
  readonly currentA: number | null;
  readonly offeredA: number | null;
  /** Why it offers what it offers, e.g. `sun`, `fuse`. */
  readonly limitedBy: string | null;
  readonly temperatureC: number | null;
  /** The charger's own name for the session under way; null for chargers that have none. */
  readonly session: string | null;
  readonly user: string | null;
  readonly tag: string | null;
  /** State of charge of the car where somebody knows it, percent. */
  readonly carSocPercent: number | null;
  readonly faults: readonly { readonly name: string; readonly mrec: string | null; readonly since: WallTime }[];
}

/** Power of the site at one moment. Null: not said. Import and discharge are positive. */
export interface SiteReading {
  readonly at: WallTime | null;
  readonly sunW: number | null;
  readonly gridW: number | null;
  readonly batteryW: number | null;
  /** All cars of the site together; each then gets its part of what is imported. Left out or null: only this one. */
  readonly carsW?: number | null;
}

/** Prices from `from` up to `until`, per kWh in the store's currency, and the grid's CO₂. Null: not known. */
export interface TariffSlot {
  readonly from: WallTime;
  readonly until: WallTime;
  readonly gridPerKwh: number | null;
  /** What a kWh of own sun would have earned; its cost when the car takes it. */
  readonly sunPerKwh: number | null;
  readonly co2GPerKwh: number | null;
}

export type LedgerInput =
  | { readonly kind: "report"; readonly report: ChargerReport }
  | { readonly kind: "event"; readonly event: LoggedEvent }
  | { readonly kind: "site"; readonly reading: SiteReading }
  /** Takes the place of the slots known so far that it overlaps. */
  | { readonly kind: "tariff"; readonly slots: readonly TariffSlot[] }
  /** Nobody said anything; time went on. */
  | { readonly kind: "tick" };
