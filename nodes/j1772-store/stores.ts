/**
 * The session stores of this Node-RED, by the id of their configuration node. They are owned here, outside of any node, because a full
 * deployment closes and re-creates every node: what is being written must not notice. Configuration nodes that mean the same file or
 * database share one store.
 */
import type { SessionRecord } from "#core/session/record";
import { Hours, Minutes } from "#core/units/units";
import type { DocumentStore } from "#ports/document-store";
import type { SessionStore } from "#ports/session-store";
import { DeferredStore, type WholeStore } from "#store/deferred";
import { type SpooledStore, withSpool } from "#store/spool/spooled-store";
import type { StoreConfig } from "#store/store-config";
import { LONGEST_DEPLOYMENT } from "../shared/resting.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import type { DocumentHandle, StoreHealth, StoreListener } from "../shared/store-handle.ts";
import type { StoreSettings } from "./store-settings.ts";

/** How often old things are let go. */
const RETAIN_EVERY = Hours(24);
/** The first time after a start; nobody waits for it. */
const RETAIN_FIRST = Minutes(5);

/** Where news of the store go. */
export type Log = (text: string, level: "info" | "warning") => void;

/** A package that only the other kind of store needs is not loaded. */
export async function loadStore(config: StoreConfig): Promise<WholeStore> {
  switch (config.kind) {
    case "sqlite":
      return new (await import("#store/sqlite/sqlite-store")).SqliteStore(config.file);
    case "postgres":
      return new (await import("#store/postgres/postgres-store")).PostgresStore(config.url);
  }
}

/** One file or database, for all configuration nodes that mean it. */
class OpenStore {
  readonly store: SpooledStore;
  /** Past the spool: what a shared site could not write it keeps itself and writes again. */
  readonly documents: DocumentStore;
  readonly handles = new Set<Handle>();

  /** @param begin the file is not opened before this */
  constructor(settings: StoreSettings, load: typeof loadStore, scheduler: Scheduler, begin: Promise<unknown>) {
    const store = new DeferredStore(() => load(settings.store));
    this.documents = store;
    this.store = withSpool(store, settings.spool, {
      begin,
      after: (ms, then) => scheduler.after(ms, then),
      health: (health) => this.#tell((handle) => handle.healthChanged(health)),
      warn: (text) => this.#tell((handle) => handle.log(text, "warning")),
    });
  }

  announce(record: SessionRecord): void {
    this.#tell((handle) => handle.sessionChanged(record));
  }

  #tell(say: (handle: Handle) => void): void {
    for (const handle of [...this.handles]) say(handle);
  }
}

/** A configuration node's view of its store. It outlasts the node; other settings change what it shows. */
class Handle implements DocumentHandle {
  settings: StoreSettings;
  log: Log;
  #opened: OpenStore;
  readonly #listeners = new Set<StoreListener>();
  #cancelRetention = (): void => {};
  #cancelRest = (): void => {};
  #told: StoreHealth["state"] = "opening";

  constructor(settings: StoreSettings, opened: OpenStore, log: Log) {
    this.settings = settings;
    this.log = log;
    this.#opened = opened;
    opened.handles.add(this);
  }

  get opened(): OpenStore {
    return this.#opened;
  }
  get name(): string {
    return this.settings.name;
  }
  get store(): SessionStore {
    return this.#opened.store;
  }
  get documents(): DocumentStore {
    return this.#opened.documents;
  }
  get timeZone(): string {
    return this.settings.timeZone;
  }
  get currency(): string {
    return this.settings.currency;
  }
  get health(): StoreHealth {
    return this.#opened.store.health;
  }

  announce(record: SessionRecord): void {
    this.#opened.announce(record);
  }

  listen(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From now on it shows another file or database. */
  follow(opened: OpenStore): void {
    this.#opened = opened;
    opened.handles.add(this);
    this.healthChanged(this.health);
  }

  healthChanged(health: StoreHealth): void {
    if (health.state !== this.#told) this.#tell(health);
    this.#told = health.state;
    for (const listener of [...this.#listeners]) listener.health?.(health);
  }

  sessionChanged(record: SessionRecord): void {
    for (const listener of [...this.#listeners]) listener.session?.(record);
  }

  /** Lets old things go, in a while and then every day. */
  retain(scheduler: Scheduler): void {
    this.#cancelRetention();
    const again = (ms: number): void => {
      this.#cancelRetention = scheduler.after(ms, () => {
        again(RETAIN_EVERY);
        this.store
          .retain(this.settings.retention, scheduler.wall())
          .catch((error: Error) => this.log(`Nothing old was let go: ${error.message}`, "info"));
      });
    };
    if (Object.values(this.settings.retention).some((age) => age !== null)) again(RETAIN_FIRST);
  }

  /** Calls `gone` unless it is taken again soon. */
  rest(scheduler: Scheduler, gone: () => void): void {
    this.#cancelRest();
    this.#cancelRest = scheduler.after(LONGEST_DEPLOYMENT, gone);
  }

  wakeUp(): void {
    this.#cancelRest();
  }

  #tell({ state, why }: StoreHealth): void {
    if (state === "unusable" || state === "full") this.log(why ?? state, "warning");
    else if (state === "away") this.log(`What is written waits in the spool. ${why}`, "warning");
    else if (state === "open" && this.#told !== "opening") this.log("The session store is back.", "info");
  }

  stop(): void {
    this.#cancelRest();
    this.#cancelRetention();
    this.#opened.handles.delete(this);
  }
}

export class Stores {
  readonly #scheduler: Scheduler;
  readonly #load: typeof loadStore;
  readonly #handles = new Map<string, Handle>();
  readonly #opened = new Map<string, OpenStore>();
  /** Stores that are being closed; the next to be opened may have their spool. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(scheduler: Scheduler, load = loadStore) {
    this.#scheduler = scheduler;
    this.#load = load;
  }

  /** The store with this id by these settings: adopted as it is where they mean the same file or database. */
  take(id: string, settings: StoreSettings, log: Log): DocumentHandle {
    const known = this.#handles.get(id);
    if (known === undefined) {
      const handle = new Handle(settings, this.#open(settings), log);
      this.#handles.set(id, handle);
      handle.retain(this.#scheduler);
      return handle;
    }
    known.wakeUp();
    const before = known.opened;
    if (before !== this.#opened.get(settings.key)) {
      before.handles.delete(known);
      void this.#closeUnused();
      known.follow(this.#open(settings));
    }
    const isSamePolicy = JSON.stringify(known.settings.retention) === JSON.stringify(settings.retention);
    known.settings = settings;
    known.log = log;
    if (!isSamePolicy) known.retain(this.#scheduler);
    return known;
  }

  /**
   * The configuration node is closed. Mostly for a deployment; but where it is part of a subflow that was deleted, this is all that is
   * ever heard, and its store must not stay open for nobody.
   */
  rest(id: string): void {
    this.#handles.get(id)?.rest(this.#scheduler, () => void this.drop(id));
  }

  /** The configuration node is gone for good. Resolves when its store is closed, where nobody else uses it. */
  async drop(id: string): Promise<void> {
    this.#handles.get(id)?.stop();
    this.#handles.delete(id);
    await this.#closeUnused();
  }

  #open(settings: StoreSettings): OpenStore {
    const known = this.#opened.get(settings.key);
    if (known !== undefined) return known;
    const opened = new OpenStore(settings, this.#load, this.#scheduler, this.#closing);
    this.#opened.set(settings.key, opened);
    return opened;
  }

  #closeUnused(): Promise<unknown> {
    const unused = [...this.#opened].filter(([, { handles }]) => handles.size === 0);
    for (const [key] of unused) this.#opened.delete(key);
    this.#closing = Promise.allSettled([this.#closing, ...unused.map(([, { store }]) => store.close())]);
    return this.#closing;
  }
}
