import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { advance, type CarTraits, type Command, commandAt, prune } from "#core/solar/car-model";
import { Amps, Instant, Seconds } from "#core/units/units";

const car: CarTraits = { dead: Seconds(2), ramp: 2, start: Seconds(10), cap: 32 };
const s = (seconds: number): Instant => Instant(seconds * 1000);
const command = (second: number, limit: number, onSince: number | null): Command => ({
  at: s(second),
  limit: Amps(limit),
  onSince: onSince === null ? null : s(onSince),
});
const drawn = (second: number, commands: readonly Command[], traits = car): number => advance(0, 0, s(second), traits, commands);

describe("advance", () => {
  const started = [command(0, 6, 0)];

  it("draws nothing until the start delay is over, then ramps to the offer", () => {
    equal(drawn(10, started), 0);
    equal(drawn(11, started), 2);
    equal(drawn(13, started), 6);
    equal(drawn(100, started), 6);
  });

  it("answers a new offer after its dead time", () => {
    const raised = [...started, command(20, 10, 0)];
    equal(drawn(22, raised), 6);
    equal(drawn(23, raised), 8);
    equal(drawn(24, raised), 10);
  });

  it("stops at least at 5 A/s, however slow its ramp", () => {
    const slow = { ...car, ramp: 0.3 };
    const stopped = [...started, command(60, 0, null)];
    equal(drawn(62, stopped, slow), 6);
    ok(Math.abs(drawn(63, stopped, slow) - 1) < 1e-9);
    equal(drawn(64, stopped, slow), 0);
  });

  it("never exceeds its own maximum", () => equal(drawn(60, [command(0, 16, 0)], { ...car, cap: 13 }), 13));

  it("gives the same current in one stride as in many", () => {
    const commands = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 30 }), limit: fc.constantFrom(0, 6, 9, 16, 32) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(commands, fc.constantFrom(0.3, 1, 2, 10), fc.integer({ min: 0, max: 6 }), (steps, ramp, dead) => {
        let second = 0;
        let onSince: number | null = null;
        const list: Command[] = [];
        for (const { gap, limit } of steps) {
          second += gap;
          onSince = limit === 0 ? null : (onSince ?? second);
          list.push(command(second, limit, onSince));
        }
        const traits = { ...car, ramp, dead: Seconds(dead) };
        const end = second + 40;
        let amps = 0;
        for (let t = 0; t < end; t += 0.5) amps = advance(amps, t * 1000, (t + 0.5) * 1000, traits, list);
        ok(Math.abs(amps - advance(0, 0, end * 1000, traits, list)) < 1e-6);
      }),
      { seed: 61851, numRuns: 500 },
    );
  });
});

describe("commands", () => {
  const list = [command(0, 6, 0), command(10, 8, 0), command(20, 9, 0)];

  it("finds the newest command not later than a moment", () => {
    deepEqual(
      [-1, 0, 9, 10, 25].map((second) => commandAt(list, s(second))),
      [-1, 0, 0, 1, 2],
    );
  });

  it("keeps every command that can still be felt", () => {
    deepEqual(
      prune(list, s(15)).map(({ at }) => at),
      [s(10), s(20)],
    );
    equal(prune(list, s(-5)), list);
  });
});
