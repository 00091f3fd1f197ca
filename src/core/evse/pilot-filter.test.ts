import assert from "node:assert/strict";
import {
  blankPilotFilter,
  blinded,
  carWantsPower,
  isStable,
  type PilotFilter,
  pilotObjection,
  pilotTrouble,
  withReading,
} from "#core/evse/pilot-filter";
import type { InvalidReason, PilotReading } from "#core/pilot/types";
import { Instant, Millis, Volts } from "#core/units/units";

const LOOP = 12;

/** A letter is a valid reading of that state; "-" the gap, "?" a reading that shows nothing, "!" one without a low phase, " " no reading. */
function readingOf(sign: string, at: number): PilotReading | null {
  if (sign === " ") return null;
  const reading = {
    at: Instant(at),
    reasons: [] as InvalidReason[],
    highV: Volts(6),
    lowV: Volts(-12),
    dutyPercent: null,
    diode: "ok",
  } as const;
  if (sign === "?") return { ...reading, valid: false, state: "unknown", reasons: ["highUnstable"] };
  if (sign === "!") return { ...reading, valid: false, state: "unknown", reasons: ["noLowPhase"] };
  if (sign === "-") return { ...reading, valid: true, state: "gap" };
  return { ...reading, valid: true, state: sign as "A" };
}

interface Seen {
  readonly filter: PilotFilter;
  readonly at: Instant;
}

/** Feeds one sign every loop. */
function feed(signs: string, from: Seen = { filter: blankPilotFilter(Instant(0)), at: Instant(0) }, ventilated = false): Seen {
  let { filter, at } = from;
  for (const sign of signs) {
    at = Instant(at + LOOP);
    filter = withReading(filter, readingOf(sign, at - 1), ventilated, at);
  }
  return { filter, at };
}

const many = (sign: string, ms: number): string => sign.repeat(Math.ceil(ms / LOOP));
const inC = feed(many("C", 1000));

describe("pilot filter: states", () => {
  it("takes two equal readings for a state, and one for nothing [VW-15] [VW-16]", () => {
    assert.equal(feed("B").filter.vehicle, "unknown");
    assert.equal(feed("BB").filter.vehicle, "B");
    assert.equal(feed("BBC").filter.vehicle, "B");
    assert.equal(feed("BBCC").filter.vehicle, "C");
    assert.equal(feed("BBCBC").filter.vehicle, "B");
  });

  it("shows a state of 24 ms, however short the relay's rules find it [VW-16]", () => {
    const states = new Set<string>();
    let seen = feed("BBBB");
    for (const sign of "CCBB") {
      seen = feed(sign, seen);
      states.add(seen.filter.vehicle);
    }
    assert.deepEqual([...states], ["B", "C"]);
  });

  it("holds the state through the gap and through readings that show nothing [VW-11]", () => {
    for (const signs of ["------", "??????", "      "]) assert.equal(feed(signs, inC).filter.vehicle, "C");
  });

  it("does not know the vehicle any more after a second of nothing definite [VW-12]", () => {
    for (const sign of ["-", "?", "!", " "]) {
      assert.equal(feed(many(sign, 980), inC).filter.vehicle, "C");
      assert.equal(feed(many(sign, 1010), inC).filter.vehicle, "unknown");
    }
  });

  it("sees E at once, even where the rest of the reading is not to be believed [EF-01]", () => {
    let { filter } = inC;
    for (const ms of [LOOP, 2 * LOOP]) {
      const at = Instant(inC.at + ms);
      filter = withReading(filter, { ...(readingOf("!", at - 1) as PilotReading), state: "E" }, false, at);
    }
    assert.deepEqual([filter.vehicle, pilotObjection(filter, Instant(inC.at + 24))], ["E", "stateLeft"]);
  });

  it("wants power in C, and in D with ventilation only [VE-01] [VE-02]", () => {
    assert.equal(carWantsPower(inC.filter, false), true);
    const inD = feed("DD");
    assert.deepEqual([carWantsPower(inD.filter, false), carWantsPower(inD.filter, true)], [false, true]);
    assert.equal(pilotObjection(feed("DDDD", undefined, true).filter, Instant(48)), null);
  });

  it("does not count a reading twice, nor one from the future, nor one without a time, nor one from before the start", () => {
    const at = Instant(inC.at + LOOP);
    const late = readingOf("B", at - 1);
    const once = withReading(inC.filter, late, false, at);
    assert.equal(withReading(once, late, false, Instant(at + LOOP)).against, 1);
    for (const odd of [at + 1, Number.NaN, Number.POSITIVE_INFINITY, 0, -5]) {
      const reading = { ...(readingOf("B", 0) as PilotReading), at: odd as Instant };
      assert.equal(withReading(inC.filter, reading, false, at), inC.filter);
    }
    const fresh = blankPilotFilter(Instant(1000));
    assert.equal(withReading(fresh, readingOf("C", 900), false, Instant(1012)), fresh);
  });
});

describe("pilot filter: toward closing", () => {
  it("calls C stable after 500 ms, and begins anew after one reading that disagrees [VW-14]", () => {
    assert.equal(isStable(feed(many("C", 490)).filter, Instant(492)), false);
    const seen = feed(many("C", 516));
    assert.equal(isStable(seen.filter, seen.at), true);
    const shaken = feed("BC", seen);
    assert.equal(isStable(shaken.filter, shaken.at), false);
    const again = feed(many("C", 480), shaken);
    assert.equal(isStable(again.filter, again.at), false);
    const still = feed("CCCC", again);
    assert.equal(isStable(still.filter, still.at), true);
  });

  it("is not stable after 60 ms of nothing definite, and needs 500 ms again [VW-12]", () => {
    const gone = feed("------", inC);
    assert.equal(isStable(gone.filter, gone.at), false);
    const back = feed("C", gone);
    assert.equal(isStable(back.filter, back.at), false);
    const ridden = feed("----C", inC);
    assert.equal(isStable(ridden.filter, ridden.at), true);
  });
});

describe("pilot filter: toward opening", () => {
  const rows: readonly (readonly [string, string, ReturnType<typeof pilotObjection>, number])[] = [
    ["B", "B", "stateLeft", 2],
    ["A", "A", "stateLeft", 2],
    ["E", "E", "stateLeft", 2],
    ["D without ventilation", "D", "stateLeft", 2],
    ["A and B in turns", "AB", "stateLeft", 2],
    ["B between gaps", "B-", "stateLeft", 3],
    ["no low phase", "!", "pilotBroken", 3],
    ["readings that show nothing", "?", "pilotUnseen", 5],
    ["no readings", " ", "pilotUnseen", 5],
    ["the gap", "-", "pilotUnseen", 7],
    ["the gap after a reading across the change", "?---------", "pilotUnseen", 7],
    ["no readings and then a reading across the change", "    ?-----", "pilotUnseen", 5],
    ["the gap after two readings of two levels", "??--------", "pilotUnseen", 5],
    ["the gap after a reading without a low phase", "!---------", "pilotUnseen", 5],
    ["the gap and then A, once", "-----A----", "pilotUnseen", 6],
    ["the gap and then a reading across the change", "-----?----", "pilotUnseen", 7],
    ["the gap and then two readings of two levels", "-----??---", "pilotUnseen", 7],
    ["the gap and then a reading without a low phase", "-----!----", "pilotUnseen", 6],
  ];
  for (const [what, signs, objection, after] of rows) {
    it(`opens at reading ${after} of ${what}: ${objection} [VW-15] [VW-12] [VW-18] [I1]`, () => {
      for (let count = 1; count <= after; count += 1) {
        const seen = feed(signs.repeat(10).slice(0, count), inC);
        assert.equal(pilotObjection(seen.filter, seen.at), count < after ? null : objection, `reading ${count}`);
      }
    });
  }

  it("does not open for one reading that disagrees [VW-15]", () => {
    for (const sign of ["A", "B", "D", "E", "!", "?", "-", " "]) {
      const seen = feed(`${sign}C`, inC);
      assert.deepEqual([pilotObjection(seen.filter, seen.at), seen.filter.vehicle], [null, "C"]);
    }
  });

  it("is not reassured by the gap after B was read [VW-15]", () => {
    const seen = feed("B-----", inC);
    assert.equal(pilotObjection(seen.filter, seen.at), "pilotUnseen");
  });

  it("does not come to trust through the gap what it had lost [I1]", () => {
    const lost = feed("      ", inC);
    assert.equal(pilotObjection(lost.filter, lost.at), "pilotUnseen");
    const seen = feed("-", lost);
    assert.equal(pilotObjection(seen.filter, seen.at), "pilotUnseen");
  });
});

describe("pilot filter: trouble", () => {
  it("calls a second of gap a gap, a second of anything else unreadable [VW-12]", () => {
    for (const [sign, trouble] of [
      ["-", "gap"],
      ["?", "unreadable"],
      [" ", "unreadable"],
    ] as const) {
      const before = feed(many(sign, 980), inC);
      assert.equal(pilotTrouble(before.filter, before.at), null);
      const after = feed(many(sign, 40), before);
      assert.equal(pilotTrouble(after.filter, after.at), trouble);
    }
  });

  it("knows a line at +12 V without a low phase after three readings [EF-03]", () => {
    let { filter, at } = inC;
    for (let count = 1; count <= 3; count += 1) {
      assert.equal(pilotTrouble(filter, at), null);
      at = Instant(at + LOOP);
      filter = withReading(filter, { ...(readingOf("!", at - 1) as PilotReading), highV: Volts(12) }, false, at);
    }
    assert.equal(pilotTrouble(filter, at), "stuckHigh");
  });
});

describe("pilot filter: while the car cannot be sensed", () => {
  it("believes nothing that was read during state F, nor 100 ms after [EF-02] [ST-19]", () => {
    let { filter, at } = inC;
    for (let count = 0; count < 400; count += 1) {
      at = Instant(at + LOOP);
      filter = blinded(filter, "F", readingOf("A", at - 1), at);
    }
    assert.deepEqual([filter.vehicle, isStable(filter, at), pilotTrouble(filter, at)], ["F", false, null]);
    const justAfter = feed("AAAAAAAA", { filter, at });
    assert.equal(justAfter.filter.vehicle, "F", "a burst may still have begun before");
    assert.equal(feed("BBB", justAfter).filter.vehicle, "B");
  });

  it("keeps the time since which it is blind", () => {
    const once = blinded(inC.filter, "unknown", null, Instant(inC.at + LOOP));
    assert.equal(blinded(once, "unknown", null, Instant(inC.at + 5000)).since, inC.at + LOOP);
    assert.equal(isStable(once, Instant(inC.at + LOOP), Millis(0)), false);
  });
});
