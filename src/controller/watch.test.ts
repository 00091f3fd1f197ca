import assert from "node:assert/strict";
import { Millis, Seconds } from "#core/units/units";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { Watch } from "./watch.ts";

describe("watch", () => {
  let clock: ManualClock;
  let steps: number[];

  beforeEach(() => {
    clock = new ManualClock();
    steps = [];
  });

  const watch = (orphanGrace: Millis | null): Watch =>
    new Watch({ clock, lease: Seconds(30), orphanGrace, onClockStep: (byMs) => steps.push(byMs) });

  /** Looks every second for `seconds`; how many seconds passed until it said to end, or null. */
  function lookFor(subject: Watch, seconds: number, clients: number, isAtRest: boolean): number | null {
    for (let second = 1; second <= seconds; second += 1) {
      clock.advance(Seconds(1));
      if (subject.look(clients, isAtRest)) return second;
    }
    return null;
  }

  it("lets a forked process end after lease, stop and grace without a client [F-32]", () => {
    assert.equal(lookFor(watch(Seconds(20)), 200, 0, true), 61);
  });

  it("does not let it end while a client is there, nor while the relay is not open", () => {
    assert.equal(lookFor(watch(Seconds(20)), 500, 1, true), null);
    assert.equal(lookFor(watch(Seconds(20)), 500, 0, false), null);
  });

  it("counts anew when a client comes back", () => {
    const subject = watch(Seconds(20));
    lookFor(subject, 55, 0, true);
    lookFor(subject, 1, 1, true);
    assert.equal(lookFor(subject, 200, 0, true), 61);
  });

  it("never ends a service", () => {
    assert.equal(lookFor(watch(null), 5_000, 0, true), null);
  });

  it("tells of a wall clock that was set, once, and does nothing else about it [F-34] [I4]", () => {
    const subject = watch(Seconds(20));
    lookFor(subject, 5, 0, true);
    clock.wallStartMs -= 86_400_000;
    assert.equal(lookFor(subject, 5, 0, true), null);
    clock.wallStartMs += 3_600_000;
    assert.equal(lookFor(subject, 200, 0, true), 51);
    assert.deepEqual(steps, [-86_400_000, 3_600_000]);
  });

  it("is not upset by a clock that is nudged", () => {
    const subject = watch(null);
    for (let n = 0; n < 100; n += 1) {
      clock.advance(Millis(1_000));
      clock.wallStartMs += 20;
      subject.look(0, true);
    }
    assert.deepEqual(steps, []);
  });
});
