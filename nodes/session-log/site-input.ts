/** What the site says: power of the sun, the grid and the battery, and what a kWh costs. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import type { SiteReading, TariffSlot } from "#core/session/observation";
import { parseReading } from "#core/solar/reading";
import { WallTime } from "#core/units/units";
import { explain } from "#link/explain";
import { momentOf } from "../shared/moment.ts";
import { shown } from "../shared/shown.ts";

export interface SiteSigns {
  readonly gridSign: "buying" | "selling";
  readonly batterySign: "charging" | "discharging";
}

const finite = v.pipe(v.number(), v.finite());
const value = v.nullable(v.union([finite, v.string()]));
const time = v.union([finite, v.string(), v.date()]);

const Site = v.strictObject({ gridW: v.optional(value), sunW: v.optional(value), batteryW: v.optional(value) });
/** The part of a solar limiter's telemetry that tells where the car's energy comes from. */
const Telemetry = v.object({ at: finite, surplusW: v.nullable(finite), freshness: v.string() });
const Slot = v.strictObject({
  from: v.optional(time),
  until: v.optional(time),
  price: v.optional(v.nullable(v.union([finite, v.string()]))),
  sun: v.optional(v.nullable(finite)),
  co2: v.optional(v.nullable(finite)),
});
type Slot = v.InferOutput<typeof Slot>;

const LARGEST_POWER_W = 1e7;
/** Of any currency. */
const LARGEST_PRICE = 1e6;
const LARGEST_CO2 = 5000;
/** Four days of quarters of an hour. */
const MOST_SLOTS = 400;
const HOUR = 3_600_000;
/** A price that holds until further notice. */
export const FURTHER_NOTICE = WallTime(Date.UTC(2200, 0, 1));

const NOTHING: SiteReading = { at: null, sunW: null, gridW: null, batteryW: null };
export type SitePart = "gridW" | "sunW" | "batteryW";

/** One power by its topic. Null for a sensor that is not available. @throws MessageError with the reason why it is no power. */
export function sitePower(part: SitePart, said: unknown, at: WallTime | null, signs: SiteSigns): SiteReading | null {
  const watts = power(part, said, signs);
  return watts === null ? null : { ...NOTHING, at, [part]: watts };
}

/** Several powers in one object. @throws MessageError badShape, or the reason why a value is no power. */
export function siteReadingOf(payload: unknown, at: WallTime | null, signs: SiteSigns): SiteReading {
  const parsed = v.safeParse(Site, payload);
  if (!parsed.success) throw new MessageError("badShape", `site: ${explain(parsed.issues)}.`);
  const { gridW, sunW, batteryW } = parsed.output;
  return { at, gridW: power("gridW", gridW, signs), sunW: power("sunW", sunW, signs), batteryW: power("batteryW", batteryW, signs) };
}

/** Import and discharge are positive inside. */
function power(part: SitePart, said: unknown, { gridSign, batterySign }: SiteSigns): number | null {
  if (said === undefined || said === null) return null;
  const read = parseReading(said, "power");
  if (!read.ok) {
    if (read.reason === "unavailable") return null;
    throw new MessageError(read.reason, `${part}: expected a power, such as 800 or "-1.2 kW", got ${shown(said)}.`);
  }
  if (Math.abs(read.value) > LARGEST_POWER_W) {
    throw new MessageError("outOfRange", `${part}: expected at most ${LARGEST_POWER_W} W, got ${read.value}. Look at the unit.`);
  }
  const turned = (part === "gridW" && gridSign === "selling") || (part === "batteryW" && batterySign === "charging");
  return turned && read.value !== 0 ? -read.value : read.value;
}

/**
 * A solar limiter's telemetry: what the car takes beyond the surplus comes from the grid.
 * @param carsW what the chargers draw at the moment @returns undefined when the payload is something else, null when it says nothing of use
 */
export function telemetryReading(payload: object, carsW: number): SiteReading | null | undefined {
  const parsed = v.safeParse(Telemetry, payload);
  if (!parsed.success) return undefined;
  const { at, surplusW, freshness } = parsed.output;
  return surplusW === null || freshness !== "fresh" ? null : { ...NOTHING, at: WallTime(at), gridW: carsW - surplusW, carsW };
}

/**
 * Prices: one that holds from now on, or a series with its times. A slot without an end lasts until the next one begins, the last one as
 * long as the one before it.
 * @throws MessageError badShape, badTime, outOfRange, noPrices.
 */
export function tariffOf(payload: unknown, now: WallTime): readonly TariffSlot[] {
  if (typeof payload === "number" || typeof payload === "string") return [slotOf({ price: payload }, now, FURTHER_NOTICE)];
  const isSeries = Array.isArray(payload);
  const list: readonly unknown[] = isSeries ? payload : [payload];
  if (list.length === 0 || list.length > MOST_SLOTS) {
    throw new MessageError("noPrices", `prices: expected 1 to ${MOST_SLOTS} slots, got ${list.length}.`);
  }
  const slots = list.map((entry, index) => {
    const parsed = v.safeParse(Slot, entry);
    if (!parsed.success) throw new MessageError("badShape", `prices[${index}]: ${explain(parsed.issues)}.`);
    if (isSeries && parsed.output.from === undefined) throw new MessageError("badShape", `prices[${index}]: from is missing.`);
    return parsed.output;
  });
  const timed = slots
    .map((slot, index) => ({ slot, from: slot.from === undefined ? now : momentOf(`prices[${index}].from`, slot.from) }))
    .toSorted((a, b) => a.from - b.from);
  return timed.map(({ slot, from }, index) => {
    const next = timed[index + 1]?.from;
    const before = timed[index - 1]?.from;
    const usualEnd = isSeries ? WallTime(next ?? from + (before === undefined ? HOUR : from - before)) : FURTHER_NOTICE;
    return slotOf(slot, from, slot.until === undefined ? usualEnd : momentOf(`prices[${index}].until`, slot.until));
  });
}

function slotOf({ price, sun, co2 }: Slot, from: WallTime, until: WallTime): TariffSlot {
  if (until <= from) throw new MessageError("badTime", "prices: expected each slot to end after it begins.");
  return {
    from,
    until,
    gridPerKwh: priceOf(price),
    sunPerKwh: priceOf(sun),
    co2GPerKwh: amount("co2", co2 ?? null, 0, LARGEST_CO2),
  };
}

function priceOf(said: number | string | null | undefined): number | null {
  if (typeof said !== "string") return amount("price", said ?? null, -LARGEST_PRICE, LARGEST_PRICE);
  const read = parseReading(said, "plain");
  if (!read.ok && read.reason === "unavailable") return null;
  if (!read.ok)
    throw new MessageError(read.reason, `price: expected a number per kWh in the store's currency, without a unit, got ${shown(said)}.`);
  return amount("price", read.value, -LARGEST_PRICE, LARGEST_PRICE);
}

function amount(what: string, value: number | null, least: number, most: number): number | null {
  if (value !== null && (value < least || value > most)) {
    throw new MessageError("outOfRange", `${what}: expected ${least} to ${most}, got ${value}.`);
  }
  return value;
}
