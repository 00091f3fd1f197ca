/** Three lamps on three pins. */
import type { Led } from "#core/display/pages";
import type { SideLine } from "#ports/side-line";
import { type Lamps, lampShares } from "./light.ts";
import type { PanelTime } from "./panel-time.ts";

/** GPIOs of the lamps. `common`: what they share; with a cathode they are lit when high. */
export interface LightPins extends Readonly<Record<keyof Lamps, number>> {
  readonly common: "cathode" | "anode";
}

/** Everything is driven anew after this long, ms: a pin may have been another's meanwhile. */
const DRIVE_EVERY = 2_000;
const LAMPS = ["red", "green", "blue"] as const;

export class StatusLight {
  readonly #line: SideLine;
  readonly #pins: LightPins;
  readonly #time: PanelTime;
  /** How each lamp's pin is driven, as far as that is known. */
  readonly #driven = new Map<keyof Lamps, number>();
  #anewAt = 0;

  constructor(line: SideLine, pins: LightPins, time: PanelTime) {
    this.#line = line;
    this.#pins = pins;
    this.#time = time;
  }

  async show(led: Led): Promise<void> {
    const now = this.#time.now();
    if (now >= this.#anewAt) {
      this.#driven.clear();
      this.#anewAt = now + DRIVE_EVERY;
    }
    const lit = lampShares(led, now);
    for (const lamp of LAMPS) {
      const share = this.#pins.common === "cathode" ? lit[lamp] : 1 - lit[lamp];
      if (this.#driven.get(lamp) === share) continue;
      await this.#line.drive(this.#pins[lamp], share);
      this.#driven.set(lamp, share);
    }
  }
}
