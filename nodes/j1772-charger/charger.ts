/** One charger as Node-RED holds it. It outlasts the configuration node: a deployment changes its users, not its session. */
import { LinkLost, MessageError } from "#core/errors";
import type { Amps, Volts } from "#core/units/units";
import type { LinkClient } from "#link/client";
import type { Reply, Welcome } from "#link/frames";
import type { EventMessage, StatusMessage } from "#link/messages";
import type { SimActionMessage } from "#link/sim-action";
import type { ChargerHandle, ChargerListener, ChargerUser, LinkState } from "../shared/charger-handle.ts";
import type { FlowCommand } from "../shared/limit-input.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import type { Keeper } from "./keeper.ts";
import { LimitLease } from "./limit-lease.ts";

/** Requests that may wait for an answer at once; a flow that asks faster is told so. */
const MOST_REQUESTS = 16;
/** Who limits where a node offers of its own accord. */
const BY_ITSELF = "offer";
/** Who pauses where a person presses the panel's button, as the controller says it. */
const PANEL = "panel";

export interface ChargerFacts {
  readonly name: string;
  readonly supply: { readonly volts: Volts; readonly phases: 1 | 3 };
}

export class Charger implements ChargerHandle {
  #facts: ChargerFacts;
  #keeper: Keeper;
  #welcome: Welcome | null = null;
  readonly #users = new Map<string, ChargerListener>();
  /** What each user offered last of its own accord. */
  readonly #offers = new Map<string, Amps>();
  readonly #lease: LimitLease;
  /** Who paused, so that a controller that was restarted does not take up what a flow or a person has paused. */
  #pausedBy: string | null = null;
  #requests = 0;

  constructor(facts: ChargerFacts, keeper: Keeper, scheduler: Scheduler) {
    this.#facts = facts;
    this.#keeper = keeper;
    this.#lease = new LimitLease({
      scheduler,
      isPresent: (user) => this.#users.has(user),
      send: ({ limit, by }, validForMs) =>
        this.#ask((line) => line.command({ command: "limit", limitA: limit, validForMs, limitedBy: by })),
    });
    this.#listen(keeper);
  }

  get name(): string {
    return this.#facts.name;
  }
  get supply(): ChargerFacts["supply"] {
    return this.#facts.supply;
  }
  get link(): LinkState {
    return this.#keeper.link;
  }
  get status(): StatusMessage | null {
    return this.#welcome && (this.#keeper.line?.status ?? null);
  }
  get simulated(): boolean | null {
    return this.#welcome?.capabilities.includes("sim") ?? null;
  }
  get run(): string | null {
    return this.#welcome && `${this.#welcome.pid}@${this.#welcome.startedAt}`;
  }

  /** Other words for the same charger. */
  rename(facts: ChargerFacts): void {
    this.#facts = facts;
  }

  /** Takes its news from `keeper` from now on, and no longer from the one before. */
  follow(keeper: Keeper, facts: ChargerFacts): void {
    this.#facts = facts;
    this.#keeper = keeper;
    this.#linkChanged(keeper.link);
    this.#listen(keeper);
  }

  attach(user: string, listener: ChargerListener): ChargerUser {
    this.#users.set(user, listener);
    this.#lease.resume(user);
    if (listener.truth) this.#followTruth();
    return {
      offer: (limit) => this.#offer(user, limit),
      limit: (limit) => this.#lease.set({ ...limit, user }),
      command: (command) => (command.command === "pause" ? this.#pause(command.by ?? "flow") : this.#command(command)),
      show: (facts) => this.#ask((line) => line.show(facts)),
      simulate: (action) => this.#simulate(action),
      detach: (removed) => this.#detach(user, listener, removed),
    };
  }

  #detach(user: string, listener: ChargerListener, removed: boolean): void {
    if (this.#users.get(user) === listener) this.#users.delete(user);
    if (!removed) return;
    this.#offers.delete(user);
    this.#lease.forget(user);
  }

  #listen(keeper: Keeper): void {
    const whileCurrent =
      <T>(hear: (news: T) => void) =>
      (news: T): void => {
        if (keeper === this.#keeper) hear(news);
      };
    keeper.on(
      "link",
      whileCurrent((state) => this.#linkChanged(state)),
    );
    keeper.on(
      "welcome",
      whileCurrent((welcome) => this.#welcomed(welcome)),
    );
    keeper.on(
      "status",
      whileCurrent((status) => this.#tell((user) => user.status?.(status))),
    );
    keeper.on(
      "event",
      whileCurrent((event) => {
        this.#followPause(event);
        this.#tell((user) => user.event?.(event));
      }),
    );
    keeper.on(
      "truth",
      whileCurrent((truth) => this.#tell((user) => user.truth?.(truth))),
    );
  }

  /**
   * A person at the charger's own panel pauses and goes on too; what they did last is what a restarted controller hears. A charger that
   * offers nothing by itself, for want of sun or because it is stopped, says "paused" as well, and that ends by itself.
   */
  #followPause({ type, reason }: EventMessage): void {
    if (type === "paused" && reason === PANEL) this.#pausedBy = PANEL;
    else if (type === "resumed") this.#pausedBy = null;
  }

  #linkChanged(state: LinkState): void {
    if (state !== "connected") {
      this.#welcome = null;
      this.#lease.disconnect();
    }
    this.#tell((user) => user.link?.(state));
  }

  #welcomed(welcome: Welcome): void {
    this.#welcome = welcome;
    if (this.#pausedBy !== null) this.#pause(this.#pausedBy).catch(heard);
    this.#lease.connect(welcome.leaseMs);
    if ([...this.#users.values()].some((user) => user.truth)) this.#followTruth();
  }

  #offer(user: string, limit: Amps | null): void {
    const before = this.#offers.get(user);
    const { standing } = this.#lease;
    if (limit === null) {
      this.#offers.delete(user);
      if (standing?.by === BY_ITSELF && standing.limit === before) this.#lease.forget(user);
      return;
    }
    this.#offers.set(user, limit);
    if (before === limit && standing !== null) return;
    this.#lease.set({ user, limit, by: BY_ITSELF, validUntil: null }).catch(heard);
  }

  async #pause(by: string): Promise<void> {
    const before = this.#pausedBy;
    this.#pausedBy = by;
    try {
      await this.#ask((line) => line.command({ command: "pause", by }));
    } catch (error) {
      // With the line gone the pause stands, and the next controller hears it first.
      if (error instanceof LinkLost) return;
      this.#pausedBy = before;
      throw error;
    }
  }

  async #command(command: FlowCommand): Promise<void> {
    await this.#ask((line) => line.command(command));
    if (command.command === "resume") this.#pausedBy = null;
  }

  async #simulate(action: SimActionMessage): Promise<void> {
    if (this.simulated === false) {
      throw new MessageError("notSimulated", `"${this.name}" is a real charger; nothing can be simulated on it.`);
    }
    await this.#ask((line) => line.sim(action));
  }

  /** @throws LinkLost, MessageError */
  async #ask(request: (line: LinkClient) => Promise<Reply>): Promise<void> {
    const line = this.#welcome && this.#keeper.line;
    if (!line) throw new LinkLost("notConnected", `No controller answers for "${this.name}"; nothing was changed.`);
    if (this.#requests >= MOST_REQUESTS) {
      throw new MessageError("tooMany", `${MOST_REQUESTS} requests to "${this.name}" wait for an answer already; ask less often.`);
    }
    this.#requests += 1;
    try {
      const reply = await request(line);
      if (!reply.ok) throw new MessageError(reply.code, reply.message);
    } finally {
      this.#requests -= 1;
    }
  }

  #followTruth(): void {
    if (this.simulated) this.#ask((line) => line.askTruth(true)).catch(heard);
  }

  #tell(say: (user: ChargerListener) => void): void {
    for (const user of [...this.#users.values()]) say(user);
  }
}

/** For what is asked on nobody's behalf: what the controller refuses shows in its status, and what is lost is asked again. */
function heard(error: unknown): void {
  if (!(error instanceof LinkLost) && !(error instanceof MessageError)) throw error;
}
