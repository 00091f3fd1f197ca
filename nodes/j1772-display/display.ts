/** The display as a node runs it: messages and seconds in, rows, a picture and wishes out. Knows nothing of Node-RED. */
import { type Display, displayOf, type LedColour, type Rows } from "#core/display/pages";
import { previewSvg } from "#core/display/preview";
import { NOTHING_SEEN, type Seen } from "#core/display/seen";
import type { Instant } from "#core/units/units";
import type { ConfigOf } from "../shared/fields.ts";
import type { FlowMessage, NodeStatus } from "../shared/red.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import { StatusLine } from "../shared/status-line.ts";
import { type Button, type DisplayInput, readDisplayInput } from "./display-input.ts";
import type { DisplayReport, WishReport } from "./j1772-display.outputs.ts";
import type { J1772DisplayNode } from "./j1772-display.schema.ts";
import { seenOfForeign, seenOfOurs } from "./seen-charger.ts";

export type DisplayForm = ConfigOf<typeof J1772DisplayNode.fields>;

const TICK = 1_000;
/** A page that somebody chose stays at least this long, ms. */
const CHOSEN_STAYS = 15_000;
const UNNAMED = "charger";

/** What the display needs of time; tests move it. */
export interface DisplayTime extends Scheduler {
  now(): Instant;
}
export interface DisplayHost {
  readonly time: DisplayTime;
  /** Sends to the three outputs; null sends nothing there. */
  send(messages: readonly (FlowMessage | null)[]): void;
  show(status: NodeStatus): void;
}

export class CharacterDisplay {
  readonly #form: DisplayForm;
  readonly #host: DisplayHost;
  readonly #line: StatusLine;
  #charger: string;
  #seen: Seen = NOTHING_SEEN;
  /** When the charger was last heard, and the limiter; spans of time count on from there. */
  #heardAt: Instant;
  #sunPercent: number | null = null;
  #next: { readonly startsIn: number | null; readonly stopsIn: number | null; readonly at: Instant } | null = null;
  #page = 0;
  #turnAt: number;
  #sent = "";
  #cancelTick: () => void;

  constructor(form: DisplayForm, host: DisplayHost) {
    this.#form = form;
    this.#host = host;
    this.#charger = form.charger;
    this.#line = new StatusLine((status) => host.show(status), host.time);
    this.#heardAt = host.time.now();
    this.#turnAt = this.#heardAt + this.#rotation;
    this.#cancelTick = host.time.after(0, () => this.#tick());
  }

  /** Takes a message in. @throws MessageError when it is a mistake; it then changes nothing. */
  receive({ payload }: FlowMessage): void {
    const { time } = this.#host;
    const input = readDisplayInput(payload, this.#charger || UNNAMED, time.wall());
    if (input.of === "button") this.#press(input.button);
    else if (input.of !== "nothing") this.#hear(input);
    this.#tell();
  }

  close(): void {
    this.#cancelTick();
    this.#line.close();
  }

  get #rotation(): number {
    return this.#form.rotateS === null ? Number.POSITIVE_INFINITY : this.#form.rotateS * 1000;
  }

  #hear(input: Exclude<DisplayInput, { of: "button" } | { of: "nothing" }>): void {
    const { time } = this.#host;
    if (input.of === "next") {
      this.#next = { startsIn: input.startsIn, stopsIn: input.stopsIn, at: time.now() };
      return;
    }
    if (this.#charger !== "" && input.charger !== this.#charger) return;
    this.#charger = input.charger;
    if (input.of === "sun") {
      this.#sunPercent = input.percent;
      return;
    }
    const { readyA } = this.#form;
    const before = this.#now().state;
    this.#seen =
      input.of === "status"
        ? seenOfOurs(input.status, readyA, time.wall())
        : seenOfForeign(input.report, input.chargeWh, this.#seen, readyA);
    this.#heardAt = time.now();
    if (this.#seen.state === "notConnected") this.#sunPercent = null;
    // What is new stands on the first page.
    if (this.#seen.state !== before) this.#turnTo(0, this.#rotation);
  }

  #press(button: Button): void {
    const { pages } = this.#display();
    switch (button.press) {
      case "next":
        this.#turnTo((this.#page + 1) % pages.length, Math.max(CHOSEN_STAYS, this.#rotation));
        break;
      case "page":
        this.#turnTo(Math.min(button.page, pages.length) - 1, Math.max(CHOSEN_STAYS, this.#rotation));
        break;
      case "pause":
      case "resume": {
        const wish: WishReport = { command: button.press, by: "display" };
        this.#host.send([null, null, { topic: this.#charger || UNNAMED, payload: wish }]);
      }
    }
  }

  #turnTo(page: number, stays: number): void {
    this.#page = page;
    this.#turnAt = this.#host.time.now() + stays;
  }

  #tick(): void {
    this.#cancelTick = this.#host.time.after(TICK, () => this.#tick());
    if (this.#host.time.now() >= this.#turnAt) this.#turnTo((this.#page + 1) % this.#display().pages.length, this.#rotation);
    this.#tell();
  }

  /** What is seen now: a clock runs while the car charges, what is to come gets nearer, and a silent charger is not known. */
  #now(): Seen {
    const now = this.#host.time.now();
    const passed = now - this.#heardAt;
    const stale = this.#form.staleAfterS * 1000;
    if (passed > stale) return NOTHING_SEEN;
    const { state, chargingMs, fault } = this.#seen;
    const runs = state === "charging" || state === "resting";
    return {
      ...this.#seen,
      chargingMs: chargingMs !== null && runs ? chargingMs + passed : chargingMs,
      fault: fault === null || fault.retryIn === null ? fault : { ...fault, retryIn: fault.retryIn - passed },
      sunPercent: this.#sunPercent,
      next: this.#comes(runs, now, stale),
    };
  }

  #comes(runs: boolean, now: number, stale: number): Seen["next"] {
    if (this.#next === null || now - this.#next.at > stale) return null;
    const { startsIn, stopsIn, at } = this.#next;
    if (runs) return stopsIn === null ? null : { what: "stops", in: stopsIn - (now - at) };
    const waits = this.#seen.state === "paused" || this.#seen.state === "waiting";
    return startsIn === null || !waits ? null : { what: "starts", in: startsIn - (now - at) };
  }

  #display(): Display {
    return displayOf(this.#now(), this.#form.language);
  }

  /** Says what is shown when it is not what was said last. */
  #tell(): void {
    const { led, pages } = this.#display();
    const shownPage = Math.min(this.#page, pages.length - 1);
    const rows = pages[shownPage] ?? pages[0];
    const first = pages[0];
    if (rows === undefined || first === undefined) return;
    this.#page = shownPage;
    const payload: DisplayReport = {
      lines: [rows[0], rows[1]],
      led: led.colour,
      effect: led.effect,
      page: shownPage + 1,
      pages: pages.length,
    };
    this.#line.set(statusOf(first, led.colour));
    const said = JSON.stringify([this.#charger, payload]);
    if (said === this.#sent) return;
    this.#sent = said;
    const topic = this.#charger || UNNAMED;
    this.#host.send([{ topic, payload }, { topic, payload: previewSvg(rows, led) }, null]);
  }
}

const STATUS_FILL: Readonly<Record<LedColour, NonNullable<NodeStatus["fill"]>>> = {
  green: "green",
  yellow: "yellow",
  violet: "blue",
  blue: "blue",
  red: "red",
  off: "grey",
};

/** The row that says most: what is wrong, or what is done. */
function statusOf([first, second]: Rows, colour: LedColour): NodeStatus {
  const row = colour === "red" || colour === "off" ? second : first;
  return { fill: STATUS_FILL[colour], shape: colour === "off" ? "ring" : "dot", text: row.trim().replace(/\s+/g, " ") };
}
