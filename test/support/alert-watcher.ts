/** An unplug alert whose time a test moves, and everything it says. */
import type { Instant } from "#core/units/units";
import { readConfig } from "../../nodes/shared/read-config.ts";
import type { FlowMessage, NodeStatus } from "../../nodes/shared/red.ts";
import type { AlertForm } from "../../nodes/unplug-alert/alert-config.ts";
import type { Kept } from "../../nodes/unplug-alert/kept-schema.ts";
import type { AlertReport } from "../../nodes/unplug-alert/unplug-alert.outputs.ts";
import { UnplugAlertNode } from "../../nodes/unplug-alert/unplug-alert.schema.ts";
import { type AlertTime, freshlyKept, Watcher } from "../../nodes/unplug-alert/watcher.ts";
import { MovedTime, settled } from "../flows/support/moved-time.ts";
import { wordsOf } from "../flows/support/words.ts";

/** Wall time and the monotonic clock move together; a test may set the wall clock alone. */
export class AlertMovedTime extends MovedTime implements AlertTime {
  wallSetBy = 0;
  override wall() {
    return (super.wall() + this.wallSetBy) as ReturnType<MovedTime["wall"]>;
  }
  now(): Instant {
    return (this.ms - 1_700_000_000_000) as Instant;
  }
}

export const alertForm = (settings: Readonly<Record<string, unknown>> = {}): AlertForm =>
  readConfig(UnplugAlertNode.fields, { zone: "UTC", ...settings });

const SECRET = "s".repeat(43);

export class WatcherUnderTest {
  readonly time: AlertMovedTime;
  readonly sent: (readonly (FlowMessage | null)[])[] = [];
  readonly shown: NodeStatus[] = [];
  readonly kept: Kept[] = [];
  readonly watcher: Watcher;
  /** Settles each `keep`; a test may make the disk slow. */
  keep: (kept: Kept) => Promise<void> = async () => {};

  constructor(
    settings: Readonly<Record<string, unknown>> = {},
    { time = new AlertMovedTime(), kept = null }: { time?: AlertMovedTime; kept?: Kept | null } = {},
  ) {
    this.time = time;
    const form = alertForm(settings);
    this.watcher = new Watcher(
      form,
      {
        time,
        t: wordsOf("unplug-alert", "en-US"),
        systemZone: "UTC",
        send: (messages) => void this.sent.push(messages),
        show: (status) => void this.shown.push(status),
        keep: (now) => {
          this.kept.push(JSON.parse(JSON.stringify(now)));
          return this.keep(now);
        },
      },
      kept ?? freshlyKept("a", SECRET, form.armed, time.wall()),
    );
  }

  /** Alerts of the first output. */
  get reports(): readonly AlertReport[] {
    return this.sent.flatMap(([first]) => (first ? [first.payload as AlertReport] : []));
  }

  get types(): readonly string[] {
    return this.reports.map(({ type }) => type);
  }

  /** The newest message of an output. */
  newest(output: 0 | 1 | 2 | 3): FlowMessage {
    const found = this.sent.findLast((messages) => messages[output])?.[output];
    if (!found) throw new Error(`Output ${output + 1} has sent nothing.`);
    return found;
  }

  async hear(payload: unknown, topic?: string): Promise<void> {
    this.watcher.receive(topic === undefined ? { payload } : { topic, payload });
    await settled();
  }

  /** A car that draws; statuses of some other charger. */
  async charge(): Promise<void> {
    await this.hear({ state: "A" });
    await this.time.advance(60_000);
    await this.hear({ state: "C", currentA: 15.7 });
    await this.time.advance(60_000);
  }

  async steal(): Promise<void> {
    await this.charge();
    await this.hear({ state: "A" });
    await this.time.advance(4_000);
  }
}
