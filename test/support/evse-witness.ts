/**
 * Watches every step of a machine and keeps books of its own, from events and outputs alone: what invariants I1 to I3 and I6
 * promise is judged without asking the machine why it did what it did.
 */
import type { EvseConfig } from "#core/evse/config";
import { FAULTS } from "#core/evse/faults";
import { viewOf } from "#core/evse/machine";
import type { EvseEvent, EvseState, EvseView, Step } from "#core/evse/types";
import { offerOf } from "#core/pilot/duty";
import type { Instant } from "#core/units/units";

/** C seen this recently, or in the gap beside it since then. @see I1 @see VW-12 */
const SEEN_WITHIN = 60;
const HELD_WITHIN = 80;
/** One burst in this time after a good one may straddle the edge of a gap. @see F-12 */
const BESIDE = 30;
/** Coil on without PWM: the grace of six seconds, and the loop that ends it, however late it comes. @see ST-11 */
const GRACE = 6000;

export class Witness {
  readonly broken: string[] = [];
  closings = 0;
  opened = 0;
  faults = 0;
  readonly #config: EvseConfig;
  #view: EvseView | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  #wantedAt = Number.NEGATIVE_INFINITY;
  #onlyGapSince = false;
  #validAt = Number.NEGATIVE_INFINITY;
  #diodeShown = 0;
  #tested = false;
  #pwmEndedAt: number | null = null;
  #lastLoopAt = 0;
  #lease: { readonly amps: number; readonly until: number } | null = null;
  /** Faults that only a person may clear, as they were last seen. */
  readonly #lockedBy = new Set<string>();
  /** Of those, the ones a person has reset and that are still on their way out. */
  readonly #forgiven = new Set<string>();

  constructor(config: EvseConfig) {
    this.#config = config;
  }

  /** Power was cut: the coil is off by itself, the lease and all sight are gone, what was locked stays locked. */
  restarted(): void {
    this.#view = null;
    this.#diodeShown = 0;
    this.#tested = false;
    this.#pwmEndedAt = null;
    this.#lease = null;
    this.#wantedAt = Number.NEGATIVE_INFINITY;
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  watch(before: EvseState, event: EvseEvent, { state, happened, refusal }: Step, at: Instant): void {
    const last = this.#view ?? viewOf(before, at);
    if (event.type === "sense") this.#look(event, last, at);
    if (event.type === "limit" && refusal === null) this.#lease = { amps: event.lease.limit, until: at + event.lease.validFor };
    if (event.type === "reset" && refusal === null) {
      for (const name of this.#lockedBy) this.#forgiven.add(name);
      this.#lockedBy.clear();
    }
    const view = viewOf(state, at);
    this.#view = view;
    const { pilot, coil } = state.outputs;
    if (happened.some(({ type }) => type === "selfTestPassed")) this.#tested = true;
    if (happened.some(({ type }) => type === "unplugged")) this.#diodeShown = 0;
    if (last.outputs.pilot.kind === "pwm" && pilot.kind !== "pwm") this.#pwmEndedAt = at;
    if (pilot.kind === "pwm") this.#pwmEndedAt = null;
    if (coil) this.#judgeCoil(view, at);
    if (coil && !last.outputs.coil) this.#judgeClosing(view, at);
    if (!coil && last.outputs.coil) {
      this.opened += 1;
      this.#tested = false;
    }
    this.#judgeOffer(view, at);
    if (event.type !== "boot") this.#judgeTold(last, view, happened, at);
    this.#lock(view, happened);
    if (event.type === "sense") this.#lastLoopAt = at;
  }

  #lock({ faults }: EvseView, happened: Step["happened"]): void {
    for (const { type, fault } of happened) if (type === "fault" && fault !== undefined) this.#forgiven.delete(fault);
    for (const name of this.#forgiven) if (!faults.some((fault) => fault.name === name)) this.#forgiven.delete(name);
    for (const { name, latched } of faults) if (latched === "untilReset" && !this.#forgiven.has(name)) this.#lockedBy.add(name);
  }

  #look({ reading, inputs }: Extract<EvseEvent, { type: "sense" }>, last: EvseView, at: Instant): void {
    if (reading === null || !(reading.at > this.#readAt) || reading.at > at) return;
    this.#readAt = reading.at;
    const ventilated = this.#config.ventilation === "interlock" && inputs.ventilationOk === true;
    const wants = reading.valid && (reading.state === "C" || (reading.state === "D" && ventilated));
    if (wants) {
      this.#wantedAt = reading.at;
      this.#onlyGapSince = true;
    } else if (!(reading.valid && reading.state === "gap")) {
      const isEdge = reading.reasons.join() === "highUnstable" && reading.at - this.#validAt <= BESIDE;
      this.#onlyGapSince &&= isEdge;
    }
    this.#validAt = reading.valid ? reading.at : Number.NEGATIVE_INFINITY;
    if (last.outputs.pilot.kind === "pwm" && reading.valid && reading.diode === "ok") this.#diodeShown += 1;
  }

  #judgeCoil(view: EvseView, at: Instant): void {
    const silent = at - this.#wantedAt;
    if (silent > (this.#onlyGapSince ? HELD_WITHIN : SEEN_WITHIN)) this.#break(at, `I1: coil on ${silent} ms after C was last read`);
    if (view.outputs.pilot.kind === "steadyLow" || view.outputs.pilotOpen) this.#break(at, "I1: coil on in state F or with the pilot open");
    const grace = this.#pwmEndedAt === null ? 0 : this.#lastLoopAt - this.#pwmEndedAt;
    if (grace >= GRACE) this.#break(at, `I1: coil on ${grace} ms after PWM ended`);
    if (this.#diodeShown < 3) this.#break(at, `I1: coil on after ${this.#diodeShown} windows with a diode`);
    if (!this.#tested) this.#break(at, "I1: coil on without a self-test since it last opened");
    for (const { name, severity } of view.faults) {
      if (severity === "emergency") this.#break(at, `I1: coil on with ${name}`);
      if (severity === "error" && view.outputs.pilot.kind === "pwm") this.#break(at, `I1: PWM and coil on with ${name}`);
    }
    if (this.#lockedBy.size > 0) this.#break(at, `I3: coil on although nobody reset ${[...this.#lockedBy].join()}`);
  }

  #judgeClosing(view: EvseView, at: Instant): void {
    this.closings += 1;
    if (view.outputs.pilot.kind !== "pwm") this.#break(at, "I1: closed without PWM");
    if (this.#leased(at) < 6) this.#break(at, "I1: closed without a limit in force");
  }

  #judgeOffer(view: EvseView, at: Instant): void {
    const offered = offerOf(view.outputs.pilot);
    const { hardware, cable, breaker, continuousFactor } = this.#config.ratings;
    const allowed = Math.min(hardware, cable, breaker * continuousFactor, this.#leased(at));
    if (offered > allowed) this.#break(at, `I2: ${offered} A offered, ${allowed} A allowed`);
    if (view.vehicle === "A" && view.outputs.pilot.kind === "pwm") this.#break(at, "CP-09: PWM in state A");
  }

  #leased(at: number): number {
    const { fallback } = this.#config.lease;
    if (this.#lease === null) return fallback;
    return at < this.#lease.until ? this.#lease.amps : Math.min(this.#lease.amps, fallback);
  }

  #judgeTold(last: EvseView, view: EvseView, happened: Step["happened"], at: Instant): void {
    const told = (type: string, fault?: string): boolean =>
      happened.some((each) => each.type === type && (fault === undefined || each.fault === fault));
    if (view.vehicle !== last.vehicle && !told("stateChanged")) this.#break(at, `I6: ${last.vehicle} became ${view.vehicle} untold`);
    for (const { name } of view.faults) {
      if (name === "InternalFault" && told("fault", name)) this.#break(at, "I7: the gate had to refuse a wish");
      if (last.faults.some((each) => each.name === name)) continue;
      this.faults += 1;
      if (!told("fault", name)) this.#break(at, `I6: ${name} came untold`);
      if (FAULTS[name] === undefined) this.#break(at, `ER-01: ${name} is no known fault`);
    }
    for (const { name } of last.faults) {
      if (!view.faults.some((each) => each.name === name) && !told("faultCleared", name)) this.#break(at, `I6: ${name} went untold`);
    }
    if (last.chargingSince === null && view.chargingSince !== null && !told("chargingStarted"))
      this.#break(at, "I6: charging began untold");
    if (last.chargingSince !== null && view.chargingSince === null && !told("chargingStopped"))
      this.#break(at, "I6: charging ended untold");
  }

  #break(at: number, what: string): void {
    if (this.broken.length < 10) this.broken.push(`${what} (at ${at})`);
  }
}
