/**
 * Where pages hang in an application that they do not own. An application gets one handler for good; behind it pages come and go, so that
 * a hundred deployments leave nothing behind and a page that is gone answers nothing.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError } from "#core/errors";

/** @param path what comes after the page's own path, beginning with a slash; null for the page's path without one */
export type PageHandler = (request: IncomingMessage, response: ServerResponse, path: string | null) => void;

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** As much of Express as is needed. */
export interface Application {
  use(handler: Middleware): unknown;
}

const PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/;
const MOST_CHARACTERS = 64;

/** `/charging` from `charging/`, ` /Charging`. @throws ConfigError badPath. */
export function cleanPath(text: string): string {
  const path = `/${text.trim().replace(/^\/+|\/+$/g, "")}`.toLowerCase();
  if (!PATH.test(path) || path.length > MOST_CHARACTERS || path.split("/").some((part) => part === "." || part === "..")) {
    throw new ConfigError(
      "badPath",
      `path: expected something like /j1772, of letters, digits, "-", "_" and "/", got "${text.slice(0, 40)}".`,
    );
  }
  return path;
}

interface Hung {
  readonly owner: string;
  readonly handler: PageHandler;
}

export class Doors {
  readonly #pages = new Map<string, Hung>();
  readonly #known = new WeakSet<Application>();

  /**
   * Hangs a page at `path`. @returns what takes it down.
   * @throws ConfigError pathTaken when another owner's page is there, above or below.
   */
  hang(application: Application, path: string, owner: string, handler: PageHandler): () => void {
    for (const [other, page] of this.#pages) {
      const overlaps = `${path}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${path}/`);
      if (overlaps && page.owner !== owner) {
        throw new ConfigError("pathTaken", `path: ${path} is taken by another page at ${other}. Choose another path for one of them.`);
      }
    }
    if (!this.#known.has(application)) {
      this.#known.add(application);
      application.use((request, response, next) => this.#enter(request, response, next));
    }
    const hung: Hung = { owner, handler };
    this.#pages.set(path, hung);
    return () => {
      if (this.#pages.get(path) === hung) this.#pages.delete(path);
    };
  }

  #enter(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    const asked = (request.url ?? "/").replace(/[?#].*$/s, "");
    for (const [path, { handler }] of this.#pages) {
      if (asked.length < path.length || asked.slice(0, path.length).toLowerCase() !== path) continue;
      const rest = asked.slice(path.length);
      if (rest === "" || rest.startsWith("/")) {
        handler(request, response, rest === "" ? null : rest);
        return;
      }
    }
    next();
  }
}

/** The pages of this Node-RED, whichever node shows them: two that want the same path must know of each other. */
export const sharedDoors = new Doors();
