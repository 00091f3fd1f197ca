/**
 * The line for whoever plays the world: one JSON object a line, each answered by one. `{"action": …, "afterMs": …}` plugs, unplugs,
 * injects and clears; `{"ask": "truth"}` tells what is really so; `{"button": …, "held": …}` holds a button of the display;
 * `{"display": …}` breaks it, or mends it.
 */
import * as v from "valibot";
import { explain } from "#link/explain";
import { SimActionMessage } from "#link/sim-action";
import { LCD_BUTTONS } from "./lcd.ts";
import type { VirtualPi } from "./virtual-pi.ts";

/** Its plug is out; it holds the bus for ever; it was without power for a moment; all is well again. */
const DISPLAY_TROUBLES = ["absent", "hangs", "powerCut", "well"] as const;

const id = v.exactOptional(v.union([v.string(), v.number()]));
const LONGEST_LINE = 65_536;

const ControlMessage = v.union([
  v.strictObject({ id, action: SimActionMessage, afterMs: v.optional(v.pipe(v.number(), v.minValue(0)), 0) }),
  v.strictObject({ id, ask: v.literal("truth") }),
  v.strictObject({ id, button: v.picklist(LCD_BUTTONS), held: v.boolean() }),
  v.strictObject({ id, display: v.picklist(DISPLAY_TROUBLES) }),
]);

export class ControlLine {
  readonly #pi: VirtualPi;
  readonly #send: (line: string) => void;
  readonly #takeLateness: () => number;
  #pending = "";

  /** @param takeLateness how late the host was since that was last asked, ms */
  constructor(pi: VirtualPi, send: (line: string) => void, takeLateness: () => number) {
    this.#pi = pi;
    this.#send = send;
    this.#takeLateness = takeLateness;
  }

  receive(text: string): void {
    const lines = (this.#pending + text).split("\n");
    this.#pending = (lines.pop() ?? "").slice(0, LONGEST_LINE);
    for (const line of lines) if (line.trim() !== "") this.#send(`${JSON.stringify(this.#answer(line))}\n`);
  }

  #answer(line: string): object {
    const atMs = this.#pi.agenda.clock.ms;
    let said: unknown;
    try {
      said = JSON.parse(line);
    } catch (cause) {
      return { ok: false, message: `expected JSON: ${(cause as Error).message}` };
    }
    const parsed = v.safeParse(ControlMessage, said);
    if (!parsed.success) return { ok: false, message: explain(parsed.issues) };
    const message = parsed.output;
    const answered = message.id === undefined ? { ok: true, atMs } : { id: message.id, ok: true, atMs };
    if ("action" in message) this.#pi.apply(message.action, message.afterMs);
    else if ("button" in message) this.#pi.lcd.hold(message.button, message.held);
    else if ("display" in message) this.#trouble(message.display);
    else {
      const { outputs, lcd, light } = this.#pi;
      return { ...answered, truth: this.#pi.truth(), outputs, display: lcd.view, light, lateMs: this.#takeLateness() };
    }
    return answered;
  }

  #trouble(trouble: (typeof DISPLAY_TROUBLES)[number]): void {
    this.#pi.lcd.answers = trouble !== "absent";
    this.#pi.i2cHangs = trouble === "hangs";
    if (trouble === "powerCut") this.#pi.lcd.cutPower();
  }
}
