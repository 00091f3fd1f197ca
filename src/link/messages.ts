/**
 * The three payloads everything speaks (limit, status, event) and the frames of the link between Node-RED and a controller.
 * One JSON object a line. Units are in the names. Unknown keys are refused, so that a typo is never silently ignored.
 */
import * as v from "valibot";

/** Raised when a frame changes its meaning; peers with another number do not talk. */
export const LINK_PROTOCOL = 1;
/** Longest frame either side accepts, bytes. */
export const MAX_FRAME_BYTES = 65_536;

const finite = v.pipe(v.number(), v.finite());
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const word = text(64);

/** A limit for a charger: what it may offer, who says so, and for how long. 0 A means stop. */
export const LimitMessage = v.strictObject({
  limitA: v.pipe(finite, v.minValue(0), v.maxValue(80)),
  limitedBy: v.optional(word),
  /** Wall time in ms since 1970 after which the limit no longer counts. */
  validUntil: v.optional(finite),
  phases: v.optional(v.picklist([1, 3])),
});
export type LimitMessage = v.InferOutput<typeof LimitMessage>;

export const VehicleStateMessage = v.picklist(["A", "B", "C", "D", "E", "F", "unknown"]);

export const FaultMessage = v.strictObject({
  name: word,
  mrec: word,
  severity: v.picklist(["emergency", "error", "warning"]),
  /** Wall time, ms since 1970. */
  since: finite,
  latched: v.picklist(["untilReset", "untilUnplugged", "no"]),
  retryAt: v.nullable(finite),
  clears: text(200),
});
export type FaultMessage = v.InferOutput<typeof FaultMessage>;

/** The whole of what a charger says of itself; sent on change and at an interval. A foreign charger may send a subset. */
export const StatusMessage = v.strictObject({
  charger: word,
  /** Wall time, ms since 1970. */
  at: finite,
  state: VehicleStateMessage,
  phase: v.picklist([
    "selfTest",
    "notConnected",
    "paused",
    "waiting",
    "preparing",
    "closing",
    "charging",
    "stopping",
    "opening",
    "waking",
    "faulted",
  ]),
  offeredCurrentA: finite,
  limitedBy: word,
  /** Wall time when the limit in force runs out; null when none is in force. */
  limitValidUntil: v.nullable(finite),
  pilot: v.strictObject({
    output: v.picklist(["steadyHigh", "pwm", "steadyLow"]),
    dutyPercent: v.nullable(finite),
    highV: v.nullable(finite),
    lowV: v.nullable(finite),
    valid: v.boolean(),
  }),
  relay: v.picklist(["open", "closed", "unknown", "welded"]),
  coil: v.boolean(),
  currentA: v.nullable(finite),
  powerW: v.nullable(finite),
  energyWh: v.nullable(finite),
  voltageV: v.nullable(finite),
  temperatureC: v.nullable(finite),
  authorised: v.boolean(),
  gfci: v.strictObject({
    tripped: v.nullable(v.boolean()),
    selfTest: v.picklist(["never", "running", "passed", "failed"]),
    resets: finite,
  }),
  contactor: v.strictObject({ cycles: finite, closuresLastHour: finite }),
  faults: v.array(FaultMessage),
  session: v.nullable(v.strictObject({ id: word, startedAt: finite, energyWh: finite, chargingMs: finite })),
  /** How late the safety loop has run since the last status, ms. */
  loopLatenessMs: finite,
});
export type StatusMessage = v.InferOutput<typeof StatusMessage>;

/** One thing that happened. Safe to receive twice: `id` is unique. */
export const EventMessage = v.strictObject({
  id: word,
  charger: word,
  /** Wall time, ms since 1970. */
  at: finite,
  /** Monotonic clock of the controller, ms. */
  monotonicMs: finite,
  type: word,
  from: v.optional(word),
  to: v.optional(word),
  reason: v.optional(text(200)),
  fault: v.optional(word),
  session: v.nullable(word),
  evidence: v.optional(v.record(word, v.union([finite, v.string(), v.boolean(), v.null()]))),
});
export type EventMessage = v.InferOutput<typeof EventMessage>;

/** What a client may ask. */
export const CommandMessage = v.variant("command", [
  v.strictObject({
    command: v.literal("limit"),
    limitA: v.pipe(finite, v.minValue(0), v.maxValue(80)),
    validForMs: v.optional(v.pipe(finite, v.minValue(100), v.maxValue(86_400_000))),
    limitedBy: v.optional(word),
  }),
  v.strictObject({ command: v.literal("pause"), by: v.optional(word) }),
  v.strictObject({ command: v.literal("resume"), by: v.optional(word) }),
  v.strictObject({ command: v.literal("authorise"), tag: v.optional(word) }),
  v.strictObject({ command: v.literal("deauthorise"), reason: v.optional(word) }),
  v.strictObject({ command: v.literal("reset"), by: v.optional(word) }),
  v.strictObject({ command: v.literal("selfTest"), by: v.optional(word) }),
  v.strictObject({ command: v.literal("wakeUp"), by: v.optional(word) }),
  v.strictObject({ command: v.literal("shutdown") }),
]);
export type CommandMessage = v.InferOutput<typeof CommandMessage>;
