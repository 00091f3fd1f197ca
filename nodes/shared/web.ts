/** The part of Node-RED that serves pages, typed, and what it says of who may see them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Red } from "./red.ts";

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** As much of Express as is needed. */
interface Application {
  use(handler: Middleware): unknown;
}

export interface WebRed extends Red {
  /** Missing where the settings switch pages off (`httpNodeRoot: false`). */
  readonly httpNode?: Application;
  readonly settings: Red["settings"] & {
    readonly httpNodeRoot?: string | false | undefined;
    /** A user with a hashed password, or handlers of one's own; Node-RED runs it before any page of a flow. */
    readonly httpNodeAuth?: { readonly user: string; readonly pass: string } | Middleware | readonly Middleware[] | undefined;
    /** What flows put before their own pages; Node-RED leaves it to each node. */
    readonly httpNodeMiddleware?: Middleware | readonly Middleware[] | undefined;
  };
}

/**
 * Who asks. Node-RED has checked the password before a request comes here; that it did is told by the header it must have checked.
 * @returns null when Node-RED asks nobody for a password, or the request does not carry what it would have asked for
 */
export function authenticatedUser({ httpNodeAuth }: WebRed["settings"], { headers }: Pick<IncomingMessage, "headers">): string | null {
  if (httpNodeAuth === undefined || httpNodeAuth === null) return null;
  if (typeof httpNodeAuth === "function" || Array.isArray(httpNodeAuth)) return "";
  if (!("user" in httpNodeAuth)) return null;
  const [scheme, encoded = ""] = (headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic") return null;
  const user = Buffer.from(encoded, "base64").toString("utf8").replace(/:.*$/s, "");
  return user === httpNodeAuth.user ? user : null;
}

/** Whether Node-RED asks for a password before it shows a page. */
export const isProtected = ({ httpNodeAuth }: WebRed["settings"]): boolean =>
  typeof httpNodeAuth === "function" || (Array.isArray(httpNodeAuth) && httpNodeAuth.length > 0) || hasUser(httpNodeAuth);

const hasUser = (auth: unknown): boolean => typeof auth === "object" && auth !== null && "user" in auth && "pass" in auth;

/** Lets a request through what the settings put before pages; `then` is called when all of it has passed. */
export function throughMiddleware(
  { httpNodeMiddleware }: WebRed["settings"],
  request: IncomingMessage,
  response: ServerResponse,
  then: () => void,
): void {
  const list = typeof httpNodeMiddleware === "function" ? [httpNodeMiddleware] : (httpNodeMiddleware ?? []);
  const pass = (index: number): void => {
    const next = list[index];
    if (next === undefined) then();
    else next(request, response, (error) => (error ? void response.writeHead(500).end() : pass(index + 1)));
  };
  pass(0);
}
