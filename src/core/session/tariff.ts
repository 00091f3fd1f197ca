/** Prices over time: what was said, by slots that do not overlap. */
import type { Prices } from "#core/session/ledger-config";
import type { TariffSlot } from "#core/session/observation";
import { Hours, type WallTime } from "#core/units/units";

/** Four days of quarter hours. */
const MOST_SLOTS = 400;
/** A late report may still need a price this old. */
const KEEP_PAST = Hours(1);

export interface PricesAt extends Prices {
  /** Until when these prices hold, as far as is known. */
  readonly until: number;
}

/** New slots take the place of what they overlap; slots long past are forgotten. Slots that are empty or no time are ignored. */
export function withSlots(known: readonly TariffSlot[], slots: readonly TariffSlot[], at: WallTime): readonly TariffSlot[] {
  let merged = known.filter(({ until }) => until > at - KEEP_PAST);
  for (const slot of slots) {
    if (!(slot.until > slot.from) || slot.until <= at - KEEP_PAST) continue;
    merged = [...merged.flatMap((old) => without(old, slot)), slot];
  }
  return merged.sort((one, other) => one.from - other.from).slice(0, MOST_SLOTS);
}

/** What is left of `old` where `slot` is not. */
const without = (old: TariffSlot, slot: TariffSlot): TariffSlot[] => [
  ...(old.from < slot.from ? [{ ...old, until: Math.min(old.until, slot.from) as WallTime }] : []),
  ...(old.until > slot.until ? [{ ...old, from: Math.max(old.from, slot.until) as WallTime }] : []),
];

/** The prices in force at `at`: the slot's, and the constants where it says nothing. */
export function pricesAt(slots: readonly TariffSlot[], constants: Prices, at: WallTime): PricesAt {
  const slot = slots.find(({ from, until }) => from <= at && at < until);
  if (slot === undefined) {
    const next = slots.find(({ from }) => from > at);
    return { ...constants, until: next?.from ?? Number.POSITIVE_INFINITY };
  }
  return {
    gridPerKwh: slot.gridPerKwh ?? constants.gridPerKwh,
    sunPerKwh: slot.sunPerKwh ?? constants.sunPerKwh,
    batteryPerKwh: constants.batteryPerKwh,
    co2GPerKwh: slot.co2GPerKwh ?? constants.co2GPerKwh,
    until: slot.until,
  };
}
