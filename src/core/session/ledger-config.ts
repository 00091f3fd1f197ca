/** How the books of one charger are kept. */
import { Hours, type Millis, Minutes, Seconds, type Watts } from "#core/units/units";

/**
 * Who is served first by the site's own power. `houseFirst`: the house, and the car gets the rest (what a surplus is). `carFirst`: the
 * car. `proportional`: both get the same mix.
 */
export type Attribution = "houseFirst" | "carFirst" | "proportional";

/** What counts where no tariff slot says otherwise, per kWh. Null: not known. */
export interface Prices {
  readonly gridPerKwh: number | null;
  /** What a kWh of own sun would have earned. */
  readonly sunPerKwh: number | null;
  /** Null: as `sunPerKwh`, for most of what a house battery holds was sun. */
  readonly batteryPerKwh: number | null;
  readonly co2GPerKwh: number | null;
}

export interface LedgerConfig {
  readonly charger: string;
  /** Samples lie on whole UTC multiples of this and of 15 minutes, so that every local midnight has one. */
  readonly sampleEvery: Millis;
  /** While energy flows, record and checkpoint are handed out at least this often. */
  readonly keepEvery: Millis;
  /** Power is integrated, and charging time counted, over at most this long without a report. */
  readonly longestGap: Millis;
  /** A charger that does not name its sessions: a car still plugged after this long unheard is another session. */
  readonly resumeWithin: Millis;
  /** Messages that carry a time are put in order over this long. */
  readonly settle: Millis;
  /** A site reading counts for this long. */
  readonly siteFreshFor: Millis;
  readonly attribution: Attribution;
  /** Sum of the phase voltages, V. Null: not known, and a current alone is then no energy. */
  readonly voltsTotal: number | null;
  /** No charger here delivers more: a counter that runs faster is not believed. */
  readonly mostPower: Watts;
  readonly prices: Prices;
}

export const NO_PRICES: Prices = { gridPerKwh: null, sunPerKwh: null, batteryPerKwh: null, co2GPerKwh: null };

const DEFAULTS: Omit<LedgerConfig, "charger"> = {
  sampleEvery: Minutes(1),
  keepEvery: Seconds(5),
  longestGap: Minutes(2),
  resumeWithin: Hours(24),
  settle: Seconds(2),
  siteFreshFor: Minutes(1),
  attribution: "houseFirst",
  voltsTotal: null,
  mostPower: 50_000 as Watts,
  prices: NO_PRICES,
};

/** The usual set-up of `charger`, with `changes`. */
export const ledgerConfig = (charger: string, changes: Partial<Omit<LedgerConfig, "charger">> = {}): LedgerConfig => ({
  ...DEFAULTS,
  ...changes,
  charger,
});
