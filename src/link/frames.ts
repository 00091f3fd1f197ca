/**
 * The frames of the link. One a line; `frame` says which. The handshake (hello, welcome, bye) ignores keys it does not know,
 * so that peers of different protocols can still tell each other so; every other frame refuses them.
 */
import * as v from "valibot";
import { CommandMessage, EventMessage, StatusMessage } from "./messages.ts";
import { SimActionMessage } from "./sim-action.ts";
import { TruthMessage } from "./sim-truth.ts";

const finite = v.pipe(v.number(), v.finite());
const word = v.pipe(v.string(), v.maxLength(64));
/** Chosen by the client, unique within its connection; the answer carries it. */
const requestId = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** Latest moment a simulated action may be put off to, ms. */
const LONGEST_DELAY = 3_600_000;

/** First frame of a client. `seen` is the last event it has; the newer ones still remembered are sent again. */
export const HelloFrame = v.object({ frame: v.literal("hello"), protocol: finite, client: word, seen: v.optional(word) });
export type HelloFrame = v.InferOutput<typeof HelloFrame>;

export const CommandFrame = v.strictObject({ frame: v.literal("command"), id: requestId, ask: CommandMessage });
/** Does something to the simulated car, house or hardware, `afterMs` from now on the board's own clock. Simulated boards only. */
export const SimFrame = v.strictObject({
  frame: v.literal("sim"),
  id: requestId,
  action: SimActionMessage,
  afterMs: v.optional(v.pipe(finite, v.minValue(0), v.maxValue(LONGEST_DELAY))),
});
/** Asks for what the simulation knows of itself: once, or with every status while `follow` is true. Simulated boards only. */
export const AskTruthFrame = v.strictObject({ frame: v.literal("truth"), id: requestId, follow: v.optional(v.boolean()) });

/** What comes later than this is no next step, ms. */
export const FURTHEST_STEP = 86_400_000;

/** What others know of the charge under way, for the pages of a front panel. What is null is not known. */
export const PanelFacts = v.strictObject({
  /** How much of this charge was sun. */
  sunPercent: v.nullable(v.pipe(finite, v.minValue(0), v.maxValue(100))),
  /** When a limiter means to start or stop it, from now. */
  startsInMs: v.nullable(v.pipe(finite, v.minValue(0), v.maxValue(FURTHEST_STEP))),
  stopsInMs: v.nullable(v.pipe(finite, v.minValue(0), v.maxValue(FURTHEST_STEP))),
});
export type PanelFacts = v.InferOutput<typeof PanelFacts>;
/** Tells the front panel what the controller cannot know. Decides nothing. */
export const ShowFrame = v.strictObject({ frame: v.literal("show"), id: requestId, facts: PanelFacts });

/** What a client may ask once it was welcomed; each is answered by one reply. */
export const RequestFrame = v.variant("frame", [CommandFrame, SimFrame, AskTruthFrame, ShowFrame]);
export type RequestFrame = v.InferOutput<typeof RequestFrame>;
/** A request before the client gave it an id. */
export type Request = RequestFrame extends infer F ? (F extends { id: string } ? Omit<F, "id"> : never) : never;

/** What a charger can do beyond charging: "sim" takes simulated actions and tells the truth. */
export const Capability = v.picklist(["sim"]);
export type Capability = v.InferOutput<typeof Capability>;

/** First frame of a controller, followed at once by a full status. */
export const WelcomeFrame = v.object({
  frame: v.literal("welcome"),
  protocol: finite,
  /** Release of the controller. */
  version: word,
  charger: word,
  driver: word,
  /** Which configuration file it runs on. @see fingerprintOf */
  config: word,
  capabilities: v.array(v.string()),
  pid: finite,
  /** Priority the process got for itself: "real-time 10", "nice -20", "nice 0"… */
  priority: word,
  /** Wall time of the controller's start, ms since 1970. */
  startedAt: finite,
  /** How long a limit lasts that names no validity, ms. Renew well before. */
  leaseMs: finite,
});
export type WelcomeFrame = v.InferOutput<typeof WelcomeFrame>;
/** What a controller says of itself when a client comes. */
export type Welcome = Omit<WelcomeFrame, "frame" | "protocol">;

export const StatusFrame = v.strictObject({ frame: v.literal("status"), status: StatusMessage });
export const EventFrame = v.strictObject({ frame: v.literal("event"), event: EventMessage });
export const TruthFrame = v.strictObject({ frame: v.literal("truth"), truth: TruthMessage });

export const ReplyFrame = v.variant("ok", [
  v.strictObject({ frame: v.literal("reply"), id: requestId, ok: v.literal(true) }),
  v.strictObject({ frame: v.literal("reply"), id: requestId, ok: v.literal(false), code: word, message: v.string() }),
]);
export type ReplyFrame = v.InferOutput<typeof ReplyFrame>;
/** Answer to a request: done, or why not. */
export type Reply = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };

/** Why the controller hangs up. */
export type ByeCode = "noHello" | "wrongProtocol" | "badFrame" | "tooLong" | "tooSlow" | "tooManyClients" | "shuttingDown";

/** Last frame of a controller. */
export const ByeFrame = v.object({ frame: v.literal("bye"), code: word, reason: v.string() });
export type ByeFrame = v.InferOutput<typeof ByeFrame>;

export const ControllerFrame = v.variant("frame", [WelcomeFrame, StatusFrame, EventFrame, TruthFrame, ReplyFrame, ByeFrame]);
export type ControllerFrame = v.InferOutput<typeof ControllerFrame>;
