import assert from "node:assert/strict";
import { LinkLost, MessageError } from "#core/errors";
import { Amps, WallTime } from "#core/units/units";
import { MovedTime, settled } from "../../test/flows/support/moved-time.ts";
import { LimitLease, type OwnedLimit } from "./limit-lease.ts";

const LEASE = 30_000;
const by = (user: string, limit: number, validUntil: number | null = null): OwnedLimit => ({
  user,
  limit: Amps(limit),
  by: "sun",
  validUntil: validUntil === null ? null : WallTime(validUntil),
});

interface Sent {
  readonly limitA: number;
  readonly validForMs: number;
  /** Since the start of the test, ms. */
  readonly at: number;
}

class World {
  readonly time = new MovedTime();
  readonly start = this.time.ms;
  readonly present = new Set(["pilot"]);
  readonly sent: Sent[] = [];
  /** What the controller answers; replaced by tests. */
  answer: () => Promise<void> = () => Promise.resolve();
  readonly lease = new LimitLease({
    scheduler: this.time,
    isPresent: (user) => this.present.has(user),
    send: ({ limit }, validForMs) => {
      this.sent.push({ limitA: limit, validForMs, at: this.time.ms - this.start });
      return this.answer();
    },
  });
}

describe("limit lease", () => {
  it("is renewed three times within each lease for as long as its setter is there [WD-02]", async () => {
    const { lease, time, sent } = new World();
    lease.connect(LEASE);
    assert.equal(await lease.set(by("pilot", 16)), "taken");
    await time.advance(60_000);
    const times = sent.map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    assert.ok(gaps.length >= 5 && gaps.every((gap) => gap <= LEASE / 3 + 50), JSON.stringify(times));
    assert.ok(sent.every(({ limitA, validForMs }) => limitA === 16 && validForMs === LEASE));
  });

  it("is not renewed while its setter is away, and at once when it is back", async () => {
    const { lease, time, sent, present } = new World();
    lease.connect(LEASE);
    await lease.set(by("pilot", 16));
    present.delete("pilot");
    await time.advance(60_000);
    assert.equal(sent.length, 1);
    present.add("pilot");
    lease.resume("pilot");
    await settled();
    assert.equal(sent.length, 2);
    await time.advance(20_100);
    assert.equal(sent.length, 4);
  });

  it("is forgotten with its setter, and leaves another setter's limit alone", async () => {
    const { lease, time, sent, present } = new World();
    present.add("solar");
    lease.connect(LEASE);
    await lease.set(by("pilot", 16));
    lease.forget("solar");
    assert.equal(lease.standing?.limit, 16);
    lease.forget("pilot");
    assert.equal(lease.standing, null);
    await time.advance(60_000);
    assert.equal(sent.length, 1);
  });

  it("is never sent with a validity beyond the time it was given, nor after it", async () => {
    const { lease, time, sent, start } = new World();
    lease.connect(LEASE);
    await lease.set(by("pilot", 10, start + 35_000));
    await time.advance(120_000);
    assert.ok(sent.length >= 3);
    for (const { at, validForMs } of sent) assert.ok(at + validForMs <= 35_000, `${at} + ${validForMs}`);
    assert.equal(lease.standing, null);
    assert.equal(time.waiting, 0);
  });

  it("stands while no controller is there, and is told to the next one", async () => {
    const { lease, sent } = new World();
    assert.equal(await lease.set(by("pilot", 16)), "kept");
    assert.equal(await lease.set(by("pilot", 6)), "kept");
    assert.deepEqual(sent, []);
    lease.connect(LEASE);
    await settled();
    assert.deepEqual(
      sent.map(({ limitA }) => limitA),
      [6],
    );
  });

  it("of a flood sends the first, then the newest every 50 ms, and answers every message once", async () => {
    const { lease, time, sent } = new World();
    lease.connect(LEASE);
    const outcomes = new Map<string, number>();
    const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const answers = Array.from({ length: 10_000 }, (_unused, index) => lease.set(by("pilot", 6 + (index % 74))).then(count));
    await time.advance(50);
    await Promise.all(answers);
    assert.deepEqual(
      sent.map(({ limitA, at }) => [limitA, at]),
      [
        [6, 0],
        [6 + (9_999 % 74), 50],
      ],
    );
    assert.deepEqual(Object.fromEntries(outcomes), { taken: 2, superseded: 9_998 });
  });

  it("gives way to the limit before when the controller refuses it, and tells the sender", async () => {
    const world = new World();
    const { lease, time, sent } = world;
    lease.connect(LEASE);
    await lease.set(by("pilot", 16));
    await time.advance(50);
    world.answer = () => Promise.reject(new MessageError("outOfRange", "too much"));
    await assert.rejects(lease.set(by("pilot", 80)), { code: "outOfRange" });
    world.answer = () => Promise.resolve();
    assert.equal(lease.standing?.limit, 16);
    await time.advance(10_100);
    assert.deepEqual(
      sent.map(({ limitA }) => limitA),
      [16, 80, 16],
    );
  });

  it("stands when the line is lost before the answer", async () => {
    const world = new World();
    const { lease, sent } = world;
    lease.connect(LEASE);
    world.answer = () => Promise.reject(new LinkLost("hungUp", "gone"));
    assert.equal(await lease.set(by("pilot", 6)), "kept");
    lease.disconnect();
    world.answer = () => Promise.resolve();
    assert.equal(lease.standing?.limit, 6);
    assert.equal(sent.length, 1);
  });

  it("does not wait for an answer to send on after the line was lost and found", async () => {
    const world = new World();
    const { lease, time, sent } = world;
    lease.connect(LEASE);
    let fail: (reason: Error) => void = () => {};
    world.answer = () => new Promise((_resolve, reject) => (fail = reject));
    const first = lease.set(by("pilot", 6));
    const second = lease.set(by("pilot", 10));
    lease.disconnect();
    fail(new LinkLost("hungUp", "gone"));
    assert.deepEqual(await Promise.all([first, second]), ["kept", "kept"]);
    world.answer = () => Promise.resolve();
    lease.connect(LEASE);
    await time.advance(100);
    assert.deepEqual(
      sent.map(({ limitA }) => limitA),
      [6, 10],
    );
  });
});
