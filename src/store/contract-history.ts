/** Made-up charging for tests of stores: the same for the same seed. */
import type { Checkpoint, EndReason, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import { EMPTY_BATCH } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { SAMPLE_SCALE } from "./resolution.ts";

/** A small seeded generator (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.next() * choices.length)] ?? choices[0];
  }

  shuffled<T>(items: readonly T[]): readonly T[] {
    return items
      .map((item) => ({ item, place: this.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }
}

export const batch = (part: Partial<SessionBatch>): SessionBatch => ({ ...EMPTY_BATCH, ...part });

const EMPTY_RECORD: SessionRecord = {
  id: "",
  revision: 1,
  charger: "bay",
  user: null,
  tag: null,
  startedAt: WallTime(0),
  endedAt: null,
  connectedMs: 0,
  chargingMs: 0,
  energyWh: 0,
  sunWh: 0,
  gridWh: 0,
  batteryWh: 0,
  unknownWh: 0,
  cost: null,
  pricedWh: 0,
  co2G: null,
  meterStartWh: null,
  meterStopWh: null,
  maxPowerW: null,
  meanPowerW: null,
  offeredMinA: null,
  offeredMaxA: null,
  peakTemperatureC: null,
  interruptions: [],
  faults: [],
  endReason: null,
  gaps: 0,
};

/** A record with these figures; energy is of the grid unless said otherwise, and closed sessions have a reason. */
export function record(part: Partial<SessionRecord> & { readonly id: string }): SessionRecord {
  const energyWh = part.energyWh ?? 0;
  const closed: Partial<SessionRecord> = typeof part.endedAt === "number" ? { endReason: "carStopped" } : {};
  return { ...EMPTY_RECORD, gridWh: energyWh, ...closed, ...part, energyWh };
}

/** A sample of grid energy. */
export const sample = (session: string, at: number, energyWh: number, part: Partial<SessionSample> = {}): SessionSample => ({
  session,
  at: WallTime(at),
  energyWh,
  sunWh: 0,
  gridWh: energyWh,
  batteryWh: 0,
  cost: null,
  powerW: null,
  currentA: null,
  offeredA: null,
  temperatureC: null,
  ...part,
});

export const event = (id: string, at: number, part: Partial<LoggedEvent> = {}): LoggedEvent => ({
  id,
  charger: "bay",
  session: null,
  at: WallTime(at),
  type: "plugged",
  reason: null,
  fault: null,
  evidence: {},
  ...part,
});

export const checkpoint = (charger: string, at: number, state: string): Checkpoint => ({ charger, at: WallTime(at), state });

/** As fine as every store keeps a sample. */
export function rounded(taken: SessionSample): SessionSample {
  const figures = Object.entries(SAMPLE_SCALE).map(([figure, scale]) => {
    const value = taken[figure as keyof typeof SAMPLE_SCALE];
    return [figure, value === null ? null : Math.round(value * scale) / scale];
  });
  return { ...taken, ...Object.fromEntries(figures) };
}

const MINUTE = 60_000;
const REASONS: readonly [EndReason, ...EndReason[]] = ["carFull", "carStopped", "unpluggedWhileCharging", "limit", "fault", "unknown"];

export interface HistoryOptions {
  readonly seed: number;
  readonly sessions: number;
  readonly from: number;
  readonly until: number;
  /** The newest session of each charger may still be open. */
  readonly open?: boolean;
}

/** Sessions one after the other on three chargers, some without energy, some over days, each as the batches that a log would append. */
export function history({ seed, sessions, from, until, open = false }: HistoryOptions): readonly SessionBatch[] {
  const chance = new Chance(seed);
  const each = (until - from) / sessions;
  return Array.from({ length: sessions }, (_, index) => {
    const startedAt = Math.floor(from + each * (index + chance.next() * 0.5));
    const plugged = chance.of([3, 40, 500, 900, 3_000]) * MINUTE * (0.5 + chance.next());
    return chargeBatches(chance, {
      id: `${seed}-${index}`,
      charger: chance.of(["bay", "carport", "Ladeplatz 3"]),
      user: chance.of([null, "ann", "björn"]),
      startedAt,
      endedAt: open && index === sessions - 1 ? null : Math.floor(startedAt + plugged),
      plugged,
    });
  }).flat();
}

interface Charge {
  readonly id: string;
  readonly charger: string;
  readonly user: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly plugged: number;
}

/** One charge: opened, sampled at an interval that need not meet the minute, closed. */
function chargeBatches(chance: Chance, { id, charger, user, startedAt, endedAt, plugged }: Charge): readonly SessionBatch[] {
  const interval = Math.max(chance.of([60_000, 61_373, 300_000]), plugged / 60);
  const [begins, ends] = [chance.next() * 0.6 * plugged, (0.4 + chance.next() * 0.6) * plugged];
  const watts = chance.of([0, 1_400, 7_200, 11_000]);
  const sunShare = chance.of([0, 0.35, 1]);
  const price = chance.of([null, 0.31]);
  const common = { id, charger, user, tag: chance.of([null, "04:A2"]), startedAt: WallTime(startedAt) };
  const samples: SessionSample[] = [];
  const energyAt = (offset: number): number => Math.round(((Math.max(0, Math.min(offset, ends) - begins) * watts) / 3_600_000) * 100) / 100;
  const split = (energyWh: number) => {
    const sunWh = Math.round(energyWh * sunShare * 100) / 100;
    return { energyWh, sunWh, gridWh: energyWh - sunWh, cost: price === null ? null : Math.round(energyWh * price * 10) / 10_000 };
  };
  for (let offset = 0; offset < plugged; offset += interval) {
    const at = Math.floor(startedAt + offset);
    samples.push(sample(id, at, 0, { ...split(energyAt(offset)), powerW: offset > begins && offset < ends ? watts : 0 }));
  }
  const last = Math.floor(startedAt + plugged);
  samples.push(sample(id, last, 0, split(energyAt(plugged))));
  const end = split(energyAt(plugged));
  const charging = Math.max(0, Math.floor(ends - begins));
  const closing = record({
    ...common,
    ...end,
    revision: 3,
    endedAt: endedAt === null ? null : WallTime(endedAt),
    connectedMs: Math.floor(plugged),
    chargingMs: watts > 0 ? charging : 0,
    pricedWh: price === null ? 0 : end.energyWh,
    co2G: chance.of([null, end.energyWh * 0.4]),
    maxPowerW: watts,
    endReason: endedAt === null ? null : chance.of(REASONS),
    gaps: chance.between(0, 2),
  });
  const half = Math.ceil(samples.length / 2);
  return [
    batch({ records: [record({ ...common, revision: 1 })], events: [event(`${id} in`, startedAt, { charger, session: id })] }),
    batch({ samples: samples.slice(0, half), checkpoints: [checkpoint(charger, startedAt, `{"in":"${id}"}`)] }),
    batch({ samples: samples.slice(half), records: [closing], checkpoints: [checkpoint(charger, last, `{"after":"${id}"}`)] }),
  ];
}
