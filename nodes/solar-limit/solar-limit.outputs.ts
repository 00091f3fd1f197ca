import * as v from "valibot";
import type { SolarExplanation } from "#core/solar/types";

const finite = v.pipe(v.number(), v.finite());
const word = v.pipe(v.string(), v.maxLength(64));
const amounts = v.record(v.string(), finite);

/** What a charger is told: the limit every charger of this package takes. */
export const LimitReport = v.strictObject({
  limitA: v.pipe(finite, v.minValue(0)),
  limitedBy: word,
  validUntil: finite,
  phases: v.pipe(v.number(), v.picklist([1, 3])),
});
export type LimitReport = v.InferOutput<typeof LimitReport>;

/** The whole story behind it, for charts and the curious. */
export const TelemetryReport = v.strictObject({
  at: finite,
  mode: word,
  running: v.boolean(),
  limitA: finite,
  limitedBy: word,
  phases: v.pipe(v.number(), v.picklist([1, 3])),
  surplusW: v.nullable(finite),
  surplusLowW: v.nullable(finite),
  surplusHighW: v.nullable(finite),
  aimW: v.nullable(finite),
  carA: finite,
  freshness: word,
  readingAgeMs: v.nullable(finite),
  importTolerance: finite,
  breakEvenW: finite,
  regretWh: finite,
  regretLimitWh: finite,
  temper: v.strictObject({ stopping: finite, starting: finite }),
  stopsInMs: v.nullable(finite),
  startsInMs: v.nullable(finite),
  phaseSwitchInMs: v.nullable(finite),
  plan: v.nullable(v.strictObject({ missingWh: finite, leftMs: finite, beginsInMs: v.nullable(finite) })),
  ceilings: amounts,
  rejected: amounts,
  rejectedLast: v.nullable(word),
  shares: amounts,
  car: v.strictObject({
    deadMs: finite,
    rampAPerS: finite,
    startMs: finite,
    trimA: finite,
    maximumA: v.nullable(finite),
    meterLagMs: finite,
  }),
});
export type TelemetryReport = v.InferOutput<typeof TelemetryReport>;

/** @param at wall time, ms since 1970 @param shares what each of several chargers is given; empty for one */
export function telemetryOf(
  explanation: SolarExplanation,
  limit: LimitReport,
  at: number,
  shares: Readonly<Record<string, number>>,
): TelemetryReport {
  const { limitA, limitedBy, phases } = limit;
  return {
    at,
    limitA,
    limitedBy,
    phases,
    ...explanation,
    ceilings: { ...explanation.ceilings },
    rejected: { ...explanation.rejected },
    shares: { ...shares },
  };
}

/** What each output's payload is, for the help and for whoever checks it. */
export const outputs = { limit: LimitReport, telemetry: TelemetryReport };
