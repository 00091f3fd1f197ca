/** The log as a node runs it: messages and seconds in; answers, news and a status line out. Knows nothing of Node-RED. */
import { MessageError } from "#core/errors";
import { type LedgerConfig, type LedgerNow, ledgerConfig } from "#core/session/ledger";
import { NO_PRICES } from "#core/session/ledger-config";
import type { LedgerInput, SiteReading, TariffSlot } from "#core/session/observation";
import type { SessionBatch } from "#core/session/record";
import { withSlots } from "#core/session/tariff";
import { type Instant, Millis, Seconds, Watts } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import { CSV_STYLES } from "../shared/csv.ts";
import type { ConfigOf } from "../shared/fields.ts";
import type { FlowMessage, NodeStatus, Translate } from "../shared/red.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import { StatusLine } from "../shared/status-line.ts";
import type { StoreHandle } from "../shared/store-handle.ts";
import { type BooksMemory, ChargerBooks } from "./charger-books.ts";
import { Journal } from "./journal.ts";
import { readInput, type Told as ToldInput } from "./log-input.ts";
import { logStatus } from "./log-status.ts";
import { News, type Told } from "./news.ts";
import type { Question } from "./question-input.ts";
import { Reports, type Said } from "./reports.ts";
import type { SessionLogNode } from "./session-log.schema.ts";

export type LogForm = ConfigOf<typeof SessionLogNode.fields>;

/** What the log needs of time; tests move it. */
export interface LogTime extends Scheduler {
  now(): Instant;
}

export interface LogHost {
  readonly time: LogTime;
  readonly t: Translate;
  /** Name of a charger that names itself nowhere. */
  readonly charger: string;
  newId(): string;
  news(msg: FlowMessage): void;
  show(status: NodeStatus): void;
  warn(text: string): void;
  /** Answers a question, as messages like `msg`. */
  answer(question: Question, msg: FlowMessage): Promise<void>;
  /** What has been recorded, for whoever else keeps it. */
  recorded(batch: SessionBatch): void;
}

/** All that goes on from one deployment to the next, in the same process. */
export interface LogMemory {
  readonly books: ReadonlyMap<string, BooksMemory>;
  readonly waiting: SessionBatch;
  readonly told: ReadonlyMap<string, Told>;
  readonly slots: readonly TariffSlot[];
  readonly said: ReadonlyMap<string, Said>;
}

const TICK = Seconds(1);
/** Names come from messages; nobody has so many chargers on one log. */
const MOST_CHARGERS = 500;

/** Who keeps which charger, in each store of this process. */
const owners = new WeakMap<SessionStore, Map<string, Keeper>>();

function ownersIn(store: SessionStore): Map<string, Keeper> {
  const known = owners.get(store) ?? new Map<string, Keeper>();
  owners.set(store, known);
  return known;
}

export class Keeper {
  readonly #form: LogForm;
  readonly #host: LogHost;
  readonly #kept: StoreHandle;
  readonly #books = new Map<string, ChargerBooks>();
  readonly #reports: Reports;
  readonly #journal: Journal;
  readonly #news: News;
  readonly #line: StatusLine;
  readonly #stopListening: () => void;
  #slots: readonly TariffSlot[];
  #cancelTick: () => void;

  constructor(form: LogForm, kept: StoreHandle, host: LogHost, memory: LogMemory | null) {
    this.#form = form;
    this.#kept = kept;
    this.#host = host;
    const { time } = host;
    this.#reports = new Reports(form.volts, memory?.said);
    this.#line = new StatusLine((status) => host.show(status), time);
    this.#news = new News(Millis(form.newsS * 1000), memory?.told);
    this.#slots = memory?.slots ?? [];
    this.#journal = new Journal(
      {
        store: kept.store,
        scheduler: time,
        trouble: (error) => {
          if (error !== null) host.warn(`What happens is kept in memory only until the store takes it: ${error.message}`);
          this.#show();
        },
        gaveUp: (count) => host.warn(`The store takes nothing and memory is full: ${count} old samples or events are given up.`),
      },
      memory?.waiting,
    );
    for (const [charger, books] of memory?.books ?? []) this.#openBooks(charger, books);
    this.#stopListening = kept.listen({ health: () => this.#show() });
    this.#cancelTick = time.after(TICK, () => this.#tick());
    this.#show();
  }

  /** What the next deployment goes on with. */
  get memory(): LogMemory {
    const books = new Map([...this.#books].map(([charger, { memory }]) => [charger, memory] as const));
    return { books, waiting: this.#journal.waiting, told: this.#news.told, slots: this.#slots, said: this.#reports.said };
  }

  /** Takes a message in. Rejects with a MessageError when it is a mistake; it then changes nothing. */
  async receive(msg: FlowMessage): Promise<void> {
    const { time, charger } = this.#host;
    const { csv, rowsPerMessage, gridSign, batterySign } = this.#form;
    const input = readInput(msg, {
      now: time.wall(),
      timeZone: this.#kept.timeZone,
      csv: CSV_STYLES[csv],
      rowsPerPart: rowsPerMessage,
      gridSign,
      batterySign,
      charger: this.#form.charger || charger,
      carsW: this.#reports.carsW(time.now()),
    });
    if (input.is === "question") {
      // Whoever asks after news of a session finds it.
      await this.#journal.written();
      return this.#host.answer(input.question, msg);
    }
    this.#take(input);
    this.#show();
  }

  /** Writes what there is to write. What the store did not take is part of `memory` then. */
  async close(): Promise<void> {
    this.#cancelTick();
    this.#stopListening();
    this.#line.close();
    const kept = ownersIn(this.#kept.store);
    const now = this.#now();
    for (const [charger, books] of this.#books) {
      books.close(now);
      if (kept.get(charger) === this) kept.delete(charger);
    }
    await this.#journal.close();
  }

  #take(input: ToldInput): void {
    const now = this.#now();
    switch (input.is) {
      case "nothing":
        break;
      case "report": {
        const books = this.#booksOf(input.report.charger);
        books.take({ kind: "report", report: this.#reports.complete(input.report, input.leftOut, now.at) }, now);
        break;
      }
      case "event":
        this.#booksOf(input.event.charger).take({ kind: "event", event: input.event }, now);
        break;
      case "site":
        this.#tellAll({ kind: "site", reading: this.#withCars(input.reading, now.at) }, now);
        break;
      case "tariff":
        this.#slots = withSlots(this.#slots, input.slots, now.wall);
        this.#tellAll({ kind: "tariff", slots: input.slots }, now);
        break;
    }
  }

  #now(): LedgerNow {
    const { time, newId } = this.#host;
    return { at: time.now(), wall: time.wall(), newId };
  }

  #tellAll(input: LedgerInput, now: LedgerNow): void {
    for (const books of this.#books.values()) books.take(input, now);
  }

  /** @throws MessageError tooManyChargers, keptElsewhere. */
  #booksOf(charger: string): ChargerBooks {
    const known = this.#books.get(charger);
    if (known !== undefined) return known;
    if (this.#books.size >= MOST_CHARGERS) {
      throw new MessageError(
        "tooManyChargers",
        `charger: expected at most ${MOST_CHARGERS} different names, got another one, "${charger}".`,
      );
    }
    const owner = ownersIn(this.#kept.store).get(charger);
    if (owner !== undefined) {
      throw new MessageError(
        "keptElsewhere",
        `charger: "${charger}" is already kept in this store by another session log, and would count twice. Send it to one of them only.`,
      );
    }
    const books = this.#openBooks(charger, null);
    if (this.#slots.length > 0) books.take({ kind: "tariff", slots: this.#slots }, this.#now());
    return books;
  }

  #openBooks(charger: string, memory: BooksMemory | null): ChargerBooks {
    const { time, warn } = this.#host;
    const books = new ChargerBooks(
      this.#configOf(charger),
      {
        store: this.#kept.store,
        scheduler: time,
        warn,
        recorded: ({ batch, news }) => {
          for (const one of news) {
            this.#kept.announce(one.record);
            const payload = this.#news.hear(one, time.wall());
            if (payload !== null) this.#host.news({ topic: charger, payload });
          }
          if (batch === null) return;
          this.#journal.add(batch);
          this.#host.recorded(batch);
        },
      },
      memory,
    );
    this.#books.set(charger, books);
    ownersIn(this.#kept.store).set(charger, this);
    return books;
  }

  #configOf(charger: string): LedgerConfig {
    const { attribution, price, sunPrice, co2GPerKwh, volts, mostKw, sampleS } = this.#form;
    return ledgerConfig(charger, {
      attribution,
      sampleEvery: Seconds(sampleS),
      voltsTotal: volts,
      mostPower: Watts(mostKw * 1000),
      prices: { ...NO_PRICES, gridPerKwh: price, sunPerKwh: sunPrice, co2GPerKwh },
    });
  }

  #withCars(reading: SiteReading, at: Instant): SiteReading {
    return this.#books.size > 1 ? { ...reading, carsW: this.#reports.carsW(at) } : reading;
  }

  #tick(): void {
    const { time } = this.#host;
    this.#cancelTick = time.after(TICK, () => this.#tick());
    this.#tellAll({ kind: "tick" }, this.#now());
    this.#show();
  }

  #show(): void {
    const { samples, events, records } = this.#journal.waiting;
    const waiting = this.#journal.isInTrouble ? samples.length + events.length + records.length : 0;
    const charges = [...this.#books].flatMap(([charger, { session }]) =>
      session === null ? [] : [{ energyWh: session.energyWh, charging: this.#reports.isCharging(charger) }],
    );
    this.#line.set(logStatus(this.#kept.health, waiting, charges, this.#host.t));
  }
}
