/** Faults of a charger, each told once: blips are not told, what comes and goes is not told each time. */
import type { Instant } from "#core/units/units";
import { BOUNCE, FAULT_REST, FAULTS_OF_PULLING, MOST_FAULTS } from "./config.ts";
import { close, raise } from "./desk.ts";
import { changeStay, changeWatch, type Turn, watchOf, within } from "./turn.ts";
import type { FaultRecord, FaultSighting } from "./types.ts";

/** A fault is there. What was there when the charger was first heard of is no news. */
export function seeFault(turn: Turn, charger: string, fault: FaultSighting, at: Instant): void {
  const watch = watchOf(turn, charger);
  if (watch === undefined || watch.faults.some(({ name }) => name === fault.name)) return;
  const { name, severity } = fault;
  const isNews = watch.blind?.why !== "start";
  // What comes with or after the pulling has not taken the power away.
  const goneAt = watch.gone?.at ?? watch.blind?.goneSince ?? null;
  const drawing = watch.stay?.drawingSince != null && (goneAt === null || at < goneAt);
  const record: FaultRecord = {
    name,
    severity,
    since: at,
    evidence: { fault: name, drawingBefore: drawing },
    pending: isNews,
    alert: null,
  };
  changeWatch(turn, charger, { faults: [...watch.faults, record].slice(-MOST_FAULTS) });
  if (severity === "alarm" && drawing) changeStay(turn, charger, { cutBy: name, cutAt: at });
}

export function seeFaultGone(turn: Turn, charger: string, name: string, at: Instant): void {
  const watch = watchOf(turn, charger);
  const record = watch?.faults.find((fault) => fault.name === name);
  if (watch === undefined || record === undefined) return;
  changeWatch(turn, charger, { faults: watch.faults.filter((fault) => fault !== record) });
  if (record.pending && watch.stay?.cutBy === name) changeStay(turn, charger, { cutBy: null, cutAt: null });
  if (record.alert === null) return;
  close(turn, record.alert);
  const evidence = { fault: name, lastedMs: at - record.since };
  const session = watch.stay?.session ?? null;
  raise(turn, { type: "faultCleared", severity: "info", charger, session, at, evidence, follows: record.alert });
}

/** Brings what is known in line with a charger that lists all its faults. */
export function seeFaults(turn: Turn, charger: string, faults: readonly FaultSighting[], at: Instant): void {
  for (const { name } of watchOf(turn, charger)?.faults ?? []) {
    if (!faults.some((fault) => fault.name === name)) seeFaultGone(turn, charger, name, at);
  }
  for (const fault of faults) seeFault(turn, charger, fault, at);
}

/** Faults that came with the pulling of the plug are not told beside it. */
export function forgiveFaults(turn: Turn, charger: string, goneAt: Instant): void {
  const watch = watchOf(turn, charger);
  if (watch?.faults.some((fault) => isOfPulling(fault, goneAt)) !== true) return;
  const forgiven = watch.faults.map((fault) => (isOfPulling(fault, goneAt) ? { ...fault, pending: false } : fault));
  changeWatch(turn, charger, { faults: forgiven });
}

const isOfPulling = ({ name, since, pending }: FaultRecord, goneAt: Instant): boolean =>
  pending && FAULTS_OF_PULLING.has(name) && Math.abs(goneAt - since) < BOUNCE;

/** Tells what has lasted. */
export function passFaults(turn: Turn, charger: string): void {
  for (const fault of watchOf(turn, charger)?.faults ?? []) {
    if (!fault.pending || turn.at - fault.since < turn.config.settle) continue;
    const watch = watchOf(turn, charger);
    if (watch === undefined) return;
    // Whether it came with a pulling shows when that has settled.
    if (watch.gone !== null && isOfPulling(fault, watch.gone.at)) continue;
    const { name, severity, since, evidence } = fault;
    const isRepeat = within(watch.faultsTold[name] ?? null, turn.at, FAULT_REST);
    const session = watch.stay?.session ?? null;
    const alert = isRepeat ? null : raise(turn, { type: "fault", severity, charger, session, at: since, evidence, actions: ["seen"] });
    const told = isRepeat ? watch.faultsTold : recent({ ...watch.faultsTold, [name]: turn.at }, turn.at);
    changeWatch(turn, charger, {
      faults: watch.faults.map((each) => (each.name === name ? { ...each, pending: false, alert } : each)),
      faultsTold: told,
    });
  }
}

const recent = (told: Readonly<Record<string, Instant>>, now: Instant): Readonly<Record<string, Instant>> =>
  Object.fromEntries(Object.entries(told).filter(([, at]) => within(at, now, FAULT_REST)));
