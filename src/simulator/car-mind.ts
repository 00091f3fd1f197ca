/** What a car decides: when it closes and opens S2, what current it takes, when it sleeps, gives up or breaks. @see conformance 2.2 */
import type { Amps } from "#core/units/units";
import type { CarSpec } from "./actions.ts";
import type { Battery } from "./battery.ts";
import { chargingA } from "./charging-current.ts";
import type { CurrentRamp } from "./current-ramp.ts";
import type { Random } from "./random.ts";

/** The pilot as the car reads it. "none" is 0 V: earthed, open, or a charger without supply. */
export type SeenPilot =
  | { readonly kind: "none" | "steadyHigh" | "steadyLow" }
  /** `offer` is 0 A for a duty that offers nothing. */
  | { readonly kind: "pwm"; readonly offer: Amps };

/** What an unplugged car reads. */
export const NO_PILOT: SeenPilot = { kind: "none" };

/** From no current to S2 open, for a polite car: 0.1..1 s. @see conformance 2.2 */
const S2_AFTER_CURRENT_MS = 500;
/** The button stops the current, then opens S2, both within 100 ms. @see PX-02 */
const BUTTON_CURRENT_MS = 40;
const BUTTON_S2_AFTER_CURRENT_MS = 30;
/** A car that ignores x1 still gives up on a pilot that is gone or says F. */
const PILOT_LOST_MS = 1000;
/** @see ST-16 */
const WAKES_AFTER_F_MS = 3000;
const WAKES_AFTER_E_MS = 4000;
/** A car that latches on F has seen it after this. */
const SEES_F_MS = 100;
/** From a duty change to the moment some hybrids' S2 seems open. @see VW-19 */
const GLITCH_AFTER_DUTY_MS = 500;
/** How often a car looks at its battery while it charges, and again at what keeps it from sleeping. */
const LOOK_MS = 1000;
const HOUR_MS = 3_600_000;

const NEVER = Number.POSITIVE_INFINITY;

type Mood =
  /** S2 open, wants nothing yet. */
  | "resting"
  /** PWM seen, signalling B-C-B. */
  | "toggling"
  /** PWM seen, about to close S2. */
  | "deciding"
  /** S2 closed, no mains. */
  | "ready"
  /** Mains seen, about to draw. */
  | "starting"
  | "drawing"
  /** On the way to S2 open. */
  | "stopping"
  /** S2 open for a while of its own accord. */
  | "pausing"
  | "full"
  | "asleep"
  /** A fault of its own, until plugged in anew. */
  | "broken";

type StopReason = "pilot" | "button" | "full" | "pause";

/** Decides on S2 and on the current; it is told what it sees and moved to when something is due. */
export class CarMind {
  /** When something happens by itself, ms. */
  nextAt = NEVER;
  readonly #ramp: CurrentRamp;
  readonly #battery: Battery;
  readonly #random: Random;
  #spec: CarSpec;
  #mood: Mood = "resting";
  #s2Closed = false;
  #pilot: SeenPilot = NO_PILOT;
  #pilotSince = 0;
  #mains = false;
  #buttonHeld = false;
  #followedA = 0;
  #stopReason: StopReason = "pilot";
  #togglesLeft = 0;
  #interruptions = 0;
  /** Ends the mood. */
  #moodEndsAt = NEVER;
  /** Long enough in the pilot's present state to sleep, wake or break. */
  #pilotTellsAt = NEVER;
  #followsAt = NEVER;
  #glitchBeginsAt = NEVER;
  #glitchEndsAt = NEVER;
  #looksAt = NEVER;
  #pausesAt = NEVER;

  constructor(spec: CarSpec, ramp: CurrentRamp, battery: Battery, random: Random) {
    this.#spec = spec;
    this.#ramp = ramp;
    this.#battery = battery;
    this.#random = random;
  }

  get s2Closed(): boolean {
    return this.#s2Closed && this.#glitchEndsAt === NEVER;
  }

  get asleep(): boolean {
    return this.#mood === "asleep";
  }

  get broken(): boolean {
    return this.#mood === "broken";
  }

  /** The pilot as last noticed. */
  get pilot(): SeenPilot {
    return this.#pilot;
  }

  /** Plugged in, no longer bouncing. */
  begin(spec: CarSpec, at: number): void {
    this.end(at);
    this.#spec = spec;
    this.#s2Closed = spec.simplified;
    this.#enter(this.#battery.full ? "full" : spec.simplified ? "ready" : "resting");
    this.#schedule();
  }

  end(at: number): void {
    this.#ramp.cut(at);
    this.#s2Closed = false;
    this.#pilot = NO_PILOT;
    this.#mains = false;
    this.#interruptions = 0;
    this.#pilotTellsAt = this.#followsAt = this.#glitchBeginsAt = this.#glitchEndsAt = NEVER;
    this.#enter("resting");
    this.#schedule();
  }

  /** The car is another one from now on, in what it does next. */
  become(spec: CarSpec, at: number): void {
    this.#spec = spec;
    this.#pilotTellsAt = Math.max(at, this.#pilotSince + this.#pilotPatience());
    if (this.#mood === "full" && !this.#battery.full) this.#rest(at);
    if (this.#mood === "drawing") this.#draw(at);
    this.#schedule();
  }

  holdButton(held: boolean, at: number): void {
    this.#buttonHeld = held;
    if (held && this.#s2Closed && this.#mood !== "broken") this.#stop("button", at);
    else if (held && (this.#mood === "toggling" || this.#mood === "deciding")) this.#rest(at);
    else if (!held && this.#mood === "resting") this.#rest(at);
    this.#schedule();
  }

  /** What pilot and mains at the inlet are now. */
  notice(pilot: SeenPilot, mains: boolean, at: number): void {
    if (pilot === this.#pilot && mains === this.#mains) return;
    const before = this.#pilot;
    this.#pilot = pilot;
    if (!same(before, pilot)) this.#onPilot(before, at);
    if (mains !== this.#mains) {
      this.#mains = mains;
      this.#onMains(at);
    }
    this.#schedule();
  }

  advance(at: number): void {
    if (at < this.nextAt) return;
    if (at >= this.#pilotTellsAt) this.#onLongPilot(at);
    if (at >= this.#glitchEndsAt) this.#glitchEndsAt = NEVER;
    if (at >= this.#glitchBeginsAt) {
      this.#glitchBeginsAt = NEVER;
      if (this.#s2Closed) this.#glitchEndsAt = at + this.#spec.dutyGlitchMs;
    }
    if (at >= this.#followsAt) {
      this.#followsAt = NEVER;
      this.#follow();
      if (this.#mood === "drawing") this.#draw(at);
    }
    if (at >= this.#looksAt) this.#look(at);
    if (at >= this.#pausesAt && this.#mood === "drawing") this.#stop("pause", at);
    if (at >= this.#moodEndsAt) this.#onMoodEnd(at);
    this.#schedule();
  }

  /** The charger offers what this car can use. */
  get #offered(): boolean {
    return this.#pilot.kind === "pwm" && this.#pilot.offer >= this.#spec.minimumA;
  }

  /** Interrupted once too often. */
  get #hadEnough(): boolean {
    return this.#spec.givesUpAfter !== null && this.#interruptions >= this.#spec.givesUpAfter;
  }

  #onPilot(before: SeenPilot, at: number): void {
    this.#pilotSince = at;
    this.#pilotTellsAt = at + this.#pilotPatience();
    const pwmStays = before.kind === "pwm" && this.#pilot.kind === "pwm";
    if (pwmStays && this.#spec.dutyReactionMs === null) return;
    if (this.#offered) {
      if (this.#mood === "resting") this.#rest(at);
      else if (this.#mood === "ready" && this.#mains) this.#start(at);
      if (pwmStays && this.#spec.dutyGlitchMs > 0) this.#glitchBeginsAt = at + GLITCH_AFTER_DUTY_MS;
      if (this.#spec.dutyReactionMs !== null) this.#followsAt = at + this.#spec.dutyReactionMs;
    } else if (this.#mood === "toggling" || this.#mood === "deciding") {
      this.#s2Closed = false;
      this.#enter("resting");
    } else if (this.#mood === "ready" || this.#mood === "starting" || this.#mood === "drawing") {
      this.#stop("pilot", at);
    }
  }

  #pilotPatience(): number {
    const { sleepsAfterMs, wakesOn, latchesOnF } = this.#spec;
    switch (this.#pilot.kind) {
      case "pwm":
        return NEVER;
      case "steadyHigh":
        return sleepsAfterMs ?? NEVER;
      case "steadyLow":
        if (latchesOnF) return SEES_F_MS;
        return wakesOn === "stateF" || wakesOn === "either" ? WAKES_AFTER_F_MS : NEVER;
      case "none":
        return wakesOn === "stateE" || wakesOn === "either" ? WAKES_AFTER_E_MS : NEVER;
    }
  }

  #onLongPilot(at: number): void {
    this.#pilotTellsAt = NEVER;
    if (this.#pilot.kind === "steadyHigh") {
      if (this.#mood === "resting") this.#enter("asleep");
      else if (this.#mood === "stopping") this.#pilotTellsAt = at + LOOK_MS;
    } else if (this.#pilot.kind === "steadyLow" && this.#spec.latchesOnF) {
      this.#break(at);
    } else if (this.#mood === "asleep") {
      this.#enter("resting");
    }
  }

  #onMains(at: number): void {
    if (this.#mains) {
      if (this.#mood === "ready" && this.#offered) this.#start(at);
      return;
    }
    this.#ramp.cut(at);
    if (this.#mood === "drawing") this.#interruptions += 1;
    if (this.#mood !== "starting" && this.#mood !== "drawing") return;
    if (this.#hadEnough) this.#break(at);
    else this.#enter("ready");
  }

  #onMoodEnd(at: number): void {
    switch (this.#mood) {
      case "toggling":
        this.#s2Closed = !this.#s2Closed;
        this.#togglesLeft -= 1;
        if (this.#togglesLeft > 0) this.#moodEndsAt = at + this.#spec.toggleMs;
        else this.#enter("deciding", at + this.#spec.decideMs);
        return;
      case "deciding":
      case "pausing":
        this.#close(at);
        return;
      case "starting":
        this.#enter("drawing");
        this.#draw(at);
        this.#looksAt = at + LOOK_MS;
        if (this.#spec.pausesPerHour > 0) this.#pausesAt = at + this.#random.exponential(HOUR_MS / this.#spec.pausesPerHour);
        return;
      case "stopping":
        this.#stopped(at);
        return;
      case "resting":
      case "ready":
      case "drawing":
      case "full":
      case "asleep":
      case "broken":
        this.#moodEndsAt = NEVER;
    }
  }

  /** S2 open and nothing under way: starts anew when it may. */
  #rest(at: number): void {
    if (!this.#offered || this.#buttonHeld) this.#enter("resting");
    else if (this.#spec.toggles > 0) {
      this.#togglesLeft = 2 * this.#spec.toggles;
      this.#enter("toggling", at + this.#spec.toggleMs);
    } else this.#enter("deciding", at + this.#spec.decideMs);
  }

  #close(at: number): void {
    if (!this.#offered || this.#buttonHeld) {
      this.#enter("resting");
      return;
    }
    this.#s2Closed = true;
    if (this.#mains) this.#start(at);
    else this.#enter("ready");
  }

  #start(at: number): void {
    this.#follow();
    this.#enter("starting", at + this.#spec.startCurrentMs);
  }

  #follow(): void {
    if (this.#pilot.kind === "pwm") this.#followedA = this.#pilot.offer;
  }

  #draw(at: number): void {
    const targetA = chargingA(this.#spec, this.#followedA, this.#battery.socPercent);
    if (targetA === this.#ramp.targetA) return;
    this.#ramp.goTo(targetA, targetA > this.#ramp.at(at) ? this.#spec.rampUpAps : this.#spec.rampDownAps, at);
  }

  #look(at: number): void {
    this.#looksAt = at + LOOK_MS;
    if (this.#mood !== "drawing") this.#looksAt = NEVER;
    else if (this.#battery.full) this.#stop("full", at);
    else this.#draw(at);
  }

  #stop(reason: StopReason, at: number): void {
    const currentMs = this.#stopsWithin(reason, at);
    if (currentMs === null) return;
    if (reason === "pilot" && this.#mood === "drawing") this.#interruptions += 1;
    this.#stopReason = reason;
    if (this.#spec.rude && reason !== "button") {
      this.#enter("stopping", reason === "pilot" ? at + currentMs : at);
    } else {
      this.#ramp.reach(0, currentMs, at);
      this.#enter("stopping", at + currentMs + (reason === "button" ? BUTTON_S2_AFTER_CURRENT_MS : S2_AFTER_CURRENT_MS));
    }
  }

  /** Time to bring the current down; null when the car ignores the reason. */
  #stopsWithin(reason: StopReason, at: number): number | null {
    if (reason === "button") return BUTTON_CURRENT_MS;
    if (reason !== "pilot") return this.#spec.rampDownAps > 0 ? (this.#ramp.at(at) / this.#spec.rampDownAps) * 1000 : NEVER;
    const lost = this.#pilot.kind === "none" || this.#pilot.kind === "steadyLow";
    return this.#spec.x1ReactionMs ?? (lost ? PILOT_LOST_MS : null);
  }

  #stopped(at: number): void {
    this.#ramp.cut(at);
    if (this.#hadEnough) {
      this.#break(at);
      return;
    }
    if (this.#spec.simplified) {
      this.#enter(this.#battery.full ? "full" : "ready");
      if (this.#mains && this.#offered && !this.#battery.full && !this.#buttonHeld) this.#start(at);
      return;
    }
    this.#s2Closed = false;
    if (this.#stopReason === "full") this.#enter("full");
    else if (this.#stopReason === "pause") this.#enter("pausing", at + this.#spec.pauseMs);
    else this.#rest(at);
  }

  #break(at: number): void {
    this.#ramp.cut(at);
    this.#s2Closed = false;
    this.#enter("broken");
  }

  #enter(mood: Mood, endsAt = NEVER): void {
    this.#mood = mood;
    this.#moodEndsAt = endsAt;
    if (mood !== "drawing") this.#looksAt = this.#pausesAt = NEVER;
  }

  #schedule(): void {
    this.nextAt = Math.min(
      this.#moodEndsAt,
      this.#pilotTellsAt,
      this.#followsAt,
      this.#glitchBeginsAt,
      this.#glitchEndsAt,
      this.#looksAt,
      this.#pausesAt,
    );
  }
}

function same(one: SeenPilot, other: SeenPilot): boolean {
  if (one.kind === "pwm" && other.kind === "pwm") return one.offer === other.offer;
  return one.kind === other.kind;
}
