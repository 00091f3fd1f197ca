/** Random stories of a plug, told twice, late and out of order: what must hold of all of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { UnplugUnderTest } from "../../../../test/support/unplug-watch.ts";
import type { UnplugConfig } from "./config.ts";
import type { UnplugNotice } from "./types.ts";

/** One thing that happens at the plug, and how long nothing does after it, ms. */
interface Beat {
  readonly what: "plug" | "draw" | "rest" | "pull" | "stop" | "sunGone" | "sunBack" | "fault" | "faultGone" | "status" | "boot";
  readonly waitMs: number;
}

const waitMs = fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 3_000, max: 200_000 }));
const KINDS = ["plug", "draw", "rest", "pull", "stop", "sunGone", "sunBack", "fault", "faultGone", "status", "boot"] as const;
const beat = fc.record({ what: fc.constantFrom<Beat["what"]>(...KINDS), waitMs });
/** Plugged in, drawing and pulled, so that this happens often enough to be judged. */
const charge = fc
  .tuple(waitMs, waitMs, waitMs)
  .map((waits): Beat[] =>
    (["faultGone", "sunBack", "plug", "draw", "pull"] as const).map((what, index) => ({ what, waitMs: waits[index - 2] ?? 0 })),
  );
const beats = fc
  .array(fc.oneof({ weight: 5, arbitrary: beat.map((one) => [one]) }, { weight: 1, arbitrary: charge }), { minLength: 1, maxLength: 25 })
  .map((parts) => parts.flat());

interface Message {
  readonly dueMs: number;
  readonly payload: (wall: number) => object;
}

/** What the plug really did. */
interface Truth {
  readonly atMs: number;
  readonly drawing: boolean;
  readonly stopped: boolean;
  readonly faulted: boolean;
  readonly blind: boolean;
}

/** A charger as simple as can be, which says what it does: each event, then its status. */
class Plug {
  readonly messages: Message[] = [];
  readonly pulls: Truth[] = [];
  #ms = 0;
  #ids = 0;
  #sessions = 0;
  #state: "A" | "B" | "C" = "A";
  #session: string | null = null;
  #offering = true;
  #drawing = false;
  #stoppedAt = Number.NEGATIVE_INFINITY;
  #fault = false;
  #cut = false;
  #bootAt = Number.NEGATIVE_INFINITY;

  constructor(story: readonly Beat[]) {
    // Two looks first: nothing may be said of what was there before.
    this.#status();
    this.#ms += 5_000;
    this.#status();
    this.#ms += 1_000;
    for (const { what, waitMs } of story) {
      this.#do(what);
      const until = this.#ms + waitMs;
      // A status each ten seconds, as the pilot node sends it.
      while (this.#ms + 10_000 < until) {
        this.#ms += 10_000;
        this.#status();
      }
      // A charger's loop takes its time: nothing happens in the same millisecond as something else.
      this.#ms = until + 12;
    }
    for (let more = 0; more < 4; more += 1) {
      this.#ms += 10_000;
      this.#status();
    }
  }

  get endMs(): number {
    return this.#ms;
  }

  #do(what: Beat["what"]): void {
    switch (what) {
      case "plug":
        if (this.#state !== "A") return;
        this.#sessions += 1;
        this.#session = `s${this.#sessions}`;
        this.#go("B");
        this.#event({ type: "plugged" });
        break;
      case "draw":
        if (this.#state === "A" || !this.#offering || this.#fault || this.#drawing) return;
        if (this.#state === "B") this.#go("C");
        this.#drawing = true;
        this.#cut = false;
        this.#stoppedAt = Number.NEGATIVE_INFINITY;
        this.#event({ type: "chargingStarted" });
        break;
      case "rest":
        if (this.#state !== "C") return;
        this.#go("B");
        if (this.#drawing) this.#event({ type: "chargingStopped", reason: "carStopped" });
        this.#drawing = false;
        break;
      case "pull":
        if (this.#state === "A") return;
        this.pulls.push({
          atMs: this.#ms,
          drawing: this.#drawing,
          stopped: this.#ms - this.#stoppedAt <= 300_000,
          faulted: this.#cut,
          blind: this.#ms - this.#bootAt === 0,
        });
        this.#go("A");
        if (this.#drawing) this.#event({ type: "chargingStopped", reason: "unplugged" });
        this.#event({ type: "unplugged" });
        this.#drawing = false;
        this.#session = null;
        this.#cut = false;
        this.#stoppedAt = Number.NEGATIVE_INFINITY;
        break;
      case "stop":
        if (this.#state === "A") return;
        this.#stoppedAt = this.#ms;
        this.#event({ type: "deauthorised", reason: "app" });
        break;
      case "sunGone":
        if (!this.#offering) return;
        this.#offering = false;
        if (this.#state !== "A") this.#event({ type: "paused", reason: "sun" });
        break;
      case "sunBack":
        if (this.#offering) return;
        this.#offering = true;
        if (this.#state !== "A") this.#event({ type: "offered", reason: "sun" });
        break;
      case "fault":
        if (this.#fault) return;
        this.#fault = true;
        this.#event({ type: "fault", fault: "GroundFault" });
        if (this.#drawing) {
          this.#cut = true;
          this.#event({ type: "chargingStopped", reason: "fault", fault: "GroundFault" });
        }
        this.#drawing = false;
        break;
      case "faultGone":
        if (!this.#fault) return;
        this.#fault = false;
        this.#event({ type: "faultCleared", fault: "GroundFault" });
        break;
      case "boot":
        this.#bootAt = this.#ms;
        this.#event({ type: "booted" });
        break;
      case "status":
        break;
    }
    this.#status();
  }

  #go(to: "A" | "B" | "C"): void {
    const from = this.#state;
    this.#state = to;
    this.#event({ type: "stateChanged", from, to });
  }

  #event(event: object): void {
    this.#ids += 1;
    const { id, atMs, session } = { id: `e${this.#ids}`, atMs: this.#ms, session: this.#session };
    this.#say((wall) => ({ id, charger: "bay", at: wall + atMs, session, ...event }));
  }

  #status(): void {
    const atMs = this.#ms;
    const status = {
      charger: "bay",
      state: this.#state,
      phase: this.#drawing ? "charging" : this.#state === "A" ? "notConnected" : this.#offering ? "waiting" : "paused",
      offeredCurrentA: this.#offering && this.#state !== "A" ? 16 : 0,
      limitedBy: "sun",
      currentA: this.#drawing ? 16 : 0,
      faults: this.#fault ? [{ name: "GroundFault", severity: "emergency" }] : [],
      session: this.#session === null ? null : { id: this.#session, energyWh: 10, chargingMs: 10 },
    };
    this.#say((wall) => ({ ...status, at: wall + atMs }));
  }

  #say(payload: Message["payload"]): void {
    this.messages.push({ dueMs: this.#ms, payload });
  }
}

const CALM: Partial<UnplugConfig> = { level: "everything", escalateAfter: [], noNewsAfter: null };

/** @param order where each message comes in the order of arrival, and how often */
function play(plug: Plug, config: Partial<UnplugConfig>, arrivals: readonly Message[] = plug.messages): UnplugUnderTest {
  const alert = new UnplugUnderTest({ ...CALM, ...config });
  for (const { dueMs, payload } of arrivals) {
    alert.pass(Math.max(0, dueMs - alert.ms));
    alert.hear(payload(alert.wallStart));
  }
  alert.pass(10_000);
  return alert;
}

const departures = (told: readonly UnplugNotice[]): UnplugNotice[] => told.filter(({ type }) => type.startsWith("unplugged"));
const alarms = (told: readonly UnplugNotice[]): UnplugNotice[] => departures(told).filter(({ severity }) => severity !== "info");
const essence = (told: readonly UnplugNotice[]) =>
  told.map(({ id, type, severity, session, at, follows }) => ({ id, type, severity, session, at, follows }));

describe("random stories of a plug", () => {
  it("make at most one alert of each charge's end", () => {
    fc.assert(
      fc.property(beats, (story) => {
        const told = departures(play(new Plug(story), {}).told);
        const sessions = told.map(({ session }) => session);
        assert.equal(new Set(sessions).size, sessions.length);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it("never raise an alarm for an authorised stop", () => {
    fc.assert(
      fc.property(beats, (story) => {
        const plug = new Plug(story);
        const { told, wallStart } = play(plug, {});
        for (const { at, type } of alarms(told)) {
          const pull = plug.pulls.find(({ atMs }) => wallStart + atMs === at);
          assert.equal(pull?.stopped ?? false, false, type);
        }
      }),
      { numRuns: 400, seed: 2 },
    );
  });

  it("never pass over a drawing car that went to A and stayed away", () => {
    let judged = 0;
    fc.assert(
      fc.property(beats, (story) => {
        const plug = new Plug(story);
        const { told, wallStart } = play(plug, {});
        for (const [index, pull] of plug.pulls.entries()) {
          if (!pull.drawing || pull.stopped || pull.blind) continue;
          const next = plug.messages.find(({ dueMs, payload }) => dueMs >= pull.atMs && JSON.stringify(payload(0)).includes('"to":"B"'));
          // Back within the settling time is a bounce.
          if (next !== undefined && next.dueMs - pull.atMs < 2_000) continue;
          judged += 1;
          const found = alarms(told).filter(({ at }) => at === wallStart + pull.atMs);
          assert.equal(found.length, 1, `pull ${index} at ${pull.atMs} of ${JSON.stringify(story)}`);
          assert.equal(found[0]?.severity, "alarm");
        }
      }),
      { numRuns: 600, seed: 3 },
    );
    assert.ok(judged > 200, `only ${judged} such cars were seen`);
  });

  it("change nothing when every message comes twice, or once more a while later", () => {
    fc.assert(
      fc.property(beats, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (story, chance) => {
        const plug = new Plug(story);
        const picks = chance[Symbol.iterator]();
        const arrivals = plug.messages.flatMap((message, index) => {
          const again = plug.messages[Math.max(0, index - (picks.next().value ?? 0))];
          return again === undefined ? [message] : [message, { ...again, dueMs: message.dueMs }];
        });
        assert.deepEqual(essence(play(plug, {}, arrivals).told), essence(play(plug, {}).told));
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  it("tell no charge's end twice, and no authorised stop as an alarm, when messages overtake each other", () => {
    fc.assert(
      fc.property(beats, fc.infiniteStream(fc.integer({ min: 0, max: 1_500 })), (story, chance) => {
        const plug = new Plug(story);
        const delays = chance[Symbol.iterator]();
        const arrivals = plug.messages
          .map((message) => ({ ...message, dueMs: message.dueMs + (delays.next().value ?? 0) }))
          .toSorted((a, b) => a.dueMs - b.dueMs);
        const { told, wallStart } = play(plug, {}, arrivals);
        const ends = departures(told).flatMap(({ session }) => (session === null ? [] : [session]));
        assert.equal(new Set(ends).size, ends.length);
        for (const { at, type } of alarms(told)) {
          const pull = plug.pulls.find(({ atMs }) => Math.abs(wallStart + atMs - at) < 1_500);
          assert.equal(pull?.stopped ?? false, false, type);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it("say the same when the state was written down and read back at any point", () => {
    fc.assert(
      fc.property(beats, (story) => {
        const plug = new Plug(story);
        const plain = play(plug, {});
        const alert = new UnplugUnderTest(CALM);
        for (const { dueMs, payload } of plug.messages) {
          alert.pass(Math.max(0, dueMs - alert.ms));
          alert.hear(payload(alert.wallStart));
          alert.state = JSON.parse(JSON.stringify(alert.state));
        }
        alert.pass(10_000);
        assert.deepEqual(alert.told, plain.told);
      }),
      { numRuns: 100, seed: 6 },
    );
  });

  it("never make a restart of whoever listens an alarm while the plug stays in", () => {
    fc.assert(
      fc.property(beats, fc.nat(40), fc.integer({ min: 0, max: 60_000 }), (story, where, awayMs) => {
        const plug = new Plug(story.filter(({ what }) => what !== "pull"));
        const alert = new UnplugUnderTest(CALM);
        for (const [index, { dueMs, payload }] of plug.messages.entries()) {
          if (index === where) alert.restart(awayMs);
          if (dueMs < alert.ms) continue;
          alert.pass(dueMs - alert.ms);
          alert.hear(payload(alert.wallStart));
        }
        alert.pass(10_000);
        assert.deepEqual(departures(alert.told), []);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
