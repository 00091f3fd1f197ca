/** Keeps floods out with bounded memory: so many keys, so often each. */
import { forgotten, type Lately, NEVER, type RateLimit, taken } from "#core/bays/rate";
import { Instant, type WallTime } from "#core/units/units";

/** More keys than this are remembered by nobody: a newcomer is turned away until one is forgotten. */
const MOST_KEYS = 20_000;

export class Gate {
  readonly #limit: RateLimit;
  readonly #mostKeys: number;
  readonly #seen = new Map<string, Lately>();

  constructor(limit: RateLimit, mostKeys = MOST_KEYS) {
    this.#limit = limit;
    this.#mostKeys = mostKeys;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** True when it may happen now. Looking does not count. */
  isOpen(key: string, now: Instant): boolean {
    const lately = this.#seen.get(key);
    if (lately !== undefined) return taken(lately, this.#limit, now) !== null;
    return this.#seen.size < this.#mostKeys || this.#forget(now);
  }

  /** It happened. */
  count(key: string, now: Instant): void {
    const lately = taken(this.#seen.get(key) ?? NEVER, this.#limit, now);
    if (lately === null) return;
    this.#seen.delete(key);
    this.#seen.set(key, lately);
  }

  /** It happened before this process began: what is kept says when. Oldest first. */
  recall(key: string, wall: WallTime, now: { readonly at: Instant; readonly wall: WallTime }): void {
    const at = Instant(now.at - Math.max(0, now.wall - wall));
    if (now.at - at < this.#limit.per) this.count(key, at);
  }

  /** Keys that happened last come last, so the forgotten ones are in front. */
  #forget(now: Instant): boolean {
    for (const [key, lately] of this.#seen) {
      if (!forgotten(lately, this.#limit, now)) break;
      this.#seen.delete(key);
    }
    return this.#seen.size < this.#mostKeys;
  }
}
