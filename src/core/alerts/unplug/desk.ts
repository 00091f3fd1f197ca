/** The desk where alerts are handed out: which are told, which wait for the morning, who has answered, what comes next. */
import type { AlertAnswer, AlertEvidence, AlertSeverity } from "#core/alerts/alert";
import { isWithin, localTimeOf } from "#core/alerts/local-time";
import { after, type Instant } from "#core/units/units";
import { MOST_HELD, MOST_OPEN } from "./config.ts";
import { type Turn, wallOf } from "./turn.ts";
import type { HeldAlert, OpenAlert, UnplugAlertType, UnplugLevel, UnplugNotice, UnplugState } from "./types.ts";

/** What an owner must want to hear to be told; an alarm is told always, and so is what follows something that was told. */
const LEVEL_OF: Readonly<Record<UnplugAlertType, UnplugLevel>> = {
  unpluggedWhileCharging: "charge",
  unpluggedSoonAfterStop: "charge",
  unpluggedWhilePaused: "charge",
  unpluggedBeforeCharging: "everything",
  unpluggedDuringOutage: "charge",
  unpluggedAfterDone: "charge",
  unpluggedAfterStop: "everything",
  unpluggedAfterFault: "charge",
  pluggedInAgain: "everything",
  pluggedIn: "everything",
  full: "charge",
  stoppedDrawing: "charge",
  interrupted: "charge",
  resumed: "charge",
  startedWithoutSun: "charge",
  limitReached: "charge",
  notPluggedIn: "alarms",
  badContact: "alarms",
  fault: "alarms",
  faultCleared: "everything",
  noNews: "charge",
  newsAgain: "everything",
  answered: "everything",
  test: "alarms",
};
const RANK: Readonly<Record<UnplugLevel, number>> = { alarms: 0, charge: 1, everything: 2 };

export interface Raised {
  readonly type: UnplugAlertType;
  readonly severity: AlertSeverity;
  readonly charger: string;
  readonly session?: string | null;
  readonly at: Instant;
  readonly evidence: AlertEvidence;
  readonly follows?: string | null;
  readonly actions?: readonly AlertAnswer[];
}

/** Hands out an alert. @returns its id; null when the owner does not want to hear it. */
export function raise(turn: Turn, raised: Raised): string | null {
  const { type, severity, charger, session = null, at, evidence, follows = null, actions = [] } = raised;
  const { level, timeToLive } = turn.config;
  const serious = severity !== "info" && type.startsWith("unplugged");
  if (severity !== "alarm" && !serious && follows === null && RANK[level] < RANK[LEVEL_OF[type]]) return null;
  const count = turn.state.count + 1;
  const id = `${turn.state.name}-${count}`;
  const expires = after(turn.at, timeToLive);
  turn.state = { ...turn.state, count };
  const notice: UnplugNotice = {
    id,
    type,
    severity,
    charger,
    session,
    at: wallOf(turn, at),
    step: 0,
    reminder: 0,
    follows,
    evidence,
    actions,
    expiresAt: wallOf(turn, expires),
  };
  const heldBefore = follows === null ? undefined : turn.state.held.find((held) => held.notice.id === follows);
  // What was held back and is over already need not be told at all.
  if (heldBefore !== undefined) turn.state = { ...turn.state, held: turn.state.held.filter((held) => held !== heldBefore) };
  else if (type !== "test" && waits(turn, severity))
    turn.state = { ...turn.state, held: withRoom([...turn.state.held, { notice, expiresAt: expires }], MOST_HELD) };
  else tell(turn, notice, expires);
  return id;
}

const isQuiet = ({ config, wall }: Turn): boolean => config.quiet !== null && isWithin(localTimeOf(wall, config.zone).minute, config.quiet);

const waits = (turn: Turn, severity: AlertSeverity): boolean => (severity !== "alarm" || turn.config.holdAlarms) && isQuiet(turn);

/** Of too many the oldest that is no alarm goes. */
function withRoom<Alert extends HeldAlert>(alerts: readonly Alert[], most: number): readonly Alert[] {
  if (alerts.length <= most) return alerts;
  const least = alerts.findIndex(({ notice }) => notice.severity !== "alarm");
  return alerts.toSpliced(Math.max(0, least), 1);
}

function tell(turn: Turn, notice: UnplugNotice, expiresAt: Instant): void {
  turn.told.push(notice);
  if (notice.actions.length === 0) return;
  turn.state = { ...turn.state, open: withRoom([...turn.state.open, { notice, toldAt: turn.at, expiresAt }], MOST_OPEN) };
}

/** Nobody needs to answer it any more. */
export function close(turn: Turn, id: string | null): void {
  if (id === null || !turn.state.open.some(({ notice }) => notice.id === id)) return;
  turn.state = { ...turn.state, open: turn.state.open.filter(({ notice }) => notice.id !== id) };
}

/** The alert that an answer means: the one it names, or the newest that waits. Undefined when there is none. */
export const answerable = ({ open }: UnplugState, id: string | null): OpenAlert | undefined =>
  id === null ? open.at(-1) : open.find(({ notice }) => notice.id === id);

/** "It was me" and "I know" end it; "it was not me" takes the next step at once and then ends it. */
export function takeAnswer(turn: Turn, id: string | null, answer: AlertAnswer): void {
  const found = answerable(turn.state, id);
  if (found === undefined) return;
  const { notice } = found;
  close(turn, notice.id);
  const escalates = notice.severity === "alarm" && notice.step < turn.config.escalateAfter.length;
  if (answer === "no" && escalates) {
    turn.told.push({ ...notice, step: notice.step + 1, evidence: { ...notice.evidence, ownerSaysNo: true }, actions: [] });
  } else if (notice.step > 0) {
    const { charger, session, step } = notice;
    raise(turn, { type: "answered", severity: "info", charger, session, at: turn.at, evidence: { answer, step }, follows: notice.id });
  }
}

/** What time alone does: alerts grow old, the morning comes, nobody has answered. */
export function passTime(turn: Turn): void {
  const { open, held } = turn.state;
  const alive = open.filter(({ expiresAt }) => turn.at < expiresAt);
  if (alive.length !== open.length) turn.state = { ...turn.state, open: alive };
  const old = held.filter(({ notice, expiresAt }) => notice.severity !== "alarm" && turn.at >= expiresAt);
  if (old.length > 0) turn.state = { ...turn.state, held: held.filter((each) => !old.includes(each)) };
  for (const each of turn.state.held) {
    if (waits(turn, each.notice.severity)) continue;
    turn.state = { ...turn.state, held: turn.state.held.filter((other) => other !== each) };
    release(turn, each);
  }
  for (const each of turn.state.open) urge(turn, each);
}

/** The hours are over. Of an alarm nobody could know before, so its life begins now; a note is as old as it is. */
function release(turn: Turn, { notice, expiresAt }: HeldAlert): void {
  const expires = notice.severity === "alarm" ? after(turn.at, turn.config.timeToLive) : expiresAt;
  tell(turn, { ...notice, expiresAt: wallOf(turn, expires) }, expires);
}

/** Tells it again, as a next step or a reminder, when it is time. Of several that are overdue only the last. */
function urge(turn: Turn, { notice, toldAt, expiresAt }: OpenAlert): void {
  if (notice.severity !== "alarm" || waits(turn, "alarm")) return;
  const { escalateAfter, remindEvery, remindTimes } = turn.config;
  const waited = turn.at - toldAt;
  const step = Math.max(notice.step, escalateAfter.filter((wait) => waited >= wait).length);
  const reminder = remindEvery === null ? 0 : Math.max(notice.reminder, Math.min(remindTimes, Math.floor(waited / remindEvery)));
  if (step === notice.step && reminder === notice.reminder) return;
  const again: UnplugNotice = { ...notice, step, reminder };
  turn.told.push(again);
  turn.state = {
    ...turn.state,
    open: turn.state.open.map((each) => (each.notice.id === notice.id ? { notice: again, toldAt, expiresAt } : each)),
  };
}
