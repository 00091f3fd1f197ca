/** What the node statuses of a running Node-RED say, as an open editor hears it. */
import { setTimeout as wait } from "node:timers/promises";

export interface NodeStatus {
  readonly text?: string;
  readonly fill?: string;
  readonly shape?: string;
}

interface CommsMessage {
  readonly topic: string;
  readonly data: unknown;
}

/** A Deploy closes the editor's line for a moment. */
const RECONNECT_AFTER = 200;

export class StatusWatch {
  /** Newest status of each node, by node id. */
  readonly statuses = new Map<string, NodeStatus>();
  readonly #address: string;
  readonly #waiting = new Set<() => void>();
  #socket: WebSocket | null = null;
  #closed = false;

  /** Starts to listen to the Node-RED at `address` (`http://127.0.0.1:1880`). */
  constructor(address: string) {
    this.#address = address;
    this.#connect();
  }

  #connect(): void {
    const socket = new WebSocket(`${this.#address.replace(/^http/, "ws")}/comms`);
    this.#socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify({ subscribe: "status/#" })));
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data))));
    socket.addEventListener("close", () => {
      if (!this.#closed) {
        void wait(RECONNECT_AFTER).then(() => this.#connect());
      }
    });
  }

  #hear(messages: readonly CommsMessage[] | CommsMessage): void {
    for (const { topic, data } of [messages].flat() as CommsMessage[]) {
      if (topic?.startsWith("status/")) {
        this.statuses.set(topic.slice("status/".length), data as NodeStatus);
        // After each one: Node-RED sends what happened within 50 ms together, and the last would hide what came before.
        for (const look of this.#waiting) {
          look();
        }
      }
    }
  }

  /**
   * Settles when the status text of node `id` matches.
   * @throws Error with the last status when it does not within `withinMs`.
   */
  until(id: string, pattern: RegExp, withinMs: number): Promise<NodeStatus> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const status = this.statuses.get(id);
        if (status !== undefined && pattern.test(status.text ?? "")) {
          clearTimeout(giveUp);
          this.#waiting.delete(look);
          resolve(status);
        }
      };
      const giveUp = setTimeout(() => {
        this.#waiting.delete(look);
        const last = JSON.stringify(this.statuses.get(id) ?? null);
        reject(new Error(`expected the status of ${id} to match ${pattern} within ${withinMs} ms; it is ${last}`));
      }, withinMs);
      this.#waiting.add(look);
      look();
    });
  }

  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }
}
