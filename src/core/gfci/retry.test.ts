import assert from "node:assert/strict";
import {
  advanceRetry,
  armedRetry,
  countingReset,
  maySpendReset,
  pulsesReset,
  RESETS_ALLOWED,
  RETRY_AFTER,
  resetByPerson,
  restoredRetry,
  type TripRetry,
  tripped,
  unplugged,
} from "#core/gfci/retry";
import { Instant, Minutes, Seconds } from "#core/units/units";

const LONG = Minutes(10);
const T0 = Instant(1_000_000);
const at = (ms: number): Instant => Instant(T0 + ms);

/** Lets the reset run its course. */
function reset(retry: TripRetry, from: number, clears: boolean): TripRetry {
  let now = retry;
  for (let ms = 0; ms <= 3000; ms += 12) now = advanceRetry(now, !clears, at(from + ms));
  return now;
}

describe("ground-fault retry", () => {
  it("waits 15 minutes to the loop, then resets and counts in that very step [GF-06] [GF-08]", () => {
    const waiting = tripped(armedRetry(), LONG, true, T0);
    assert.deepEqual(waiting.stage, { is: "waiting", retryAt: at(RETRY_AFTER) });
    assert.equal(RETRY_AFTER, 900_000);
    assert.equal(advanceRetry(waiting, false, at(RETRY_AFTER - 1)), waiting);
    const resetting = advanceRetry(waiting, true, at(RETRY_AFTER));
    assert.deepEqual([resetting.resets, resetting.stage.is, pulsesReset(resetting, at(RETRY_AFTER))], [1, "resetting", true]);
    assert.deepEqual(reset(resetting, RETRY_AFTER, true), armedRetry(1));
  });

  it("locks out at the fifth trip, and a trip never clears the count [GF-06] [GF-08] [F-18]", () => {
    let retry = armedRetry();
    for (let trip = 1; trip <= RESETS_ALLOWED; trip += 1) {
      retry = tripped(retry, LONG, true, T0);
      assert.equal(retry.stage.is, "waiting", `trip ${trip}`);
      retry = reset(advanceRetry(retry, true, at(RETRY_AFTER)), RETRY_AFTER, true);
      assert.equal(retry.resets, trip);
    }
    assert.deepEqual(tripped(retry, LONG, true, T0), { resets: 4, stage: { is: "lockedOut" } });
  });

  it("locks out at once when it trips within 10 s of closing [GF-07] [F-19]", () => {
    assert.equal(tripped(armedRetry(), Seconds(10), true, T0).stage.is, "lockedOut");
    assert.equal(tripped(armedRetry(), Seconds(10.1), true, T0).stage.is, "waiting");
  });

  it("locks out at once where resetting without a person is not allowed [GF-09]", () => {
    assert.equal(tripped(armedRetry(), LONG, false, T0).stage.is, "lockedOut");
  });

  it("locks out when the latch does not clear [GF-06]", () => {
    const resetting = advanceRetry(tripped(armedRetry(), LONG, true, T0), true, at(RETRY_AFTER));
    assert.equal(reset(resetting, RETRY_AFTER, false).stage.is, "lockedOut");
  });

  it("releases the reset line before it believes the latch", () => {
    const resetting = advanceRetry(tripped(armedRetry(), LONG, true, T0), true, at(RETRY_AFTER));
    let now = resetting;
    for (let ms = 0; ms < 100; ms += 12) now = advanceRetry(now, false, at(RETRY_AFTER + ms));
    assert.deepEqual([now.stage.is, pulsesReset(now, at(RETRY_AFTER + 108))], ["resetting", false]);
  });

  it("a person ends wait, lock-out and count [GF-06] [GF-08]", () => {
    for (const retry of [tripped(armedRetry(3), LONG, true, T0), tripped(armedRetry(4), LONG, true, T0)]) {
      assert.deepEqual(resetByPerson(retry, T0), { resets: 0, stage: { is: "resetting", since: T0, clearSince: null } });
    }
    assert.deepEqual(resetByPerson(armedRetry(2), T0), armedRetry(0));
  });

  it("unplugging ends wait and count, but not a lock-out [GF-08]", () => {
    assert.equal(unplugged(tripped(armedRetry(2), LONG, true, T0), T0).stage.is, "resetting");
    assert.deepEqual(unplugged(tripped(armedRetry(4), LONG, true, T0), T0), { resets: 0, stage: { is: "lockedOut" } });
    assert.deepEqual(unplugged(armedRetry(2), T0), armedRetry(0));
  });

  it("waits anew after a restart, and a lock-out stays one [GF-08] [PW-04]", () => {
    assert.deepEqual(restoredRetry(2, false, T0), { resets: 2, stage: { is: "waiting", retryAt: at(RETRY_AFTER) } });
    assert.deepEqual(restoredRetry(4, true, T0), { resets: 4, stage: { is: "lockedOut" } });
  });

  it("shares its count with earth that came back [GM-02]", () => {
    let retry = armedRetry();
    while (maySpendReset(retry)) retry = countingReset(retry);
    assert.equal(retry.resets, 4);
  });

  it("does not begin a fifth reset when earth used up the count while it waited [GF-06] [GM-02]", () => {
    const waiting = countingReset(tripped(armedRetry(3), LONG, true, T0));
    assert.equal(advanceRetry(waiting, true, at(RETRY_AFTER - 1)), waiting);
    assert.deepEqual(advanceRetry(waiting, true, at(RETRY_AFTER)), { resets: 4, stage: { is: "lockedOut" } });
  });

  it("does nothing while armed", () => {
    const retry = armedRetry(1);
    assert.equal(advanceRetry(retry, true, at(1)), retry);
  });
});
