/** A page that stays open, as a browser without a picture: it listens, and fetches itself when it is told to. */
import { Agent, get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** Listening takes a connection for good; what is fetched does not. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export class OpenPage {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  #stream: IncomingMessage | null = null;
  #changed: () => void = () => {};

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  async listen(): Promise<void> {
    const stream = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${this.#url}/stream`, { headers: this.#headers, agent: false }, resolve).on("error", reject);
    });
    this.#stream = stream;
    if (stream.statusCode !== 200) throw new Error(`${this.#url}: ${stream.statusCode}`);
    stream.setEncoding("utf8");
    stream.on("error", () => {});
    await new Promise<void>((resolve) => {
      stream.on("data", (part: string) => {
        if (!part.includes("event: changed")) return;
        resolve();
        this.#changed();
      });
    });
  }

  /** Resolves when the page has been told of a change, has fetched itself and shows what was looked for. */
  shows(what: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#changed = () => {
        this.fetch().then((page) => what.test(page) && resolve(), reject);
      };
    });
  }

  fetch(): Promise<string> {
    return new Promise((resolve, reject) => {
      get(this.#url, { headers: this.#headers, agent }, (response) => text(response).then(resolve, reject)).on("error", reject);
    });
  }

  close(): void {
    this.#changed = () => {};
    this.#stream?.destroy();
  }
}
