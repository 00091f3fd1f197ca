/** Running totals of a session, and the weights by which energy not yet counted will be told apart. */
import type { Shares } from "#core/session/attribution";
import type { Prices } from "#core/session/ledger-config";
import type { TariffSlot } from "#core/session/observation";
import type { EnergySplit } from "#core/session/record";
import { pricesAt } from "#core/session/tariff";
import type { WallTime } from "#core/units/units";

export interface EnergyTotals extends EnergySplit {
  readonly cost: number | null;
  readonly pricedWh: number;
  readonly co2G: number | null;
}

export const NO_ENERGY: EnergyTotals = { sunWh: 0, gridWh: 0, batteryWh: 0, unknownWh: 0, cost: null, pricedWh: 0, co2G: null };

/**
 * What a unit of energy that flowed since the last booking would be made of. A counter that moves once a minute is told apart by all that
 * the site said in that minute.
 */
export interface Mixture {
  readonly weight: number;
  readonly sun: number;
  readonly grid: number;
  readonly battery: number;
  readonly cost: number;
  readonly priced: number;
  readonly co2: number;
  readonly co2Known: boolean;
}

export const NO_MIXTURE: Mixture = { weight: 0, sun: 0, grid: 0, battery: 0, cost: 0, priced: 0, co2: 0, co2Known: false };

export interface Stretch {
  readonly from: WallTime;
  readonly until: WallTime;
  /** The car's power; null when not known. */
  readonly carW: number | null;
  readonly shares: Shares;
}

/** Adds a stretch of time, cut where prices change. */
export function mixedWith(before: Mixture, stretch: Stretch, slots: readonly TariffSlot[], constants: Prices): Mixture {
  let mixture = before;
  for (let from: number = stretch.from; from < stretch.until; ) {
    const prices = pricesAt(slots, constants, from as WallTime);
    const until = Math.min(stretch.until, prices.until);
    mixture = weighed(mixture, Math.max(1, stretch.carW ?? 1) * (until - from), stretch.shares, prices);
    from = until;
  }
  return mixture;
}

function weighed(mixture: Mixture, weight: number, shares: Shares, prices: Prices): Mixture {
  const known = shares.sun + shares.grid + shares.battery;
  // What nobody could attribute is priced as the grid's: the dearest, so that nobody is shown too little.
  const asGrid = shares.grid + Math.max(0, 1 - known);
  const parts: readonly (readonly [number, number | null])[] = [
    [shares.sun, prices.sunPerKwh],
    [shares.battery, prices.batteryPerKwh ?? prices.sunPerKwh],
    [asGrid, prices.gridPerKwh],
  ];
  let { cost, priced } = mixture;
  for (const [share, price] of parts) {
    if (price === null) continue;
    cost += (weight * share * price) / 1000;
    priced += weight * share;
  }
  return {
    weight: mixture.weight + weight,
    sun: mixture.sun + weight * shares.sun,
    grid: mixture.grid + weight * shares.grid,
    battery: mixture.battery + weight * shares.battery,
    cost,
    priced,
    co2: mixture.co2 + (prices.co2GPerKwh === null ? 0 : (weight * asGrid * prices.co2GPerKwh) / 1000),
    co2Known: mixture.co2Known || prices.co2GPerKwh !== null,
  };
}

/** Books `energyWh` by `mixture`. Nothing ever shrinks while prices and CO₂ are not negative. */
export function booked(totals: EnergyTotals, energyWh: number, mixture: Mixture): EnergyTotals {
  if (!(energyWh > 0)) return totals;
  const factor = mixture.weight > 0 ? energyWh / mixture.weight : 0;
  const sun = mixture.sun * factor;
  const grid = mixture.grid * factor;
  const battery = mixture.battery * factor;
  return {
    sunWh: totals.sunWh + sun,
    gridWh: totals.gridWh + grid,
    batteryWh: totals.batteryWh + battery,
    unknownWh: totals.unknownWh + Math.max(0, energyWh - sun - grid - battery),
    cost: mixture.priced > 0 ? (totals.cost ?? 0) + mixture.cost * factor : totals.cost,
    pricedWh: totals.pricedWh + mixture.priced * factor,
    co2G: mixture.co2Known ? (totals.co2G ?? 0) + mixture.co2 * factor : totals.co2G,
  };
}

const thousandths = (value: number): number => Math.round(value * 1000);
/** Finer than this nothing was measured. */
export const rounded = (value: number): number => thousandths(value) / 1000;
/** A ten-thousandth of a cent. */
export const roundedMoney = (value: number | null): number | null => (value === null ? null : Math.round(value * 1e6) / 1e6);

export const energyOfTotals = ({ sunWh, gridWh, batteryWh, unknownWh }: EnergySplit): number => sunWh + gridWh + batteryWh + unknownWh;

/** As they are written down: in thousandths, the sum exact in thousandths too. */
export function writtenTotals(totals: EnergyTotals): EnergyTotals & { readonly energyWh: number } {
  const sum = thousandths(totals.sunWh) + thousandths(totals.gridWh) + thousandths(totals.batteryWh) + thousandths(totals.unknownWh);
  return {
    energyWh: sum / 1000,
    sunWh: rounded(totals.sunWh),
    gridWh: rounded(totals.gridWh),
    batteryWh: rounded(totals.batteryWh),
    unknownWh: rounded(totals.unknownWh),
    cost: roundedMoney(totals.cost),
    pricedWh: rounded(totals.pricedWh),
    co2G: totals.co2G === null ? null : rounded(totals.co2G),
  };
}

/** Between two totals, `share` (0 to 1) of the way. */
export function totalsBetween(one: EnergyTotals, other: EnergyTotals, share: number): EnergyTotals {
  const mix = (from: number, to: number): number => from + (to - from) * share;
  const mixOrNull = (from: number | null, to: number | null): number | null => (to === null ? null : mix(from ?? 0, to));
  return {
    sunWh: mix(one.sunWh, other.sunWh),
    gridWh: mix(one.gridWh, other.gridWh),
    batteryWh: mix(one.batteryWh, other.batteryWh),
    unknownWh: mix(one.unknownWh, other.unknownWh),
    cost: mixOrNull(one.cost, other.cost),
    pricedWh: mix(one.pricedWh, other.pricedWh),
    co2G: mixOrNull(one.co2G, other.co2G),
  };
}
