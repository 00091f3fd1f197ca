import assert from "node:assert/strict";
import { SimulatedCharger } from "../../test/support/simulated-charger.ts";
import type { CarSpec } from "./actions.ts";

const near = (actual: number, expected: number, tolerance: number, what = "value") =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} should be ${expected} ± ${tolerance}, is ${actual}`);

/** A quick car, for tests that are about something else. */
const QUICK: Partial<CarSpec> = { decideMs: 500, startCurrentMs: 500, rampUpAps: 20 };

describe("simulated car's habits", () => {
  let charger: SimulatedCharger;
  beforeEach(async () => {
    charger = await SimulatedCharger.open();
  });

  describe("battery", () => {
    it("gains what the efficiency of its charger leaves: 0.76 at 6 A and 0.90 at 32 A, 230 V", async () => {
      for (const [amps, efficiency] of [
        [6, 0.76],
        [32, 0.9],
      ] as const) {
        const house = await SimulatedCharger.open({ house: { mainsV: 230 } });
        house.charge(amps, { drawFactor: 1, socPercent: 10, onboardChargerA: 48 });
        const before = house.truth.socPercent;
        house.pass(3_600_000, 60);
        const gainedWh = ((house.truth.socPercent - before) / 100) * 60_000;
        near(gainedWh / (amps * 230), efficiency, 0.01, `${amps} A`);
      }
    });

    it("tapers from 92 % to 6 A at 99 %, then stops in B", () => {
      charger.charge(32, { socPercent: 91.99, batteryWh: 10_000 }, "tapering");
      near(charger.truth.drawA, 31.36, 0.2, "before the taper");
      charger.until((truth) => truth.socPercent >= 95.5, 600_000, 60);
      near(charger.truth.drawA, 0.98 * 19, 0.5, "half way");
      charger.until((truth) => truth.socPercent >= 98.9, 1_200_000, 60);
      near(charger.truth.drawA, 0.98 * 6.4, 0.3, "near the end");
      charger.until((truth) => !truth.s2Closed, 600_000, 60);
      near(charger.truth.socPercent, 99, 0.05);
      charger.pass(60_000, 60);
      assert.equal(charger.truth.s2Closed, false, "full cars ask for nothing");
    });

    it("is what the car is described with, at each plug-in", () => {
      charger.plug({ socPercent: 70 });
      assert.equal(charger.truth.socPercent, 70);
      charger.plug({ socPercent: 99 });
      charger.pass(100);
      charger.offer(16);
      charger.pass(5000);
      assert.equal(charger.truth.s2Closed, false);
      charger.board.apply({ do: "car", car: { socPercent: 50 } });
      charger.pass(2000);
      assert.equal(charger.truth.s2Closed, true);
    });
  });

  describe("of its own", () => {
    it("pauses from C to B and back while it preheats", () => {
      charger.charge(16, { pausesPerHour: 60, pauseMs: 20_000 });
      charger.until((truth) => !truth.s2Closed, 3_600_000, 12);
      assert.equal(charger.truth.drawA, 0, "current falls before S2 opens");
      near(
        charger.until((truth) => truth.s2Closed, 30_000, 12),
        20_000,
        24,
      );
    });

    it("pauses as often as told, by chance", () => {
      charger.charge(16, { pausesPerHour: 60, pauseMs: 1000, startCurrentMs: 0, batteryWh: 1e7 });
      let pauses = 0;
      let closed = true;
      for (let ms = 0; ms < 3_600_000; ms += 60) {
        charger.pass(60, 60);
        const now = charger.truth.s2Closed;
        if (closed && !now) pauses += 1;
        closed = now;
      }
      near(pauses, 58, 24, "pauses in an hour");
    });

    it("falls asleep after 15 min of x1 and does not see PWM any more [ST-16]", () => {
      charger.plug(QUICK, "sleepy");
      charger.pass(14.9 * 60_000, 60);
      assert.equal(charger.truth.asleep, false);
      charger.pass(0.2 * 60_000, 60);
      assert.equal(charger.truth.asleep, true);
      charger.offer(16);
      charger.pass(60_000, 60);
      assert.equal(charger.truth.s2Closed, false);
    });

    const wakeUps: readonly [CarSpec["wakesOn"], "F" | "E", number, boolean][] = [
      ["either", "F", 3000, true],
      ["either", "F", 2900, false],
      ["either", "E", 4000, true],
      ["either", "E", 3900, false],
      ["stateF", "F", 3000, true],
      ["stateF", "E", 10_000, false],
      ["stateE", "E", 4000, true],
      ["stateE", "F", 10_000, false],
      ["never", "F", 10_000, false],
      ["never", "E", 10_000, false],
    ];
    for (const [wakesOn, shown, ms, wakes] of wakeUps) {
      it(`asleep, woken by ${wakesOn}, shown ${shown} for ${ms} ms: ${wakes ? "wakes and asks" : "sleeps on"} [ST-16]`, () => {
        charger.plug({ ...QUICK, sleepsAfterMs: 10_000, wakesOn });
        charger.pass(11_000);
        assert.equal(charger.truth.asleep, true);
        if (shown === "F") charger.stateF();
        else charger.drive({ pilotOpen: true });
        charger.pass(ms, 10);
        charger.drive({ pilotOpen: false });
        charger.x1();
        charger.pass(750, 10);
        assert.equal(charger.truth.asleep, !wakes);
        charger.offer(16);
        charger.pass(1000);
        assert.equal(charger.truth.s2Closed, wakes);
      });
    }

    it("wakes when it is plugged in anew", () => {
      charger.plug({ ...QUICK, sleepsAfterMs: 10_000, wakesOn: "never" });
      charger.pass(11_000);
      charger.unplug();
      charger.board.apply({ do: "plug" });
      charger.pass(100);
      charger.offer(16);
      charger.pass(1000);
      assert.equal(charger.truth.s2Closed, true);
    });

    it("latches a fault of its own on state F, until plugged in anew [ST-17]", () => {
      charger.plug(QUICK, "latchesOnF");
      charger.pass(100);
      charger.stateF();
      charger.pass(500);
      assert.equal(charger.truth.carFault, true);
      charger.offer(16);
      charger.pass(60_000, 60);
      assert.equal(charger.truth.s2Closed, false);
      charger.plug(QUICK, "latchesOnF");
      charger.pass(2000);
      assert.equal(charger.truth.carFault, false);
      assert.equal(charger.truth.s2Closed, true);
    });

    it("seems to open S2 for 30 ms, half a second after a duty change [VW-19]", () => {
      charger.charge(16, {}, "glitching");
      charger.offer(20);
      near(
        charger.until((truth) => !truth.s2Closed, 600),
        500,
        1,
      );
      near(
        charger.until((truth) => truth.s2Closed, 100),
        30,
        1,
      );
    });

    it("bounces through 3 V and 1 V on unplug before A [VW-19]", () => {
      charger.plug({ unplugBounceMs: 60 });
      charger.pass(100);
      charger.unplug();
      near(charger.pilotAt().highV, 3, 0.3);
      charger.pass(30, 1);
      near(charger.pilotAt().highV, 1, 0.3);
      charger.pass(30, 1);
      near(charger.pilotAt().highV, 11.93, 0.05);
    });

    it("gives up after ten interruptions, until plugged in anew", () => {
      charger.charge(16, {}, "impatient");
      for (let interruption = 1; interruption <= 10; interruption++) {
        assert.equal(charger.truth.carFault, false, `before interruption ${interruption}`);
        near(charger.truth.drawA, 15.68, 0.01);
        charger.x1();
        charger.pass(4000);
        charger.offer(16);
        charger.pass(4000);
      }
      assert.equal(charger.truth.carFault, true);
      assert.equal(charger.truth.s2Closed, false);
    });
  });
});
