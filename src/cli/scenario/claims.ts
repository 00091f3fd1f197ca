/** What a scenario can claim of the charger, the car and the hardware, and how each claim is judged. */

import { FAULTS } from "#core/evse/faults";
import type { HappeningType } from "#core/evse/types";
import { type EventMessage, type FaultMessage, StatusMessage, VehicleStateMessage } from "#link/messages";
import type { SimTruth } from "#simulator/actions";
import type { Observation } from "./observation.ts";
import type { Words } from "./words.ts";

export interface Claim {
  /** @param since events before this moment do not count. */
  holds(seen: Observation, since: number): boolean;
  /** What there is instead. */
  instead(seen: Observation, since: number): string;
  /** When it became true by the board's own marks. */
  exactly?(seen: Observation): number | null;
}

type Read<Value> = (seen: Observation) => Value | null | undefined;

const UNSEEN = "not visible here";

const ofStatus = <Value>(read: (status: StatusMessage) => Value | null): Read<Value> => {
  return (seen) => (seen.status === null ? null : read(seen.status));
};
const ofTruth = <Value>(read: (truth: SimTruth) => Value): Read<Value> => {
  return (seen) => (seen.truth === null ? null : read(seen.truth));
};

type ReadClaim = (words: Words) => Claim;

/** The next word must be one of `choices` (any word when there are none), and what is read must be that word. */
function isWord(what: string, choices: readonly string[] | null, read: Read<string>): ReadClaim {
  return (words) => {
    const wanted = choices === null ? words.word(what) : words.oneOf(what, choices);
    return { holds: (seen) => read(seen) === wanted, instead: (seen) => read(seen) ?? UNSEEN };
  };
}

/** The next word chooses the predicate that must be true. */
function isSo(what: string, predicates: Readonly<Record<string, Read<boolean>>>): ReadClaim {
  return (words) => {
    const wanted = words.oneOf(what, Object.keys(predicates));
    return {
      holds: (seen) => predicates[wanted]?.(seen) === true,
      instead: (seen) => {
        const so = Object.keys(predicates).filter((word) => predicates[word]?.(seen) === true);
        return so.join(" and ") || UNSEEN;
      },
    };
  };
}

/** A number written without a comparison is met within this. */
const EQUAL_WITHIN = 0.05;
const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "=": (value, limit) => Math.abs(value - limit) <= EQUAL_WITHIN,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
};

/** What is read compares with the next words' number as they say. No reading meets no comparison. */
function compares(what: string, unit: string, read: Read<number>): ReadClaim {
  return (words) => {
    const sign = Object.keys(COMPARISONS).find((each) => words.take(each)) ?? "=";
    const limit = words.number(what, unit);
    return {
      holds: (seen) => {
        const value = read(seen);
        return typeof value === "number" && COMPARISONS[sign]?.(value, limit) === true;
      },
      instead: (seen) => {
        const value = read(seen);
        return typeof value === "number" ? `${Number(value.toFixed(2))} ${unit}`.trimEnd() : UNSEEN;
      },
    };
  };
}
const amps = (read: Read<number>): ReadClaim => compares("a current", "A", read);
const volts = (read: Read<number>): ReadClaim => compares("a voltage", "V", read);
const times = (read: Read<number>): ReadClaim => compares("a count", "", read);

const driven: Read<boolean> = (seen) => seen.outputs?.coil;
const energised = ofTruth((truth) => truth.coilEnergised);
const not = (read: Read<boolean>): Read<boolean> => {
  return (seen) => {
    const value = read(seen);
    return typeof value === "boolean" ? !value : value;
  };
};

const coilState = isSo("what the coil does", { on: driven, off: not(driven), energised, released: not(energised) });
const coilMarks = {
  off: ofTruth((truth) => truth.marks.coilOffAt),
  released: ofTruth((truth) => truth.marks.coilReleasedAt),
};

function coil(words: Words): Claim {
  const word = words.ahead;
  const claim = coilState(words);
  return word === "off" || word === "released" ? { ...claim, exactly: (seen) => coilMarks[word](seen) ?? null } : claim;
}

const contactState = isSo("where the contacts are", {
  open: ofTruth((truth) => truth.contacts.every((closed) => !closed)),
  closed: ofTruth((truth) => truth.contacts.every((closed) => closed)),
});
const contactsOpenAt = ofTruth((truth) => truth.marks.contactsOpenAt);

function contacts(words: Words): Claim {
  const opens = words.ahead === "open";
  const claim = contactState(words);
  return opens ? { ...claim, exactly: (seen) => contactsOpenAt(seen) ?? null } : claim;
}

const faultText = (fault: FaultMessage): string => `${fault.name}${fault.latched === "no" ? "" : ` latched ${fault.latched}`}`;
const faultsText = (seen: Observation): string => {
  if (seen.status === null) return UNSEEN;
  return seen.status.faults.map(faultText).join(", ") || "no fault";
};

const faultName = (words: Words): string => words.oneOf("a fault", Object.keys(FAULTS));

function fault(words: Words): Claim {
  const name = faultName(words);
  const latched = words.take("latched") ? words.oneOf("how it is latched", ["untilReset", "untilUnplugged", "no"]) : null;
  const retried = words.take("retried") ? words.yesOrNo("whether it is retried") : null;
  const matches = (each: FaultMessage): boolean =>
    each.name === name && (latched === null || each.latched === latched) && (retried === null || (each.retryAt !== null) === retried);
  return { holds: (seen) => seen.status?.faults.some(matches) === true, instead: faultsText };
}

function noFault(words: Words): Claim {
  const name = words.stops ? null : faultName(words);
  return { holds: (seen) => seen.status?.faults.every((each) => name !== null && each.name !== name) === true, instead: faultsText };
}

/** Exhaustive, so that a new happening cannot be forgotten here. */
const HAPPENINGS: Readonly<Record<HappeningType, true>> = {
  booted: true,
  plugged: true,
  unplugged: true,
  stateChanged: true,
  offered: true,
  paused: true,
  resumed: true,
  authorised: true,
  deauthorised: true,
  chargingStarted: true,
  chargingStopped: true,
  relayClosed: true,
  relayOpened: true,
  openedUnderLoad: true,
  selfTestPassed: true,
  selfTestFailed: true,
  wakeUpSent: true,
  leaseExpired: true,
  leaseRenewed: true,
  limitChanged: true,
  fault: true,
  faultCleared: true,
  late: true,
  reset: true,
  derated: true,
  meterJump: true,
  shutdown: true,
};
const DETAILS = ["from", "to", "reason", "fault"] as const;

/** One event in a line: its type and its details. */
export const eventText = (event: EventMessage): string =>
  [event.type, ...DETAILS.flatMap((detail) => (event[detail] === undefined ? [] : [detail, event[detail]]))].join(" ");

const eventsText = (seen: Observation, since: number): string =>
  seen.heard
    .filter((each) => each.at >= since)
    .map((each) => eventText(each.event))
    .join("; ") || "no event";

/** Reads an event's type and details; the result counts such events. */
function eventCounter(words: Words): (seen: Observation, since: number) => number {
  const type = words.oneOf("an event", Object.keys(HAPPENINGS));
  const wanted = new Map<(typeof DETAILS)[number], string>();
  while (!words.stops && !words.numberAhead) {
    const detail = words.oneOf("a detail of the event", DETAILS);
    wanted.set(detail, words.word(`the word after "${detail}"`));
  }
  const matches = (event: EventMessage): boolean => event.type === type && [...wanted].every(([detail, value]) => event[detail] === value);
  return (seen, since) => {
    let count = 0;
    for (let index = seen.heard.length - 1; index >= 0; index -= 1) {
      const each = seen.heard[index];
      if (each === undefined || each.at < since) break;
      if (matches(each.event)) count += 1;
    }
    return count;
  };
}

function event(words: Words): Claim {
  const count = eventCounter(words);
  if (!words.numberAhead) return { holds: (seen, since) => count(seen, since) > 0, instead: eventsText };
  const times = words.number("how often");
  if (!words.take("times")) words.fail('"times"');
  return { holds: (seen, since) => count(seen, since) === times, instead: eventsText };
}

function noEvent(words: Words): Claim {
  const count = eventCounter(words);
  return { holds: (seen, since) => count(seen, since) === 0, instead: eventsText };
}

const answerText = (seen: Observation): string => {
  if (seen.answer === null) return "no answer yet";
  return seen.answer.ok ? "accepted" : `refused ${seen.answer.code}: ${seen.answer.message}`;
};

function refused(words: Words): Claim {
  const code = words.stops ? null : words.word("a code");
  return { holds: (seen) => seen.answer?.ok === false && (code === null || seen.answer.code === code), instead: answerText };
}

const offered = ofStatus((status) => status.offeredCurrentA);
const authorised = ofStatus((status) => status.authorised);
const sessionOpen = ofStatus((status) => status.session !== null);
const shuntTrip: Read<boolean> = (seen) => seen.outputs?.shuntTrip;
const pilotOpen: Read<boolean> = (seen) => seen.outputs?.pilotOpen;
const duty: Read<number> = (seen) => (seen.outputs?.pilot.kind === "pwm" ? seen.outputs.pilot.dutyPercent : null);
const { phase, relay, pilot, gfci } = StatusMessage.entries;
const pilotOutputs = pilot.entries.output.options;
const verdicts = gfci.entries.selfTest.options;

/** First word of every claim, and how the rest of it reads. */
const CLAIMS: Readonly<Record<string, ReadClaim>> = {
  state: isWord(
    "a vehicle state",
    VehicleStateMessage.options,
    ofStatus((status) => status.state),
  ),
  phase: isWord(
    "a phase",
    phase.options,
    ofStatus((status) => status.phase),
  ),
  pilot: isWord("a pilot output", pilotOutputs, (seen) => seen.outputs?.pilot.kind),
  duty: compares("a duty", "%", duty),
  pilotOpen: isSo("whether the pilot is off the car", { on: pilotOpen, off: not(pilotOpen) }),
  high: volts(ofStatus((status) => status.pilot.highV)),
  low: volts(ofStatus((status) => status.pilot.lowV)),
  offer: amps(offered),
  limitedBy: isWord(
    "who limits",
    null,
    ofStatus((status) => status.limitedBy),
  ),
  coil,
  contacts,
  relay: isWord(
    "a relay state",
    relay.options,
    ofStatus((status) => status.relay),
  ),
  shuntTrip: isSo("what the shunt trip does", { on: shuntTrip, off: not(shuntTrip) }),
  fault,
  event,
  current: amps(ofStatus((status) => status.currentA)),
  voltage: volts(ofStatus((status) => status.voltageV)),
  energy: compares(
    "an energy",
    "Wh",
    ofStatus((status) => status.energyWh),
  ),
  temperature: compares(
    "a temperature",
    "C",
    ofStatus((status) => status.temperatureC),
  ),
  selfTest: isWord(
    "a self-test verdict",
    verdicts,
    ofStatus((status) => status.gfci.selfTest),
  ),
  resets: times(ofStatus((status) => status.gfci.resets)),
  cycles: times(ofStatus((status) => status.contactor.cycles)),
  authorised: isSo("whether charging is authorised", { yes: authorised, no: not(authorised) }),
  session: isSo("a session", { open: sessionOpen, none: not(sessionOpen) }),
  controller: isSo("what the controller does", { runs: (seen) => seen.status !== null, dead: (seen) => seen.status === null }),
  accepted: () => ({ holds: (seen) => seen.answer?.ok === true, instead: answerText }),
  refused,
  car: isSo("what the car does", {
    plugged: ofTruth((truth) => truth.plugged),
    unplugged: ofTruth((truth) => !truth.plugged),
    asks: ofTruth((truth) => truth.s2Closed),
    waits: ofTruth((truth) => !truth.s2Closed),
    asleep: ofTruth((truth) => truth.asleep),
    awake: ofTruth((truth) => !truth.asleep),
    faulted: ofTruth((truth) => truth.carFault),
    well: ofTruth((truth) => !truth.carFault),
  }),
  draw: amps(ofTruth((truth) => truth.drawA)),
  soc: compares(
    "a state of charge",
    "%",
    ofTruth((truth) => truth.socPercent),
  ),
};

/** Every word a claim can begin with. */
export const CLAIM_WORDS: readonly string[] = [...Object.keys(CLAIMS), "no"];

/** Reads one claim and leaves what follows it. */
export function readClaim(words: Words): Claim {
  const first = words.oneOf("a claim", CLAIM_WORDS);
  if (first === "no") return words.oneOf("what there is none of", ["fault", "event"]) === "fault" ? noFault(words) : noEvent(words);
  return CLAIMS[first]?.(words) ?? words.fail("a claim");
}
