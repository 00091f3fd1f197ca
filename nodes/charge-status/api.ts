/** What the page and other programs are told: the answers of the interface, from which its description is made. */
import * as v from "valibot";

const finite = v.pipe(v.number(), v.finite());
const word = v.pipe(v.string(), v.maxLength(64));
const text = v.pipe(v.string(), v.maxLength(400));
const maybe = v.nullable(finite);
const wallTime = v.pipe(finite, v.description("ms since 1970"));
const maybeTime = v.nullable(wallTime);

/** What a person sees of a charger, in one word. */
export const SeenState = v.pipe(
  v.picklist(["notConnected", "preparing", "waiting", "paused", "charging", "resting", "stopping", "stopped", "needsYou", "unknown"]),
  v.description(
    "resting: connected and closed, but the car draws nothing. stopped: a fault that sorts itself out. needsYou: a fault that does not. unknown: no news.",
  ),
);
export type SeenState = v.InferOutput<typeof SeenState>;

export const FaultView = v.object({
  name: word,
  mrec: v.nullable(word),
  severity: v.picklist(["emergency", "error", "warning"]),
  since: wallTime,
  latched: v.picklist(["untilReset", "untilUnplugged", "no"]),
  retryAt: maybeTime,
});
export type FaultView = v.InferOutput<typeof FaultView>;

export const PilotView = v.object({
  output: v.picklist(["steadyHigh", "pwm", "steadyLow"]),
  dutyPercent: maybe,
  highV: maybe,
  lowV: maybe,
  valid: v.boolean(),
});
export type PilotView = v.InferOutput<typeof PilotView>;

const split = { sunWh: finite, gridWh: finite, batteryWh: finite, unknownWh: finite };

/** The charge under way, as far as it is known. */
export const ChargeView = v.object({
  startedAt: wallTime,
  energyWh: maybe,
  chargingMs: maybe,
  ...split,
  cost: maybe,
  user: v.nullable(word),
});
export type ChargeView = v.InferOutput<typeof ChargeView>;

export const LastChargeView = v.object({ id: word, endedAt: wallTime, ...split, energyWh: finite, cost: maybe });

export const ChargerView = v.object({
  charger: word,
  at: v.pipe(wallTime, v.description("when the charger said so, ms since 1970")),
  state: SeenState,
  phase: v.nullable(word),
  vehicleState: v.nullable(word),
  powerW: maybe,
  currentA: maybe,
  offeredA: maybe,
  limitedBy: v.nullable(word),
  limitValidUntil: maybeTime,
  voltageV: maybe,
  temperatureC: maybe,
  energyWh: v.pipe(maybe, v.description("the meter's total")),
  dayEnergyWh: v.pipe(maybe, v.description("since midnight, from the history")),
  relay: v.nullable(word),
  pilot: v.nullable(PilotView),
  faults: v.array(FaultView),
  charge: v.nullable(ChargeView),
  lastCharge: v.nullable(LastChargeView),
});
export type ChargerView = v.InferOutput<typeof ChargerView>;

/** What the solar limiter is doing. */
export const SolarView = v.object({
  at: wallTime,
  mode: word,
  limitA: finite,
  limitedBy: word,
  surplusW: maybe,
  stopsAt: maybeTime,
  startsAt: maybeTime,
});
export type SolarView = v.InferOutput<typeof SolarView>;

/** Power of the site. Import and discharge are positive. */
export const SiteView = v.object({ at: wallTime, sunW: maybe, gridW: maybe, houseW: maybe, batteryW: maybe });
export type SiteView = v.InferOutput<typeof SiteView>;

export const HistoryView = v.object({
  state: v.picklist(["none", "opening", "open", "away", "full", "unusable"]),
  why: v.nullable(text),
  hasSessions: v.boolean(),
  timeZone: word,
  currency: word,
});
export type HistoryView = v.InferOutput<typeof HistoryView>;

/** Everything that is so now. */
export const Now = v.object({
  at: wallTime,
  name: text,
  control: v.pipe(
    v.picklist(["off", "on", "unprotected"]),
    v.description("unprotected: switched on in the node, but refused because Node-RED asks nobody for a password"),
  ),
  chargers: v.array(ChargerView),
  solar: v.nullable(SolarView),
  site: v.nullable(SiteView),
  history: HistoryView,
  sample: v.nullable(HistoryView),
});
export type Now = v.InferOutput<typeof Now>;

/** Power over the last hours. Each list has one entry for each of `at`. */
export const Curve = v.object({
  charger: word,
  at: v.array(wallTime),
  carW: v.array(maybe),
  sunW: v.array(maybe),
  houseW: v.array(maybe),
  offeredA: v.array(maybe),
});
export type Curve = v.InferOutput<typeof Curve>;

export const SessionView = v.object({
  id: word,
  charger: word,
  user: v.nullable(text),
  tag: v.nullable(text),
  startedAt: wallTime,
  endedAt: maybeTime,
  connectedMs: finite,
  chargingMs: finite,
  energyWh: finite,
  ...split,
  cost: maybe,
  pricedWh: finite,
  co2G: maybe,
  maxPowerW: maybe,
  meanPowerW: maybe,
  offeredMinA: maybe,
  offeredMaxA: maybe,
  peakTemperatureC: maybe,
  interruptions: v.array(v.object({ at: wallTime, until: maybeTime, reason: text })),
  faults: v.array(v.object({ at: wallTime, name: word, mrec: v.nullable(word) })),
  endReason: v.nullable(word),
  gaps: finite,
});
export type SessionView = v.InferOutput<typeof SessionView>;

export const Sessions = v.object({
  sessions: v.array(SessionView),
  more: v.pipe(v.boolean(), v.description("true when there are older ones: ask again with until = startedAt of the last")),
});
export type Sessions = v.InferOutput<typeof Sessions>;

/** One session, and its course. */
export const SessionDetail = v.object({
  session: SessionView,
  samples: v.object({
    at: v.array(wallTime),
    powerW: v.array(maybe),
    offeredA: v.array(maybe),
    energyWh: v.array(finite),
    sunWh: v.array(finite),
  }),
  events: v.array(v.object({ at: wallTime, type: word, reason: v.nullable(text), fault: v.nullable(word) })),
});
export type SessionDetail = v.InferOutput<typeof SessionDetail>;

export const TotalView = v.object({
  from: maybeTime,
  until: maybeTime,
  label: v.pipe(word, v.description("the local period: 2026-10-25, 2026-W43, 2026-10, 2026")),
  charger: v.nullable(word),
  user: v.nullable(text),
  sessions: finite,
  energyWh: finite,
  ...split,
  chargingMs: finite,
  cost: maybe,
  pricedWh: finite,
  co2G: maybe,
  chargingDays: finite,
});
export type TotalView = v.InferOutput<typeof TotalView>;

export const Totals = v.object({
  per: v.picklist(["day", "week", "month", "year", "all"]),
  from: maybeTime,
  until: maybeTime,
  timeZone: word,
  currency: word,
  totals: v.array(TotalView),
});
export type Totals = v.InferOutput<typeof Totals>;

export const Token = v.object({ token: v.string() });
export const Accepted = v.object({ ok: v.literal(true) });
export const Failure = v.object({ error: v.object({ code: word, message: v.string() }) });

const chargerName = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
/** What the page may ask of a charger. It leaves the node by its output; the charger decides. */
export const PageCommand = v.variant("command", [
  v.strictObject({ command: v.literal("pause"), charger: chargerName }),
  v.strictObject({ command: v.literal("resume"), charger: chargerName }),
  v.strictObject({ command: v.literal("limit"), charger: chargerName, limitA: v.pipe(finite, v.minValue(0), v.maxValue(80)) }),
]);
export type PageCommand = v.InferOutput<typeof PageCommand>;
