/**
 * A charger's surroundings for tests of the machine alone: what it drives comes back as what it senses, every 12 ms. No electronics
 * here: readings are given as the pilot room would give them.
 */
import assert from "node:assert/strict";
import { DEFAULT_EVSE_CONFIG, type EvseConfig } from "#core/evse/config";
import type { FaultName } from "#core/evse/faults";
import { createEvse, step, viewOf } from "#core/evse/machine";
import type {
  BoardInputs,
  EvseEvent,
  EvseState,
  EvseView,
  Happening,
  HappeningType,
  PersistedSafety,
  Phase,
  Refusal,
  Step,
} from "#core/evse/types";
import { offerOf } from "#core/pilot/duty";
import type { PilotOutput, PilotReading } from "#core/pilot/types";
import { Amps, Celsius, DutyPercent, Instant, Millis, Ohms, Volts, WallTime, WattHours } from "#core/units/units";
import { type Level, LineHistory, readingOf } from "./evse-line.ts";

export const LOOP = 12;
const BURST = 10.24;
const BURST_ENDS_BEFORE_LOOP = 1.76;
const PULL_IN = 20;
const DROP_OUT = 30;
const STIMULUS_TRIPS_AFTER = 200;

export interface Told extends Happening {
  readonly at: number;
}

/** Everything the surroundings can be made to do. */
export interface World {
  line: Level;
  diode: "ok" | "shorted" | "notTested";
  /** Poles that never open, never close. */
  welded: readonly number[];
  stuckOpen: readonly number[];
  gfci: "works" | "stuckHigh" | "stuckLow" | "doesNotClear" | "silent";
  /** Whether the latch blocks the coil, as the board reports it. */
  inhibit: "wired" | "notWired" | "broken";
  currentA: number | null;
  meter: "works" | "silent" | "frozen";
  /** What `BoardInputs` says besides; given values win over all of the above. */
  inputs: Partial<BoardInputs>;
}

const WORLD: World = {
  line: "A",
  diode: "ok",
  welded: [],
  stuckOpen: [],
  gfci: "works",
  inhibit: "wired",
  currentA: null,
  meter: "works",
  inputs: {},
};

export class Rig {
  state: EvseState;
  at = 1000;
  wall = 1_767_225_600_000;
  readonly told: Told[] = [];
  readonly world: World = { ...WORLD };
  persisted: PersistedSafety | null = null;
  /** Each instant the coil command changed. */
  readonly coilMarks: { readonly at: number; readonly on: boolean }[] = [];
  /** Each change of the pilot. */
  readonly pilotMarks: { readonly at: number; readonly pilot: PilotOutput }[] = [];
  steps = 0;
  private nextLoop = 1000;
  private runs = 0;
  private readonly shown = new LineHistory();
  private outputSince = 0;
  private latch = false;
  private stimulusSince: number | null = null;
  private contacts: { readonly was: boolean; readonly closed: boolean; readonly at: number }[] = [];
  private energyWh = 1000;
  private meterSays: { currentA: number; energyWh: number; at: number } = { currentA: 0, energyWh: 1000, at: 1000 };
  readonly config: EvseConfig;

  constructor(config: Partial<EvseConfig> = {}, restored: PersistedSafety | null = null) {
    this.config = { ...DEFAULT_EVSE_CONFIG, ...config };
    this.state = createEvse(this.config);
    this.boot(restored);
  }

  /** A charger past its self-test, with a limit that lasts. */
  static ready(config: Partial<EvseConfig> = {}): Rig {
    const rig = new Rig(config);
    rig.limit(80);
    rig.advance(3500);
    assert.equal(rig.phase, "notConnected");
    return rig;
  }

  /** With a car in B that is offered current. */
  static offering(config: Partial<EvseConfig> = {}): Rig {
    const rig = Rig.ready(config);
    rig.line("B").advance(600);
    assert.equal(rig.phase, "waiting");
    return rig;
  }

  /** With the contactor closed and current flowing. */
  static charging(config: Partial<EvseConfig> = {}, amps = 10): Rig {
    const rig = Rig.offering(config);
    rig.line("C").advance(3000);
    rig.world.currentA = amps;
    rig.advance(12_000);
    assert.equal(rig.phase, "charging");
    return rig;
  }

  /** Charging through a cable of its own, 32 A. */
  static chargingFromSocket(): Rig {
    const rig = Rig.ready({ inlet: "type2Socket" });
    rig.inputs({ proximityOhms: Ohms(220) });
    rig.line("B").advance(600).line("C").advance(3000);
    assert.equal(rig.phase, "charging");
    return rig;
  }

  get phase(): Phase {
    return this.state.phase;
  }
  get coil(): boolean {
    return this.state.outputs.coil;
  }
  get pilot(): PilotOutput["kind"] {
    return this.state.outputs.pilot.kind;
  }
  get offeredA(): number {
    return offerOf(this.state.outputs.pilot);
  }
  get view(): EvseView {
    return viewOf(this.state, Instant(this.at));
  }
  get faults(): readonly FaultName[] {
    return this.view.faults.map(({ name }) => name);
  }
  fault(name: FaultName) {
    return this.view.faults.find((fault) => fault.name === name);
  }

  boot(restored: PersistedSafety | null, delay = 0): void {
    this.runs += 1;
    this.persisted = restored;
    this.state = createEvse(this.config);
    this.apply({ type: "boot", run: `run${this.runs}`, restored, delay: Millis(delay) });
  }

  /** Power is cut for a while; what was written down is all that is known after. */
  restart(awayMs = 2000, delay = 0): this {
    this.setCoil(false);
    this.at += awayMs;
    this.nextLoop = this.at;
    this.outputSince = this.at;
    const written: PersistedSafety | null = this.persisted === null ? null : JSON.parse(JSON.stringify(this.persisted));
    this.boot(written, delay);
    return this;
  }

  /** The line changes now. */
  line(line: Level): this {
    this.world.line = line;
    this.shown.change(line, this.at);
    return this;
  }

  set(change: Partial<World>): this {
    Object.assign(this.world, change);
    return this;
  }

  /** Everything but the car and its cable is as it should be again. */
  heal(): this {
    const { line, currentA } = this.world;
    const { proximityOhms = null } = this.world.inputs;
    Object.assign(this.world, WORLD, { line, currentA: currentA === null ? null : Math.min(currentA, 5), inputs: { proximityOhms } });
    return this;
  }

  /** Does something whose result does not matter. */
  with(act: (rig: this) => unknown): this {
    act(this);
    return this;
  }

  /** Lets an input be whatever the world makes of it again. */
  release(name: keyof BoardInputs): this {
    const { [name]: _, ...inputs } = this.world.inputs;
    this.world.inputs = inputs;
    return this;
  }

  inputs(change: Partial<BoardInputs>): this {
    this.world.inputs = { ...this.world.inputs, ...change };
    return this;
  }

  limit(amps: number, forMs = 24 * 3_600_000, by = "user"): Refusal | null {
    return this.apply({ type: "limit", lease: { limit: amps as Amps, validFor: forMs as Millis, by } });
  }

  /** Sends an event at this very instant. */
  apply(event: EvseEvent): Refusal | null {
    const coilBefore = this.state.outputs.coil;
    const pilotBefore = this.state.outputs.pilot;
    const { state, happened, persist, refusal } = this.decide(event, Instant(this.at));
    this.state = state;
    this.steps += 1;
    if (persist !== null) this.persisted = persist;
    for (const happening of happened) this.told.push({ ...happening, at: this.at });
    if (state.outputs.coil !== coilBefore) {
      this.setCoil(state.outputs.coil);
      this.coilMarks.push({ at: this.at, on: state.outputs.coil });
    }
    if (state.outputs.pilot !== pilotBefore) {
      this.outputSince = this.at;
      this.pilotMarks.push({ at: this.at, pilot: state.outputs.pilot });
    }
    return refusal;
  }

  protected decide(event: EvseEvent, at: Instant): Step {
    return step(this.state, event, at);
  }

  /** Lets time pass with the loop running. @param look is called after each loop; true stops */
  advance(ms: number, look?: () => boolean): this {
    const end = this.at + ms;
    while (this.nextLoop <= end) {
      this.at = this.nextLoop;
      this.nextLoop += LOOP;
      this.loop();
      if (look?.() === true) return this;
    }
    this.at = end;
    return this;
  }

  /** Lets time pass with the process stopped. */
  stall(ms: number): this {
    this.at += ms;
    this.nextLoop = this.at;
    return this;
  }

  advanceUntil(what: () => boolean, withinMs = 60_000): this {
    const from = this.at;
    this.advance(withinMs, what);
    assert.ok(what(), `not within ${withinMs} ms (since ${from}; phase ${this.phase}, faults ${this.faults.join()})`);
    return this;
  }

  heard(type: HappeningType): readonly Told[] {
    return this.told.filter((each) => each.type === type);
  }

  forget(): this {
    this.told.length = 0;
    this.coilMarks.length = 0;
    this.pilotMarks.length = 0;
    return this;
  }

  /** Time from now until the coil is off. */
  msUntilOpen(withinMs = 20_000): number {
    const from = this.at;
    assert.ok(this.coil, "the coil is on to begin with");
    this.advanceUntil(() => !this.coil, withinMs);
    return this.at - from;
  }

  private loop(): void {
    this.surroundings();
    this.apply({ type: "sense", reading: this.reading(), inputs: this.sensed(), wall: WallTime(this.wall + this.at) });
  }

  private setCoil(on: boolean): void {
    const at = this.at + (on ? PULL_IN : DROP_OUT);
    this.contacts = this.poles().map((_, pole) => ({ was: this.isPulled(pole), closed: on, at }));
  }

  private poles(): readonly null[] {
    return Array.from({ length: this.config.supply.poles }, () => null);
  }

  private isPulled(pole: number): boolean {
    const contact = this.contacts[pole];
    if (contact === undefined) return false;
    return this.at >= contact.at ? contact.closed : contact.was;
  }

  private isClosed(pole: number): boolean {
    return this.world.welded.includes(pole) || (this.isPulled(pole) && !this.world.stuckOpen.includes(pole));
  }

  private surroundings(): void {
    const { gfciTest, gfciReset } = this.state.outputs;
    this.stimulusSince = gfciTest ? (this.stimulusSince ?? this.at) : null;
    if (this.stimulusSince !== null && this.at - this.stimulusSince >= STIMULUS_TRIPS_AFTER) this.latch = true;
    if (gfciReset && this.world.gfci !== "doesNotClear" && !gfciTest) this.latch = false;
    if (this.world.currentA !== null && this.isClosed(0)) this.energyWh += (this.world.currentA * 240 * LOOP) / 3_600_000;
    if (this.world.meter === "works") {
      this.meterSays = { currentA: this.isClosed(0) ? (this.world.currentA ?? 0) : 0, energyWh: this.energyWh, at: this.at };
    } else if (this.world.meter === "frozen") {
      this.meterSays = { ...this.meterSays, at: this.at };
    }
  }

  /** A ground-fault current flows for a moment. */
  trip(): this {
    this.latch = true;
    return this;
  }

  private tripped(): boolean | null {
    if (this.world.gfci === "silent") return null;
    if (this.world.gfci === "stuckHigh") return true;
    return this.world.gfci === "stuckLow" ? false : this.latch;
  }

  /** What the board would say now. */
  get lastInputs(): BoardInputs {
    return this.sensed();
  }

  private sensed(): BoardInputs {
    const tripped = this.tripped();
    const { pilot } = this.state.outputs;
    return {
      gfciTripped: tripped,
      gfciDc: false,
      coilInhibited: this.world.inhibit === "notWired" ? null : this.world.inhibit === "wired" && tripped === true,
      loadSide: this.poles().map((_, pole) => this.isClosed(pole)),
      groundPresent: true,
      mainsV: Volts(240),
      currentA: Amps(this.meterSays.currentA),
      energyWh: WattHours(this.meterSays.energyWh),
      meterAt: Instant(this.meterSays.at),
      temperatureC: Celsius(25 + (this.steps % 2) / 10),
      railHighV: Volts(12),
      railLowV: Volts(-12),
      coilSupplyPercent: 100,
      pwm: {
        dutyPercent: pilot.kind === "pwm" ? pilot.dutyPercent : DutyPercent(pilot.kind === "steadyHigh" ? 100 : 0),
        frequencyHz: 1000,
      },
      ventilationOk: null,
      emergencyStop: false,
      proximityOhms: null,
      ...this.world.inputs,
    };
  }

  private reading(): PilotReading | null {
    const { pilot, pilotOpen } = this.state.outputs;
    const to = this.at - BURST_ENDS_BEFORE_LOOP;
    const from = to - BURST;
    const seen = pilotOpen ? "A" : this.shown.highestBetween(from, to);
    return readingOf(seen, { at: Instant(to), pilot, changed: this.outputSince > from, diode: this.world.diode });
  }
}

/** Charges, changes the world, and measures until the coil is off. */
export function opensAfter(change: (rig: Rig) => unknown): { readonly rig: Rig; readonly took: number } {
  const rig = Rig.charging();
  rig.forget();
  change(rig);
  return { rig, took: rig.msUntilOpen() };
}
