import type { Keeper } from "./keeper.ts";
import type { VapidKeys } from "./push.ts";
import type { Streams } from "./streams.ts";
import type { Visit } from "./visit.ts";

/** What every address of a site can use. */
export interface Counter {
  readonly keeper: Keeper;
  readonly streams: Streams;
  readonly push: VapidKeys | null;
  /** Twilio's account token; null where no text messages are taken. */
  readonly smsToken: string | null;
}

/** One address of a site. `parts` are the groups of its path. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  readonly answer: (visit: Visit, counter: Counter, parts: readonly string[], query: URLSearchParams) => Promise<void> | void;
}

/** Longest form a page of ours sends, bytes. */
export const LONGEST_FORM = 8192;
