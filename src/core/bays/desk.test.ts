import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChargerSays } from "#core/bays/bay";
import { type Channel, REASONS } from "#core/bays/channel";
import { type Chance, Desk, type Kept } from "#core/bays/desk";
import type { Change, Effects, Notice } from "#core/bays/notice";
import { cleanNickname } from "#core/bays/register";
import type { Moment, Scanner } from "#core/bays/site";
import { readTagId, type TagId } from "#core/bays/tag-id";
import { boardView, channelView, ownView } from "#core/bays/views";
import { Instant, Minutes, WallTime } from "#core/units/units";

const START = 1_800_000_000_000;
const minute = (minutes: number): Moment => ({ at: Instant(Minutes(minutes)), wall: WallTime(START + Minutes(minutes)) });
const PLANS = [
  { id: "1", name: "Bay 1", group: "yard" },
  { id: "2", name: "Bay 2", group: "yard" },
];
const visitor: Scanner = { mark: "mark-of-the-visitor", addressBlock: "block-a" };
const NOBODYS = tagOf("000000000");

function tagOf(text: string): TagId {
  const reading = readTagId(text);
  return reading.ok ? reading.id : assert.fail(reading.why);
}

function counting(): Chance {
  let count = 0;
  return { id: () => `id-${++count}`, bytes: (length) => new Uint8Array(length).fill(++count) };
}

function value<T>(registered: { ok: true; value: T } | { ok: false; why: string }): T {
  return registered.ok ? registered.value : assert.fail(registered.why);
}

const opened = (result: ReturnType<Desk["say"]>): Channel => (result.ok ? result.channel : assert.fail(result.why));
const about = ({ notices }: Effects): string[] =>
  notices.map((notice) => `${notice.about} → ${"person" in notice.to ? notice.to.person : "visitor"}`);

/** A site with Ann, whose tag is on her car, and Bob. Nothing left to take. */
function site() {
  const desk = new Desk(PLANS, counting(), minute(0));
  const ann = value(desk.addPerson("Ann", "en", "key-ann", minute(0))).id;
  const bob = value(desk.addPerson("Bob", "de", "key-bob", minute(0))).id;
  const tag = value(desk.addTag(ann, "blue car", minute(0))).id;
  const hear = (says: ChargerSays, bay: string, at: number) => desk.heard(bay, says, minute(at));
  hear("notConnected", "1", 0);
  hear("notConnected", "2", 0);
  desk.take();
  return { desk, ann, bob, tag, hear };
}

describe("desk", () => {
  it("carries a waiting driver's reason to the owner and the answer back, and names neither to the other", () => {
    const { desk, ann, tag } = site();
    const channel = opened(desk.say(tag, visitor, "1", "needCharge", "please", minute(1)));
    const { notices, touched } = desk.take();
    assert.deepEqual(notices, [{ to: { person: ann }, about: "visitor", reply: channel.id, bay: "1", reason: "needCharge", text: null }]);
    assert.ok(touched.persons.has(ann) && touched.channels.has(channel.id));
    assert.equal(desk.answer(channel.id, ann, { answer: "back", by: WallTime(START) }, minute(2)), null);
    assert.deepEqual(about(desk.take()), ["answer → visitor"]);
    const seen = JSON.stringify(channelView(desk.talks.channel(channel.id, minute(2)) ?? assert.fail(), minute(2)));
    opened(desk.say(tag, visitor, "1", "blocked", null, minute(4)));
    opened(desk.say(tag, visitor, "1", "blocked", null, minute(4.01)));
    assert.deepEqual(about(desk.take()), [`visitor → ${ann}`], "pressed twice, told once");
    for (const secret of [ann, "Ann", "key-ann"]) assert.ok(!seen.includes(secret), secret);
  });

  it("answers a scan of nobody's tag, of a revoked one and by a blocked scanner in the same way, and tells nobody", () => {
    const looks = (prepare: (world: ReturnType<typeof site>) => TagId) => {
      const world = site();
      const tag = prepare(world);
      world.desk.take();
      const first = opened(world.desk.say(tag, visitor, "1", "blocked", null, minute(30)));
      const told = world.desk.take();
      const more = [0, 1, 2].map((turn) => world.desk.talks.sayMore(first.id, visitor, "other", null, minute(31 + turn)));
      const view = channelView(opened(more[0] ?? assert.fail()), minute(32));
      return { told: told.notices.length, kept: told.changes.length, seen: { view, more: more.map((one) => one.ok || one.why) } };
    };
    const known = looks(({ tag }) => tag);
    const others = [
      looks(() => NOBODYS),
      looks(({ desk, ann, tag }) => {
        desk.register.revokeTag(tag, ann, minute(1).wall);
        return tag;
      }),
      looks(({ desk, ann, tag }) => {
        const channel = opened(desk.say(tag, visitor, null, "problem", null, minute(0)));
        desk.answer(channel.id, ann, { answer: "block" }, minute(1));
        return tag;
      }),
    ];
    assert.deepEqual([known.told, known.kept], [1, 1]);
    for (const other of others) {
      assert.deepEqual([other.told, other.kept], [0, 1], "kept like any other: a restart must not tell them apart");
      assert.deepEqual(other.seen, known.seen);
    }
  });

  it("does not tell a blocked visitor that it was blocked", () => {
    const { desk, ann, tag } = site();
    const channel = opened(desk.say(tag, visitor, null, "problem", null, minute(0)));
    desk.answer(channel.id, ann, { answer: "block" }, minute(1));
    const view = channelView(desk.talks.channel(channel.id, minute(1)) ?? assert.fail(), minute(1));
    assert.deepEqual([view.closed, view.said.length], ["owner", 1]);
  });

  it("gives one visitor one channel for a tag, and ten messages a day to a tag from whomever", () => {
    const { desk, tag } = site();
    const first = opened(desk.say(tag, visitor, null, "problem", null, minute(0)));
    assert.equal(opened(desk.say(tag, visitor, "2", "problem", null, minute(1))).id, first.id);
    const others = Array.from({ length: 9 }, (_, index) =>
      desk.say(tag, { mark: `other ${index}`, addressBlock: `block ${index}` }, null, "problem", null, minute(2)),
    );
    assert.deepEqual(
      others.map((one) => one.ok || one.why),
      [...Array(8).fill(true), "tooOften"],
    );
    assert.equal(desk.say(NOBODYS, visitor, null, "problem", null, minute(2)).ok, true);
    assert.equal(desk.say(tag, { mark: "late", addressBlock: "late" }, null, "problem", null, minute(24 * 60)).ok, true);
  });

  it("lets only the owner of a channel answer it", () => {
    const { desk, bob, tag } = site();
    const channel = opened(desk.say(tag, visitor, null, "problem", null, minute(0)));
    desk.take();
    assert.equal(desk.answer(channel.id, bob, { answer: "mayUnplug" }, minute(1)), "expired");
    assert.deepEqual(about(desk.take()), []);
  });

  it("forgets a channel and every word on it when it has run out", () => {
    const { desk, tag } = site();
    const channel = opened(desk.say(tag, visitor, "1", "problem", null, minute(0)));
    desk.take();
    desk.tick(minute(120));
    assert.deepEqual(
      desk.take().changes.filter(({ kind }) => kind === "channel"),
      [{ kind: "channel", id: channel.id, person: channel.owner, body: null }],
    );
    assert.equal(desk.talks.channel(channel.id, minute(120)), null);
  });

  it("tells the visitor who asked when the bay is free, and ends the channel a quarter of an hour later", () => {
    const { desk, tag, hear } = site();
    hear("charging", "1", 1);
    const channel = opened(desk.say(tag, visitor, "1", "needCharge", null, minute(2)));
    desk.talks.wantFreeNotice(channel.id, true, minute(2));
    desk.take();
    hear("notConnected", "1", 10);
    assert.deepEqual(about(desk.take()), ["free → visitor"]);
    assert.equal(desk.talks.channel(channel.id, minute(10))?.expiresAt, minute(25).wall);
  });

  it("hands a freed bay to who waits, asks whether it was their car that came, and believes a no", () => {
    const { desk, ann, bob, hear } = site();
    hear("charging", "1", 0);
    hear("charging", "2", 0);
    desk.join("yard", bob, { bay: null, needWh: 8000, departure: null }, minute(1));
    desk.take();
    hear("notConnected", "1", 2);
    assert.deepEqual(about(desk.take()), [`offered → ${bob}`]);
    assert.equal(desk.accept("yard", bob, minute(3)), true);
    hear("connected", "1", 4);
    assert.deepEqual(about(desk.take()), [`arrived → ${bob}`]);
    assert.deepEqual([desk.yard.bay("1")?.occupant, ownView(desk, bob, minute(4))?.arrivals], [bob, ["1"]]);
    assert.equal(desk.claim("1", ann, minute(4)), false, "somebody else said so first");
    assert.equal(desk.yard.notMine(bob, "1", minute(5)), true);
    assert.equal(desk.claim("1", ann, minute(5)), true);
    assert.deepEqual(
      boardView(desk, minute(5)).groups[0]?.waiting.map(({ nickname, state }) => [nickname, state]),
      [["Bob", "waiting"]],
    );
    hear("notConnected", "2", 6);
    assert.deepEqual(about(desk.take()), [`offered → ${bob}`]);
  });

  it("shows when a car may be unplugged, by its owner's word alone", () => {
    const { desk, ann, bob, tag, hear } = site();
    hear("charging", "1", 0);
    desk.claim("1", ann, minute(1));
    assert.equal(desk.allowUnplugging("1", bob, minute(0).wall, minute(1)), false);
    const channel = opened(desk.say(tag, visitor, "1", "needCharge", null, minute(2)));
    desk.answer(channel.id, ann, { answer: "mayUnplug" }, minute(3));
    assert.equal(boardView(desk, minute(3)).bays[0]?.mayUnplug, true);
  });

  it("is the same after a restart, with the chargers to be heard first", () => {
    const kept = new Map<string, Change>();
    const restart = (): Desk => {
      const again = new Desk(PLANS, counting(), minute(20));
      for (const { kind, id, body } of kept.values()) {
        if (body !== null) again.restore({ kind, id, body: JSON.parse(JSON.stringify(body)) } as unknown as Kept, minute(20));
      }
      return again;
    };
    const world = new Desk(PLANS, counting(), minute(0));
    const keep = (from: Desk) => {
      for (const change of from.take().changes) kept.set(`${change.kind} ${change.id}`, change);
    };
    const cid = value(world.addPerson("Cid", "en", "key", minute(0))).id;
    const sticker = value(world.addTag(cid, "", minute(0))).id;
    for (const bay of ["1", "2"]) world.heard(bay, "charging", minute(0));
    world.claim("1", cid, minute(1));
    world.join("yard", cid, { bay: "2", needWh: null, departure: null }, minute(1));
    const talk = opened(world.say(sticker, visitor, "1", "needCharge", null, minute(2)));
    keep(world);
    const again = restart();
    assert.equal(again.yard.bay("1")?.use, "unknown");
    assert.equal(again.talks.channel(talk.id, minute(20))?.said.length, 1);
    again.heard("1", "charging", minute(20));
    again.heard("2", "notConnected", minute(20));
    assert.deepEqual([again.yard.bay("1")?.occupant, again.register.ownerOf(sticker, "x")], [cid, cid]);
    assert.deepEqual(about(again.take()), [`offered → ${cid}`]);
  });

  it("forgets a person wholly", () => {
    const { desk, ann, tag, hear } = site();
    hear("charging", "1", 0);
    desk.claim("1", ann, minute(0));
    desk.join("yard", ann, { bay: null, needWh: null, departure: null }, minute(0));
    desk.say(tag, visitor, "1", "needCharge", null, minute(1));
    const kept = new Map<string, Change>();
    const keep = () => {
      for (const change of desk.take().changes) kept.set(`${change.kind} ${change.id}`, change);
    };
    keep();
    desk.forget(ann, minute(2));
    keep();
    const left = [...kept.values()].filter(({ body }) => JSON.stringify(body ?? "").includes(ann));
    assert.deepEqual(left, []);
    assert.deepEqual([desk.recordOf(ann, minute(2)), ownView(desk, ann, minute(2)), desk.register.holderOf("key-ann")], [null, null, null]);
    assert.equal(desk.register.ownerOf(tag, "x"), null);
  });

  it("honours STOP and START of an address", () => {
    const { desk, ann } = site();
    value(desk.register.addEndpoint(ann, { id: "e", kind: "sms", sealed: "…", mark: "m", confirmedAt: minute(0).wall }, minute(0).wall));
    const stopped = () => desk.register.person(ann)?.endpoints[0]?.stoppedAt;
    desk.register.setStopped("m", true, minute(1).wall);
    desk.register.setStopped("m", true, minute(2).wall);
    assert.equal(stopped(), minute(1).wall);
    desk.register.setStopped("m", false, minute(3).wall);
    assert.equal(stopped(), null);
  });

  it("does not write again to an address that said STOP, because somebody adds it anew", () => {
    const { desk, ann } = site();
    const again = (at: number) =>
      value(desk.addEndpoint(ann, { id: "e", kind: "sms", sealed: "…", mark: "m", confirmedAt: null }, minute(at))).endpoints[0]?.stoppedAt;
    assert.equal(again(1), null);
    desk.register.setStopped("m", true, minute(2).wall);
    assert.equal(again(3), minute(2).wall);
    desk.register.setStopped("m", false, minute(4).wall);
    assert.equal(again(5), null);
  });

  it("gives away only the car that was asked about", () => {
    const { desk, ann, tag, hear } = site();
    for (const bay of ["1", "2"]) {
      hear("charging", bay, 1);
      desk.claim(bay, ann, minute(1));
    }
    const asked = (bay: string | null, mark: string) => {
      const { id } = opened(desk.say(tag, { ...visitor, mark }, bay, "needCharge", null, minute(2)));
      desk.answer(id, ann, { answer: "mayUnplug" }, minute(2));
      return ["1", "2"].map((one) => desk.yard.bay(one)?.okAfter ?? null);
    };
    assert.deepEqual(asked(null, "a"), [null, null], "nobody said which");
    assert.deepEqual(asked("2", "b"), [null, minute(2).wall]);
  });

  it("takes an answer that names nobody for whoever spoke last, however the store gave the channels back", () => {
    const { desk, ann, tag } = site();
    const first = opened(desk.say(tag, { ...visitor, mark: "a" }, null, "other", null, minute(1))).id;
    const second = opened(desk.say(tag, { ...visitor, mark: "b" }, null, "other", null, minute(2))).id;
    const kept = desk.take().changes.map(({ kind, id, body }) => ({ kind, id, body }) as Kept);
    const after = new Desk(PLANS, counting(), minute(3));
    for (const document of kept.toReversed()) after.restore(document, minute(3));
    assert.equal(after.newestChannelOf([ann], minute(3))?.id, second);
    after.talks.sayMore(first, visitor, "other", null, minute(4));
    assert.equal(after.newestChannelOf([ann], minute(4))?.id, first);
  });

  it("leaves a place to whoever took it while nobody looked", () => {
    const { desk, ann } = site();
    desk.join("yard", ann, { bay: "1", needWh: null, departure: null }, minute(1));
    desk.accept("yard", ann, minute(2));
    const kept = desk.take().changes;
    const after = new Desk(PLANS, counting(), minute(5));
    for (const { kind, id, body } of kept) after.restore({ kind, id, body } as Kept, minute(5));
    after.heard("1", "charging", minute(5));
    after.tick(minute(30));
    assert.deepEqual(about(after.take()), [`arrived → ${ann}`]);
    assert.equal(after.yard.bay("1")?.occupant, ann);
  });

  it("writes nothing and wakes nobody for what is asked a second time, nor for what no page shows", () => {
    const { desk, tag, hear } = site();
    const { id } = opened(desk.say(tag, visitor, "1", "blocked", null, minute(1)));
    desk.talks.wantFreeNotice(id, true, minute(1));
    desk.talks.close(id, "visitor", minute(1));
    hear("charging", "1", 1);
    hear("connected", "1", 2);
    desk.take();
    desk.talks.wantFreeNotice(id, true, minute(1));
    desk.talks.close(id, "visitor", minute(1));
    hear("charging", "1", 2);
    hear("connected", "1", 2);
    const { changes, touched } = desk.take();
    assert.deepEqual([changes.map(({ kind }) => kind), touched.board, touched.persons.size, touched.channels.size], [["bay"], false, 0, 0]);
  });

  it("asks an address whether it is theirs, not more often than an address can bear, whoever names it", () => {
    const { desk, ann, bob } = site();
    const endpoint = (id: string, mark: string) => ({ id, kind: "sms" as const, sealed: "…", mark, confirmedAt: null });
    const asked = Array.from({ length: 6 }, (_, turn) => desk.addEndpoint(ann, endpoint("e", "m"), minute(1 + turn)).ok);
    assert.deepEqual(asked, [true, true, true, true, true, false]);
    assert.deepEqual(about(desk.take()), Array(5).fill(`confirm → ${ann}`));
    assert.equal(desk.addEndpoint(bob, endpoint("f", "m"), minute(7)).ok, false, "as if nobody had it");
    assert.equal(desk.addEndpoint(bob, endpoint("f", "m"), minute(24 * 60 + 7)).ok, true);
    assert.equal(ownView(desk, ann, minute(2))?.endpoints[0]?.state, "asked");
    const writers = () => desk.register.whoWrites("m").map(({ id }) => id);
    assert.deepEqual(writers(), [ann, bob]);
    assert.equal(desk.register.confirmEndpoint(ann, "e", minute(2).wall), true);
    assert.deepEqual(writers(), [ann], "whoever said yes there");
    assert.equal(ownView(desk, ann, minute(2))?.endpoints[0]?.state, "on");
  });

  it("stays small however many strangers scan however many ids", () => {
    const { desk } = site();
    let passed = 0;
    for (let turn = 0; turn < 20_000; turn++) {
      if (desk.say(NOBODYS, { mark: `m${turn}`, addressBlock: `b${turn}` }, null, "other", null, minute(turn / 1000)).ok) passed++;
    }
    assert.ok(passed <= 10, `${passed} got through to one tag`);
  });

  it("never shows one party's person, tag owner or address to the other, whatever happens", () => {
    const turn = fc.record({
      what: fc.constantFrom("say", "answer", "hear", "join", "accept", "claim", "tick"),
      who: fc.nat(1),
      reason: fc.constantFrom(...REASONS),
      says: fc.constantFrom<ChargerSays>("notConnected", "connected", "charging", "fault", "unknown"),
      pause: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
        const { desk, ann, bob, tag, hear } = site();
        value(
          desk.register.addEndpoint(
            ann,
            { id: "e", kind: "sms", sealed: "SEALED", mark: "MARK", confirmedAt: minute(0).wall },
            minute(0).wall,
          ),
        );
        let at = 1;
        let channel: Channel | null = null;
        const notices: Notice[] = [];
        for (const { what, who, reason, says, pause } of turns) {
          at += pause;
          const person = who === 0 ? ann : bob;
          if (what === "say") {
            const result = desk.say(tag, visitor, who === 0 ? "1" : null, reason, null, minute(at));
            if (result.ok) channel = result.channel;
          } else if (what === "answer" && channel !== null) desk.answer(channel.id, person, { answer: "needMore" }, minute(at));
          else if (what === "hear") hear(says, who === 0 ? "1" : "2", at);
          else if (what === "join") desk.join("yard", person, { bay: null, needWh: null, departure: null }, minute(at));
          else if (what === "accept") desk.accept("yard", person, minute(at));
          else if (what === "claim") desk.claim("1", person, minute(at));
          else desk.tick(minute(at));
          notices.push(...desk.take().notices);
          const open = channel === null ? null : desk.talks.channel(channel.id, minute(at));
          const toVisitor = JSON.stringify([
            open === null ? null : channelView(open, minute(at)),
            notices.filter(({ to }) => "channel" in to),
          ]);
          const toOwner = JSON.stringify([ownView(desk, ann, minute(at)), boardView(desk, minute(at))]);
          for (const secret of [ann, bob, "Ann", "SEALED", "MARK", "key-ann"]) assert.ok(!toVisitor.includes(secret), secret);
          for (const secret of [visitor.mark, visitor.addressBlock, "SEALED", "MARK", bob, "key-bob"])
            assert.ok(!toOwner.includes(secret), secret);
        }
      }),
      { seed: 1772 },
    );
  });
});

describe("a name for the board", () => {
  for (const [name, clean] of [
    ["  Ann \n Other ", "Ann Other"],
    ["\u202Eevil\u0000", "evil"],
    ["\u200B\u200B", null],
    ["<b>x</b>", "<b>x</b>"],
    ["a".repeat(500), "a".repeat(24)],
  ] as const) {
    it(`is ${JSON.stringify(clean)} for ${JSON.stringify(name.slice(0, 30))}`, () => {
      assert.equal(cleanNickname(name), clean);
    });
  }
});
