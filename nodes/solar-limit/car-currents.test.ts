import assert from "node:assert/strict";
import { Instant } from "#core/units/units";
import { CarCurrents } from "./car-currents.ts";
import type { ChargerReport } from "./charger-report.ts";

const BOTH = ["left", "right"];

/** Two chargers that speak in turns, and what they are offered. */
class Pair {
  readonly #currents = new CarCurrents();
  readonly offers: Record<string, number> = { left: 10, right: 10 };

  /** The sum after this report. */
  say(second: number, charger: string, currentA: number | null, presence: ChargerReport["presence"] = "charging"): number | null {
    const at = Instant(second * 1000);
    const offeredTo = (name: string): number => this.offers[name] ?? 0;
    this.#currents.hear({ charger, presence, currentA, at: null }, offeredTo(charger), at);
    return this.#currents.sum(BOTH, charger, offeredTo, at);
  }
}

describe("currents of several cars", () => {
  it("add up while all but the speaker are steady", () => {
    const pair = new Pair();
    assert.equal(pair.say(0, "left", 9.6), null, "right has not spoken");
    assert.equal(pair.say(1, "right", 9.5), null, "left has spoken once");
    assert.equal(pair.say(10, "left", 9.7), null);
    assert.equal(pair.say(11, "right", 9.5), 9.7 + 9.5);
    assert.equal(pair.say(20, "left", 4), 4 + 9.5, "the speaker is known as it is");
  });

  it("are not known while another begins, rises or falls", () => {
    const pair = new Pair();
    pair.offers.right = 0;
    for (const second of [0, 10]) {
      pair.say(second, "left", 10);
      assert.equal(pair.say(second + 1, "right", 0, "waiting"), second === 0 ? null : 10);
    }
    pair.offers.right = 6;
    assert.equal(pair.say(12, "right", 0), 10);
    assert.equal(pair.say(20, "left", 10), null, "right may begin at any time");
    assert.equal(pair.say(22, "right", 6), 16);
    assert.equal(pair.say(30, "left", 10), null, "right drew nothing when it spoke before");
    pair.say(32, "right", 6);
    assert.equal(pair.say(40, "left", 10), 16);
    pair.offers.right = 9;
    assert.equal(pair.say(50, "left", 10), null, "right follows a new offer");
  });

  it("count a place where nothing can flow, however long ago it said so", () => {
    const pair = new Pair();
    pair.say(0, "right", null, "absent");
    assert.equal(pair.say(7200, "left", 8), 8);
  });

  it("do not count a charger that fell silent while it was charging", () => {
    const pair = new Pair();
    for (const second of [0, 10, 20]) {
      pair.say(second, "left", 10);
      pair.say(second + 1, "right", 10);
    }
    assert.equal(pair.say(60, "left", 10), 20);
    assert.equal(pair.say(90, "left", 10), null);
  });

  it("are not known without each meter", () => {
    const pair = new Pair();
    for (const second of [0, 10, 20]) {
      assert.equal(pair.say(second, "left", null), null);
      assert.equal(pair.say(second + 1, "right", 10), null);
    }
  });
});
