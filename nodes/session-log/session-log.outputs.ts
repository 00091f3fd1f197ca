import * as v from "valibot";
import type { SessionRecord } from "#core/session/record";
import { type Shares, sharesOf } from "../shared/session-rows.ts";

const finite = v.pipe(v.number(), v.finite());
const amount = v.pipe(finite, v.minValue(0));
const word = v.pipe(v.string(), v.maxLength(200));
const maybe = v.nullable(finite);

/** A session that has begun, gone on or ended: the record as it is kept, with what people ask of it. */
export const SessionNews = v.strictObject({
  news: v.picklist(["opened", "changed", "ended"]),
  id: word,
  revision: amount,
  charger: word,
  user: v.nullable(word),
  tag: v.nullable(word),
  startedAt: finite,
  endedAt: maybe,
  connectedMs: amount,
  chargingMs: amount,
  energyWh: amount,
  sunWh: amount,
  gridWh: amount,
  batteryWh: amount,
  unknownWh: amount,
  sunPercent: maybe,
  cost: maybe,
  pricedWh: amount,
  pricePerKwh: maybe,
  co2G: maybe,
  meterStartWh: maybe,
  meterStopWh: maybe,
  maxPowerW: maybe,
  meanPowerW: maybe,
  offeredMinA: maybe,
  offeredMaxA: maybe,
  peakTemperatureC: maybe,
  interruptions: v.array(v.strictObject({ at: finite, until: maybe, reason: word })),
  faults: v.array(v.strictObject({ at: finite, name: word, mrec: v.nullable(word) })),
  endReason: v.nullable(word),
  gaps: amount,
});
export type SessionNews = v.InferOutput<typeof SessionNews>;

export function newsOf(news: SessionNews["news"], record: SessionRecord): SessionNews {
  const { interruptions, faults } = record;
  const shares: Shares = sharesOf(record);
  return {
    news,
    ...record,
    ...shares,
    interruptions: interruptions.map((one) => ({ ...one })),
    faults: faults.map((one) => ({ ...one })),
  };
}

/** What each output's payload is, for the help and for whoever checks it. What an answer is depends on the question. */
export const outputs = { news: SessionNews };
