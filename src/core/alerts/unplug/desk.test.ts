/** What becomes of an alert once it is there: hours, answers, reminders, age. */
import assert from "node:assert/strict";
import { Hours, Instant, Minutes } from "#core/units/units";
import { UnplugUnderTest } from "../../../../test/support/unplug-watch.ts";
import type { UnplugConfig } from "./config.ts";

const BERLIN = { zone: "Europe/Berlin", quiet: { from: 22 * 60, to: 7 * 60 } } as const;

/** A foreign charger whose car draws; `wall` is when it all begins. */
function charging(config: Partial<UnplugConfig> = {}, wall = "2026-06-01T12:00:00Z"): UnplugUnderTest {
  const alert = new UnplugUnderTest({ noNewsAfter: null, escalateAfter: [], ...config }, Date.parse(wall));
  alert.hear({ state: "A" });
  alert.pass(60_000);
  alert.hear({ state: "C" });
  alert.pass(60_000);
  return alert;
}

function stolen(config: Partial<UnplugConfig> = {}, wall?: string): UnplugUnderTest {
  const alert = charging(config, wall);
  alert.hear({ state: "A" });
  alert.pass(3_000);
  assert.deepEqual(alert.types, ["unpluggedWhileCharging"]);
  return alert;
}

describe("desk", () => {
  it("takes each step when its time has come without an answer, with the id of the first", () => {
    const alert = stolen({ escalateAfter: [Minutes(3), Minutes(10)] });
    alert.pass(20 * 60_000);
    assert.deepEqual(
      alert.told.map(({ step }) => step),
      [0, 1, 2],
    );
    assert.equal(new Set(alert.told.map(({ id }) => id)).size, 1);
  });

  it("takes the last of several steps that came due while nobody looked", () => {
    const alert = stolen({ escalateAfter: [Minutes(3), Minutes(10)] });
    alert.restart(30 * 60_000);
    alert.pass(1_000);
    assert.deepEqual(
      alert.told.map(({ step }) => step),
      [0, 2],
    );
  });

  it("takes its steps though forty alerts of less weight have come since", () => {
    const alert = stolen({ escalateAfter: [Minutes(3)] });
    for (let count = 0; count < 40; count++) alert.take({ type: "test" });
    alert.pass(180_000);
    assert.deepEqual([alert.told.at(-1)?.type, alert.told.at(-1)?.step], ["unpluggedWhileCharging", 1]);
  });

  it("reminds as often as was asked, and no more", () => {
    const alert = stolen({ remindEvery: Minutes(5), remindTimes: 2 });
    alert.pass(60 * 60_000);
    assert.deepEqual(
      alert.told.map(({ reminder }) => reminder),
      [0, 1, 2],
    );
  });

  for (const answer of ["yes", "no", "seen"] as const) {
    it(`says no more once it is answered with "${answer}"`, () => {
      const alert = stolen({ remindEvery: Minutes(5), remindTimes: 3 });
      alert.take({ type: "answer", alert: alert.told[0]?.id ?? "", answer });
      alert.pass(60 * 60_000);
      assert.equal(alert.told.length, 1);
      assert.deepEqual(alert.state.open, []);
    });
  }

  it("tells those who were woken by a later step that it was answered", () => {
    const alert = stolen({ escalateAfter: [Minutes(3)] });
    alert.pass(4 * 60_000);
    alert.take({ type: "answer", alert: null, answer: "yes" });
    const last = alert.told.at(-1);
    assert.deepEqual([last?.type, last?.follows, last?.evidence.answer], ["answered", alert.told[0]?.id, "yes"]);
  });

  it("takes an answer to something else, or a second one, for nothing", () => {
    const alert = stolen({ escalateAfter: [Minutes(3)] });
    alert.take({ type: "answer", alert: "t-999", answer: "yes" });
    assert.equal(alert.state.open.length, 1);
    alert.take({ type: "answer", alert: null, answer: "no" });
    alert.take({ type: "answer", alert: null, answer: "no" });
    alert.pass(60_000);
    assert.deepEqual(
      alert.told.map(({ step }) => step),
      [0, 1],
    );
  });

  it("forgets what has grown old", () => {
    const alert = stolen({ timeToLive: Hours(1), remindEvery: Minutes(50), remindTimes: 9 });
    alert.pass(3 * 3_600_000);
    assert.deepEqual(
      alert.told.map(({ reminder }) => reminder),
      [0, 1],
    );
    assert.deepEqual(alert.state.open, []);
  });

  it("lets an alarm through at night, and keeps a note until the morning", () => {
    const alert = charging({ ...BERLIN }, "2026-06-01T21:00:00Z");
    alert.hear({ state: "B" });
    alert.pass(3 * 60_000);
    assert.deepEqual(alert.types, []);
    alert.hear({ state: "C" });
    alert.pass(5_000);
    alert.hear({ state: "A" });
    alert.pass(3_000);
    assert.deepEqual(alert.types, ["unpluggedWhileCharging"]);
    alert.pass(8 * 3_600_000);
    assert.deepEqual(alert.types, ["unpluggedWhileCharging", "stoppedDrawing"]);
  });

  it("keeps the alarm too when that was asked, and urges nobody before the morning", () => {
    const alert = charging({ ...BERLIN, holdAlarms: true, escalateAfter: [Minutes(3)] }, "2026-06-01T21:00:00Z");
    alert.hear({ state: "A" });
    alert.pass(7 * 3_600_000);
    assert.deepEqual(alert.types, []);
    alert.pass(3_600_000 + 300_000);
    assert.deepEqual(
      alert.told.map(({ step }) => step),
      [0, 1],
    );
  });

  it("loses no alarm that had to wait for longer than an alert lives, and lets it live from when it was told", () => {
    const alert = charging({ ...BERLIN, holdAlarms: true, timeToLive: Hours(2), escalateAfter: [Minutes(3)] }, "2026-06-01T21:00:00Z");
    alert.hear({ state: "A" });
    alert.pass(7 * 3_600_000);
    assert.deepEqual(alert.types, []);
    alert.pass(3_600_000 + 300_000);
    assert.deepEqual(
      alert.told.map(({ type, step, at, expiresAt }) => [type, step, expiresAt - at > Hours(7)]),
      [
        ["unpluggedWhileCharging", 0, true],
        ["unpluggedWhileCharging", 1, true],
      ],
    );
    assert.equal(alert.state.open.length, 1);
    alert.pass(7_200_000);
    assert.equal(alert.state.open.length, 0);
  });

  for (const [what, evening, quietMs] of [
    ["the night in which clocks go forward", "2026-03-28T21:30:00Z", 7.5 * 3_600_000],
    ["the night in which clocks go back", "2026-10-24T20:30:00Z", 9.5 * 3_600_000],
  ] as const) {
    it(`ends quiet hours at seven by the clock on the wall, in ${what}`, () => {
      const alert = charging({ ...BERLIN }, evening);
      alert.hear({ state: "B" });
      alert.pass(quietMs - 3 * 60_000);
      assert.deepEqual(alert.types, []);
      alert.pass(60_000 + 60_000);
      assert.deepEqual(alert.types, ["stoppedDrawing"]);
    });
  }

  it("tells nothing in the morning of a plug that was back within the grace, and all of one that was back later", () => {
    for (const [awayMs, told] of [
      [10_000, []],
      [60_000, ["unpluggedWhileCharging"]],
    ] as const) {
      const alert = charging({ ...BERLIN, holdAlarms: true }, "2026-06-01T21:00:00Z");
      alert.hear({ state: "A" });
      alert.pass(awayMs);
      alert.hear({ state: "C" });
      alert.pass(9 * 3_600_000);
      assert.deepEqual(alert.types, told, `${awayMs} ms`);
    }
  });

  it("does not tell in the morning what was over at night", () => {
    const alert = charging({ ...BERLIN }, "2026-06-01T21:00:00Z");
    alert.hear({ state: "B" });
    alert.pass(3 * 60_000);
    alert.hear({ state: "C" });
    alert.pass(9 * 3_600_000);
    assert.deepEqual(alert.types, []);
  });

  it("arms again when its time is over, and not before", () => {
    const alert = charging();
    alert.take({ type: "disarm", until: Instant(alert.ms + 60_000) });
    assert.equal(alert.state.armed, false);
    alert.pass(59_000);
    assert.equal(alert.state.armed, false);
    alert.pass(1_000);
    assert.equal(alert.state.armed, true);
  });

  it("stays disarmed where it arms only when it is told to", () => {
    const alert = charging({ arms: false });
    assert.equal(alert.state.armed, false);
    alert.hear({ state: "A" });
    alert.pass(60_000);
    alert.hear({ state: "C" });
    assert.equal(alert.state.armed, false);
    alert.take({ type: "arm" });
    assert.equal(alert.state.armed, true);
  });

  it("tells only alarms to an owner who wants no more, and what takes them back", () => {
    const alert = stolen({ level: "alarms" });
    alert.pass(5_000);
    alert.hear({ state: "B" });
    alert.hear({ state: "C" });
    alert.pass(60_000);
    alert.hear({ state: "B" });
    alert.pass(300_000);
    assert.deepEqual(alert.types, ["unpluggedWhileCharging", "pluggedInAgain"]);
  });
});

describe("the evening's question", () => {
  const asked = { pluggedBy: 21 * 60, zone: "Europe/Berlin", noNewsAfter: null, quiet: null } as const;

  it("is asked once a day, at nine by the clock on the wall, summer and winter", () => {
    const alert = new UnplugUnderTest(asked, Date.parse("2026-10-24T12:00:00Z"));
    alert.hear({ state: "A" });
    alert.pass(2.5 * 24 * 3_600_000);
    assert.deepEqual(
      alert.told.map(({ at }) => new Date(at).toISOString().slice(0, 16)),
      ["2026-10-24T19:00", "2026-10-25T20:00", "2026-10-26T20:00"],
    );
  });

  it("is not asked when nobody knows the charger's state", () => {
    const alert = new UnplugUnderTest({ ...asked, noNewsAfter: Minutes(2) }, Date.parse("2026-06-01T18:50:00Z"));
    for (let second = 0; second < 30; second += 10) {
      alert.hear({ state: "A" });
      alert.pass(10_000);
    }
    alert.pass(4 * 3_600_000);
    assert.deepEqual(alert.types, []);
  });

  it("is not told in the morning when it had to wait, and a car was plugged in meanwhile", () => {
    const alert = new UnplugUnderTest({ ...BERLIN, noNewsAfter: null, pluggedBy: 22 * 60 + 30 }, Date.parse("2026-06-01T20:00:00Z"));
    alert.hear({ state: "A" });
    alert.pass(3_600_000);
    alert.hear({ state: "B" });
    alert.pass(10 * 3_600_000);
    assert.deepEqual(alert.types, []);
  });

  it("needs no answer any more when a car is plugged in", () => {
    const alert = new UnplugUnderTest(asked, Date.parse("2026-06-01T18:59:00Z"));
    alert.hear({ state: "A" });
    alert.pass(120_000);
    assert.equal(alert.state.open.length, 1);
    alert.hear({ state: "B" });
    alert.pass(1_000);
    assert.deepEqual(alert.state.open, []);
  });
});
