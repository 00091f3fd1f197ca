/**
 * Watches a run for broken promises (I1, I2, I3, I7) with rules of its own: it sees what is driven and what is really so, and
 * shares no code with the safety machine that it judges.
 */
import type { EvseConfig } from "#core/evse/config";
import type { Outputs } from "#core/evse/types";
import type { StatusMessage } from "#link/messages";
import type { SimFault, SimTruth } from "#simulator/actions";
import type { Answer } from "./observation.ts";
import { durationText } from "./words.ts";

/** Longest time the coil may stay on after the car stopped asking, ms. @see I1 */
const STATE_SEEN_WITHIN = 60;
/** The same while something can push the pilot into a gap between two windows, ms. @see VW-12 */
const GAP_SEEN_WITHIN = 100;
const PUSHES_INTO_GAP: readonly SimFault[] = ["noise", "outliers", "hum", "holdError", "lf353", "positiveRailLow"];
/** Longest time the coil may stay on with the pilot steady, ms. @see ST-11 */
const GRACE = 6500;
/** Longest time from a lower limit, or from the end of one, to an offer that obeys it, ms. Only a higher offer has to wait. @see DC-06 */
const OBEYED_WITHIN = 100;
/** Longest time the contacts may stay closed after the car is gone, ms. @see ST-03 */
const CONTACTS_OPEN_WITHIN = 100;
/** The same when the pilot may be in a gap, or the controller stopped just then: a held state, then the one-shot, then the release, ms. */
const CONTACTS_OPEN_AT_WORST = 200;
/** Longest time the machine may need to notice a fault that must keep the contactor open, ms. @see VW-12 */
const FAULT_SEEN_WITHIN = 1000;

/** Faults with which no new closing may begin, once there was time to notice them. */
const SEEN_ALWAYS: readonly SimFault[] = ["weld", "negativeRailMissing", "emergencyStop"];
/** Those that the pilot shows, unless its level is forged. */
const SEEN_BY_PILOT: readonly SimFault[] = [
  "diodeShort",
  "diodeOpen",
  "pilotShort",
  "pilotShortAfterDiode",
  "pilotShortToHigh",
  "pilotOpen",
  "adcStuck",
  "pilotStuckHigh",
  "pilotStuckLow",
];
/** Those that only the interrupter's test shows. */
const SEEN_BY_TEST: readonly SimFault[] = ["gfciStuckHigh", "gfciStuckLow", "gfciTestDoesNotClear"];

/** Current a duty cycle offers, amps; 0 where it offers none. Written from the table, not shared with the charger's own. @see DC-01 */
export function offerOf(dutyPercent: number): number {
  if (dutyPercent < 8 || dutyPercent > 97) return 0;
  if (dutyPercent < 10) return 6;
  if (dutyPercent <= 85) return dutyPercent * 0.6;
  return Math.min(80, (dutyPercent - 64) * 2.5);
}

interface Limit {
  readonly amps: number;
  readonly since: number;
  readonly until: number;
}

export class Promises {
  readonly broken: string[] = [];
  readonly #config: EvseConfig;
  readonly #loopMs: number;
  #coil = false;
  #steadySince: number | null = 0;
  /** When the interrupter was last stimulated; null when it was not since the coil went off. */
  #testedAt: number | null = null;
  /** When the car was last seen plugged and asking. */
  #askedAt = Number.NEGATIVE_INFINITY;
  #pluggedAt = Number.NEGATIVE_INFINITY;
  #loopedAt = 0;
  /** When the safety loop was last seen to stand still. */
  #stoodAt = Number.NEGATIVE_INFINITY;
  #limit: Limit | null = null;
  readonly #faultSince = new Map<SimFault, number>();
  /** Faults that were reported latched, and what must happen before the coil may come on again. */
  readonly #latched = new Map<string, "untilReset" | "untilUnplugged">();

  constructor(config: EvseConfig, loopMs: number) {
    this.#config = config;
    this.#loopMs = loopMs;
  }

  /** A command was answered. */
  commanded(command: unknown, answer: Answer, at: number): void {
    if (!answer.ok || typeof command !== "object" || command === null || !("command" in command)) return;
    if (command.command === "reset") this.#latched.clear();
    if (command.command === "limit" && "limitA" in command) {
      const amps = Number(command.limitA);
      const validFor = "validForMs" in command ? Number(command.validForMs) : this.#config.lease.defaultFor;
      const eased = this.#limit !== null && amps >= this.#limit.amps;
      this.#limit = { amps, since: eased ? (this.#limit?.since ?? at) : at, until: at + validFor };
    }
  }

  /** The car that was there is gone, perhaps with another in its place. */
  carLeft(): void {
    for (const [name, how] of this.#latched) if (how === "untilUnplugged") this.#latched.delete(name);
  }

  /** All outputs were driven. @param inLoop false when something other than the safety loop did it. */
  driven(outputs: Outputs, inLoop: boolean, at: number): void {
    if (inLoop) this.#loopedAt = at;
    if (outputs.gfciTest) this.#testedAt = at;
    if (outputs.pilot.kind === "pwm") {
      this.#steadySince = null;
      this.#judgeOffer(offerOf(outputs.pilot.dutyPercent), at);
    } else {
      this.#steadySince ??= at;
    }
    if (outputs.coil && !inLoop) this.#break(at, "I7: the coil was turned on outside the safety loop");
    if (outputs.coil && !this.#coil) this.#judgeClosing(at);
    if (!outputs.coil && this.#coil) this.#testedAt = null;
    this.#coil = outputs.coil;
    if (outputs.coil) this.#judgeCoil(at);
  }

  /** Once a loop, before it: what is really so. */
  looked(truth: SimTruth, at: number): void {
    if (truth.plugged) this.#pluggedAt = at;
    const forged = this.#isForged(truth.faults);
    if (forged) this.#pluggedAt = at;
    if (forged || (truth.plugged && truth.s2Closed)) this.#askedAt = at;
    for (const fault of this.#faultSince.keys()) if (!truth.faults.includes(fault)) this.#faultSince.delete(fault);
    for (const fault of truth.faults) if (!this.#faultSince.has(fault)) this.#faultSince.set(fault, at);
    if (at - this.#loopedAt > 2 * this.#loopMs) this.#stoodAt = at;
    const held = truth.faults.includes("weld") || truth.faults.includes("livenessStuck");
    if (!held && truth.contacts.some((closed) => closed)) this.#judgeContacts(at);
  }

  /** A status with faults was seen. */
  reported(status: StatusMessage): void {
    for (const fault of status.faults) if (fault.latched !== "no") this.#latched.set(fault.name, fault.latched);
  }

  #judgeContacts(at: number): void {
    const atWorst = this.#mayBeInGap || at - this.#stoodAt < CONTACTS_OPEN_AT_WORST;
    const within = atWorst ? CONTACTS_OPEN_AT_WORST : CONTACTS_OPEN_WITHIN;
    const gone = at - this.#pluggedAt;
    if (gone > within + this.#loopMs) this.#break(at, `ST-03: contacts are closed ${durationText(gone)} after the car left`);
  }

  #judgeOffer(offered: number, at: number): void {
    const { hardware, cable, breaker, continuousFactor } = this.#config.ratings;
    const installed = Math.min(hardware, cable, breaker * continuousFactor);
    if (offered > installed + 1e-9) this.#break(at, `I2: ${offered.toFixed(2)} A offered where ${installed} A are installed`);
    const limit = this.#limit;
    if (limit === null) return;
    const inForce = at <= limit.until ? limit.amps : this.#config.lease.fallback;
    const since = at <= limit.until ? limit.since : limit.until;
    if (offered > inForce + 1e-9 && at - since > OBEYED_WITHIN) {
      this.#break(at, `I2: ${offered.toFixed(2)} A offered under a limit of ${inForce} A`);
    }
  }

  #judgeCoil(at: number): void {
    const silent = at - this.#askedAt;
    const within = this.#mayBeInGap ? GAP_SEEN_WITHIN : STATE_SEEN_WITHIN;
    if (silent > within + this.#loopMs) this.#break(at, `I1: coil on ${durationText(silent)} after the car stopped asking`);
    if (this.#steadySince !== null && at - this.#steadySince > GRACE + this.#loopMs) {
      this.#break(at, `I1: coil on ${durationText(at - this.#steadySince)} after the pilot went steady`);
    }
  }

  #judgeClosing(at: number): void {
    if (this.#steadySince !== null) this.#break(at, "I1: closed without PWM");
    if (this.#testedAt === null) this.#break(at, "I1: closed without a ground-fault self-test since it last opened");
    if (this.#latched.size > 0) this.#break(at, `I3: closed although ${[...this.#latched.keys()].join(", ")} is latched`);
    const forged = this.#faultSince.has("pilotLevel");
    const visible = [
      ...[...SEEN_ALWAYS, ...(forged ? [] : SEEN_BY_PILOT)].filter((fault) => this.#isOld(fault, at)),
      ...SEEN_BY_TEST.filter((fault) => this.#isOld(fault, this.#testedAt ?? at)),
    ];
    for (const fault of visible) this.#break(at, `I1: closed with ${fault}`);
    const limit = this.#limit;
    if (limit !== null && at > limit.until + this.#loopMs && this.#config.lease.fallback === 0)
      this.#break(at, "I1: closed after the limit ran out");
  }

  /**
   * Whether the real car cannot be seen: through a forced level, through two shorts that meet at one, nor, without PWM, through a
   * stuck converter (H8 is for that).
   */
  #isForged(faults: readonly SimFault[]): boolean {
    if (faults.includes("pilotLevel") || (faults.includes("pilotShortToHigh") && faults.includes("pilotShort"))) return true;
    return faults.includes("adcStuck") && this.#steadySince !== null;
  }

  get #mayBeInGap(): boolean {
    return PUSHES_INTO_GAP.some((fault) => this.#faultSince.has(fault));
  }

  /** Whether the fault is there and was so for long enough before `at` to be noticed. */
  #isOld(fault: SimFault, at: number): boolean {
    const since = this.#faultSince.get(fault);
    return since !== undefined && at - since > FAULT_SEEN_WITHIN;
  }

  #break(at: number, promise: string): void {
    if (this.broken.length < 20) this.broken.push(`${promise} (at ${durationText(at)})`);
  }
}
