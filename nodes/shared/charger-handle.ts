/** What the other nodes may know of a charger and ask of it. The charger configuration node is the only one that makes it. */
import type { Amps, Volts, WallTime } from "#core/units/units";
import type { PanelFacts } from "#link/frames";
import type { EventMessage, StatusMessage } from "#link/messages";
import type { SimActionMessage } from "#link/sim-action";
import type { TruthMessage } from "#link/sim-truth";
import type { FlowCommand } from "./limit-input.ts";

/**
 * starting: no controller has answered yet · connected: statuses arrive · lost: it went away, we are at it ·
 * refused: it will not run with these settings · stopped: the charger node is gone or disabled.
 */
export type LinkState = "starting" | "connected" | "lost" | "refused" | "stopped";

/** A limit that stands until another takes its place. */
export interface StandingLimit {
  readonly limit: Amps;
  readonly by: string;
  /** Wall time after which it is no longer renewed; null for as long as its setter exists. */
  readonly validUntil: WallTime | null;
}

/** taken: the controller has it · superseded: a newer limit took its place · kept: no controller answers; the next one hears it. */
export type LimitOutcome = "taken" | "superseded" | "kept";

export interface ChargerListener {
  link?(state: LinkState): void;
  status?(status: StatusMessage): void;
  event?(event: EventMessage): void;
  /** Listening to the truth is what makes the charger ask for it. Simulated chargers only. */
  truth?(truth: TruthMessage): void;
}

/** One node's hold on a charger. */
export interface ChargerUser {
  /**
   * Offers of its own accord, until someone sets a limit. Offering the same again, as after a deployment, changes nothing; null lets
   * what it offered before run out.
   */
  offer(limit: Amps | null): void;
  /**
   * Makes this the standing limit, renewed while this user stays attached.
   * @throws MessageError with the controller's code when it refuses; the limit before stands.
   */
  limit(limit: StandingLimit): Promise<LimitOutcome>;
  /** A pause stands like a limit does. @throws MessageError with the controller's code when it refuses, LinkLost when none answers. */
  command(command: FlowCommand): Promise<void>;
  /** Tells the charger's front panel what it cannot know. @throws MessageError noPanel where there is none, LinkLost when none answers. */
  show(facts: PanelFacts): Promise<void>;
  /** @throws MessageError notSimulated on a charger that is real. */
  simulate(action: SimActionMessage): Promise<void>;
  /** Ends the hold. `removed` also forgets the limit this user set; otherwise the same node may take it up again. */
  detach(removed: boolean): void;
}

export interface ChargerHandle {
  readonly name: string;
  readonly supply: { readonly volts: Volts; readonly phases: 1 | 3 };
  readonly link: LinkState;
  /** Newest status; null while none is to be trusted. */
  readonly status: StatusMessage | null;
  /** Null until a controller has said whether its charger is simulated. */
  readonly simulated: boolean | null;
  /** Tells one run of a controller from the next; null while none is connected. */
  readonly run: string | null;
  attach(user: string, listener: ChargerListener): ChargerUser;
}

/** The charger configuration node as another node finds it. */
export interface ChargerNode {
  /** Null when the charger's own settings cannot be used. */
  readonly charger: ChargerHandle | null;
}

export const isChargerNode = (node: unknown): node is ChargerNode => typeof node === "object" && node !== null && "charger" in node;
