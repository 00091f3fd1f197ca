/** The closed loop: sun, house, car and meter at one second, with a controller in the middle. */
import type { Day } from "./days.ts";
import { randomOf } from "./random.ts";

export interface CarKind {
  /** s from a new pilot to the first change of current. */
  readonly dead: number;
  /** A/s. */
  readonly ramp: number;
  /** s from closing to the first current. */
  readonly start: number;
  /** A drawn beside the pilot. */
  readonly offset: number;
  /** A. */
  readonly most: number;
}

const typicalCar: CarKind = { dead: 2, ramp: 2, start: 10, offset: -0.2, most: 80 };

export const CARS: Readonly<Record<string, CarKind>> = {
  fast: { dead: 1, ramp: 10, start: 5, offset: -0.1, most: 80 },
  typical: typicalCar,
  slow: { dead: 5, ramp: 0.3, start: 30, offset: -0.2, most: 80 },
  overdraw: { ...typicalCar, offset: 1.5 },
  underdraw: { ...typicalCar, offset: -1.5 },
  limited13: { ...typicalCar, most: 13 },
  sleepy: { ...typicalCar, start: 70 },
};

export interface MeterKind {
  /** s between readings, and from looking to arriving. */
  readonly period: number;
  readonly lag: number;
  /** W, standard deviation. */
  readonly noise: number;
  /** Share of readings lost one by one. */
  readonly lost: number;
  /** Bursts of silence of 20 to 120 s, about this share of the time. */
  readonly bursts: number;
  /** One hour in the middle of the day without readings, or with the same value again and again under fresh stamps. */
  readonly hour: "none" | "silent" | "frozen";
  /** s between two measured car currents, each a second before the meter looks; every second when missing. */
  readonly current?: number;
}

const typicalMeter: MeterKind = { period: 5, lag: 2, noise: 20, lost: 0, bursts: 0, hour: "none" };

export const METERS: Readonly<Record<string, MeterKind>> = {
  ideal: { ...typicalMeter, period: 1, lag: 0, noise: 0 },
  typical: typicalMeter,
  p1: { ...typicalMeter, period: 10, lag: 4, noise: 5, lost: 0.01 },
  slow30: { ...typicalMeter, period: 30, lag: 15, lost: 0.05 },
  cloud60: { ...typicalMeter, period: 60, lag: 20, lost: 0.1 },
  dropouts: { ...typicalMeter, bursts: 0.1 },
  outage: { ...typicalMeter, hour: "silent" },
  frozen: { ...typicalMeter, hour: "frozen" },
};

/** The typical meter beside a charger that tells the car's current now and then; not part of the matrix. */
export const SPARSE: Readonly<Record<string, MeterKind>> = {
  current5: { ...typicalMeter, current: 5 },
  current15: { ...typicalMeter, current: 15 },
  current30: { ...typicalMeter, current: 30 },
  current60: { ...typicalMeter, current: 60 },
};

/** The installation around it. */
export interface Site {
  readonly peakW: number;
  readonly volts: number;
  readonly phases: 1 | 3 | "switchable";
  readonly mostA: number;
  readonly battery?: HomeBattery;
}

/** A home battery that keeps the grid at nothing as far as it can, a little late, and so hides the sun from the meter. */
export interface HomeBattery {
  readonly capacityWh: number;
  readonly largestW: number;
  /** Share it is charged at first light. */
  readonly charged: number;
  /** s its own loop takes. */
  readonly lag: number;
  /** s by which its power is measured earlier than the grid's. */
  readonly skew: number;
}

/** Numbers of phases the charger may use. */
export const phasesOf = ({ phases }: Site): readonly (1 | 3)[] => (phases === "switchable" ? [1, 3] : [phases]);

export const HOME: Site = { peakW: 6000, volts: 230, phases: 1, mostA: 16 };
export const FLOOR_A = 6;

/** What a controller is told when a reading arrives. */
export interface Reading {
  /** Second at which the meter looked. */
  readonly measured: number;
  /** W, import positive. */
  readonly grid: number;
  /** A the car drew at that same second. */
  readonly car: number;
  /** W, charging positive; 0 without a battery. */
  readonly battery: number;
}

export interface Controller {
  /** Is told grid and battery apart; the others get the grid as it would be without the battery, as evcc's site power is. */
  readonly knowsBattery?: boolean;
  /** Number of phases from now on; the site's own when missing. */
  phases?(): 1 | 3;
  /** A car current measured now; only for controllers that ask for one. */
  sample?(amps: number, second: number): void;
  reading(reading: Reading, second: number): void;
  /** Once a second: the pilot from now on, 0 A or at least the floor. */
  tick(second: number): number;
}

export interface Tally {
  solarWh: number;
  importWh: number;
  closures: number;
  moves: number;
  /** Import during the silent or frozen hour. */
  hourImportWh: number;
  /** Shortest time between two closures, s. */
  shortest: number;
}

/** First second of the hour in which the meter fails; different every day. */
const failsAt = (day: Day, seed: number): number => Math.round(day.sun.length * randomOf(seed + 17).between(0.3, 0.6));

const surpluses = new WeakMap<Day, Map<number, Float64Array>>();

/** Power the car could have of the sun, second by second, W. */
export function surplusOf(day: Day, peakW: number): Float64Array {
  const kept = surpluses.get(day) ?? new Map<number, Float64Array>();
  surpluses.set(day, kept);
  const known = kept.get(peakW);
  if (known !== undefined) return known;
  const surplus = day.sun.map((share, t) => share * peakW - (day.load[t] as number));
  kept.set(peakW, surplus);
  return surplus;
}

/** Which readings of a day arrive, and their noise; the same for every controller. */
interface Arrivals {
  readonly lost: Uint8Array;
  readonly noise: Float64Array;
}
const arrivals = new WeakMap<Day, Map<MeterKind, Arrivals>>();

function arrivalsOf(day: Day, meter: MeterKind, seed: number): Arrivals {
  const kept = arrivals.get(day) ?? new Map<MeterKind, Arrivals>();
  arrivals.set(day, kept);
  const known = kept.get(meter);
  if (known !== undefined) return known;
  const random = randomOf(seed);
  const length = day.sun.length;
  const lost = new Uint8Array(length);
  const noise = new Float64Array(length);
  let silentUntil = 0;
  for (let t = 0; t < length; t += 1) {
    if (meter.bursts > 0 && t >= silentUntil && random.next() < meter.bursts / 70) silentUntil = t + random.between(20, 120);
    if (t < silentUntil) lost[t] = 1;
    if (t % meter.period !== 0) continue;
    if (random.next() < meter.lost) lost[t] = 1;
    noise[t] = meter.noise * random.normal();
  }
  const made = { lost, noise };
  kept.set(meter, made);
  return made;
}

/** The battery's own controller: first order, within its power and its charge. */
class BatteryLoop {
  readonly kind: HomeBattery;
  #charge: number;
  #power = 0;

  constructor(kind: HomeBattery) {
    this.kind = kind;
    this.#charge = kind.charged * kind.capacityWh;
  }

  /** Charging power of the next second where `spare` W are left over. */
  second(spare: number): number {
    const { capacityWh, largestW, lag } = this.kind;
    const most = this.#charge >= capacityWh ? 0 : largestW;
    const least = this.#charge <= 0 ? 0 : -largestW;
    const wanted = Math.max(least, Math.min(most, spare));
    this.#power = Math.max(least, Math.min(most, this.#power + (wanted - this.#power) / lag));
    this.#charge += this.#power / 3600;
    return this.#power;
  }
}

/** Runs one day. */
export function simulate(day: Day, site: Site, car: CarKind, meter: MeterKind, controller: Controller, seed: number): Tally {
  const surplus = surplusOf(day, site.peakW);
  const { lost, noise } = arrivalsOf(day, meter, seed);
  const [ownPhases = 1] = phasesOf(site);
  const length = surplus.length;
  const hourFrom = meter.hour === "none" ? length : failsAt(day, seed);
  const hourTo = hourFrom + 3600;
  const house = site.battery === undefined ? null : new BatteryLoop(site.battery);
  const batteries = new Float64Array(length);
  let phases: 1 | 3 = ownPhases;
  let volts = site.volts * phases;
  const pilots = new Float64Array(length + 1);
  const drawn = new Float64Array(length);
  const inFlight: Reading[] = [];
  let flown = 0;
  let amps = 0;
  let pilot = 0;
  let onSince = 0;
  let frozen: number | null = null;
  let lastClosure = Number.NEGATIVE_INFINITY;
  const tally: Tally = { solarWh: 0, importWh: 0, closures: 0, moves: 0, hourImportWh: 0, shortest: Number.POSITIVE_INFINITY };
  let solar = 0;
  let bought = 0;
  let boughtInHour = 0;
  for (let t = 0; t < length; t += 1) {
    const felt = t - car.dead >= 0 ? (pilots[t - car.dead] as number) : 0;
    let target = 0;
    if (felt > 0 && t - onSince >= car.start) target = Math.min(felt + car.offset, car.most);
    const rate = target === 0 ? Math.max(5, car.ramp) : car.ramp;
    amps = amps < target ? Math.min(target, amps + rate) : Math.max(target, amps - rate);
    drawn[t] = amps;
    const power = amps * volts;
    const sun = surplus[t] as number;
    const used = Math.min(power, Math.max(sun, 0));
    solar += used;
    bought += power - used;
    if (t >= hourFrom && t < hourTo) boughtInHour += power - used;
    if (house !== null) batteries[t] = house.second(sun - power);
    if (t % meter.period === 0 && lost[t] === 0) {
      const battery = house === null ? 0 : (batteries[Math.max(0, t - house.kind.skew)] as number);
      const grid = power - sun + (batteries[t] as number) + (noise[t] as number) - (controller.knowsBattery === true ? 0 : battery);
      const failing = t >= hourFrom && t < hourTo;
      if (!failing) frozen = grid;
      if (!failing || (meter.hour === "frozen" && frozen !== null)) {
        inFlight.push({ measured: t, grid: failing ? (frozen as number) : grid, car: amps, battery });
      }
    }
    if (meter.current === undefined || (t + 1) % meter.current === 0) controller.sample?.(amps, t);
    for (let next = inFlight[flown]; next !== undefined && next.measured + meter.lag <= t; next = inFlight[flown]) {
      controller.reading(next, t);
      flown += 1;
    }
    const wanted = controller.tick(t);
    const wantedPhases = controller.phases?.() ?? ownPhases;
    if (wantedPhases !== phases) {
      phases = wantedPhases;
      volts = site.volts * phases;
      amps = 0;
      // The contactor opens and closes again, and the car begins anew.
      if (pilot > 0 && wanted > 0) {
        tally.closures += 1;
        onSince = t;
      }
    }
    if (wanted !== pilot) {
      tally.moves += 1;
      if (pilot === 0) {
        tally.closures += 1;
        tally.shortest = Math.min(tally.shortest, t - lastClosure);
        lastClosure = t;
        onSince = t;
      }
      pilot = wanted;
    }
    pilots[t + 1] = pilot;
  }
  tally.solarWh = solar / 3600;
  tally.importWh = bought / 3600;
  tally.hourImportWh = boughtInHour / 3600;
  return tally;
}
