import assert from "node:assert/strict";
import fc from "fast-check";
import { EMPTY_QUEUE, type Entry, QUEUE_RULES, type Queue, type QueueInput, type QueueNews, stepQueue } from "#core/bays/queue";
import { Minutes, WallTime } from "#core/units/units";

const START = WallTime(1_800_000_000_000);
const later = (minutes: number) => WallTime(START + Minutes(minutes));
const anyBay: Pick<Entry, "bay" | "needWh" | "departure"> = { bay: null, needWh: null, departure: null };

/** Plays inputs at given minutes and keeps what was told. */
class Play {
  queue: Queue = EMPTY_QUEUE;
  readonly told: string[] = [];
  minute = 0;

  at(minute: number, input: QueueInput): this {
    this.minute = minute;
    const { queue, news } = stepQueue(this.queue, input, later(minute));
    this.queue = queue;
    this.told.push(...news.map(inWords));
    return this;
  }
  join(minute: number, person: string, wish: Partial<typeof anyBay> = {}) {
    return this.at(minute, { kind: "join", person, wish: { ...anyBay, ...wish } });
  }
  time(minute: number) {
    return this.at(minute, { kind: "time" });
  }
  get order() {
    return this.queue.entries.map(({ person }) => person);
  }
}

const inWords = (news: QueueNews): string => {
  switch (news.news) {
    case "offered":
      return `${news.person} offered ${news.offer.bay}`;
    case "offerEnded":
      return `${news.person} ${news.gone ? "gone" : "missed"} ${news.bay}`;
    case "arrived":
      return `${news.entry.person} arrived ${news.bay}`;
    case "departed":
      return `${news.person} departed`;
  }
};

const threeWait = () => new Play().join(0, "ann").join(1, "bob").join(2, "cyd");

describe("queue", () => {
  it("offers a freed bay to who came first, and holds it for a quarter of an hour once accepted", () => {
    const play = threeWait().at(10, { kind: "freed", bay: "1" }).at(11, { kind: "accept", person: "ann" }).time(25.9);
    assert.deepEqual(play.told, ["ann offered 1"]);
    assert.deepEqual(play.time(26).told, ["ann offered 1", "ann gone 1", "bob offered 1"]);
  });

  it("offers on after two minutes without an answer, and the first keeps the place", () => {
    const play = threeWait().at(10, { kind: "freed", bay: "1" }).time(11.9).time(12);
    assert.deepEqual(play.told, ["ann offered 1", "ann missed 1", "bob offered 1"]);
    assert.deepEqual(play.order, ["ann", "bob", "cyd"]);
    assert.deepEqual(play.at(12.5, { kind: "freed", bay: "2" }).told.slice(3), ["cyd offered 2"], "who missed comes after who did not");
  });

  it("offers to one who missed before those who joined after that, or a busy site would never ask them again", () => {
    const play = new Play().join(0, "ann").join(1, "bob").at(10, { kind: "freed", bay: "1" }).time(12).join(13, "cyd");
    play.at(13.5, { kind: "taken", bay: "1" }).at(20, { kind: "freed", bay: "1" });
    assert.deepEqual(play.told, ["ann offered 1", "ann missed 1", "bob offered 1", "bob arrived 1", "ann offered 1"]);
  });

  it("puts one whose place was taken by another's car first again, also after a miss", () => {
    const play = new Play().join(0, "ann").join(1, "bob").at(10, { kind: "freed", bay: "1" }).time(12).time(14);
    const { news } = stepQueue(play.queue, { kind: "taken", bay: "1" }, later(15));
    const arrived = news[0]?.news === "arrived" ? news[0].entry : assert.fail("nobody arrived");
    assert.deepEqual([arrived.person, arrived.misses], ["ann", 1]);
    play.join(14.5, "cyd").at(15, { kind: "taken", bay: "1" }).at(15.5, { kind: "notMine", entry: arrived });
    assert.equal(play.at(16, { kind: "freed", bay: "1" }).told.at(-1), "ann offered 1");
  });

  it("lets go of somebody who answers three offers in a row with silence", () => {
    const play = new Play().join(0, "ann").at(1, { kind: "freed", bay: "1" }).time(3).time(5).time(7).time(60);
    assert.deepEqual(play.told, ["ann offered 1", "ann missed 1", "ann offered 1", "ann missed 1", "ann offered 1", "ann gone 1"]);
    assert.deepEqual(play.order, []);
  });

  it("takes the car that arrives for the one expected, and puts them back in front when it was another", () => {
    const play = threeWait().at(10, { kind: "freed", bay: "1" });
    const { news } = stepQueue(play.queue, { kind: "taken", bay: "1" }, later(11));
    const arrived = news[0]?.news === "arrived" ? news[0].entry : assert.fail("nobody arrived");
    play.at(11, { kind: "taken", bay: "1" });
    assert.deepEqual([play.told.at(-1), play.order], ["ann arrived 1", ["bob", "cyd"]]);
    play.at(12, { kind: "notMine", entry: arrived }).at(13, { kind: "freed", bay: "1" });
    assert.deepEqual([play.told.at(-1), play.order], ["ann offered 1", ["ann", "bob", "cyd"]]);
  });

  it("says nothing when a bay nobody waits for comes and goes", () => {
    assert.deepEqual(new Play().at(0, { kind: "freed", bay: "1" }).at(1, { kind: "taken", bay: "1" }).told, []);
  });

  it("passes over who snoozes, and keeps their place", () => {
    const play = threeWait()
      .at(10, { kind: "freed", bay: "1" })
      .at(11, { kind: "snooze", person: "ann", until: later(30) });
    assert.deepEqual(play.told, ["ann offered 1", "ann missed 1", "bob offered 1"]);
    assert.deepEqual(play.at(31, { kind: "freed", bay: "2" }).told.slice(3), ["bob missed 1", "ann offered 1", "cyd offered 2"]);
  });

  it("offers only the bay that was wished for", () => {
    const play = new Play().join(0, "ann", { bay: "2" }).join(1, "bob").at(5, { kind: "freed", bay: "1" });
    assert.deepEqual(play.told, ["bob offered 1"]);
    assert.deepEqual(play.at(6, { kind: "freed", bay: "2" }).told, ["bob offered 1", "ann offered 2"]);
  });

  it("offers one who leaves nothing more, and what they held to the next", () => {
    const play = threeWait().at(10, { kind: "freed", bay: "1" }).at(11, { kind: "leave", person: "ann" });
    assert.deepEqual(play.told, ["ann offered 1", "bob offered 1"]);
  });

  it("lets go of who had to drive off", () => {
    const play = new Play().join(0, "ann", { departure: later(30) }).time(29.9);
    assert.deepEqual(play.order, ["ann"]);
    assert.deepEqual(play.time(30).told, ["ann departed"]);
  });

  it("ends the offer of a bay that broke, without blame", () => {
    const play = threeWait().at(10, { kind: "freed", bay: "1" }).at(11, { kind: "lost", bay: "1" });
    assert.deepEqual([play.told, play.queue.entries[0]?.misses], [["ann offered 1", "ann missed 1"], 0]);
  });

  it("keeps the place of somebody who joins again with another wish", () => {
    const play = threeWait().join(5, "ann", { bay: "2" });
    assert.deepEqual([play.order, play.queue.entries[0]?.bay, play.queue.entries[0]?.joinedAt], [["ann", "bob", "cyd"], "2", START]);
  });

  const person = fc.constantFrom("ann", "bob", "cyd", "dee");
  const bay = fc.constantFrom("1", "2", "3");
  const input = fc.oneof(
    fc.record({
      kind: fc.constant("join" as const),
      person,
      wish: fc.record({ bay: fc.option(bay), needWh: fc.constant(null), departure: fc.constant(null) }),
    }),
    fc.record({ kind: fc.constantFrom("leave" as const, "accept" as const), person }),
    fc.record({ kind: fc.constant("snooze" as const), person, until: fc.integer({ min: 0, max: 200 }).map(later) }),
    fc.record({ kind: fc.constantFrom("freed" as const, "taken" as const, "lost" as const), bay }),
    fc.constant({ kind: "time" as const }),
  );

  it("never promises one bay twice, never two bays to one, offers every free bay somebody wants, and loses nobody in silence", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(input, fc.integer({ min: 0, max: 5 })), { maxLength: 80 }), (turns) => {
        const play = new Play();
        let before: readonly string[] = [];
        for (const [next, pause] of turns) {
          const told = play.told.length;
          play.at(play.minute + pause, next);
          const offers = play.queue.entries.flatMap(({ offer }) => (offer === null ? [] : [offer]));
          assert.equal(new Set(offers.map((offer) => offer.bay)).size, offers.length);
          assert.equal(new Set(play.order).size, play.order.length);
          for (const offer of offers) {
            assert.ok(play.queue.free.includes(offer.bay), "only free bays are offered");
            assert.ok(offer.until > later(play.minute) && offer.until - later(play.minute) <= QUEUE_RULES.heldFor);
          }
          const idle = play.queue.free.filter((free) => !offers.some((offer) => offer.bay === free));
          const wanting = play.queue.entries.filter((entry) => entry.offer === null && (entry.snoozedUntil ?? 0) <= later(play.minute));
          assert.ok(!idle.some((free) => wanting.some((entry) => entry.bay === null || entry.bay === free)), "no wanted bay stands idle");
          const news = play.told.slice(told);
          for (const lost of before.filter((name) => !play.order.includes(name))) {
            const asked = next.kind === "leave" && next.person === lost;
            assert.ok(asked || news.some((words) => words.startsWith(`${lost} gone`) || words.startsWith(`${lost} arrived`)), lost);
          }
          before = play.order;
        }
      }),
      { seed: 1772 },
    );
  });
});
