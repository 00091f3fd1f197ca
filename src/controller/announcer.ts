/**
 * Tells clients and logs what happens, and nothing that the disk does not know yet: what a person was told must still be true
 * after the power was cut.
 */
import { between, type Instant, Millis } from "#core/units/units";
import type { EventMessage, StatusMessage } from "#link/messages";
import type { LinkServer } from "#link/server";
import type { TruthMessage } from "#link/sim-truth";
import type { Clock } from "#ports/clock";
import type { ConsoleLog } from "./console-log.ts";
import type { EventLog } from "./event-log.ts";
import type { SafetyFile } from "./safety-file.ts";
import type { SafetyLoop } from "./safety-loop.ts";

/** A status is sent at least this often. */
const STATUS_EVERY = Millis(1_000);
/** What is worth a line on the console. */
const FOR_PEOPLE: ReadonlySet<string> = new Set([
  "booted",
  "fault",
  "faultCleared",
  "late",
  "openedUnderLoad",
  "relayClosed",
  "relayOpened",
  "reset",
]);
/** Longest the telling waits for the disk: a slow one must not make a charger mute. */
const WAIT_FOR_DISK = Millis(1_000);

export interface AnnouncerOptions {
  readonly clock: Clock;
  readonly log: Pick<EventLog, "write">;
  readonly console: Pick<ConsoleLog, "line">;
  readonly store: Pick<SafetyFile, "isSaving">;
}

/** Where the telling goes; known only after the loop exists. */
export interface Audience {
  readonly loop: Pick<SafetyLoop, "status">;
  readonly server: Pick<LinkServer, "publishEvent" | "publishStatus" | "publishTruth">;
  /** What the simulation knows; null on a real board. */
  readonly truth: () => TruthMessage | null;
  /** Hears the same status as the clients. */
  readonly panel?: ((status: StatusMessage) => void) | undefined;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  #untold: EventMessage[] = [];
  #waitingSince: Instant | null = null;
  #statusAt: Instant;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#statusAt = options.clock.now();
  }

  /** Takes what happened; it is logged now and told with the next `tick`. */
  hear(event: EventMessage): void {
    const { at, monotonicMs, ...facts } = event;
    const { log, console } = this.#options;
    log.write("event", { ...facts, wallMs: at, monotonicMs });
    if (FOR_PEOPLE.has(event.type)) console.line([event.type, event.fault, event.reason].filter((word) => word !== undefined).join(" "));
    this.#waitingSince ??= this.#options.clock.now();
    this.#untold.push(event);
  }

  /** Once a loop: tells what may be told, and the status when something happened or a second has passed. */
  tick(audience: Audience): void {
    const now = this.#options.clock.now();
    const isDue = between(this.#statusAt, now) >= STATUS_EVERY;
    if (this.#untold.length === 0 && !isDue) return;
    const waited = this.#waitingSince === null ? 0 : between(this.#waitingSince, now);
    if (this.#options.store.isSaving && waited < WAIT_FOR_DISK) return;
    this.tell(audience);
  }

  /** Tells everything now. */
  tell({ loop, server, truth, panel }: Audience): void {
    for (const event of this.#untold) server.publishEvent(event);
    this.#untold = [];
    this.#waitingSince = null;
    this.#statusAt = this.#options.clock.now();
    const status = loop.status();
    server.publishStatus(status);
    panel?.(status);
    server.publishTruth(truth);
  }
}
