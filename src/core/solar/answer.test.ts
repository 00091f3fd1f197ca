import { equal } from "node:assert/strict";
import { type Answer, answered, isTurned, NO_ANSWER, watch } from "#core/solar/answer";
import { Instant } from "#core/units/units";

const VOLTS = 230;
const s = (seconds: number): Instant => Instant(seconds * 1000);

interface Change {
  readonly known?: Answer;
  readonly started: boolean;
  /** A the car is believed to draw more, or less, and W by which the export falls for it. */
  readonly amps: number;
  readonly fall: number;
  readonly phases?: 1 | 3;
  /** W by which the sun flickers before. */
  readonly flicker?: number;
  readonly from?: number;
}

/** What is known after a start or a stop at `from` + 100 s and readings of 5 s before and after. */
function changed({ known = NO_ANSWER, started, amps, fall, phases = 1, flicker = 0, from = 0 }: Change): Answer {
  let answer = known;
  const read = (second: number, exportW: number, drawn: number): void => {
    const flickered = exportW + (second % 10 === 0 ? flicker : -flicker);
    answer = answered(answer, flickered, drawn, VOLTS, phases, s(from + second));
  };
  const before = started ? 0 : -amps;
  for (let second = 0; second < 100; second += 5) read(second, 2000, before);
  answer = watch(answer, started, before, s(from + 100));
  for (let second = 100; second < 300; second += 5) read(second, 2000 - fall, before + amps);
  return answer;
}

describe("answer of the meter", () => {
  it("is right where a start lessens what is sold, and a stop adds to it", () => {
    equal(changed({ started: true, amps: 10, fall: 2300 }).wrong, -1);
    equal(changed({ started: false, amps: -10, fall: -2300 }).wrong, -1);
  });

  it("is wrong where it is the other way round: ended once to look again, then not followed for three hours", () => {
    const once = changed({ started: true, amps: 10, fall: -2300 });
    equal(once.wrong, 1);
    equal(isTurned(once, true, s(300)), true);
    equal(isTurned(once, false, s(300)), false);
    const twice = changed({ known: once, started: false, amps: -10, fall: 2300, from: 300 });
    equal(isTurned(twice, false, s(600)), true);
    equal(isTurned(twice, false, s(600 + 4 * 3600)), false);
  });

  it("does not end the run that is being watched", () => {
    const once = changed({ started: true, amps: 10, fall: -2300 });
    equal(isTurned(watch(once, true, 0, s(400)), true, s(410)), false);
  });

  it("takes back a suspicion that the stop does not confirm", () => {
    const once = changed({ started: true, amps: 10, fall: -2300 });
    equal(isTurned(changed({ known: once, started: false, amps: -10, fall: -2300, from: 300 }), true, s(600)), false);
    equal(changed({ known: once, started: false, amps: -10, fall: 0, from: 300 }).wrong, 0);
  });

  it("needs more than one cloud that leaves to doubt a meter that was right before", () => {
    const right = changed({ started: true, amps: 10, fall: 2300 });
    equal(isTurned(changed({ known: right, started: true, amps: 10, fall: -2300, from: 300 }), true, s(600)), false);
  });

  it("tells nothing of a car that sleeps, or that hardly moved", () => {
    equal(changed({ started: true, amps: 10, fall: 0 }).wrong, 0);
    equal(changed({ started: true, amps: 10, fall: 0, phases: 3 }).lines, 3);
    equal(changed({ started: true, amps: 2, fall: -460 }).wrong, 0);
  });

  for (const [lines, first, second] of [
    [1, 2, 1],
    [2, 2, 2],
    [3, 3, 3],
  ] as const) {
    it(`finds out that a car uses ${lines} of three phases, one at a time`, () => {
      const once = changed({ started: true, amps: 6, fall: 6 * VOLTS * lines, phases: 3 });
      equal(once.lines, first);
      equal(changed({ known: once, started: true, amps: 6, fall: 6 * VOLTS * lines, phases: 3, from: 300 }).lines, second);
    });
  }

  it("believes in fewer phases under a calm sky only, and in more at once", () => {
    equal(changed({ started: true, amps: 6, fall: 1380, phases: 3, flicker: 600 }).lines, 3);
    const one: Answer = { ...NO_ANSWER, lines: 1 };
    equal(changed({ known: one, started: true, amps: 6, fall: 3 * 1380, phases: 3, flicker: 600 }).lines, 3);
  });
});
