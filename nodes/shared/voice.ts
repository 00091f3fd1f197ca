/** What a charger's node has to say: the line under it, reports on its first output, events on its second. */
import type { EventMessage } from "#link/messages";
import type { ChargerHandle, LinkState } from "./charger-handle.ts";
import type { FlowMessage, FlowNode, NodeStatus, Translate } from "./red.ts";
import { Reporter } from "./reporter.ts";
import { type Scheduler, systemScheduler } from "./scheduler.ts";
import { StatusLine } from "./status-line.ts";
import { linkStatus } from "./status-text.ts";

export interface VoiceOptions<R> {
  readonly t: Translate;
  /** The part of a report whose change is worth a message at once; the rest waits for the interval. */
  readonly significant: (report: R) => unknown;
  readonly intervalMs: number;
  readonly hasEvents: boolean;
  readonly scheduler?: Scheduler;
}

export class Voice<R extends object> {
  readonly #node: FlowNode;
  readonly #charger: ChargerHandle;
  readonly #t: Translate;
  readonly #line: StatusLine;
  readonly #reporter: Reporter<R>;

  constructor(node: FlowNode, charger: ChargerHandle, options: VoiceOptions<R>) {
    const { t, significant, intervalMs, hasEvents, scheduler = systemScheduler } = options;
    this.#node = node;
    this.#charger = charger;
    this.#t = t;
    this.#line = new StatusLine((status) => node.status(status), scheduler);
    const send = (report: R): void => {
      const msg = this.#message(report);
      node.send(hasEvents ? [msg, null] : msg);
    };
    this.#reporter = new Reporter({ send, significant, intervalMs, scheduler });
  }

  /** News of the charger: shown, and sent when it is time to. */
  report(report: R, shown: NodeStatus): void {
    this.show(shown);
    this.#reporter.hear(report);
  }

  event(event: EventMessage): void {
    this.#node.send([null, this.#message(event)]);
  }

  /** The line to the controller came or went. */
  link(state: LinkState): void {
    if (state === "connected") return;
    this.#reporter.silence();
    this.show(linkStatus(state, this.#t));
  }

  show(shown: NodeStatus): void {
    this.#line.set(shown);
  }

  /** The report that comes next, for an answer; null when none will. */
  next(): Promise<R | null> {
    return this.#reporter.next();
  }

  close(): void {
    this.#reporter.close();
    this.#line.close();
  }

  /** Whoever is wired to an output may change what it gets; what is told here is shared with other nodes. */
  #message(payload: object): FlowMessage {
    return { topic: this.#charger.name, payload: structuredClone(payload) };
  }
}
