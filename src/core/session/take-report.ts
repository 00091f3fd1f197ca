/** Takes in what a charger says of itself: time, energy, stops, and the begin and the end of its sessions. */
import { booked, energyOfTotals, NO_MIXTURE } from "#core/session/energy-totals";
import type { Heard } from "#core/session/ledger-state";
import { change, type LedgerTurn, note, wallAt } from "#core/session/ledger-turn";
import { counterFrom, readCounter, withAhead } from "#core/session/meter-counter";
import type { ChargerReport } from "#core/session/observation";
import { closeAt, named, openAt } from "#core/session/opening-closing";
import { sampledOver } from "#core/session/sampling";
import { chargingAgain, interrupted, type SessionBooks, withFault, withReason } from "#core/session/session-books";
import { type Stopped, stopShownBy } from "#core/session/stop-reasons";
import { mixUpTo } from "#core/session/take-site";
import { energyOf, type Instant, Millis, Seconds, type Watts } from "#core/units/units";

/** No counter shows more, Wh. */
const LAST_OF_A_COUNTER = 1e12;
/** A first look at a session's counter shows no more than this, Wh. */
const MOST_OF_A_SESSION = 1e6;
/** Why charging stopped is said at most this long before or after the report that shows it. */
const EXPLAINS = Seconds(10);
/** The last report of a car that left comes within this time, or not at all. */
const LAST_REPORT_WAITS = Seconds(5);

type Vehicle = Heard["vehicle"];

export function takeReport(turn: LedgerTurn, report: ChargerReport, at: Instant): void {
  const { books, config } = turn;
  const before = books.heard;
  const vehicle: Vehicle = report.state ?? before?.vehicle ?? "unknown";
  const silence = before === null ? Number.POSITIVE_INFINITY : at - before.at;
  const inGap = silence > config.longestGap;
  if (books.session !== null && isOther(turn, books.session, report, vehicle, silence)) endUnder(turn, books.session, before, inGap);
  const opens = books.session === null && isPlugged(vehicle, report);
  if (opens) openAt(turn, report.session, at);
  const gainedWh = readMeter(turn, report, at, opens);
  const heard: Heard = { at, vehicle, powerW: powerOf(turn, report, vehicle), session: report.session };
  if (books.session !== null) follow(turn, { report, before, heard, gainedWh, inGap, opens });
  if (!books.tellsChanges && before !== null && before.vehicle !== vehicle)
    note(turn, "stateChanged", { from: before.vehicle, to: vehicle }, report.limitedBy);
  if (vehicle === "notConnected" && books.session !== null) endUnder(turn, books.session, before, inGap);
  books.heard = heard;
}

/** A charger that told that the car left and then fell silent. */
export function closeWhenLeft(turn: LedgerTurn): void {
  const { books, now } = turn;
  const leftAt = books.session?.leftAt ?? null;
  if (leftAt === null || now.at - leftAt < LAST_REPORT_WAITS + turn.config.settle) return;
  closeAt(turn, { at: leftAt, shown: null, whileCharging: books.heard?.vehicle === "charging", unseen: false });
}

const isPlugged = (vehicle: Vehicle, { session }: ChargerReport): boolean =>
  vehicle === "connected" || vehicle === "charging" || (vehicle === "fault" && session !== null);

/** Another car, or another plug-in of the same. */
function isOther(turn: LedgerTurn, session: SessionBooks, report: ChargerReport, vehicle: Vehicle, silence: number): boolean {
  if (session.chargerSession !== null && report.session !== null) return session.chargerSession !== report.session;
  const leftBefore = session.leftAt !== null && (vehicle === "connected" || vehicle === "charging");
  return leftBefore || (silence > turn.config.resumeWithin && vehicle !== "notConnected" && turn.books.heard !== null);
}

/** Ends a session: when the charger said that the car left, else when it was last seen. */
function endUnder(turn: LedgerTurn, { leftAt, countedTo, shown }: SessionBooks, before: Heard | null, inGap: boolean): void {
  const whileCharging = before?.vehicle === "charging";
  closeAt(turn, { at: leftAt ?? countedTo, shown, whileCharging, unseen: leftAt === null && inGap });
}

/** As the charger shows it; null when it does not. */
const shownPower = ({ config }: LedgerTurn, { powerW, currentA }: ChargerReport): number | null =>
  powerW ?? (currentA === null || config.voltsTotal === null ? null : currentA * config.voltsTotal);

/** The car's power; null when nobody knows. One that does not charge draws none, also where nobody says so. */
function powerOf(turn: LedgerTurn, report: ChargerReport, vehicle: Vehicle): number | null {
  const shown = shownPower(turn, report);
  if (shown === null) return vehicle === "connected" || vehicle === "notConnected" ? 0 : null;
  return shown <= turn.config.mostPower ? Math.max(0, shown) : null;
}

/** @returns what the counter proves to have flowed since it was last read; null when it proves nothing. */
function readMeter(turn: LedgerTurn, report: ChargerReport, at: Instant, opens: boolean): number | null {
  const { books, config } = turn;
  const { energyWh, counterOf } = report;
  if (energyWh === null || !(energyWh >= 0 && energyWh <= LAST_OF_A_COUNTER)) return null;
  // A session's counter only stands in while the meter is silent, and what it counts the meter will tell as well.
  if (books.counter?.of === "life" && counterOf === "session") return null;
  if (books.counter === null || books.counter.of !== counterOf) {
    books.counter = counterFrom(counterOf, energyWh, at);
    if (counterOf === "life" || books.session === null) return 0;
    // A charger that names its sessions counts from their beginning; for another one this may be the session before.
    const isWhole = (opens || energyOfTotals(books.session.totals) === 0) && report.session !== null;
    return isWhole && energyWh <= MOST_OF_A_SESSION ? energyWh : 0;
  }
  const { counter, gainedWh, noticed } = readCounter(books.counter, energyWh, at, config.mostPower);
  const markWh = books.counter.markWh;
  books.counter = counter;
  if (noticed !== null && counterOf === "life")
    note(turn, noticed === "rollover" ? "meterRollover" : "meterReplaced", { markWh, energyWh });
  return gainedWh;
}

interface Followed {
  readonly report: ChargerReport;
  readonly before: Heard | null;
  readonly heard: Heard;
  readonly gainedWh: number | null;
  readonly inGap: boolean;
  readonly opens: boolean;
}

/** The open session goes on, or is about to end. */
function follow(turn: LedgerTurn, followed: Followed): void {
  const { books } = turn;
  const { report, before, heard, inGap, opens } = followed;
  if (books.session === null) return;
  const from = Math.max(books.session.countedTo, before?.at ?? Number.NEGATIVE_INFINITY) as Instant;
  const start = { wall: wallAt(turn, from), totals: books.session.totals };
  mixUpTo(turn, heard.at);
  countEnergy(turn, books.session, followed);
  countTime(turn, books.session, before, heard, inGap && !opens);
  learn(turn, named(turn, books.session, report.session), report, heard);
  followStops(turn, books.session, report, heard);
  const { session } = books;
  const charging = heard.vehicle === "charging" || before?.vehicle === "charging";
  const { currentA, offeredA, temperatureC } = report;
  const seen = { charging, powerW: heard.powerW, currentA: notNegative(currentA), offeredA: notNegative(offeredA), temperatureC };
  const end = { wall: wallAt(turn, heard.at), totals: session.totals };
  const sampled = sampledOver(session, start, end, seen, turn.config.sampleEvery, inGap && !opens);
  books.session = sampled.books;
  turn.samples.push(...sampled.samples);
}

function countEnergy(turn: LedgerTurn, session: SessionBooks, { before, heard, gainedWh, inGap, opens }: Followed): void {
  const { books } = turn;
  const { counter } = books;
  const integrated = gainedWh === null && before !== null && !inGap && !opens ? integral(before, heard, session.countedTo) : 0;
  if (counter !== null && gainedWh === null) books.counter = withAhead(counter, integrated);
  const energyWh = gainedWh ?? integrated;
  const meter = counter?.of === "life" ? { meterStartWh: session.meterStartWh ?? counter.markWh, meterStopWh: counter.markWh } : {};
  if (energyWh === 0) {
    change(turn, session, meter);
    return;
  }
  const sinceMs = session.bookedAt === null ? 0 : heard.at - session.bookedAt;
  change(turn, session, {
    ...meter,
    totals: booked(session.totals, energyWh, session.mixture),
    mixture: NO_MIXTURE,
    bookedAt: heard.at,
    caughtUpWh: session.caughtUpWh + (inGap || opens ? energyWh : 0),
    drawnW: sinceMs > 0 && !inGap ? (energyWh * 3_600_000) / sinceMs : session.drawnW,
    changed: true,
  });
}

/** Energy by the mean of two powers. */
function integral(before: Heard, heard: Heard, countedTo: Instant): number {
  if (before.powerW === null || heard.powerW === null) return 0;
  const over = Millis(Math.max(0, heard.at - Math.max(before.at, countedTo)));
  return energyOf(((before.powerW + heard.powerW) / 2) as Watts, over);
}

/** Time is counted up to the last moment at which the car was there for sure, and made up for when it is seen again. */
function countTime(turn: LedgerTurn, session: SessionBooks, before: Heard | null, heard: Heard, inGap: boolean): void {
  const gaps = session.gaps + (inGap ? 1 : 0);
  if (!isThere(heard.vehicle) && (inGap || before === null || !isThere(before.vehicle))) {
    change(turn, session, { gaps });
    return;
  }
  const until = session.leftAt ?? heard.at;
  const passed = Math.max(0, until - session.countedTo);
  const charged = before?.vehicle === "charging" && !inGap ? Math.min(passed, heard.at - before.at) : 0;
  change(turn, session, {
    countedTo: Math.max(until, session.countedTo) as Instant,
    connectedMs: session.connectedMs + passed,
    chargingMs: session.chargingMs + charged,
    gaps,
    changed: session.changed || charged > 0,
  });
}

const isThere = (vehicle: Vehicle): boolean => vehicle === "connected" || vehicle === "charging" || vehicle === "fault";

/** Who, how much was offered, how warm it was, what was wrong. */
function learn(turn: LedgerTurn, session: SessionBooks, report: ChargerReport, { powerW }: Heard): void {
  const { user, tag, offeredA, temperatureC, carSocPercent } = report;
  const offered = offeredA !== null && offeredA > 0 ? offeredA : null;
  let next = change(turn, session, {
    user: user ?? session.user,
    tag: tag ?? session.tag,
    offeredMinA: least(session.offeredMinA, offered),
    offeredMaxA: most(session.offeredMaxA, offered),
    peakTemperatureC: most(session.peakTemperatureC, temperatureC),
    maxPowerW: most(session.maxPowerW, shownPower(turn, report) === null ? null : powerW),
    carSocPercent: carSocPercent ?? session.carSocPercent,
  });
  for (const { name, mrec, since } of report.faults) next = withFault(next, { at: since, name, mrec });
  turn.books.session = next;
}

const notNegative = (value: number | null): number | null => (value === null ? null : Math.max(0, value));
const most = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.max(one, other);
const least = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other);

function followStops(turn: LedgerTurn, session: SessionBooks, report: ChargerReport, { at, vehicle }: Heard): void {
  const { books } = turn;
  if (vehicle === "charging") {
    if (session.stop !== null || !session.begun) books.session = chargingAgain(session, wallAt(turn, at));
    if (session.stop !== null) turn.due = true;
    // It went on all the same.
    else if (session.told !== null && at - session.told.at > EXPLAINS) change(turn, books.session ?? session, { told: null });
    return;
  }
  if (vehicle !== "connected" && vehicle !== "fault") return;
  const shown = stopShownBy(vehicle === report.state ? report : { ...report, state: vehicle });
  if (!session.begun) change(turn, session, { shown });
  else if (session.stop === null) {
    const reason: Stopped = session.told ?? shown;
    books.session = interrupted(session, { reason: reason.reason, isFault: reason.isFault, at }, wallAt(turn, at));
    turn.due = true;
  } else if (shown.isFault && !session.stop.isFault && at - session.stop.at <= EXPLAINS) books.session = withReason(session, shown);
}
