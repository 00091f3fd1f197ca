/** The line to Node-RED: one stream of news, which comes back by itself, and questions asked when they are needed. */
import type { ChargerView, Now, SiteView, SolarView } from "../api.ts";

/** Three missing beats and the line is dead, ms. */
const SILENT = 32_000;
/** Between two tries, ms. */
const SHORTEST_WAIT = 1_000;
const LONGEST_WAIT = 10_000;

export interface LineListener {
  now(now: Now): void;
  charger(charger: ChargerView): void;
  site(site: { readonly solar: SolarView | null; readonly site: SiteView | null }): void;
  session(): void;
  /** @param since when it was lost, on this device's clock; null when it is there */
  lost(since: number | null): void;
}

export class Line {
  readonly #listener: LineListener;
  #source: EventSource | null = null;
  #heard = performance.now();
  #lostAt: number | null = null;
  #wait = SHORTEST_WAIT;
  #again = 0;

  constructor(listener: LineListener) {
    this.#listener = listener;
    this.#open();
    setInterval(() => {
      if (performance.now() - this.#heard <= SILENT) return;
      this.#lose();
      this.#reopen();
    }, 2_000);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.#lostAt !== null) this.#reopen();
    });
    addEventListener("online", () => this.#reopen());
  }

  #open(): void {
    this.#heard = performance.now();
    const source = new EventSource("api/stream");
    this.#source = source;
    const on = <T>(event: string, then: (data: T) => void): void => {
      source.addEventListener(event, ({ data }: MessageEvent<string>) => {
        this.#heard = performance.now();
        then(JSON.parse(data) as T);
      });
    };
    on<Now>("now", (now) => {
      this.#wait = SHORTEST_WAIT;
      this.#lostAt = null;
      this.#listener.lost(null);
      this.#listener.now(now);
    });
    on<ChargerView>("charger", (charger) => this.#listener.charger(charger));
    on<{ solar: SolarView | null; site: SiteView | null }>("site", (site) => this.#listener.site(site));
    on("session", () => this.#listener.session());
    on("beat", () => undefined);
    source.addEventListener("error", () => {
      this.#lose();
      // A browser gives up on an answer that is no stream, such as that of a server which is starting.
      if (source.readyState === EventSource.CLOSED) this.#retry();
    });
  }

  #lose(): void {
    this.#lostAt ??= Date.now();
    this.#listener.lost(this.#lostAt);
  }

  #retry(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#reopen(), this.#wait);
    this.#wait = Math.min(this.#wait * 1.6, LONGEST_WAIT);
  }

  #reopen(): void {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#open();
  }
}

/** @throws Error with the words of the answer when it is not a good one. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(path, { headers: { accept: "application/json" }, ...(signal ? { signal } : {}) });
  if (!answer.ok) throw new Error(await wordsOf(answer));
  return (await answer.json()) as T;
}

/** Sends a command. @throws Error with the words of the answer when it is not taken. */
export async function command(body: object): Promise<void> {
  const { token } = await ask<{ token: string }>("api/token");
  const answer = await fetch("api/command", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", "x-j1772-token": token },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await wordsOf(answer));
}

async function wordsOf(answer: Response): Promise<string> {
  try {
    const { error } = (await answer.json()) as { error: { message: string } };
    return error.message;
  } catch {
    return String(answer.status);
  }
}
