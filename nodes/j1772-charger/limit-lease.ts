/**
 * The limit that stands for a charger. It lives as a short lease in the controller and is renewed from here, so that it
 * ends soon after Node-RED, or the node that set it, is gone. The newest limit wins; a flood of them costs nothing.
 */
import { LinkLost } from "#core/errors";
import type { LimitOutcome, StandingLimit } from "../shared/charger-handle.ts";
import type { Scheduler } from "../shared/scheduler.ts";

/** Renewals within one lease, so that a lost one does no harm. @see WD-02 */
const RENEWALS_PER_LEASE = 3;
/** The link takes no shorter validity, ms. */
const SHORTEST_VALIDITY = 100;
/** Limits follow each other no faster; of those that come in between only the newest is sent, ms. */
const SPACING = 50;

export interface OwnedLimit extends StandingLimit {
  /** Who set it, and must be there for it to be renewed. */
  readonly user: string;
}

interface Waiting {
  readonly resolve: (outcome: LimitOutcome) => void;
  readonly reject: (reason: unknown) => void;
}

const nothing = (): void => {};

export interface LimitLeaseOptions {
  readonly scheduler: Scheduler;
  /** @throws MessageError when the controller refuses, LinkLost when it is gone. */
  readonly send: (limit: OwnedLimit, validForMs: number) => Promise<void>;
  readonly isPresent: (user: string) => boolean;
}

export class LimitLease {
  readonly #options: LimitLeaseOptions;
  #standing: OwnedLimit | null = null;
  /** What the controller took last; stands again when it refuses what came after. */
  #taken: OwnedLimit | null = null;
  /** Whoever waits for the standing limit to be taken. */
  #waiting: Waiting | null = null;
  /** Null while no controller is connected. */
  #leaseMs: number | null = null;
  /** The standing limit is to be sent now, not only when it is time to renew it. */
  #due = false;
  #sending = false;
  #cancelRenewal = nothing;

  constructor(options: LimitLeaseOptions) {
    this.#options = options;
  }

  get standing(): OwnedLimit | null {
    return this.#standing;
  }

  /** A controller is there that keeps a limit for `leaseMs`; it hears the standing one at once. */
  connect(leaseMs: number): void {
    this.#leaseMs = leaseMs;
    this.#sendNow();
  }

  disconnect(): void {
    this.#leaseMs = null;
    this.#cancelRenewal();
    this.#settle("kept");
  }

  /** @throws MessageError with the controller's code when it refuses; the limit before stands. */
  set(limit: OwnedLimit): Promise<LimitOutcome> {
    this.#standing = limit;
    this.#settle("superseded");
    if (this.#leaseMs === null) return Promise.resolve("kept");
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#sendNow();
    });
  }

  /** This user is back; its limit is renewed again. */
  resume(user: string): void {
    if (this.#standing?.user === user) this.#sendNow();
  }

  /** This user will not come back; its limit is left to run out. */
  forget(user: string): void {
    if (this.#standing?.user === user) this.#drop();
  }

  #sendNow(): void {
    this.#due = true;
    this.#send();
  }

  #send(): void {
    const { scheduler, send, isPresent } = this.#options;
    const standing = this.#standing;
    const leaseMs = this.#leaseMs;
    if (this.#sending || leaseMs === null || standing === null || !isPresent(standing.user)) return;
    const remaining = standing.validUntil === null ? leaseMs : standing.validUntil - scheduler.wall();
    if (remaining < SHORTEST_VALIDITY) {
      this.#drop();
      return;
    }
    this.#cancelRenewal();
    this.#sending = true;
    this.#due = false;
    const waiting = this.#waiting;
    this.#waiting = null;
    const spaced = new Promise<void>((resolve) => void scheduler.after(SPACING, resolve));
    const asked = send(standing, Math.min(leaseMs, remaining)).then(
      () => {
        this.#taken = standing;
        waiting?.resolve("taken");
      },
      (error: unknown) => this.#failed(standing, waiting, error),
    );
    Promise.all([asked, spaced]).then(() => {
      this.#sending = false;
      if (this.#due) this.#send();
      else this.#cancelRenewal = scheduler.after(leaseMs / RENEWALS_PER_LEASE, () => this.#send());
    }, nothing);
  }

  #failed(limit: OwnedLimit, waiting: Waiting | null, error: unknown): void {
    // With the line gone the limit stands, and the next controller hears it.
    if (error instanceof LinkLost) {
      waiting?.resolve("kept");
      return;
    }
    if (this.#standing === limit) this.#standing = this.#taken;
    waiting?.reject(error);
  }

  #drop(): void {
    this.#standing = null;
    this.#taken = null;
    this.#cancelRenewal();
    this.#settle("superseded");
  }

  #settle(outcome: LimitOutcome): void {
    this.#waiting?.resolve(outcome);
    this.#waiting = null;
  }
}
