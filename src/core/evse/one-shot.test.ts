import assert from "node:assert/strict";
import { feedsOneShot } from "#core/evse/machine";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

/** A rig whose contactor is held by something that is not the machine, and let go only by the one-shot. */
class HeldRig extends Rig {
  #heldOn: "stuckDrive" | "weld" | null = null;
  readonly fed: boolean[] = [];

  get isFed(): boolean {
    return feedsOneShot(this.state);
  }

  hold(by: "stuckDrive" | "weld" | null): this {
    this.#heldOn = by;
    return this;
  }

  /** Loop by loop: the contacts follow the one-shot within a tenth of a second. */
  live(ms: number): this {
    for (let passed = 0; passed < ms; passed += LOOP) {
      this.fed.push(this.isFed);
      const isKept = this.fed.slice(-9).some((fed) => fed);
      const isClosed = this.#heldOn === "weld" || (this.#heldOn === "stuckDrive" && isKept);
      this.set({ welded: isClosed ? [0, 1] : [] }).advance(LOOP);
    }
    return this;
  }

  get isLive(): boolean {
    return this.world.welded.length > 0;
  }
}

const idle = (): HeldRig => {
  const rig = new HeldRig();
  rig.limit(32);
  rig.advance(4000);
  assert.equal(rig.phase, "notConnected");
  return rig;
};

describe("the one-shot as the second switch", () => {
  it("takes the coil from a drive that sticks, within half a second, and not again until a person resets [RL-01] [WD-01]", () => {
    const rig = idle().hold("stuckDrive").live(500);
    assert.deepEqual([rig.faults, rig.isLive, rig.isFed], [["ContactorWelded"], false, false]);
    assert.deepEqual(
      rig.heard("fault").map(({ reason }) => reason),
      ["loadSideLive", "openedByOneShot"],
    );
    assert.deepEqual([rig.live(600_000).isLive, rig.isFed], [false, false]);
  });

  it("is tried anew after a reset that came too early, and is fed again when the drive was mended [RL-02]", () => {
    const rig = idle().hold("stuckDrive").live(500);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.live(1_000);
    assert.deepEqual([rig.faults, rig.isLive, rig.isFed], [["ContactorWelded"], false, false]);
    rig.hold(null).live(1_000);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.live(5_000);
    assert.deepEqual([rig.faults, rig.isFed], [[], true]);
    rig.line("B").live(3_000).line("C").live(5_000);
    assert.equal(rig.coil, true);
  });

  it("is starved for a second and no longer where contacts are welded, so that the pilot shows state F [RL-02]", () => {
    const rig = idle().hold("weld").live(60_000);
    assert.deepEqual([rig.faults, rig.isLive, rig.isFed, rig.pilot], [["ContactorWelded"], true, true, "steadyLow"]);
    const starved = rig.fed.filter((fed) => !fed).length * LOOP;
    assert.ok(starved >= 900 && starved <= 1_100, `${starved} ms`);
  });

  it("is tried again when welded contacts have been dead meanwhile: the next time it may help", () => {
    const rig = idle().hold("weld").live(3_000).hold(null).live(1_000).hold("stuckDrive").live(1_000);
    assert.deepEqual([rig.isLive, rig.isFed], [false, false]);
  });

  it("is tried by a controller that finds a live load side when it starts, also with a weld from before [F-01] [PW-04]", () => {
    const rig = idle().hold("stuckDrive").live(500);
    rig.restart();
    rig.live(2_000);
    assert.deepEqual([rig.faults, rig.isLive, rig.isFed], [["ContactorWelded"], false, false]);
  });

  it("is fed all through an ordinary charge, and through opening with contacts that are slow", () => {
    const rig = new HeldRig();
    rig.limit(32);
    rig.live(4000).line("B").live(2000).line("C").live(5000);
    assert.equal(rig.coil, true);
    rig.line("B").live(3000);
    assert.deepEqual([rig.coil, rig.fed.includes(false)], [false, false]);
  });
});
