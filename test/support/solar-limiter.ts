/** A limiter whose time a test moves, and everything it says. */

import { Instant } from "#core/units/units";
import { readConfig } from "../../nodes/shared/read-config.ts";
import type { FlowMessage, NodeStatus } from "../../nodes/shared/red.ts";
import type { KeptSolar } from "../../nodes/solar-limit/learned-file.ts";
import { Limiter, type LimiterMemory } from "../../nodes/solar-limit/limiter.ts";
import type { SolarForm } from "../../nodes/solar-limit/limiter-config.ts";
import type { LimitReport, TelemetryReport } from "../../nodes/solar-limit/solar-limit.outputs.ts";
import { SolarLimitNode } from "../../nodes/solar-limit/solar-limit.schema.ts";
import { MovedTime } from "../flows/support/moved-time.ts";
import { wordsOf } from "../flows/support/words.ts";

/** Wall time and the monotonic clock move together, but are far apart; a test may set the wall clock alone. */
export class SolarMovedTime extends MovedTime {
  readonly #start = this.ms;
  /** How far the wall clock was set, ms. */
  wallSetBy = 0;
  override wall() {
    return (super.wall() + this.wallSetBy) as ReturnType<MovedTime["wall"]>;
  }
  now(): Instant {
    return Instant(this.ms - this.#start + 5_000_000);
  }
}

export const formOf = (settings: Readonly<Record<string, unknown>> = {}): SolarForm => readConfig(SolarLimitNode.fields, settings);

export interface LimitSent {
  readonly topic: unknown;
  readonly payload: LimitReport;
}

export class LimiterUnderTest {
  readonly time: SolarMovedTime;
  readonly limits: FlowMessage[] = [];
  readonly telemetry: TelemetryReport[] = [];
  readonly shown: NodeStatus[] = [];
  readonly limiter: Limiter;

  constructor(
    settings: Readonly<Record<string, unknown>> = {},
    {
      time = new SolarMovedTime(),
      kept = null,
      memory = null,
    }: { time?: SolarMovedTime; kept?: KeptSolar | null; memory?: LimiterMemory | null } = {},
  ) {
    this.time = time;
    const host = {
      time,
      t: wordsOf("solar-limit", "en-US"),
      topic: "solar-limit",
      limit: (msg: FlowMessage) => void this.limits.push(msg),
      telemetry: ({ payload }: FlowMessage) => void this.telemetry.push(payload as TelemetryReport),
      show: (status: NodeStatus) => void this.shown.push(status),
    };
    this.limiter = new Limiter(formOf(settings), host, kept, memory);
  }

  /** The newest limit under a topic. */
  limit(topic = "solar-limit"): LimitReport {
    const msg = this.limits.findLast((sent) => sent.topic === topic);
    if (msg === undefined) throw new Error(`No limit was sent under "${topic}".`);
    return msg.payload as LimitReport;
  }

  /** The same messages each second, for as long. */
  async feed(seconds: number, ...messages: readonly FlowMessage[]): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      for (const msg of messages) this.limiter.receive(msg);
      await this.time.advance(1000);
    }
  }

  /** A meter's reading each second, with `sunW` more sun than the house needs and a car that follows the newest limit. */
  async shine(seconds: number, sunW: number, say: (gridW: number) => unknown = (gridW) => gridW): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      const carW = this.limiter.memory.state.limit * 230;
      this.limiter.receive({ payload: say(Math.round(carW - sunW + 3 * ((second * 7) % 11))) });
      await this.time.advance(1000);
    }
  }
}
