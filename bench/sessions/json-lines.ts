/** What everybody writes first: a line for each session and each sample, and every question reads them all. */
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { SessionRecord, SessionSample } from "#core/session/record";
import type { Charge } from "./charging.ts";

export class JsonLines {
  readonly #file: string;
  readonly #stream: WriteStream;

  constructor(file: string) {
    this.#file = file;
    this.#stream = createWriteStream(file);
  }

  /** A session comes after its samples. */
  async add({ record, samples }: Charge): Promise<void> {
    const text = [...samples, record].map((line) => `${JSON.stringify(line)}\n`).join("");
    if (!this.#stream.write(text)) await new Promise<void>((resolve) => this.#stream.once("drain", () => resolve()));
  }

  async finish(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.end(resolve));
  }

  async bytes(): Promise<number> {
    return (await stat(this.#file)).size;
  }

  /** Energy by local day or month, and the last sessions: one reading of the file answers any of the questions. */
  async ask(
    from: number,
    until: number,
    timeZone: string,
    per: "day" | "month",
  ): Promise<{ readonly periods: number; readonly last: readonly SessionRecord[] }> {
    const day = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      ...(per === "day" ? { day: "2-digit" } : {}),
    });
    const names = new Map<number, string>();
    const sums = new Map<string, number>();
    let before = 0;
    let session = "";
    const last: SessionRecord[] = [];
    for await (const line of createInterface({ input: createReadStream(this.#file) })) {
      const each: SessionSample | SessionRecord = JSON.parse(line);
      if ("id" in each) {
        last.push(each);
        if (last.length > 20) last.shift();
        continue;
      }
      const grown = each.session === session ? each.energyWh - before : 0;
      [session, before] = [each.session, each.energyWh];
      if (each.at < from || each.at >= until) continue;
      const hour = Math.floor(each.at / 3_600_000);
      const name = names.get(hour) ?? day.format(each.at);
      names.set(hour, name);
      sums.set(name, (sums.get(name) ?? 0) + grown);
    }
    return { periods: sums.size, last };
  }

  async append(sample: SessionSample): Promise<void> {
    const file = await open(this.#file, "a");
    try {
      await file.write(`${JSON.stringify(sample)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}
