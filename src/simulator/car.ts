/** A car at the end of the cable: inlet, battery, the current it takes, and the mind that decides on it. */
import type { CarPreset, CarSpec } from "./actions.ts";
import { Battery } from "./battery.ts";
import { CarMind, type SeenPilot } from "./car-mind.ts";
import { CurrentRamp } from "./current-ramp.ts";
import { Inlet } from "./inlet.ts";
import type { PilotBranch } from "./pilot-circuit.ts";
import { CAR_DEFAULTS, carPreset } from "./presets.ts";
import type { Random } from "./random.ts";

/** The car that is, was or will be plugged in. */
export class Car {
  readonly #inlet: Inlet;
  readonly #battery = new Battery();
  readonly #ramp = new CurrentRamp();
  readonly #mind: CarMind;
  #spec: CarSpec = CAR_DEFAULTS;
  #volts = 0;
  #countedAt = 0;
  #takenWh = 0;

  /** @param phases the charger can give */
  readonly #phases: number;

  constructor(phases: number, random: Random) {
    this.#phases = phases;
    this.#battery.socPercent = this.#spec.socPercent;
    this.#inlet = new Inlet(random);
    this.#mind = new CarMind(this.#spec, this.#ramp, this.#battery, random);
  }

  get nextAt(): number {
    return Math.min(this.#inlet.nextAt, this.#mind.nextAt);
  }

  get plugged(): boolean {
    return this.#inlet.plugged;
  }

  get s2Closed(): boolean {
    return this.#mind.s2Closed || (this.#spec.simplified && this.plugged);
  }

  get asleep(): boolean {
    return this.#mind.asleep;
  }

  get broken(): boolean {
    return this.#mind.broken;
  }

  get socPercent(): number {
    return this.#battery.socPercent;
  }

  /** Capacitance of inlet and car on the pilot while it touches, nF. */
  get nanofarad(): number {
    return this.#inlet.touches ? this.#spec.inletNanofarad : 0;
  }

  get phases(): number {
    return Math.min(this.#spec.phases, this.#phases);
  }

  /** Energy taken since the beginning of the simulation, as counted at the last `passTime`. */
  get takenWh(): number {
    return this.#takenWh;
  }

  /** Current a phase, amps. */
  drawA(at: number): number {
    return this.#ramp.at(at);
  }

  drawW(at: number): number {
    return this.#ramp.at(at) * this.#volts * this.phases;
  }

  branches(diode: "ok" | "shorted" | "open"): readonly PilotBranch[] {
    return this.#inlet.branches(this.#spec, this.s2Closed, diode);
  }

  plug(preset: CarPreset | undefined, change: Partial<CarSpec> | undefined, at: number): void {
    this.#spec = { ...(preset === undefined ? this.#spec : carPreset(preset)), ...change };
    this.#battery.socPercent = this.#spec.socPercent;
    this.#mind.end(at);
    this.#inlet.plugIn(this.#spec, at);
  }

  unplug(at: number): void {
    this.#mind.end(at);
    this.#inlet.unplug(this.#spec, at);
  }

  describe(change: Partial<CarSpec>, at: number): void {
    this.#spec = { ...this.#spec, ...change };
    if (change.socPercent !== undefined) this.#battery.socPercent = change.socPercent;
    if (this.#inlet.together) this.#mind.become(this.#spec, at);
  }

  holdButton(held: boolean, at: number): void {
    this.#mind.holdButton(held, at);
  }

  /** What the car reads of the pilot, and the mains at its inlet. */
  notice(pilot: SeenPilot, mainsV: number, at: number): void {
    this.#volts = mainsV;
    if (this.#inlet.together) this.#mind.notice(pilot, mainsV > 0, at);
  }

  advance(at: number): void {
    if (at >= this.#inlet.nextAt) {
      this.#inlet.advance(at);
      if (this.#inlet.together) this.#mind.begin(this.#spec, at);
    }
    this.#mind.advance(at);
  }

  /** Counts energy and charge up to `at`; nothing has changed since the last time. */
  passTime(at: number): void {
    const overMs = at - this.#countedAt;
    const ampMs = this.#ramp.flowed(this.#countedAt, at);
    this.#countedAt = at;
    if (ampMs === 0) return;
    const takenWh = (ampMs * this.#volts * this.phases) / 3_600_000;
    this.#takenWh += takenWh;
    this.#battery.charge(takenWh, overMs, this.#spec.batteryWh);
  }
}
