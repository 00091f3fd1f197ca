/**
 * The chargers of this Node-RED, by the id of their configuration node. They are owned here, outside of any node, because a
 * full deployment closes and re-creates every node: the session must not notice.
 */
import { LONGEST_DEPLOYMENT } from "../shared/resting.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import { Charger, type ChargerFacts } from "./charger.ts";
import { Keeper, type KeeperOptions } from "./keeper.ts";

/** Where news of the controller go. */
export type Log = (text: string, level: "info" | "warning") => void;

export interface ChargerSettings {
  readonly facts: ChargerFacts;
  /** Equal for two settings that one running controller can serve. */
  readonly key: string;
  readonly keeper: KeeperOptions;
  readonly log: Log;
}

interface Entry {
  readonly charger: Charger;
  readonly keeper: Keeper;
  readonly key: string;
  log: Log;
  /** Calls off that it is stopped for want of a node. */
  stay: () => void;
}

export class Chargers {
  readonly #entries = new Map<string, Entry>();
  /** Chargers whose hardware somebody else has for a while, each with what resolves when it is back. */
  readonly #held = new Map<string, Promise<void>>();
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** The charger with this id, running by these settings: adopted as it is, or stopped politely and started with new ones. */
  take(id: string, { facts, key, keeper: options, log }: ChargerSettings): Charger {
    const known = this.#entries.get(id);
    known?.stay();
    if (known?.key === key) {
      known.log = log;
      known.charger.rename(facts);
      known.keeper.start(this.#held.get(id));
      return known.charger;
    }
    const keeper = new Keeper(options);
    const charger = known?.charger ?? new Charger(facts, keeper, this.#scheduler);
    const entry: Entry = { charger, keeper, key, log, stay: () => {} };
    this.#entries.set(id, entry);
    keeper.on("news", (text, level) => entry.log(text, level));
    if (known) charger.follow(keeper, facts);
    keeper.start(Promise.all([known?.keeper.stop(), this.#held.get(id)]).then(() => {}));
    return charger;
  }

  /** The charger with this id; null where there is none. */
  get(id: string): Charger | null {
    return this.#entries.get(id)?.charger ?? null;
  }

  /**
   * Stops the charger's controller and keeps it stopped, through deployments too, until the returned function is called. Resolves when
   * the controller is gone.
   */
  async hold(id: string): Promise<() => void> {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held.set(id, held);
    await this.#entries.get(id)?.keeper.stop();
    return () => {
      this.#held.delete(id);
      release();
      this.#entries.get(id)?.keeper.start();
    };
  }

  /**
   * The configuration node is closed. Mostly for a deployment; but where it is part of a subflow that was deleted, or all flows were
   * stopped, this is all that is ever heard, and a car must not go on charging that no node looks after.
   */
  rest(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.stay();
    entry.stay = this.#scheduler.after(LONGEST_DEPLOYMENT, () => void this.drop(id));
  }

  /** Stops the charger with this id politely. Resolves when it has stopped; one that is taken again meanwhile goes on. */
  async drop(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.stay();
    await entry.keeper.stop();
    if (entry.keeper.link === "stopped" && this.#entries.get(id) === entry) this.#entries.delete(id);
  }
}
