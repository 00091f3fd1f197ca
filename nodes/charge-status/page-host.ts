/** What a page is asked for over HTTP, and who answers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventStream } from "#bridges/http/event-stream";
import type { Scheduler } from "../shared/scheduler.ts";
import type { Curve, Now } from "./api.ts";
import type { Control } from "./control.ts";
import type { History } from "./history.ts";
import type { Pages } from "./page-file.ts";

export interface PageHost {
  readonly scheduler: Scheduler;
  readonly stream: EventStream;
  readonly control: Control;
  readonly histories: { readonly own: History | null; readonly sample: History | null };
  now(): Now;
  /** Null for a charger that is not known. */
  curve(charger: string): Curve | null;
  /** The line of old for a charger, the first when none is named. Null for one that is not known. */
  line(charger: string | null): Promise<string | null>;
  /** @throws BrokenInvariant pageNotBuilt. */
  pages(): Pages;
  /** The interface's description. */
  description(): string;
  /** Something went wrong that is nobody's fault outside. */
  complain(error: unknown): void;
}

/** Answers one request, or throws a Refusal. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** By path below the page's own. */
export type Answers = Readonly<Record<string, Answer>>;
