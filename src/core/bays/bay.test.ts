import assert from "node:assert/strict";
import { BAY_RULES, type Bay, type BayInput, type BayNews, type ChargerSays, mayUnplug, newBay, stepBay } from "#core/bays/bay";
import { Minutes, WallTime } from "#core/units/units";

const START = WallTime(1_800_000_000_000);
const later = (minutes: number) => WallTime(START + Minutes(minutes));
const hears = (says: ChargerSays): BayInput => ({ kind: "heard", says });
const inWords = (news: BayNews): string => (news.news === "remind" ? `${news.reminder} → ${news.occupant ?? "nobody known"}` : news.news);

/** Each line: the minute, what happens, the use afterwards. */
function play(lines: readonly (readonly [minute: number, input: BayInput, use?: Bay["use"]])[]): { bay: Bay; told: string[] } {
  let bay = newBay("1", START);
  const told: string[] = [];
  for (const [minute, input, use] of lines) {
    const next = stepBay(bay, input, later(minute));
    bay = next.bay;
    told.push(...next.news.map(inWords));
    if (use !== undefined) assert.equal(bay.use, use, `after ${minute} min`);
  }
  return { bay, told };
}

const quietly: BayInput = { kind: "time", othersWait: false };
const whileOthersWait: BayInput = { kind: "time", othersWait: true };
/** The charger repeats itself every minute. */
const repeated = (says: ChargerSays, from: number, until: number) =>
  Array.from({ length: until - from + 1 }, (_, index) => [from + index, hears(says)] as const);

describe("bay", () => {
  it("is taken, charges, is done and is free again", () => {
    const { told } = play([
      [0, hears("notConnected"), "free"],
      [1, hears("connected"), "plugged"],
      [2, hears("charging"), "charging"],
      [60, hears("connected"), "charging"],
      [61.9, hears("connected"), "charging"],
      [62, hears("connected"), "done"],
      [70, hears("notConnected"), "free"],
    ]);
    assert.deepEqual(told, ["taken", "sessionEnded", "freed"]);
  });

  it("says nothing of the first state after a start", () => {
    assert.deepEqual(play([[0, hears("charging"), "charging"]]).told, []);
    assert.deepEqual(play([[0, hears("notConnected"), "free"]]).told, []);
  });

  it("is not done while it is the charger that pauses", () => {
    const { bay } = play([[0, hears("charging")], ...repeated("paused", 1, 30)]);
    assert.equal(bay.use, "plugged");
  });

  it("does not call a car done that has not charged yet", () => {
    assert.equal(play(repeated("connected", 0, 30)).bay.use, "plugged");
  });

  it("reminds the occupant when done and when the grace ends, once each, and again only after more charging", () => {
    const done = [
      [0, hears("notConnected")],
      [1, hears("charging")],
      [1, { kind: "claimed", by: "ann" }],
      [10, hears("connected")],
      ...repeated("connected", 12, 40).flatMap((line) => [line, [line[0], quietly] as const]),
    ] as const;
    const { told } = play(done);
    assert.deepEqual(told, ["taken", "done → ann", "graceEnds → ann"]);
    const more = [
      ...done,
      [41, hears("charging")],
      [50, hears("connected")],
      [51, hears("connected")],
      [52, hears("connected"), "done"],
      [52, quietly],
    ] as const;
    assert.deepEqual(play(more).told.slice(3), ["done → ann"]);
  });

  it("reminds of those who wait after four hours of charging, and only then", () => {
    const charging = repeated("charging", 0, 239);
    assert.deepEqual(play([...charging, [239, whileOthersWait]]).told, []);
    assert.deepEqual(play([...charging, [240, hears("charging")], [240, quietly], [240, whileOthersWait], [241, whileOthersWait]]).told, [
      "rotate → nobody known",
    ]);
  });

  it("knows nothing once the charger has been silent, and is neither freed nor taken by that", () => {
    const { told } = play([
      [0, hears("notConnected"), "free"],
      [1, hears("charging"), "charging"],
      [2.4, quietly, "charging"],
      [2.5, quietly, "unknown"],
      [3, hears("charging"), "charging"],
      [4, hears("unknown"), "unknown"],
      [5, hears("notConnected"), "free"],
    ]);
    assert.deepEqual(told, ["taken", "sessionEnded", "freed"]);
  });

  it("is what it was said to be, for a charger that speaks on change only", () => {
    const charging = stepBay(newBay("1", START), hears("charging"), START).bay;
    const rules = { ...BAY_RULES, staleAfter: null };
    assert.equal(stepBay(charging, quietly, later(24 * 60), rules).bay.use, "charging");
    const resting = stepBay(charging, hears("connected"), later(60), rules).bay;
    assert.equal(stepBay(resting, quietly, later(62), rules).bay.use, "done");
  });

  it("is out of order while the charger reports a fault, and the session goes on after it", () => {
    const { told } = play([
      [0, hears("notConnected"), "free"],
      [1, hears("charging"), "charging"],
      [2, hears("fault"), "outOfOrder"],
      [3, hears("charging"), "charging"],
    ]);
    assert.deepEqual(told, ["taken"]);
  });

  it("may be unplugged from when the occupant said, until they take it back or drive off", () => {
    const { bay } = play([
      [0, hears("charging")],
      [0, { kind: "claimed", by: "ann" }],
      [1, { kind: "okAfter", at: later(30) }],
    ]);
    assert.deepEqual([mayUnplug(bay, later(29)), mayUnplug(bay, later(30))], [false, true]);
    assert.equal(mayUnplug(stepBay(bay, { kind: "okAfter", at: null }, later(31)).bay, later(32)), false);
    const free = stepBay(bay, hears("notConnected"), later(31)).bay;
    assert.deepEqual([free.okAfter, free.occupant], [null, null]);
  });

  it("is nobody's while it is free", () => {
    const { bay } = play([
      [0, hears("notConnected")],
      [1, { kind: "claimed", by: "ann" }],
      [1, { kind: "okAfter", at: START }],
    ]);
    assert.deepEqual([bay.occupant, bay.okAfter], [null, null]);
  });
});
