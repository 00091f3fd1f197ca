/** The limiter as a node runs it: messages and seconds in, limits, telemetry and a status line out. Knows nothing of Node-RED. */
import { MessageError } from "#core/errors";
import type { SolarConfig } from "#core/solar/config";
import { EMPTY_FLEET, type Fleet, resumedFleet, shareFleet } from "#core/solar/fleet";
import { createSolar, decisionOf, explain, learnedSolar, limitMessageOf, resumed, type SolarState, step } from "#core/solar/limiter";
import type { SolarEvent } from "#core/solar/types";
import { Amps, type Instant, Seconds } from "#core/units/units";
import type { FlowMessage, NodeStatus, Translate } from "../shared/red.ts";
import { Reporter } from "../shared/reporter.ts";
import { StatusLine } from "../shared/status-line.ts";
import { CarCurrents } from "./car-currents.ts";
import { type ChargerReport, drawnOf, isIdle, together } from "./charger-report.ts";
import { DoorClock, hourOfDay, isWithin, type SolarTime } from "./door-clock.ts";
import type { KeptSolar } from "./learned-file.ts";
import { chargerNames, type SolarForm, solarConfig } from "./limiter-config.ts";
import { mistakeOf, readInput } from "./solar-input.ts";
import { type LimitReport, type TelemetryReport, telemetryOf } from "./solar-limit.outputs.ts";
import { solarStatus } from "./solar-status.ts";

const TICK = Seconds(1);
/** Until the first reading, or for this long, nothing is said: a limit from before the deployment stays in force. */
const QUIET_START = Seconds(10);
/** A limit is said again when this part of its life is over. */
const RENEW_SHARE = 1 / 3;
/** Rejections of every day: they are counted, but the line under the node does not speak of them. */
const EVERYDAY: ReadonlySet<string> = new Set(["duplicate", "outOfOrder", "unavailable"]);

export interface LimiterHost {
  readonly time: SolarTime;
  readonly t: Translate;
  /** Topic of limits and telemetry when the form names no charger. */
  readonly topic: string;
  limit(msg: FlowMessage): void;
  telemetry(msg: FlowMessage): void;
  show(status: NodeStatus): void;
}

/** All that goes on from one deployment to the next, in the same process. */
export interface LimiterMemory {
  readonly state: SolarState;
  readonly fleet: Fleet;
  readonly reports: ReadonlyMap<string, ChargerReport>;
}

/** Never more than was decided, and without the tail that sums of fractions have. */
const inHundredths = (limit: LimitReport): LimitReport => ({ ...limit, limitA: Math.floor(limit.limitA * 100 + 1e-6) / 100 });

export class Limiter {
  readonly #form: SolarForm;
  readonly #config: SolarConfig;
  readonly #names: readonly string[];
  readonly #host: LimiterHost;
  readonly #clock: DoorClock;
  readonly #line: StatusLine;
  readonly #reporter: Reporter<TelemetryReport>;
  readonly #since: Instant;
  readonly #reports: Map<string, ChargerReport>;
  readonly #currents = new CarCurrents();
  /** Newest limit sent under each topic. */
  readonly #sent = new Map<string, { readonly limitA: number; readonly what: string; readonly at: Instant }>();
  readonly #refusals = new Map<string, number>();
  #refusedLast: string | null = null;
  #state: SolarState;
  #fleet: Fleet;
  #badReading = false;
  #tariff: boolean;
  /** Messages that name a time of the wall clock still to come: they are read again when that is set, as after the start of a computer without one. */
  readonly #timed = new Map<string, { readonly msg: FlowMessage; readonly until: Instant }>();
  #timesSet = 0;
  #cancelTick: () => void;

  constructor(form: SolarForm, host: LimiterHost, kept: KeptSolar | null, memory: LimiterMemory | null) {
    this.#form = form;
    this.#config = solarConfig(form);
    this.#names = chargerNames(form);
    this.#host = host;
    const { time } = host;
    this.#clock = new DoorClock(time);
    this.#since = time.now();
    // The form's import tolerance is newer than the one that was in force when this was learned.
    const known = kept === null ? null : { ...kept, importTolerance: this.#config.importTolerance };
    const fresh = createSolar(this.#config, this.#since, known);
    const offer = kept?.inForce ?? null;
    const counts = offer !== null && offer.until > time.wall() && offer.until <= time.wall() + this.#config.validFor;
    this.#state = memory?.state ?? (counts ? resumed(fresh, Amps(offer.limitA), offer.phases, this.#since) : fresh);
    this.#tariff = form.tariffA !== null && this.#state.ceilings.named.has("tariff");
    this.#fleet = memory?.fleet ?? (counts ? resumedFleet(offer.shares, this.#since) : EMPTY_FLEET);
    this.#reports = new Map(memory?.reports ?? []);
    this.#line = new StatusLine((status) => host.show(status), time);
    this.#reporter = new Reporter({
      send: (report) => host.telemetry({ topic: this.#topic, payload: structuredClone(report) }),
      significant: ({ mode, running, limitedBy, freshness, phases }) => [mode, running, limitedBy, freshness, phases],
      intervalMs: form.intervalS * 1000,
      scheduler: time,
    });
    this.#cancelTick = time.after(0, () => this.#tick());
  }

  /** What the next deployment goes on with. */
  get memory(): LimiterMemory {
    return { state: this.#state, fleet: this.#fleet, reports: this.#reports };
  }

  /** What the next run goes on with, should it come while chargers still believe the newest limit. */
  get kept(): KeptSolar {
    const { limit, phases } = this.#state;
    const until = this.#host.time.wall() + this.#config.validFor * (1 - RENEW_SHARE);
    const shares = this.#names.length > 1 ? this.#shares() : {};
    return { ...learnedSolar(this.#state), inForce: limit > 0 ? { limitA: limit, phases, until, shares } : null };
  }

  /** Takes a message in. @throws MessageError when it is a mistake; it then changes nothing but a count. */
  receive(msg: FlowMessage): void {
    const now = this.#host.time.now();
    const mistake = this.#take(msg, now);
    this.#tell(now);
    if (mistake !== null) throw mistake;
  }

  close(): void {
    this.#cancelTick();
    this.#reporter.silence();
    this.#line.close();
  }

  get #topic(): string {
    return this.#names.length === 1 ? (this.#names[0] ?? this.#host.topic) : this.#host.topic;
  }

  #take(msg: FlowMessage, now: Instant): MessageError | null {
    try {
      const input = readInput(msg, { form: this.#form, clock: this.#clock, wall: this.#host.time.wall() });
      switch (input.is) {
        case "charger":
          this.#hearCharger(input.report, now);
          return null;
        case "event":
          this.#keepTimed(input.event, msg);
          return this.#step(input.event, now, msg.payload);
        case "refused":
          this.#step(input.event, now, msg.payload);
          return input.error;
      }
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#refusedLast = `message.${error.code}`;
      this.#refusals.set(this.#refusedLast, (this.#refusals.get(this.#refusedLast) ?? 0) + 1);
      return error;
    }
  }

  #keepTimed(event: SolarEvent, msg: FlowMessage): void {
    if (event.type !== "plan" && event.type !== "ceiling") return;
    const until = event.type === "plan" ? (event.plan?.by ?? null) : event.until;
    const about = event.type === "plan" ? "plan" : `ceiling/${event.name}`;
    if (until === null) this.#timed.delete(about);
    else this.#timed.set(about, { msg, until });
  }

  #followClock(now: Instant): void {
    const { timesSet } = this.#clock;
    if (timesSet === this.#timesSet) return;
    this.#timesSet = timesSet;
    for (const { msg, until } of [...this.#timed.values()]) if (until > now) this.#take(msg, now);
  }

  /** @returns the sender's mistake, when the rules refused the reading for one. */
  #step(event: SolarEvent, now: Instant, from: unknown = undefined): MessageError | null {
    const before = this.#state.rejected;
    this.#state = step(this.#state, event, now).state;
    if (this.#state.rejected === before) {
      if (event.type === "reading" || event.type === "page") this.#badReading = false;
      return null;
    }
    this.#refusedLast = this.#state.rejectedLast;
    const [source = "", reason = ""] = this.#refusedLast?.split(".") ?? [];
    if (!EVERYDAY.has(reason)) this.#badReading = true;
    return mistakeOf(source, reason, from);
  }

  #hearCharger(report: ChargerReport, now: Instant): void {
    const { charger } = report;
    if (this.#names.length > 0 && !this.#names.includes(charger)) {
      throw new MessageError("unknownCharger", `charger: expected ${this.#names.join(" or ")}, got "${charger}". Name it in the form.`);
    }
    const before = this.#names.length > 0 ? this.#reports.get(charger) : [...this.#reports.values()][0];
    if (this.#names.length === 0) this.#reports.clear();
    this.#reports.set(charger, report);
    const presence = together([...this.#reports.values()], Math.max(1, this.#names.length));
    if (presence !== this.#state.presence) this.#step({ type: "car", presence }, now);
    const repeated = report.at !== null && report.at === before?.at;
    const several = this.#names.length > 1;
    const drawn = several ? this.#drawnByAll(report, now) : drawnOf(report);
    if (drawn === null || repeated) return;
    const measuredAt = report.at === null || several ? null : this.#clock.instantOf(report.at);
    this.#step({ type: "reading", source: "carCurrent", value: drawn, measuredAt }, now);
  }

  #drawnByAll(report: ChargerReport, now: Instant): number | null {
    const offeredTo = (name: string): number => this.#fleet.shares.get(name)?.limit ?? 0;
    this.#currents.hear(report, offeredTo(report.charger), now);
    return this.#currents.sum(this.#names, report.charger, offeredTo, now);
  }

  #tick(): void {
    const { time } = this.#host;
    this.#cancelTick = time.after(TICK, () => this.#tick());
    const now = time.now();
    this.#followClock(now);
    this.#keepTariffWindow(now);
    this.#step({ type: "tick" }, now);
    this.#tell(now);
  }

  #keepTariffWindow(now: Instant): void {
    const { tariffA, tariffFromH, tariffToH } = this.#form;
    const inside = tariffA !== null && isWithin(hourOfDay(this.#host.time.wall()), tariffFromH, tariffToH);
    if (inside === this.#tariff) return;
    this.#tariff = inside;
    this.#step({ type: "ceiling", name: "tariff", limit: inside ? tariffA : null, until: null }, now);
  }

  /** Says what is true now, where that is news. */
  #tell(now: Instant): void {
    const { time, t } = this.#host;
    const decision = decisionOf(this.#state);
    const whole = inHundredths(limitMessageOf(decision, time.wall()));
    const explanation = explain(this.#state, now);
    const several = this.#names.length > 1;
    if (several) this.#share(Amps(whole.limitA), now);
    const shares = several ? this.#shares() : {};

    const hasNews = explanation.freshness !== "never" || explanation.mode === "off" || explanation.mode === "fast";
    if (hasNews || now - this.#since >= QUIET_START) {
      if (several) {
        for (const [name, limitA] of this.#loweredFirst(shares)) {
          const limitedBy = limitA === 0 && whole.limitA > 0 ? "share" : whole.limitedBy;
          this.#offer(name, { ...whole, limitA, limitedBy }, now);
        }
      } else {
        this.#offer(this.#topic, whole, now);
      }
    }
    const { rejected, rejectedLast, ...rest } = telemetryOf(explanation, whole, time.wall(), shares);
    const refusals = Object.fromEntries(this.#refusals);
    this.#reporter.hear({ ...rest, rejected: { ...rejected, ...refusals }, rejectedLast: this.#refusedLast ?? rejectedLast });
    this.#line.set(solarStatus(explanation, whole.limitA, whole.limitedBy, this.#badReading, t));
  }

  #share(available: Amps, now: Instant): void {
    const cars = this.#names.map((name, priority) => {
      const report = this.#reports.get(name);
      const idle = report !== undefined && isIdle(report);
      return { name, priority, wants: report?.presence !== "absent", idle, maximum: this.#form.carMaximumA };
    });
    this.#fleet = shareFleet(this.#fleet, cars, available, { by: this.#form.sharing, floor: this.#config.floor }, now);
  }

  #shares(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#names.map((name) => [name, this.#fleet.shares.get(name)?.limit ?? 0]));
  }

  /** Whoever must give way first, so that the sum never exceeds what there is, not even between two messages. */
  #loweredFirst(shares: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
    const rise = ([name, limitA]: readonly [string, number]): number => limitA - (this.#sent.get(name)?.limitA ?? 0);
    return Object.entries(shares).toSorted((a, b) => rise(a) - rise(b));
  }

  #offer(topic: string, limit: LimitReport, now: Instant): void {
    const { limitA, limitedBy, phases } = limit;
    const what = JSON.stringify([limitA, limitedBy, phases]);
    const before = this.#sent.get(topic);
    if (before?.what === what && now - before.at < this.#config.validFor * RENEW_SHARE) return;
    this.#sent.set(topic, { limitA, what, at: now });
    this.#host.limit(this.#form.plainNumber ? { topic, payload: limitA, limit: { ...limit } } : { topic, payload: { ...limit } });
  }
}
