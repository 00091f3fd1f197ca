/** A status page on a real HTTP server, with a store in memory and time in the test's hand. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Application, Doors } from "#bridges/http/doors";
import { EventStream } from "#bridges/http/event-stream";
import type { SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { MemoryStore } from "#store/memory";
import type { PageCommand } from "../../nodes/charge-status/api.ts";
import { Control } from "../../nodes/charge-status/control.ts";
import { pageHandler } from "../../nodes/charge-status/handler.ts";
import { newMemory } from "../../nodes/charge-status/live.ts";
import { newsOf } from "../../nodes/charge-status/news.ts";
import { pagesOf } from "../../nodes/charge-status/page-file.ts";
import { StatusPage, type StatusPageOptions } from "../../nodes/charge-status/status-page.ts";
import type { NodeStatus } from "../../nodes/shared/red.ts";
import type { StoreHandle, StoreHealth, StoreListener } from "../../nodes/shared/store-handle.ts";
import { MovedTime } from "../flows/support/moved-time.ts";
import { wordsOf } from "../flows/support/words.ts";
import { aStatus } from "./link-samples.ts";

export const STALE_AFTER = 35_000;

/** A store's handle whose health and news a test decides. */
export class HandInHand implements StoreHandle {
  readonly name = "test";
  readonly store = new MemoryStore();
  readonly timeZone = "Europe/Berlin";
  readonly currency = "EUR";
  health: StoreHealth = { state: "open", why: null, waiting: 0 };
  readonly #listeners = new Set<StoreListener>();

  listen(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  announce(record: SessionRecord): void {
    for (const listener of this.#listeners) listener.session?.(record);
  }

  becomes(health: StoreHealth): void {
    this.health = health;
    for (const listener of this.#listeners) listener.health?.(health);
  }
}

export const aRecord = (id: string, more: Partial<SessionRecord> = {}): SessionRecord => ({
  id,
  revision: 1,
  charger: "bay",
  user: null,
  tag: null,
  startedAt: WallTime(Date.UTC(2025, 11, 30, 17)),
  endedAt: WallTime(Date.UTC(2025, 11, 30, 21)),
  connectedMs: 14_400_000,
  chargingMs: 7_200_000,
  energyWh: 8000,
  sunWh: 1000,
  gridWh: 6000,
  batteryWh: 1000,
  unknownWh: 0,
  cost: 2.5,
  pricedWh: 8000,
  co2G: 2400,
  meterStartWh: 1000,
  meterStopWh: 9000,
  maxPowerW: 4000,
  meanPowerW: 3900,
  offeredMinA: 16,
  offeredMaxA: 16,
  peakTemperatureC: 40,
  interruptions: [],
  faults: [],
  endReason: "carFull",
  gaps: 0,
  ...more,
});

/** Our own pilot's status of a car that charges. */
export const charging = (more: object = {}) => ({
  ...aStatus(),
  state: "C",
  phase: "charging",
  offeredCurrentA: 16,
  limitedBy: "sun",
  relay: "closed",
  currentA: 15.8,
  powerW: 3790,
  energyWh: 12_345,
  pilot: { output: "pwm", dutyPercent: 26.7, highV: 6.02, lowV: -11.9, valid: true },
  session: { id: "run-1", startedAt: 1_767_222_000_000, energyWh: 4200, chargingMs: 3_000_000 },
  ...more,
});

export interface PageUnderTestOptions extends Partial<Pick<StatusPageOptions, "own" | "sample" | "name" | "pages">> {
  readonly control?: boolean;
  readonly isProtected?: boolean;
  readonly mostClients?: number;
}

export class PageUnderTest {
  readonly time = new MovedTime();
  readonly commands: PageCommand[] = [];
  readonly shown: NodeStatus[] = [];
  readonly complaints: unknown[] = [];
  readonly page: StatusPage;
  address = "";
  readonly #server: Server;

  private constructor({
    own = null,
    sample = null,
    name = "",
    control = false,
    isProtected = false,
    mostClients = 4,
    pages = () => pagesOf('<html lang="en"><style>p{}</style><script type="module">1</script></html>'),
  }: PageUnderTestOptions) {
    const scheduler = this.time;
    this.page = new StatusPage({
      scheduler,
      memory: newMemory(),
      name,
      staleAfterMs: STALE_AFTER,
      own,
      sample,
      stream: (whole) => new EventStream({ timer: scheduler, mostClients, patienceMs: 15_000, beatMs: 10_000, whole }),
      control: new Control({
        isSwitchedOn: control,
        isProtected,
        userOf: ({ headers }) => (headers.authorization === undefined ? null : "anna"),
        scheduler,
        send: (command) => this.commands.push(command),
      }),
      shown: (status) => this.shown.push(status),
      t: wordsOf("charge-status", "en-US"),
      pages,
      description: () => "{}",
      complain: (error) => this.complaints.push(error),
    });
    let enter: ((request: IncomingMessage, response: ServerResponse, next: () => void) => void) | undefined;
    const application: Application = {
      use: (handler) => {
        enter = handler;
      },
    };
    new Doors().hang(application, "/j1772", "test", pageHandler(this.page));
    this.#server = createServer((request, response) => enter?.(request, response, () => void response.writeHead(404).end("elsewhere")));
  }

  static async open(options: PageUnderTestOptions = {}): Promise<PageUnderTest> {
    const test = new PageUnderTest(options);
    test.#server.listen(0, "127.0.0.1");
    await once(test.#server, "listening");
    const bound = test.#server.address();
    assert.ok(typeof bound === "object" && bound !== null);
    test.address = `http://127.0.0.1:${bound.port}/j1772/`;
    return test;
  }

  hear(payload: unknown, topic?: string): void {
    this.page.hear(newsOf(topic, payload, "garage", this.time.wall()));
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.address}${path}`, { redirect: "manual", ...init });
  }

  async json<T>(path: string): Promise<T> {
    const answer = await this.ask(path);
    assert.equal(answer.status, 200, `${path}: ${answer.status} ${answer.ok ? "" : await answer.clone().text()}`);
    return (await answer.json()) as T;
  }

  /** The answer's status and the code of its refusal. */
  async refusal(path: string, init: RequestInit = {}): Promise<string> {
    const answer = await this.ask(path, init);
    const text = await answer.text();
    return `${answer.status} ${text.startsWith("{") ? (JSON.parse(text).error?.code ?? "") : text.trim()}`;
  }

  close(): void {
    this.page.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A browser's stream, as the events that came over it. */
export class Listening {
  readonly events: { readonly event: string; readonly data: unknown }[] = [];
  readonly #abort = new AbortController();
  #waiting: (() => void)[] = [];
  ended = false;
  status = 0;

  static async on(address: string): Promise<Listening> {
    const listening = new Listening();
    const answer = await fetch(`${address}api/stream`, { signal: listening.#abort.signal });
    listening.status = answer.status;
    void listening.#read(answer);
    return listening;
  }

  async #read({ body }: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const part of body ?? []) {
        text += decoder.decode(part, { stream: true });
        const whole = text.split("\n\n");
        text = whole.pop() ?? "";
        for (const block of whole) this.#take(block);
      }
    } catch {
      // The test hung up.
    }
    this.ended = true;
    for (const look of this.#waiting.splice(0)) look();
  }

  #take(block: string): void {
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (event === undefined || data === undefined) return;
    this.events.push({ event, data: JSON.parse(data) });
    for (const look of this.#waiting.splice(0)) look();
  }

  /** The first event of this kind of which `claim` holds, here already or still to come. */
  async find<T>(event: string, claim: (data: T) => boolean = () => true): Promise<T> {
    for (;;) {
      const found = this.events.find((one) => one.event === event && claim(one.data as T));
      if (found !== undefined) return found.data as T;
      if (this.ended) throw new Error(`expected an event "${event}" before the end of the stream`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async untilEnd(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#abort.abort();
  }
}
