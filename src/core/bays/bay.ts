/** What a passer-by may know of a bay, and when its user is reminded to move on. Fed by any charger's reports. */
import type { BayId, PersonId } from "#core/bays/channel";
import { Hours, type Millis, Minutes, Seconds, type WallTime } from "#core/units/units";

export type BayUse = "free" | "plugged" | "charging" | "done" | "outOfOrder" | "unknown";

export interface BayRules {
  /** A car that has charged and draws nothing for this long is done. A pause of ours does not count. */
  readonly doneAfter: Millis;
  /** From done until the place should be free for the next. */
  readonly grace: Millis;
  /** A charge longer than this is reminded of those who wait; null never. */
  readonly rotateAfter: Millis | null;
  /** A charger that was not heard for this long says nothing any more; null for chargers that speak on change only. */
  readonly staleAfter: Millis | null;
}

export const BAY_RULES: BayRules = { doneAfter: Minutes(2), grace: Minutes(15), rotateAfter: Hours(4), staleAfter: Seconds(90) };

/** What the charger says: `paused` is a connected car that the charger does not offer to. */
export type ChargerSays = "notConnected" | "connected" | "paused" | "charging" | "fault" | "unknown";

export interface Bay {
  readonly id: BayId;
  readonly use: BayUse;
  readonly since: WallTime;
  /** When the charger last said anything. */
  readonly heardAt: WallTime;
  /** Plugged since; null while free. */
  readonly pluggedAt: WallTime | null;
  readonly hasCharged: boolean;
  /** Since when the car draws nothing though it could; null while it draws or may not. */
  readonly restingSince: WallTime | null;
  /** Who said that it is their car; null when nobody did. A cable cannot tell. */
  readonly occupant: PersonId | null;
  /** From then on anyone may unplug the car; the occupant said so. */
  readonly okAfter: WallTime | null;
  readonly reminded: readonly Reminder[];
}

/** done: the car is full or has stopped · graceEnds: the place is wanted back · rotate: others wait. */
export type Reminder = "done" | "graceEnds" | "rotate";

export type BayNews =
  | { readonly news: "freed" | "taken" | "sessionEnded" }
  /** Before it was done, or as its driver had allowed: they want to know, whoever it was. */
  | { readonly news: "unplugged"; readonly occupant: PersonId }
  | { readonly news: "remind"; readonly reminder: Reminder; readonly occupant: PersonId | null };

export interface BayStep {
  readonly bay: Bay;
  readonly news: readonly BayNews[];
}

export type BayInput =
  | { readonly kind: "heard"; readonly says: ChargerSays }
  /** @see Bay.occupant; null takes it back */
  | { readonly kind: "claimed"; readonly by: PersonId | null }
  /** The occupant: from this time on the car may be unplugged; null takes it back. */
  | { readonly kind: "okAfter"; readonly at: WallTime | null }
  | { readonly kind: "time"; readonly othersWait: boolean };

export const newBay = (id: BayId, now: WallTime): Bay => ({
  id,
  use: "unknown",
  since: now,
  heardAt: now,
  pluggedAt: null,
  hasCharged: false,
  restingSince: null,
  occupant: null,
  okAfter: null,
  reminded: [],
});

const same = (bay: Bay): BayStep => ({ bay, news: [] });

/** Never news from the first state after a start: nobody knows when that began. */
export function stepBay(bay: Bay, input: BayInput, now: WallTime, rules: BayRules = BAY_RULES): BayStep {
  switch (input.kind) {
    case "heard":
      return heard(bay, input.says, now, rules);
    case "claimed":
      return same(bay.pluggedAt === null ? bay : { ...bay, occupant: input.by, okAfter: null });
    case "okAfter":
      return same(bay.pluggedAt === null ? bay : { ...bay, okAfter: input.at });
    case "time":
      return timePassed(bay, input.othersWait, now, rules);
  }
}

function heard(before: Bay, says: ChargerSays, now: WallTime, rules: BayRules): BayStep {
  const bay = { ...before, heardAt: now };
  switch (says) {
    case "unknown":
      return same(inUse(bay, "unknown", now));
    case "fault":
      return same(inUse({ ...bay, restingSince: null }, "outOfOrder", now));
    case "notConnected":
      return unplugged(bay, now);
    case "paused":
      return plugged({ ...bay, restingSince: null }, bay.use === "done" ? "done" : "plugged", now);
    case "charging":
      return plugged(
        { ...bay, restingSince: null, hasCharged: true, reminded: bay.reminded.filter((kind) => kind === "rotate") },
        "charging",
        now,
      );
    case "connected": {
      const resting = { ...bay, restingSince: bay.restingSince ?? now };
      return plugged(resting, useAtRest(resting, now, rules), now);
    }
  }
}

const useAtRest = (bay: Bay, now: WallTime, rules: BayRules): BayUse => {
  if (!bay.hasCharged) return "plugged";
  const rested = bay.restingSince !== null && now - bay.restingSince >= rules.doneAfter;
  return rested || bay.use === "done" ? "done" : "charging";
};

const inUse = (bay: Bay, use: BayUse, now: WallTime): Bay => (bay.use === use ? bay : { ...bay, use, since: now });

function plugged(bay: Bay, use: BayUse, now: WallTime): BayStep {
  if (bay.pluggedAt !== null) return same(inUse(bay, use, now));
  const taken = inUse({ ...bay, pluggedAt: now }, use, now);
  return { bay: taken, news: bay.use === "free" ? [{ news: "taken" }] : [] };
}

function unplugged(bay: Bay, now: WallTime): BayStep {
  const free: Bay = { ...newBay(bay.id, now), use: "free", heardAt: now };
  if (bay.pluggedAt === null) return same(bay.use === "free" ? bay : free);
  const { occupant, use, hasCharged } = bay;
  const wasCharging = use === "charging" || (use === "plugged" && hasCharged);
  const isNews = occupant !== null && (wasCharging || (use === "done" && mayUnplug(bay, now)));
  return {
    bay: free,
    news: [...(isNews ? ([{ news: "unplugged", occupant }] as const) : []), { news: "sessionEnded" }, { news: "freed" }],
  };
}

function timePassed(before: Bay, othersWait: boolean, now: WallTime, rules: BayRules): BayStep {
  if (rules.staleAfter !== null && now - before.heardAt >= rules.staleAfter) return same(inUse(before, "unknown", now));
  const bay = before.use === "charging" ? inUse(before, useAtRest(before, now, rules), now) : before;
  const due = dueReminder(bay, othersWait, now, rules);
  if (due === null) return same(bay);
  return {
    bay: { ...bay, reminded: [...bay.reminded, due] },
    news: [{ news: "remind", reminder: due, occupant: bay.occupant }],
  };
}

/** One at a time, each once for a session. */
function dueReminder(bay: Bay, othersWait: boolean, now: WallTime, rules: BayRules): Reminder | null {
  if (bay.use === "done") {
    if (!bay.reminded.includes("done")) return "done";
    if (!bay.reminded.includes("graceEnds") && now - bay.since >= rules.grace) return "graceEnds";
    return null;
  }
  const long = rules.rotateAfter !== null && bay.pluggedAt !== null && now - bay.pluggedAt >= rules.rotateAfter;
  return bay.use === "charging" && othersWait && long && !bay.reminded.includes("rotate") ? "rotate" : null;
}

/** True when whoever stands before it may unplug the car. */
export const mayUnplug = (bay: Bay, now: WallTime): boolean => bay.okAfter !== null && now >= bay.okAfter;
