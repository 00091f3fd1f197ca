/** The display as a node runs it: messages and seconds in, rows, a picture and wishes out. Knows nothing of Node-RED. */
import type { LedColour, Rows } from "#core/display/pages";
import { previewSvg } from "#core/display/preview";
import { seenOfOurs } from "#core/display/seen-charger";
import { beginViewing, hear, pass, turn, type Viewing, type ViewingRules, viewAt } from "#core/display/viewing";
import type { Instant } from "#core/units/units";
import { FURTHEST_STEP, type PanelFacts } from "#link/frames";
import type { ConfigOf } from "../shared/fields.ts";
import type { FlowMessage, NodeStatus } from "../shared/red.ts";
import type { Scheduler } from "../shared/scheduler.ts";
import { StatusLine } from "../shared/status-line.ts";
import { type Button, type DisplayInput, readDisplayInput } from "./display-input.ts";
import type { DisplayReport, WishReport } from "./j1772-display.outputs.ts";
import type { J1772DisplayNode } from "./j1772-display.schema.ts";
import { seenOfForeign } from "./seen-foreign.ts";

export type DisplayForm = ConfigOf<typeof J1772DisplayNode.fields>;

const TICK = 1_000;
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
  /** Tells the front panel of a charger, where one is chosen. */
  tellPanel(facts: PanelFacts): void;
}

export class CharacterDisplay {
  readonly #form: DisplayForm;
  readonly #host: DisplayHost;
  readonly #line: StatusLine;
  readonly #rules: ViewingRules;
  #charger: string;
  #viewing: Viewing;
  #sent = "";
  #cancelTick: () => void;

  constructor(form: DisplayForm, host: DisplayHost) {
    this.#form = form;
    this.#host = host;
    this.#charger = form.charger;
    this.#line = new StatusLine((status) => host.show(status), host.time);
    this.#rules = {
      language: form.language,
      turnAfterMs: form.rotateS === null ? Number.POSITIVE_INFINITY : form.rotateS * 1000,
      staleAfterMs: form.staleAfterS * 1000,
    };
    this.#viewing = beginViewing(host.time.now(), this.#rules);
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

  #hear(input: Exclude<DisplayInput, { of: "button" } | { of: "nothing" }>): void {
    const { time } = this.#host;
    if (input.of === "next") {
      this.#viewing = { ...this.#viewing, outlook: { startsInMs: input.startsIn, stopsInMs: input.stopsIn, at: time.now() } };
      this.#tellPanel();
      return;
    }
    if (this.#charger !== "" && input.charger !== this.#charger) return;
    this.#charger = input.charger;
    if (input.of === "sun") {
      this.#viewing = { ...this.#viewing, sunPercent: input.percent };
      this.#tellPanel();
      return;
    }
    const { readyA } = this.#form;
    const seen =
      input.of === "status"
        ? seenOfOurs(input.status, readyA, time.wall())
        : seenOfForeign(input.report, input.chargeWh, this.#viewing.seen, readyA);
    this.#viewing = hear(this.#viewing, seen, time.now(), this.#rules);
  }

  /** What the panel of the board shows by itself too, but cannot know by itself. */
  #tellPanel(): void {
    const { sunPercent, outlook } = this.#viewing;
    const coming = (ms: number | null | undefined): number | null => {
      if (outlook === null || ms === null || ms === undefined || ms > FURTHEST_STEP) return null;
      return Math.max(0, Math.ceil(ms - (this.#host.time.now() - outlook.at)));
    };
    this.#host.tellPanel({ sunPercent, startsInMs: coming(outlook?.startsInMs), stopsInMs: coming(outlook?.stopsInMs) });
  }

  #press(button: Button): void {
    if (button.press === "next" || button.press === "page") {
      const to = button.press === "page" ? { page: button.page - 1 } : { by: 1 };
      this.#viewing = turn(this.#viewing, to, this.#host.time.now(), this.#rules);
      return;
    }
    const wish: WishReport = { command: button.press, by: "display" };
    this.#host.send([null, null, { topic: this.#charger || UNNAMED, payload: wish }]);
  }

  #tick(): void {
    this.#cancelTick = this.#host.time.after(TICK, () => this.#tick());
    this.#viewing = pass(this.#viewing, this.#host.time.now(), this.#rules);
    this.#tell();
  }

  /** Says what is shown when it is not what was said last. */
  #tell(): void {
    const { rows, first, led, page, pages } = viewAt(this.#viewing, this.#host.time.now(), this.#rules);
    const payload: DisplayReport = { lines: [rows[0], rows[1]], led: led.colour, effect: led.effect, page: page + 1, pages };
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
