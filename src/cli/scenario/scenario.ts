/** A scenario as it was understood: what stands there, what is done when, what must then be true. */
import type { EvseConfig } from "#core/evse/config";
import type { Millis } from "#core/units/units";
import type { SimAction } from "#simulator/actions";
import type { Condition } from "./conditions.ts";

/** What a scenario can do to the world. Times are the runner's; an action happens in no time. */
export type Action =
  /** Car, house and hardware of the simulation. */
  | { readonly on: "board"; readonly action: SimAction }
  /** A command as a client would send it, unchecked: the charger's own door judges it. */
  | { readonly on: "charger"; readonly command: unknown }
  /** The controller process: killed without a last word, started again, held (as by SIGSTOP). */
  | { readonly on: "controller"; readonly do: "kill" | "start" }
  | { readonly on: "controller"; readonly do: "freeze"; readonly for: Millis }
  /** The whole supply: board and controller go dark together. */
  | { readonly on: "power"; readonly do: "off" | "on" }
  /** A step of wall time; elapsed time is not touched. */
  | { readonly on: "wallClock"; readonly by: Millis };

/** When a line takes place: on the scenario's clock, so long after the line before it, or at once. */
export type When = { readonly at: Millis } | { readonly after: Millis };

export type Check =
  /** Becomes true at most `limit` after the last action. */
  | { readonly kind: "within"; readonly limit: Millis; readonly condition: Condition }
  /** Becomes true not before `from` and at most `to` after the last action. */
  | { readonly kind: "between"; readonly from: Millis; readonly to: Millis; readonly condition: Condition }
  /** Is or becomes true no later than `at` on the scenario's clock. */
  | { readonly kind: "by"; readonly at: Millis; readonly condition: Condition }
  /** Is true now and stays true. */
  | { readonly kind: "for"; readonly duration: Millis; readonly condition: Condition }
  /** Is true at this moment. */
  | { readonly kind: "expect"; readonly condition: Condition }
  /** Not once, or without a break, from here to the end of the scenario. */
  | { readonly kind: "never" | "always"; readonly condition: Condition };

interface Placed {
  readonly line: number;
  /** The line as written. */
  readonly text: string;
}

export type Step =
  | (Placed & { readonly kind: "wait"; readonly when: When })
  /** Reactions are measured from here on. */
  | (Placed & { readonly kind: "fromHere" })
  | (Placed & { readonly kind: "act"; readonly when: When; readonly actions: readonly Action[] })
  | (Placed & { readonly kind: "check"; readonly check: Check });

export interface Scenario {
  readonly file: string;
  readonly line: number;
  readonly title: string;
  /** Rows of the conformance list it shows. */
  readonly rows: readonly string[];
  readonly seed: number;
  /** How often it is run, each time with another seed and another phase of the safety loop against the clock. */
  readonly runs: number;
  /** The installer's settings, starting from the defaults. */
  readonly charger: (defaults: EvseConfig) => EvseConfig;
  readonly steps: readonly Step[];
}
