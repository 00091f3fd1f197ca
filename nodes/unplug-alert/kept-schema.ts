/** The shape of what is kept in a file, checked before it is believed: a file may be damaged, or somebody's work. */
import * as v from "valibot";
import type { UnplugNotice, UnplugState } from "#core/alerts/unplug/types";
import type { Instant, WallTime } from "#core/units/units";

const finite = v.pipe(v.number(), v.finite());
const instant = v.pipe(
  finite,
  v.transform((ms) => ms as Instant),
);
const wallTime = v.pipe(
  finite,
  v.transform((ms) => ms as WallTime),
);
const text = v.pipe(v.string(), v.maxLength(200));
const maybe = <S extends v.GenericSchema>(schema: S) => v.nullable(schema);
const list = <S extends v.GenericSchema>(schema: S) => v.pipe(v.array(schema), v.maxLength(64));
const evidence = v.record(text, v.union([finite, v.string(), v.boolean(), v.null()]));
const severity = v.picklist(["alarm", "warning", "info"]);
const state = v.picklist(["A", "B", "C"]);

const type = v.picklist([
  "unpluggedWhileCharging",
  "unpluggedSoonAfterStop",
  "unpluggedWhilePaused",
  "unpluggedBeforeCharging",
  "unpluggedDuringOutage",
  "unpluggedAfterDone",
  "unpluggedAfterStop",
  "unpluggedAfterFault",
  "pluggedInAgain",
  "pluggedIn",
  "full",
  "stoppedDrawing",
  "interrupted",
  "resumed",
  "startedWithoutSun",
  "limitReached",
  "notPluggedIn",
  "badContact",
  "fault",
  "faultCleared",
  "noNews",
  "newsAgain",
  "answered",
  "test",
]);

const Notice: v.GenericSchema<unknown, UnplugNotice> = v.strictObject({
  id: text,
  type,
  severity,
  charger: text,
  session: maybe(text),
  at: wallTime,
  step: finite,
  reminder: finite,
  follows: maybe(text),
  evidence,
  actions: list(v.picklist(["yes", "no", "seen"])),
  expiresAt: wallTime,
});

const Stay = v.strictObject({
  session: maybe(text),
  since: instant,
  greeted: v.boolean(),
  drew: v.boolean(),
  drawingSince: maybe(instant),
  restSince: maybe(instant),
  pausedSince: maybe(instant),
  pausedBy: v.string(),
  allowedSince: maybe(instant),
  stoppedAt: maybe(instant),
  stoppedBy: v.string(),
  cutBy: maybe(text),
  cutAt: maybe(instant),
  restAlert: maybe(text),
  interruptAlert: maybe(text),
  once: list(text),
});

const Watch = v.strictObject({
  pulse: v.strictObject({
    heardAt: instant,
    beats: finite,
    currentA: maybe(finite),
    energyWh: maybe(finite),
    chargingMs: maybe(finite),
    stamp: maybe(finite),
    statusStamps: list(finite),
    backStamp: maybe(finite),
  }),
  state: maybe(state),
  stateSince: instant,
  tellsState: v.boolean(),
  blind: maybe(
    v.strictObject({
      since: instant,
      why: v.picklist(["start", "restart", "silence"]),
      goneSince: maybe(instant),
      lookedAt: maybe(instant),
      alert: maybe(text),
    }),
  ),
  stay: maybe(Stay),
  gone: maybe(
    v.strictObject({
      at: instant,
      heardAt: instant,
      from: v.picklist(["B", "C"]),
      drawing: v.boolean(),
      currentA: maybe(finite),
      outage: v.boolean(),
    }),
  ),
  departed: maybe(v.strictObject({ at: instant, alert: maybe(text) })),
  faults: list(v.strictObject({ name: text, severity, since: instant, evidence, pending: v.boolean(), alert: maybe(text) })),
  faultsTold: v.record(text, instant),
  bounces: list(instant),
  taken: list(text),
  ended: list(text),
});

const State: v.GenericSchema<unknown, UnplugState> = v.strictObject({
  version: v.literal(1),
  name: text,
  count: finite,
  armed: v.boolean(),
  disarmedUntil: maybe(instant),
  home: maybe(v.boolean()),
  unlockedAt: maybe(instant),
  battery: maybe(v.strictObject({ socPercent: maybe(finite), full: v.boolean(), at: instant })),
  sun: maybe(v.strictObject({ surplusW: finite, intended: v.boolean(), at: instant })),
  evening: maybe(text),
  watches: v.record(text, Watch),
  open: list(v.strictObject({ notice: Notice, toldAt: instant, expiresAt: instant })),
  held: list(v.strictObject({ notice: Notice, expiresAt: instant })),
});

export const KeptText = v.pipe(
  v.string(),
  v.maxLength(2_000_000),
  v.parseJson(),
  v.strictObject({
    /** Raised when the shape changes its meaning. */
    version: v.literal(1),
    /** The rules' line of time, and the clock on the wall, when it was written. */
    at: instant,
    wall: finite,
    secret: v.pipe(v.string(), v.minLength(32), v.maxLength(128)),
    state: State,
    /** Alerts that were decided and perhaps not yet sent. */
    untold: v.pipe(list(Notice), v.readonly()),
  }),
);
export type Kept = Readonly<v.InferOutput<typeof KeptText>>;
