/**
 * The front panel of a charger: a character display with buttons, and a status light. It is told what the charger says of itself, and asks
 * for a pause or its end as any client does. Nothing of it is waited for: it has lines and a pace of its own, and what breaks stays here.
 */
import { NOTHING_SEEN } from "#core/display/seen";
import { seenOfOurs, type ToldStatus } from "#core/display/seen-charger";
import { beginViewing, hear, type Outlook, pass, turn, type View, type Viewing, type ViewingRules, viewAt } from "#core/display/viewing";
import type { DisplayLanguage } from "#core/display/words";
import type { Instant } from "#core/units/units";
import type { OpenSideLine, SideLine } from "#ports/side-line";
import { type Button, look, NO_BUTTONS } from "./buttons.ts";
import { LcdPlate } from "./lcd-plate.ts";
import { backlightOf } from "./light.ts";
import type { PanelTime } from "./panel-time.ts";
import { keepGoing } from "./persistence.ts";
import { type LightPins, StatusLight } from "./status-light.ts";

export interface PanelSettings {
  /** The display's chip on the bus; null without a display. */
  readonly lcd: { readonly address: number } | null;
  /** Null without a status light. */
  readonly led: LightPins | null;
  readonly language: DisplayLanguage;
  /** ∞ for by button only. */
  readonly turnAfterMs: number;
}

export interface FrontPanelOptions {
  readonly settings: PanelSettings;
  readonly open: OpenSideLine;
  readonly time: PanelTime;
  /** A person pressed a button that means this. Whoever is asked decides. */
  readonly ask: (wish: "pause" | "resume") => void;
  /** Hears, in a sentence, what a person should know. */
  readonly tell: (what: string) => void;
}

/** How often the display and its buttons are looked after, and the light, ms. */
const DISPLAY_EVERY = 40;
const LIGHT_EVERY = 100;
/** How often it is asked whether the display still is as it was set up, ms. */
const CHECK_EVERY = 1_000;
/** How often all of it is written anew, and how soon after the contactor has moved, ms. */
const RENEW_EVERY = 60_000;
const RENEW_AFTER_SPARK = 500;
/** The charger says something every second, others more seldom; without a word for this long nothing is known, ms. */
const STALE_AFTER = 35_000;
/** A chip that hangs must not hold up the end, ms. */
const FAREWELL = 400;

interface Told {
  readonly status: ToldStatus;
  readonly readyA: number | null;
  readonly wall: number;
  readonly at: Instant;
}

export class FrontPanel {
  readonly #options: FrontPanelOptions;
  readonly #rules: ViewingRules;
  readonly #over = new AbortController();
  #viewing: Viewing;
  /** News that nobody has looked at yet. */
  #told: Told | null = null;
  #relay: string | null = null;
  #renewAt = 0;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: FrontPanelOptions) {
    this.#options = options;
    const { language, turnAfterMs } = options.settings;
    this.#rules = { language, turnAfterMs, staleAfterMs: STALE_AFTER };
    this.#viewing = beginViewing(options.time.now(), this.#rules);
  }

  /** Begins, and goes on by itself. */
  start(): void {
    const { time, tell, settings } = this.#options;
    const { lcd, led } = settings;
    const whole = { time, tell, over: this.#over.signal };
    const display = lcd && keepGoing({ name: "the display", serve: (working) => this.#serveDisplay(lcd.address, working) }, whole);
    const light = led && keepGoing({ name: "the status light", serve: (working) => this.#serveLight(led, working) }, whole);
    this.#ended = Promise.all([display, light]);
  }

  /**
   * Takes in what the charger says of itself. Does nothing more with it, so that nothing can go wrong here.
   * @param readyA what would be offered if a car came; null for nothing @param wall wall time, ms since 1970
   */
  see(status: ToldStatus & { readonly relay: string }, readyA: number | null, wall: number): void {
    const at = this.#options.time.now();
    // A contactor's spark can garble a display, which tells nobody.
    if (this.#relay !== null && this.#relay !== status.relay) this.#renewAt = Math.min(this.#renewAt, at + RENEW_AFTER_SPARK);
    this.#relay = status.relay;
    this.#told = { status, readyA, wall, at };
  }

  /** Takes in what others know of the charge; what was learned before is forgotten. */
  learn({ sunPercent, startsInMs, stopsInMs }: { readonly sunPercent: number | null } & Omit<Outlook, "at">): void {
    this.#viewing = { ...this.#viewing, sunPercent, outlook: { startsInMs, stopsInMs, at: this.#options.time.now() } };
  }

  /** Says, as far as that is possible at once, that there is no charger any more. Never rejects. */
  async close(): Promise<void> {
    this.#told = null;
    this.#viewing = { ...this.#viewing, seen: NOTHING_SEEN };
    this.#over.abort();
    await Promise.race([this.#ended, this.#options.time.pass(FAREWELL)]);
  }

  #view(): View {
    const now = this.#options.time.now();
    if (this.#told !== null) {
      const { status, readyA, wall, at } = this.#told;
      this.#told = null;
      this.#viewing = hear(this.#viewing, seenOfOurs(status, readyA, wall), at, this.#rules);
    }
    this.#viewing = pass(this.#viewing, now, this.#rules);
    return viewAt(this.#viewing, now, this.#rules);
  }

  async #serveDisplay(address: number, working: () => void): Promise<void> {
    const { open, time } = this.#options;
    const line = await open();
    try {
      const plate = new LcdPlate(line, address, time);
      this.#renewAt = time.now();
      let checkAt = this.#renewAt + CHECK_EVERY;
      let buttons = NO_BUTTONS;
      while (!this.#over.signal.aborted) {
        const now = time.now();
        if (now >= checkAt) {
          await plate.check();
          checkAt = now + CHECK_EVERY;
        }
        const isOld = now >= this.#renewAt;
        if (isOld) this.#renewAt = now + RENEW_EVERY;
        await this.#write(plate, isOld);
        const looked = look(buttons, await plate.held());
        buttons = looked.buttons;
        if (looked.pressed !== null) {
          // The pins of a chip that lost its setting float, and say anything.
          await plate.check();
          // Nobody asks anything of a charger that has made itself safe and ends.
          if (!this.#over.signal.aborted) this.#press(looked.pressed);
        }
        working();
        await time.pass(DISPLAY_EVERY, this.#over.signal);
      }
      await this.#write(plate, false);
    } finally {
      line.close();
    }
  }

  #write(plate: LcdPlate, anew: boolean): Promise<void> {
    const { rows, led } = this.#view();
    return anew ? plate.wake(rows, backlightOf(led)) : plate.show(rows, backlightOf(led));
  }

  async #serveLight(pins: LightPins, working: () => void): Promise<void> {
    const { open, time } = this.#options;
    const line: SideLine = await open();
    try {
      const light = new StatusLight(line, pins, time);
      while (!this.#over.signal.aborted) {
        await light.show(this.#view().led);
        working();
        await time.pass(LIGHT_EVERY, this.#over.signal);
      }
      await light.show(this.#view().led);
    } finally {
      line.close();
    }
  }

  #press(button: Button): void {
    if (button === "down") this.#options.ask("pause");
    else if (button === "up") this.#options.ask("resume");
    else {
      const to = button === "select" ? { page: 0 } : { by: button === "right" ? 1 : -1 };
      this.#viewing = turn(this.#viewing, to, this.#options.time.now(), this.#rules);
    }
  }
}
