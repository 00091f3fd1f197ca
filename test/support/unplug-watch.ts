/** The unplug alert's rules with a charger's messages as they come over a wire, on time that a test moves. */
import { DEFAULT_UNPLUG_CONFIG, type UnplugConfig } from "#core/alerts/unplug/config";
import { createUnplug, step } from "#core/alerts/unplug/step";
import type { UnplugInput, UnplugNotice, UnplugState } from "#core/alerts/unplug/types";
import { Instant, WallTime } from "#core/units/units";
import { chargerNewsOf } from "../../nodes/unplug-alert/charger-words.ts";

/** 2026-01-01T00:00:00Z, as in scenarios. */
export const WALL_AT_START = 1_767_225_600_000;
/** How often time is told to the rules, ms. */
const TICK = 250;
/** The same, while hours pass. */
const SLOW_TICK = 5_000;
const HOURS = 1_800_000;

export class UnplugUnderTest {
  readonly config: UnplugConfig;
  readonly told: UnplugNotice[] = [];
  state: UnplugState;
  /** Time since the start, ms. */
  ms = 0;
  wallStart: number;

  constructor(config: Partial<UnplugConfig> = {}, wallStart = WALL_AT_START) {
    this.config = { ...DEFAULT_UNPLUG_CONFIG, ...config };
    this.state = createUnplug("t", this.config);
    this.wallStart = wallStart;
  }

  get wall(): number {
    return this.wallStart + this.ms;
  }

  /** Types of all that was told, in order. */
  get types(): readonly string[] {
    return this.told.map(({ type }) => type);
  }

  take(input: UnplugInput): void {
    const { state, effects } = step(this.state, input, { at: Instant(this.ms), wall: WallTime(this.wall) }, this.config);
    this.state = state;
    this.told.push(...effects);
  }

  /** A message of a charger, as a wire brings it. */
  hear(payload: object): void {
    const news = chargerNewsOf(payload, { charger: "bay", at: Instant(this.ms), wall: WallTime(this.wall) });
    if (news === null) throw new Error(`This is no news of a charger: ${JSON.stringify(payload)}`);
    this.take(news);
  }

  /** Lets time pass. */
  pass(ms: number): void {
    const until = this.ms + ms;
    const tick = ms >= HOURS ? SLOW_TICK : TICK;
    while (this.ms < until) {
      this.ms = Math.min(this.ms + tick, until);
      this.take({ type: "tick" });
    }
  }

  /** A restart: what was known comes back from a file, after `ms` in which nobody looked. */
  restart(ms: number): void {
    this.state = JSON.parse(JSON.stringify(this.state));
    this.ms += ms;
    this.take({ type: "start" });
  }
}
