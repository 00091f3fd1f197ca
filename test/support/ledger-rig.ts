/** A ledger with its clocks in the test's hand, and a store that keeps what comes out of it as any store must. */
import assert from "node:assert/strict";
import {
  createLedger,
  type LedgerConfig,
  type LedgerState,
  ledgerConfig,
  type Recorded,
  record,
  resumeLedger,
  type SessionNews,
} from "#core/session/ledger";
import type { ChargerReport, LedgerInput, SiteReading, TariffSlot } from "#core/session/observation";
import type { LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import { Instant, WallTime } from "#core/units/units";

/** A Monday, 12:00 UTC. */
export const NOON = Date.UTC(2026, 5, 1, 12);
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

const UNSAID: ChargerReport = {
  charger: "bay",
  at: null,
  state: null,
  powerW: null,
  energyWh: null,
  counterOf: "life",
  currentA: null,
  offeredA: null,
  limitedBy: null,
  temperatureC: null,
  session: null,
  user: null,
  tag: null,
  carSocPercent: null,
  faults: [],
};

export const reportWith = (said: Partial<ChargerReport>): ChargerReport => ({ ...UNSAID, ...said });

export const eventWith = (said: Partial<LoggedEvent> & { readonly type: string; readonly at: WallTime }): LoggedEvent => ({
  id: `${said.type}-${said.at}`,
  charger: "bay",
  session: null,
  reason: null,
  fault: null,
  evidence: {},
  ...said,
});

export class LedgerRig {
  readonly config: LedgerConfig;
  state: LedgerState;
  /** Monotonic, of this run. */
  at = 0;
  wall = NOON;
  readonly records = new Map<string, SessionRecord>();
  readonly samples = new Map<string, SessionSample>();
  readonly events = new Map<string, LoggedEvent>();
  readonly news: SessionNews[] = [];
  batches = 0;
  checkpoint: string | null = null;
  #ids = 0;

  constructor(changes: Partial<LedgerConfig> = {}) {
    this.config = ledgerConfig("bay", changes);
    this.state = createLedger(this.config);
  }

  input(input: LedgerInput): Recorded {
    const newId = () => `id-${++this.#ids}`;
    const made = record(this.state, input, { at: Instant(this.at), wall: WallTime(this.wall), newId });
    assert.deepEqual(JSON.parse(JSON.stringify(made.state)), made.state, "the state is plain JSON");
    this.state = made.state;
    this.news.push(...made.news);
    if (made.batch !== null) this.append(made.batch);
    return made;
  }

  /** The charger says something now; with no time in it unless it is given. */
  report(said: Partial<ChargerReport>): Recorded {
    return this.input({ kind: "report", report: reportWith(said) });
  }

  event(type: string, said: Partial<LoggedEvent> = {}): Recorded {
    return this.input({ kind: "event", event: eventWith({ type, at: WallTime(this.wall), ...said }) });
  }

  site(said: Partial<SiteReading>): Recorded {
    return this.input({ kind: "site", reading: { at: null, sunW: null, gridW: null, batteryW: null, ...said } });
  }

  tariff(...slots: readonly TariffSlot[]): Recorded {
    return this.input({ kind: "tariff", slots });
  }

  /** Both clocks go on. */
  pass(ms: number): this {
    this.at += ms;
    this.wall += ms;
    return this;
  }

  /** Time goes on in seconds, and nobody says anything. */
  ticks(ms: number): this {
    for (let passed = 0; passed < ms; passed += SECOND) {
      this.pass(SECOND);
      this.input({ kind: "tick" });
    }
    return this;
  }

  /** The charger says the same each `every` for `ms`. */
  reports(ms: number, said: (passedMs: number) => Partial<ChargerReport>, every = SECOND): this {
    for (let passed = every; passed <= ms; passed += every) {
      this.pass(every);
      this.report(said(passed));
    }
    return this;
  }

  /** Another process goes on from what the store has, `awayMs` later; its monotonic clock begins anew. */
  kill(awayMs: number): this {
    this.wall += awayMs;
    this.at = 17;
    if (this.checkpoint === null) {
      this.state = createLedger(this.config);
      return this;
    }
    const { state, afresh } = resumeLedger(this.config, this.checkpoint);
    assert.equal(afresh, null);
    this.state = state;
    return this;
  }

  append({ records, samples, events, checkpoints }: SessionBatch): void {
    this.batches += 1;
    for (const session of records) {
      checkRecord(session);
      const before = this.records.get(session.id);
      if (before !== undefined) assert.ok(session.revision > before.revision, "a revision comes once");
      if (before !== undefined) assert.ok(session.energyWh >= before.energyWh, "energy never shrinks");
      this.records.set(session.id, session);
    }
    for (const sample of samples) {
      checkFinite(sample);
      assert.ok(this.records.has(sample.session) || records.some(({ id }) => id === sample.session));
      const key = `${sample.session} ${sample.at}`;
      if (!this.samples.has(key)) this.samples.set(key, sample);
    }
    for (const event of events) if (!this.events.has(event.id)) this.events.set(event.id, event);
    for (const { state } of checkpoints) this.checkpoint = state;
  }

  get sessions(): readonly SessionRecord[] {
    return [...this.records.values()];
  }

  /** The only session there is. */
  get session(): SessionRecord {
    const [only, ...more] = this.sessions;
    assert.ok(only !== undefined && more.length === 0, `${this.sessions.length} sessions`);
    return only;
  }

  get sampled(): readonly SessionSample[] {
    return [...this.samples.values()];
  }
}

function checkFinite(value: object): void {
  for (const [name, part] of Object.entries(value))
    if (typeof part === "number")
      assert.ok(Number.isFinite(part) && (part >= 0 || name === "temperatureC" || name === "cost"), `${name} ${part}`);
}

function checkRecord(session: SessionRecord): void {
  checkFinite({ ...session, peakTemperatureC: 0 });
  const { sunWh, gridWh, batteryWh, unknownWh, energyWh } = session;
  assert.ok(Math.abs(sunWh + gridWh + batteryWh + unknownWh - energyWh) < 1e-6 * Math.max(1, energyWh), "the split is the energy");
  assert.ok(session.chargingMs <= session.connectedMs, "no charging without a car");
  if (session.endedAt !== null) assert.ok(session.endedAt >= session.startedAt);
  assert.equal(session.endedAt === null, session.endReason === null);
}
