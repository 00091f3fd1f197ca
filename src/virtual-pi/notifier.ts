/** Reports of level changes: what each client asked to hear of, looked at every millisecond as the daemon does. */
import { ERROR } from "#pi/protocol/commands";
import { encodeReport, REPORT_FLAG } from "#pi/protocol/notifications";
import { tickAt } from "#pi/ticks";
import type { Actor, PiClock } from "./agenda.ts";
import type { Handlers } from "./answer.ts";
import { BANK, type GpioBank } from "./gpio-bank.ts";

const LOOK_EVERY_MS = 1;
const ALIVE_EVERY_MS = 60_000;
const HANDLES = 32;
const LONGEST_WATCHDOG_MS = 60_000;

interface Subscription {
  mask: number;
  sequence: number;
  toldAt: number;
  readonly send: (report: Uint8Array) => void;
}

interface Watchdog {
  readonly afterMs: number;
  sinceMs: number;
}

export class Notifier implements Actor {
  nextAt = Number.POSITIVE_INFINITY;
  readonly #gpio: GpioBank;
  readonly #clock: PiClock;
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #watchdogs = new Map<number, Watchdog>();
  readonly #filters = new Map<number, number>();
  /** Levels as they were last reported, and since when a pin has been otherwise. */
  #levels: number;
  readonly #otherSince = new Map<number, number>();

  constructor(gpio: GpioBank, clock: PiClock) {
    this.#gpio = gpio;
    this.#clock = clock;
    this.#levels = gpio.levels(clock.ms);
  }

  get commands(): Handlers {
    const onHandle = ({ p1, p2 }: { readonly p1: number; readonly p2: number }, change: (subscription: Subscription) => void): number => {
      const subscription = this.#subscriptions.get(p1);
      if (subscription === undefined) return ERROR.BAD_HANDLE;
      change(subscription);
      if (p2 !== 0) this.#wake();
      return 0;
    };
    return {
      // Reports into a pipe of the daemon's own file system.
      NO: () => ERROR.NO_HANDLE,
      NB: (request) =>
        onHandle(request, (subscription) => {
          subscription.mask = request.p2;
        }),
      NP: (request) =>
        onHandle(request, (subscription) => {
          subscription.mask = 0;
        }),
      NC: (request) =>
        onHandle(request, () => {
          this.#subscriptions.delete(request.p1);
        }),
      WDOG: ({ p1, p2 }) => {
        if (p1 >= BANK) return ERROR.BAD_USER_GPIO;
        if (p2 > LONGEST_WATCHDOG_MS) return ERROR.BAD_WDOG_TIMEOUT;
        if (p2 === 0) this.#watchdogs.delete(p1);
        else this.#watchdogs.set(p1, { afterMs: p2, sinceMs: this.#clock.ms });
        this.#wake();
        return 0;
      },
    };
  }

  /** Opens a stream of reports. @returns its handle, or an error */
  open(send: (report: Uint8Array) => void): number {
    for (let handle = 0; handle < HANDLES; handle += 1) {
      if (this.#subscriptions.has(handle)) continue;
      this.#subscriptions.set(handle, { mask: 0, sequence: 0, toldAt: this.#clock.ms, send });
      return handle;
    }
    return ERROR.NO_HANDLE;
  }

  close(handle: number): void {
    this.#subscriptions.delete(handle);
  }

  /** Changes shorter than this are not reported. */
  setFilter(gpio: number, steadyUs: number): void {
    this.#filters.set(gpio, steadyUs / 1000);
  }

  act(at: number): void {
    const watched = this.#subscriptions.size > 0 || this.#watchdogs.size > 0;
    this.nextAt = watched ? at + LOOK_EVERY_MS : Number.POSITIVE_INFINITY;
    const changed = this.#changes(this.#gpio.levels(at), at);
    this.#levels = (this.#levels ^ changed) >>> 0;
    for (const subscription of this.#subscriptions.values()) {
      if ((changed & subscription.mask) !== 0) this.#tell(subscription, 0, at);
      else if (at - subscription.toldAt >= ALIVE_EVERY_MS) this.#tell(subscription, REPORT_FLAG.alive, at);
    }
    this.#watch(changed, at);
  }

  #wake(): void {
    if (this.nextAt !== Number.POSITIVE_INFINITY) return;
    this.#levels = this.#gpio.levels(this.#clock.ms);
    this.nextAt = this.#clock.ms;
  }

  /** Pins whose level is another than reported, and has been for as long as their filter asks. */
  #changes(levels: number, at: number): number {
    let changed = (levels ^ this.#levels) >>> 0;
    for (const [gpio, steadyMs] of this.#filters) {
      const bit = 1 << gpio;
      if ((changed & bit) === 0) {
        this.#otherSince.delete(gpio);
        continue;
      }
      const since = this.#otherSince.get(gpio) ?? at;
      this.#otherSince.set(gpio, since);
      if (at - since < steadyMs) changed &= ~bit;
    }
    return changed >>> 0;
  }

  #tell(subscription: Subscription, flags: number, at: number): void {
    subscription.toldAt = at;
    subscription.send(encodeReport({ sequence: subscription.sequence & 0xffff, flags, tick: tickAt(at), levels: this.#levels }));
    subscription.sequence += 1;
  }

  #watch(changed: number, at: number): void {
    for (const [gpio, dog] of this.#watchdogs) {
      if ((changed & (1 << gpio)) !== 0) dog.sinceMs = at;
      if (at - dog.sinceMs < dog.afterMs) continue;
      dog.sinceMs = at;
      for (const subscription of this.#subscriptions.values()) {
        if ((subscription.mask & (1 << gpio)) !== 0) this.#tell(subscription, REPORT_FLAG.watchdog | gpio, at);
      }
    }
  }
}
