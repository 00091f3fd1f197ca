/** The unplug alert as a node runs it: messages and seconds in, alerts in words out. Knows nothing of Node-RED. */
import type { AlertAnswer } from "#core/alerts/alert";
import type { UnplugConfig } from "#core/alerts/unplug/config";
import { answerable } from "#core/alerts/unplug/desk";
import { createUnplug, step } from "#core/alerts/unplug/step";
import type { UnplugInput, UnplugNotice, UnplugState } from "#core/alerts/unplug/types";
import { MessageError } from "#core/errors";
import { Instant, Seconds } from "#core/units/units";
import type { FlowMessage, NodeStatus, Translate } from "../shared/red.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import { StatusLine } from "../shared/status-line.ts";
import { type AlertForm, unplugConfig } from "./alert-config.ts";
import { readAlertInput } from "./alert-input.ts";
import { alertStatus } from "./alert-status.ts";
import { answerLink } from "./answer-link.ts";
import { bodiesOf, type Destination, messageFor } from "./bodies.ts";
import type { Kept } from "./kept-schema.ts";
import { answerWord, TEXTS, type Wording, type Words, wordsOf } from "./texts/wording.ts";
import type { AlertReport } from "./unplug-alert.outputs.ts";
import { type Channel, readOwnTexts } from "./unplug-alert.schema.ts";
import { answerWeb, type WebAnswer } from "./web-answer.ts";

const TICK = Seconds(1);
/** What was due before a start waits so long: an MQTT node, for one, drops without a word what it is given before it has connected. */
const FIRST_WORD = Seconds(3);
/** Longest that telling waits for the disk: a slow one must not make the alert mute. */
const WAIT_FOR_DISK = Seconds(1);
/** The same button again so soon was pressed twice, or sent again by a phone that lost the answer. */
const SAME_PRESS = Seconds(10);
/** Name of a charger that has none, where the form names none either. */
const ANY_CHARGER = "charger";

/** What the watcher needs of time; tests move it. */
export interface AlertTime extends Scheduler {
  now(): Instant;
}

export interface WatcherHost {
  readonly time: AlertTime;
  readonly t: Translate;
  readonly systemZone: string;
  /** Sends to the four outputs; null sends nothing there. */
  send(messages: readonly (FlowMessage | null)[]): void;
  show(status: NodeStatus): void;
  /** Keeps this over a restart. Never rejects. */
  keep(kept: Kept): Promise<void>;
}

/** What is kept when a node is new. @param name beginning of its alerts' ids */
export const freshlyKept = (name: string, secret: string, arms: boolean, wall: number): Kept => ({
  version: 1,
  at: Instant(0),
  wall,
  secret,
  state: createUnplug(name, { arms }),
  untold: [],
});

export class Watcher {
  readonly #form: AlertForm;
  readonly #config: UnplugConfig;
  readonly #wording: Wording;
  readonly #host: WatcherHost;
  readonly #secret: string;
  readonly #line: StatusLine;
  /** What the rules' line of time is ahead of the monotonic clock. */
  readonly #ahead: number;
  #state: UnplugState;
  #untold: UnplugNotice[];
  #lasting = "";
  #answered: { readonly alert: string; readonly answer: AlertAnswer; readonly at: Instant } | null = null;
  #telling = false;
  #closed = false;
  #cancelTick: () => void;

  constructor(form: AlertForm, host: WatcherHost, kept: Kept) {
    const { time } = host;
    this.#form = form;
    this.#host = host;
    this.#config = unplugConfig(form, host.systemZone);
    this.#wording = { language: form.language, zone: this.#config.zone, adapter: form.adapter, own: readOwnTexts(form.texts) ?? {} };
    this.#secret = kept.secret;
    // The time nobody looked has passed as well; a clock that went back has not made it negative.
    this.#ahead = kept.at + Math.max(0, time.wall() - kept.wall) - time.now();
    this.#state = kept.state;
    this.#untold = [...kept.untold];
    this.#line = new StatusLine((status) => host.show(status), time);
    this.#telling = true;
    this.#take({ type: "start" });
    this.#telling = false;
    this.#cancelTick = time.after(FIRST_WORD, () => this.#tick());
  }

  get state(): UnplugState {
    return this.#state;
  }

  get kept(): Kept {
    const { time } = this.#host;
    return { version: 1, at: this.#now, wall: time.wall(), secret: this.#secret, state: this.#state, untold: this.#untold };
  }

  /** Takes a message in. @throws MessageError when it is a mistake; it then changes nothing. */
  receive(msg: FlowMessage): void {
    if (typeof msg.req === "object" && msg.req !== null) {
      this.#answerWeb(msg);
      return;
    }
    const input = readAlertInput(msg, { charger: this.#form.chargerName || ANY_CHARGER, at: this.#now, wall: this.#host.time.wall() });
    if (input === null || this.#isStranger(input)) return;
    if (input.type === "answer" && answerable(this.#state, input.alert) === undefined) {
      throw new MessageError(
        "nothingToAnswer",
        "answer: expected an alert that waits for one, there is none. It was answered, or it is too old.",
      );
    }
    this.#take(input);
  }

  /** The node goes; what it knows has been handed to `keep`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTick();
    this.#line.close();
    await this.#host.keep(this.kept);
  }

  get #now(): Instant {
    return Instant(this.#host.time.now() + this.#ahead);
  }

  /** Another charger than the one the form names. */
  #isStranger(input: UnplugInput): boolean {
    return this.#form.chargerName !== "" && "charger" in input && input.charger !== this.#form.chargerName;
  }

  #tick(): void {
    this.#cancelTick = this.#host.time.after(TICK, () => this.#tick());
    this.#take({ type: "tick" });
  }

  #take(input: UnplugInput): void {
    const { time, t } = this.#host;
    const { state, effects } = step(this.#state, input, { at: this.#now, wall: time.wall() }, this.#config);
    const changed = state !== this.#state;
    this.#state = state;
    this.#untold.push(...effects);
    this.#line.set(alertStatus(state, this.#config.zone, t));
    if (this.#untold.length > 0) void this.#tell();
    else if (changed) this.#keepWhenChanged();
  }

  /** What comes with every message is not worth a write; what cannot be seen again is. */
  #keepWhenChanged(): void {
    const lasting = JSON.stringify(this.#state, (key, value) => {
      if (key === "pulse" || key === "sun") return undefined;
      return key === "battery" && value !== null ? [value.socPercent, value.full] : value;
    });
    if (lasting === this.#lasting) return;
    this.#lasting = lasting;
    void this.#host.keep(this.kept);
  }

  /** Writes down what is to be told, tells it, and writes down that it was told: killed in between, it is told once more with the same id. */
  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    while (this.#untold.length > 0) {
      const telling = [...this.#untold];
      let calledOff = (): void => {};
      const longest = new Promise<void>((resolve) => {
        calledOff = this.#host.time.after(WAIT_FOR_DISK, resolve);
      });
      await Promise.race([this.#host.keep(this.kept), longest]);
      calledOff();
      if (this.#closed) break;
      this.#untold = this.#untold.slice(telling.length);
      for (const notice of telling) this.#send(notice);
    }
    this.#telling = false;
    if (!this.#closed) this.#keepWhenChanged();
  }

  #send(notice: UnplugNotice): void {
    const { channel, address, nextChannel, nextAddress } = this.#form;
    const report = this.#reportOf(notice);
    const destination = this.#destinationOf(notice);
    const whole: FlowMessage = { topic: notice.charger, payload: report, bodies: bodiesOf(report, destination) };
    const first = this.#messageFor(channel, report, { ...destination, address });
    const next = notice.step > 0 ? this.#messageFor(nextChannel, report, { ...destination, address: nextAddress }) : null;
    this.#host.send([structuredClone(whole), first, next, null]);
  }

  #messageFor(channel: Channel | "none", report: AlertReport, destination: Destination): FlowMessage | null {
    return channel === "none" || destination.address === "" ? null : messageFor(channel, report, destination);
  }

  #reportOf(notice: UnplugNotice): AlertReport {
    const { actions, evidence, ...rest } = notice;
    const label = (answer: AlertAnswer): string => answerWord(answer, this.#wording.language);
    const url = (answer: AlertAnswer): string | null =>
      this.#form.answerUrl === "" ? null : answerLink(this.#form.answerUrl, this.#secret, notice.id, answer);
    return {
      ...rest,
      ...this.#wordsOf(notice),
      evidence: { ...evidence },
      actions: actions.map((answer) => ({ answer, label: label(answer), url: url(answer) })),
    };
  }

  #destinationOf({ id, actions }: UnplugNotice): Omit<Destination, "address"> {
    const { answerUrl } = this.#form;
    const { replyBySms } = TEXTS[this.#wording.language];
    return {
      answerPage: answerUrl === "" || actions.length === 0 ? null : answerLink(answerUrl, this.#secret, id, null),
      replyLine: actions.length === 0 ? "" : actions.includes("yes") ? replyBySms.yesNo : replyBySms.seen,
      now: this.#host.time.wall(),
    };
  }

  #wordsOf(notice: UnplugNotice): Words {
    return wordsOf(notice, this.#wording);
  }

  /** A browser that somebody opened from a link. */
  #answerWeb(msg: FlowMessage): void {
    const web: WebAnswer = answerWeb(msg, {
      secret: this.#secret,
      language: this.#wording.language,
      open: (alert) => answerable(this.#state, alert)?.notice,
      justAnswered: (alert) =>
        this.#answered !== null && this.#now - this.#answered.at < SAME_PRESS && this.#answered.alert === alert
          ? this.#answered.answer
          : null,
      words: (notice) => this.#wordsOf(notice),
    });
    if (web.input !== null) {
      const { alert, answer } = web.input;
      this.#answered = { alert, answer, at: this.#now };
      this.#take(web.input);
    }
    this.#host.send([null, null, null, { ...msg, ...web.reply }]);
  }
}
