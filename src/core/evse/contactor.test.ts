import assert from "node:assert/strict";
import {
  type Contactor,
  closuresLastHour,
  failedToClose,
  hasDroppedOut,
  isProvenOpen,
  relayOf,
  restingContactor,
  restsUntil,
  withCoil,
  withLoadSide,
} from "#core/evse/contactor";
import { Instant } from "#core/units/units";

const LOOP = 12;
const OPEN = [false, false];
const CLOSED = [true, true];

/** Looks at the load side every loop. */
function look(contactor: Contactor, from: number, ms: number, loadSide: readonly (boolean | null)[]): Contactor {
  let now = contactor;
  for (let at = from; at <= from + ms; at += LOOP) now = withLoadSide(now, loadSide, 2, Instant(at));
  return now;
}

const closed = look(withCoil(look(restingContactor(Instant(0)), 0, 600, OPEN), true, false, Instant(1000)), 1000, 200, CLOSED);

describe("contactor: weld check", () => {
  it("has no verdict before 250 ms, and calls a dead load side open then [RL-01]", () => {
    assert.equal(look(restingContactor(Instant(0)), 0, 240, OPEN).verdict, "checking");
    const open = look(restingContactor(Instant(0)), 0, 252, OPEN);
    assert.deepEqual([open.verdict, isProvenOpen(open, Instant(252))], ["open", true]);
  });

  for (const loadSide of [CLOSED, [true, false], [false, true], [true, null]]) {
    it(`calls ${JSON.stringify(loadSide)} a weld after three half-cycles behind the 250 ms [RL-01] [RL-04]`, () => {
      assert.equal(look(restingContactor(Instant(0)), 0, 264, loadSide).verdict, "checking");
      assert.equal(look(restingContactor(Instant(0)), 0, 300, loadSide).verdict, "welded");
    });
  }

  for (const loadSide of [[null, null], [false, null], [false], []]) {
    it(`calls ${JSON.stringify(loadSide)} unseen after a second, and never open [RL-01] [RL-04]`, () => {
      assert.equal(look(restingContactor(Instant(0)), 0, 990, loadSide).verdict, "checking");
      const unseen = look(restingContactor(Instant(0)), 0, 1012, loadSide);
      assert.deepEqual([unseen.verdict, isProvenOpen(unseen, Instant(1012))], ["unseen", false]);
    });
  }

  it("is not proven open on the strength of an old look [RL-01]", () => {
    const open = look(restingContactor(Instant(0)), 0, 600, OPEN);
    assert.equal(isProvenOpen(withLoadSide(open, [false, null], 2, Instant(612)), Instant(612)), false);
  });

  it("is not proven open between two half-cycles of a live load side, and soon after them again [RL-01]", () => {
    let flickering = look(restingContactor(Instant(0)), 0, 600, OPEN);
    for (let at = 612; at < 1000; at += 2 * LOOP) {
      flickering = withLoadSide(withLoadSide(flickering, CLOSED, 2, Instant(at)), OPEN, 2, Instant(at + LOOP));
      assert.equal(isProvenOpen(flickering, Instant(at + LOOP)), false, `${at}`);
    }
    assert.equal(isProvenOpen(look(flickering, 1032, 36, OPEN), Instant(1068)), true);
  });

  it("finds a weld whose poles are not always all seen live [RL-01] [RL-04] [F-02]", () => {
    let welded = restingContactor(Instant(0));
    for (let at = 0; at <= 300; at += LOOP) welded = withLoadSide(welded, at % 24 === 0 ? CLOSED : [true, false], 2, Instant(at));
    assert.equal(welded.verdict, "welded");
  });

  it("calls a load side that never makes up its mind unseen after a second, so that somebody is told [RL-01]", () => {
    let undecided = restingContactor(Instant(0));
    for (let at = 0; at <= 1012; at += LOOP) undecided = withLoadSide(undecided, at % 24 === 0 ? CLOSED : OPEN, 2, Instant(at));
    assert.equal(undecided.verdict, "unseen");
    assert.equal(look(undecided, 1020, 36, OPEN).verdict, "open");
  });

  it("begins anew when the coil goes off, and finds a weld within 500 ms [RL-01] [F-02]", () => {
    const opened = withCoil(closed, false, false, Instant(2000));
    assert.equal(opened.verdict, "checking");
    assert.equal(look(opened, 2000, 290, CLOSED).verdict, "welded");
    assert.equal(look(opened, 2000, 300, OPEN).verdict, "open");
  });

  it("sees a load side that comes alive at rest, and one that is dead again [RL-01]", () => {
    const open = look(restingContactor(Instant(0)), 0, 600, OPEN);
    const live = look(open, 612, 48, CLOSED);
    assert.equal(live.verdict, "welded");
    assert.equal(look(live, 672, 48, OPEN).verdict, "open");
    assert.equal(look(open, 612, 12, CLOSED).verdict, "open", "a spike is no weld");
  });
});

describe("contactor: closing", () => {
  it("is confirmed by two looks at all poles closed [RL-03] [RL-04]", () => {
    assert.equal(closed.confirmed, true);
    const open = look(restingContactor(Instant(0)), 0, 600, OPEN);
    const coil = withCoil(open, true, false, Instant(1000));
    assert.equal(look(coil, 1000, 400, [true, false]).confirmed, false);
    assert.equal(look(coil, 1000, 400, [true, null]).confirmed, false);
  });

  it("has failed to close in less than 500 ms [RL-03]", () => {
    const coil = withCoil(closed, false, false, Instant(2000));
    const again = withCoil(look(coil, 2000, 600, OPEN), true, false, Instant(20_000));
    assert.deepEqual([failedToClose(again, Instant(20_400)), failedToClose(again, Instant(20_488))], [false, true]);
    assert.equal(failedToClose(closed, Instant(30_000)), false);
  });

  it("has dropped out after 100 ms without all poles [RL-03]", () => {
    const partly = look(closed, 1300, 96, [true, false]);
    assert.equal(hasDroppedOut(partly, Instant(1396)), false);
    assert.equal(hasDroppedOut(partly, Instant(1400)), true);
    assert.equal(hasDroppedOut(closed, Instant(99_999)), false);
  });

  it("is told to others as it is sensed, never as it is driven", () => {
    assert.equal(relayOf(closed), "closed");
    assert.equal(relayOf(withCoil(closed, false, false, Instant(2000))), "unknown");
    assert.equal(relayOf(restingContactor(Instant(0))), "unknown");
    assert.equal(relayOf(look(restingContactor(Instant(0)), 0, 600, OPEN)), "open");
    assert.equal(relayOf(look(restingContactor(Instant(0)), 0, 600, CLOSED)), "welded");
  });
});

describe("contactor: wear", () => {
  it("rests 10 s after a stop and 60 s after a fault [ST-14] [ST-15]", () => {
    assert.equal(restsUntil(withCoil(closed, false, false, Instant(2000)), Instant(2000)), 12_000);
    assert.equal(restsUntil(withCoil(closed, false, true, Instant(2000)), Instant(2000)), 62_000);
    assert.equal(restsUntil(withCoil(closed, false, false, Instant(2000)), Instant(12_000)), null);
  });

  it("closes 30 times within any hour, and counts for life [ST-22]", () => {
    let contactor = restingContactor(Instant(0));
    for (let closing = 1; closing <= 30; closing += 1) {
      const at = closing * 60_000;
      assert.equal(restsUntil(contactor, Instant(at)), null, `closing ${closing}`);
      contactor = withCoil(withCoil(contactor, true, false, Instant(at)), false, false, Instant(at + 1000));
    }
    const now = Instant(31 * 60_000);
    assert.deepEqual([contactor.cycles, closuresLastHour(contactor, now)], [30, 30]);
    assert.equal(restsUntil(contactor, now), 61 * 60_000);
    assert.equal(restsUntil(contactor, Instant(61 * 60_000)), null);
    assert.equal(closuresLastHour(contactor, Instant(89 * 60_000)), 1);
  });

  it("does not count what does not change", () => {
    assert.equal(withCoil(closed, true, false, Instant(5000)), closed);
  });
});
