import assert from "node:assert/strict";
import { type Chance, Desk, type Kept } from "#core/bays/desk";
import type { Moment } from "#core/bays/site";
import { Instant, Minutes, WallTime } from "#core/units/units";

const minute = (minutes: number): Moment => ({ at: Instant(Minutes(minutes)), wall: WallTime(1_800_000_000_000 + Minutes(minutes)) });

/** A desk without bays: limits are about people. */
function desk(at: number): Desk {
  let count = 0;
  const chance: Chance = { id: () => `${at}-${++count}`, bytes: (length) => new Uint8Array(length).fill(++count) };
  return new Desk([], chance, minute(at));
}

/** The same desk after the process was started again. */
function restarted(before: Desk, at: number): Desk {
  const after = desk(at);
  for (const { kind, id, body } of before.take().changes.toReversed()) after.restore({ kind, id, body } as Kept, minute(at));
  return after;
}

function value<T>(registered: { ok: true; value: T } | { ok: false; why: string }): T {
  return registered.ok ? registered.value : assert.fail(registered.why);
}

describe("limits of a site", () => {
  it("count what was said to a tag before a restart", () => {
    const before = desk(0);
    const ann = value(before.addPerson("Ann", "en", "key", minute(0))).id;
    const tag = value(before.addTag(ann, "", minute(0))).id;
    const say = (to: Desk, index: number, at: number) =>
      to.say(tag, { mark: `${index}`, addressBlock: `${index}` }, null, "problem", null, minute(at)).ok;
    for (let index = 0; index < 10; index++) assert.ok(say(before, index, 60 + index));
    const after = restarted(before, 75);
    assert.deepEqual([say(after, 10, 75), say(after, 10, 60 + 24 * 60), say(after, 11, 60 + 24 * 60)], [false, true, false]);
  });

  it("ask no more addresses in an hour than a site bears, whoever joins, and not after a restart either", () => {
    const before = desk(0);
    const ask = (to: Desk, index: number, at: number) => {
      const person = value(to.addPerson(`P${index}`, "en", `key ${index}`, minute(at))).id;
      const endpoint = { id: `e${index}`, kind: "mail", sealed: "s", mark: `mark ${index}`, confirmedAt: null } as const;
      return to.addEndpoint(person, endpoint, minute(at)).ok;
    };
    const asked = Array.from({ length: 70 }, (_, index) => ask(before, index, 1));
    assert.equal(asked.lastIndexOf(true), 59);
    const after = restarted(before, 30);
    assert.deepEqual([ask(after, 100, 30), ask(after, 101, 62)], [false, true]);
  });
});
