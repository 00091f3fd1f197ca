/**
 * A charger's hardware, a car and a house in simulated time, as a raw board. Nothing runs by itself: each call first lives through all
 * that hardware would have done since the last one, event by event, however long the caller was away.
 */
import { BrokenInvariant, DriverUnavailable } from "#core/errors";
import type { BoardInputs, Outputs } from "#core/evse/types";
import type { BurstPlan } from "#core/pilot/types";
import { Instant } from "#core/units/units";
import type { BoardSnapshot, RawBoard } from "#ports/board";
import type { Clock } from "#ports/clock";
import type { SimAction, SimFault, SimTruth } from "./actions.ts";
import { ADC, PilotSampler } from "./adc.ts";
import { type Fitted, FULLY_FITTED, type SimulatedBoardOptions } from "./board-options.ts";
import { Car } from "./car.ts";
import type { CoilListener } from "./coil-witness.ts";
import { CONTACTOR_MS, Contactor, type Poles } from "./contactor.ts";
import { DIVIDER, Divider } from "./divider.ts";
import { Faults } from "./faults.ts";
import { GroundFaultSensor, TEST_MA } from "./ground-fault-sensor.ts";
import { House } from "./house.ts";
import { LivenessOneShot } from "./liveness.ts";
import { METER_PERIOD_MS, Meter } from "./meter.ts";
import { drivesSamePilot, SAFE_OUTPUTS, sameOutputs } from "./outputs.ts";
import { waveformOf } from "./pilot-circuit.ts";
import { gated, lineOf, producedBy, reachesCar, readByCar } from "./pilot-wiring.ts";
import { Random } from "./random.ts";
import { sensed } from "./sense.ts";
import { Thermometer } from "./thermometer.ts";

/** Frequency of the mains, and of what they couple into the pilot. */
const MAINS_HZ = 60;

interface Scheduled {
  readonly action: SimAction;
  readonly at: number;
}

interface Marks {
  appliedAt: number | null;
  coilOffAt: number | null;
  coilReleasedAt: number | null;
  contactsOpenAt: number | null;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The raw board. Everything but `open`, `makeSafe`, `close` and what the simulation adds throws BrokenInvariant while it is not open. */
export class SimulatedBoard implements RawBoard {
  readonly kind = "raw";
  readonly name: string;
  readonly #clock: Clock;
  readonly #fitted: Fitted;
  readonly #listener: CoilListener | undefined;
  readonly #faults = new Faults();
  readonly #divider: Divider;
  readonly #sampler: PilotSampler;
  readonly #oneShot: LivenessOneShot;
  readonly #contactor: Contactor;
  readonly #sensor = new GroundFaultSensor();
  readonly #meter: Meter;
  readonly #thermometer: Thermometer;
  readonly #car: Car;
  readonly #house: House;
  readonly #scheduled: Scheduled[] = [];
  readonly #marks: Marks = { appliedAt: null, coilOffAt: null, coilReleasedAt: null, contactsOpenAt: null };
  #opened = false;
  #outputs: Outputs = SAFE_OUTPUTS;
  #coilEnergised = false;
  #wereClosed = false;
  #inputs: BoardInputs | null = null;
  #now: number;
  #nextAt = NEVER;
  #pollsAt: number;

  constructor(options: SimulatedBoardOptions) {
    const { clock, seed, poles = 2 } = options;
    const now = clock.now();
    this.name = options.name ?? "sim";
    this.#clock = clock;
    this.#listener = options.listener;
    this.#fitted = { ...FULLY_FITTED, ...options.fitted };
    this.#divider = new Divider({ ...DIVIDER, ...options.divider });
    this.#sampler = new PilotSampler(this.#divider, { ...ADC, ...options.adc }, new Random(seed, 1));
    this.#oneShot = new LivenessOneShot(options.livenessHoldMs);
    this.#contactor = new Contactor(poles, options.contactor ?? { pullInMs: CONTACTOR_MS, dropOutMs: CONTACTOR_MS });
    this.#meter = new Meter(new Random(seed, 2), options.meterStartWh);
    this.#thermometer = new Thermometer(new Random(seed, 3), now, options.thermalTimeConstantMs);
    this.#car = new Car(poles >= 3 ? 3 : 1, new Random(seed, 4));
    this.#house = new House(options.house ?? {}, now);
    this.#now = now;
    this.#pollsAt = now;
    this.#settle(now);
  }

  async open(): Promise<void> {
    if (this.#opened) throw new DriverUnavailable("boardBusy", `the board "${this.name}" is already open: close it first`);
    this.#opened = true;
    this.#drive(SAFE_OUTPUTS);
  }

  write(outputs: Outputs): void {
    this.#mustBeOpen("write");
    this.#drive(outputs);
  }

  pulseLiveness(): void {
    this.#mustBeOpen("pulseLiveness");
    const now = this.#advance();
    const wasUp = this.#oneShot.isUp(now);
    this.#oneShot.pulse(now);
    this.#listener?.pulsed();
    if (!wasUp) this.#settle(now);
  }

  startBurst(plan: BurstPlan): void {
    this.#mustBeOpen("startBurst");
    const now = this.#advance();
    this.#sampler.start(plan, this.#outputs.pilot, now);
  }

  /** One conversion of the pilot now, ADC volts, where the bursts are paced from outside. */
  convert(): number {
    this.#mustBeOpen("convert");
    return this.#sampler.convert(this.#advance());
  }

  read(): BoardSnapshot {
    this.#mustBeOpen("read");
    const now = this.#advance();
    this.#inputs ??= sensed({
      fitted: this.#fitted,
      faults: this.#faults,
      produced: producedBy(this.#outputs.pilot, this.#faults),
      sensor: this.#sensor,
      inhibited: this.#inhibited(now),
      contacts: this.#contactor.closed,
      mainsV: this.#mainsV,
      coilSupplyPercent: this.#coilSupplyPercent,
      meter: this.#meter.answer,
      temperatureC: this.#thermometer.readingC,
    });
    return { burst: this.#sampler.finished(now), inputs: this.#inputs };
  }

  makeSafe(): void {
    this.#drive(SAFE_OUTPUTS);
  }

  async close(): Promise<void> {
    this.#drive(SAFE_OUTPUTS);
    this.#opened = false;
  }

  /** The process that had the board open died without closing it: the outputs stay as they are, and the board can be opened again. */
  holderDied(): void {
    this.#advance();
    this.#opened = false;
  }

  /**
   * Does something to the car, the house or the hardware.
   * @param at on the board's clock; in the future it happens exactly then, however late the next call comes. Default: now.
   */
  apply(action: SimAction, at?: Instant): void {
    const now = this.#advance();
    if (at === undefined || at <= now) {
      this.#carryOut(action, now);
      this.#settle(now);
      return;
    }
    const later = this.#scheduled.findIndex((other) => other.at > at);
    this.#scheduled.splice(later < 0 ? this.#scheduled.length : later, 0, { action, at });
    this.#nextAt = Math.min(this.#nextAt, at);
  }

  /** Lives through everything up to `at`, which is not before the last call's time. */
  advanceTo(at: Instant): void {
    if (at >= this.#nextAt) {
      this.#nextAt = this.#soonest();
      while (this.#nextAt <= at) {
        this.#now = this.#nextAt;
        this.#happen(this.#now);
      }
    }
    if (at > this.#now) this.#now = at;
  }

  truth(): SimTruth {
    const now = this.#advance();
    const car = this.#car;
    return {
      plugged: car.plugged,
      s2Closed: car.s2Closed,
      asleep: car.asleep,
      carFault: car.broken,
      socPercent: car.socPercent,
      drawA: car.drawA(now),
      coil: this.#outputs.coil,
      coilEnergised: this.#coilEnergised,
      contacts: this.#contactor.closed,
      gridW: this.#house.gridW(car.drawW(now), now),
      pvW: this.#house.pvW(now),
      houseW: this.#house.loadW,
      mainsV: this.#mainsV,
      faults: this.#faults.names,
      marks: { ...this.#marks },
    };
  }

  #mustBeOpen(call: string): void {
    if (!this.#opened) throw new BrokenInvariant("boardNotOpen", `${call} on the board "${this.name}", which is not open: open it first`);
  }

  #advance(): number {
    this.advanceTo(this.#clock.now());
    return this.#now;
  }

  get #mainsV(): number {
    return this.#faults.has("mainsLost") ? 0 : this.#house.mainsV;
  }

  get #coilSupplyPercent(): number {
    return this.#faults.has("mainsLost") ? 0 : (this.#faults.value("brownOut") ?? 100);
  }

  #alive(at: number): boolean {
    return this.#faults.has("livenessStuck") || this.#oneShot.isUp(at);
  }

  /** Something in hardware keeps the coil off. */
  #inhibited(at: number): boolean {
    const latched = this.#sensor.latched && !this.#faults.has("gfciLatchDoesNotInhibit");
    return latched || !this.#alive(at) || this.#faults.has("emergencyStop");
  }

  #drive(outputs: Outputs): void {
    const now = this.#advance();
    const before = this.#outputs;
    if (sameOutputs(before, outputs)) return;
    this.#outputs = outputs;
    if (!drivesSamePilot(before, outputs)) this.#sampler.outputChanged(now);
    if (before.coil !== outputs.coil) {
      if (!outputs.coil) this.#marks.coilOffAt = now;
      this.#listener?.coilCommanded(outputs.coil);
    }
    this.#settle(now);
  }

  #soonest(): number {
    const drops = this.#oneShot.dropsAt;
    return Math.min(
      this.#scheduled[0]?.at ?? NEVER,
      drops > this.#now ? drops : NEVER,
      this.#contactor.nextAt,
      this.#sensor.nextAt,
      this.#car.nextAt,
      this.#pollsAt,
    );
  }

  /** Everything that is due at `at`. */
  #happen(at: number): void {
    this.#car.passTime(at);
    while (this.#scheduled[0] !== undefined && this.#scheduled[0].at <= at) {
      const due = this.#scheduled.shift();
      if (due !== undefined) this.#carryOut(due.action, at);
    }
    this.#contactor.advance(at);
    this.#sensor.advance(at);
    this.#car.advance(at);
    this.#settle(at);
  }

  /** Carries what has changed through gate, contactor, car and pilot, and says when something next happens by itself. */
  #settle(at: number): void {
    this.#car.passTime(at);
    this.#markContacts(at);
    this.#senseResidualCurrent(at);
    this.#gateCoil(at);
    const drive = gated(producedBy(this.#outputs.pilot, this.#faults), this.#alive(at));
    const reached = reachesCar(this.#outputs.pilotOpen, this.#faults);
    this.#car.notice(readByCar(drive, reached, this.#faults), this.#contactor.allClosed ? this.#mainsV : 0, at);
    this.#sampler.see(waveformOf(drive, lineOf(this.#car, reached, this.#faults, this.#divider)), at);
    if (at >= this.#pollsAt) this.#poll(at);
    this.#inputs = null;
    this.#nextAt = this.#soonest();
  }

  #markContacts(at: number): void {
    if (this.#wereClosed && !this.#contactor.anyClosed) this.#marks.contactsOpenAt = at;
    this.#wereClosed = this.#contactor.anyClosed;
  }

  #senseResidualCurrent(at: number): void {
    const faults = this.#faults;
    const flows = this.#contactor.anyClosed && this.#mainsV > 0 && !faults.has("gfciStuckLow");
    const leaksMa = flows ? (faults.value("leakage") ?? 0) : 0;
    const testMa = this.#outputs.gfciTest && !faults.has("gfciStuckLow") ? TEST_MA : 0;
    this.#sensor.feel(leaksMa + testMa, flows ? (faults.value("leakageDc") ?? 0) : 0, at);
    if (this.#outputs.gfciReset) this.#sensor.reset();
  }

  #gateCoil(at: number): void {
    const energised = this.#outputs.coil && !this.#inhibited(at) && this.#coilSupplyPercent > 0;
    if (this.#coilEnergised && !energised) this.#marks.coilReleasedAt = at;
    this.#coilEnergised = energised;
    this.#contactor.supply(energised ? this.#coilSupplyPercent : 0, at);
  }

  #poll(at: number): void {
    this.#pollsAt = at + METER_PERIOD_MS;
    const drawA = this.#car.drawA(at);
    this.#meter.poll(drawA, this.#car.takenWh, this.#contactor.allClosed, this.#faults, Instant(at));
    this.#thermometer.measure(drawA, this.#faults, at);
  }

  #carryOut(action: SimAction, at: number): void {
    this.#marks.appliedAt = at;
    this.#car.passTime(at);
    switch (action.do) {
      case "plug":
        this.#car.plug(action.preset, action.car, at);
        return;
      case "unplug":
        this.#car.unplug(at);
        return;
      case "car":
        this.#car.describe(action.car, at);
        return;
      case "pressButton":
      case "releaseButton":
        this.#car.holdButton(action.do === "pressButton", at);
        return;
      case "inject":
        this.#inject(action.fault, action.value, at);
        return;
      case "clear":
        this.#faults.clear(action.fault);
        this.#breakParts(at);
        return;
      case "house":
        this.#house.change(action);
        return;
    }
  }

  #inject(fault: SimFault, value: number | undefined, at: number): void {
    if (fault === "gfciTrip") {
      if (!this.#faults.has("gfciStuckLow")) this.#sensor.trip(false);
      return;
    }
    this.#faults.inject(fault, value);
    this.#breakParts(at);
  }

  /** Tells the parts which of their faults are active. */
  #breakParts(at: number): void {
    const faults = this.#faults;
    const poles = (fault: "weld" | "stuckOpen"): Poles | null => (faults.has(fault) ? (faults.value(fault) ?? "all") : null);
    this.#contactor.weld(poles("weld"));
    this.#contactor.stickOpen(poles("stuckOpen"));
    this.#sensor.unresettable = faults.has("gfciTestDoesNotClear");
    this.#sampler.spoil(
      {
        noiseV: faults.value("noise") ?? 0,
        outlierPercent: faults.value("outliers") ?? 0,
        humV: faults.value("hum") ?? 0,
        humHz: MAINS_HZ,
        holdFraction: faults.value("holdError") ?? 0,
        stuckV: faults.value("adcStuck") ?? null,
      },
      at,
    );
  }
}
