import assert from "node:assert/strict";
import { pwm, SimulatedCharger } from "../../test/support/simulated-charger.ts";
import type { CarSpec } from "./actions.ts";

const near = (actual: number, expected: number, tolerance: number, what = "value") =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} should be ${expected} ± ${tolerance}, is ${actual}`);

/** A quick car, for tests that are about something else. */
const QUICK: Partial<CarSpec> = { decideMs: 500, startCurrentMs: 500, rampUpAps: 20 };

describe("simulated car", () => {
  let charger: SimulatedCharger;
  beforeEach(async () => {
    charger = await SimulatedCharger.open();
  });

  describe("in A and B", () => {
    it("bounces for 20 ms at plug-in, then stands in B [ST-01]", () => {
      const seen = new Set<string>();
      charger.plug();
      for (let ms = 0; ms < 20; ms++) {
        const { highV } = charger.pilotAt();
        seen.add(highV > 10.5 ? "A" : "B");
        charger.pass(1, 1);
      }
      assert.deepEqual([...seen].sort(), ["A", "B"]);
      for (let ms = 0; ms < 50; ms++) {
        near(charger.pilotAt().highV, 8.94, 0.1, "after the bounce");
        charger.pass(1, 1);
      }
    });

    it("does not bounce where told so", () => {
      charger.plug({ plugBounceMs: 0 });
      near(charger.pilotAt().highV, 8.94, 0.1);
    });

    it("stays in B without an offer", () => {
      charger.plug();
      charger.pass(60_000, 60);
      assert.equal(charger.truth.s2Closed, false);
    });

    it("closes S2 1.5 s after it sees PWM", () => {
      charger.plug();
      charger.pass(100);
      charger.offer(16);
      near(
        charger.until((truth) => truth.s2Closed, 3000),
        1500,
        1,
      );
      near(charger.pilot().highV, 5.97, 0.05, "C");
    });

    it("asks for nothing at 5 % or in the bands without a meaning, and for 6 A at 8 % [DC-01]", () => {
      charger.plug(QUICK);
      for (const duty of [2, 5, 7.5, 98]) {
        charger.drive({ pilot: pwm(duty) });
        charger.pass(5000);
        assert.equal(charger.truth.s2Closed, false, `${duty} %`);
      }
      charger.drive({ pilot: pwm(8) });
      charger.pass(600);
      assert.equal(charger.truth.s2Closed, true);
    });

    it("does not close S2 below its minimum current", () => {
      charger.plug({ ...QUICK, minimumA: 8 });
      charger.offer(7.9);
      charger.pass(10_000);
      assert.equal(charger.truth.s2Closed, false);
      charger.offer(8.1);
      charger.pass(600);
      assert.equal(charger.truth.s2Closed, true);
    });

    it("gives up its decision when the offer goes away before it closed S2", () => {
      charger.plug();
      charger.pass(100);
      charger.offer(16);
      charger.pass(1400);
      charger.x1();
      charger.pass(5000);
      assert.equal(charger.truth.s2Closed, false);
    });

    it("signals by B-C-B toggles of 300 ms before it asks [ST-20]", () => {
      charger.plug({ toggles: 2, toggleMs: 300, decideMs: 1000 });
      charger.pass(100);
      charger.offer(16);
      const edges: number[] = [];
      let closed = false;
      for (let ms = 0; ms <= 3000; ms++) {
        if (charger.truth.s2Closed !== closed) {
          closed = !closed;
          edges.push(ms);
        }
        charger.pass(1, 1);
      }
      assert.deepEqual(edges, [300, 600, 900, 1200, 2200]);
    });

    it("goes from A to C without B when simplified, and takes at most 10 A [ST-02]", () => {
      charger.plug({ ...QUICK, simplified: true, onboardChargerA: 32 });
      charger.pass(30);
      near(charger.pilot().highV, 5.97, 0.05, "C");
      charger.offer(16);
      charger.drive({ coil: true });
      charger.pass(5000);
      near(charger.truth.drawA, 9.8, 0.01);
    });

    it("stands in D when it asks for ventilation, also when it begins to ask while charging [VE-01]", () => {
      charger.charge(16, {}, "ventilated");
      near(charger.pilot().highV, 2.92, 0.05, "D");
      charger.board.apply({ do: "car", car: { ventilated: false, r3Ohm: 1300 } });
      near(charger.pilot().highV, 5.97, 0.05, "C");
      charger.board.apply({ do: "car", car: { ventilated: true } });
      near(charger.pilot().highV, 2.92, 0.05, "D again");
    });
  });

  describe("drawing", () => {
    it("waits 2 s after the contactor closed, then ramps at 2 A/s to 0.98 of the offer", () => {
      charger.plug();
      charger.pass(100);
      charger.offer(16);
      charger.until((truth) => truth.s2Closed, 3000);
      charger.drive({ coil: true });
      charger.until((truth) => truth.contacts.every(Boolean), 100);
      near(
        charger.until((truth) => truth.drawA > 0, 5000),
        2001,
        1,
        "start",
      );
      charger.pass(1000, 1);
      near(charger.truth.drawA, 2, 0.01, "a second later");
      charger.pass(10_000);
      near(charger.truth.drawA, 15.68, 0.001, "at last");
    });

    it("draws nothing before the contactor closed", () => {
      charger.plug(QUICK);
      charger.offer(16);
      charger.pass(30_000, 60);
      assert.equal(charger.truth.drawA, 0);
    });

    it("takes no more than its charger can", () => {
      charger.charge(32, { onboardChargerA: 13 });
      near(charger.truth.drawA, 12.74, 0.001);
    });

    it("takes 1.3 times the offer when greedy, and 2 A more where told so", () => {
      charger.charge(16, {}, "greedy");
      near(charger.truth.drawA, 20.8, 0.001);
      charger.board.apply({ do: "car", car: { drawFactor: 1, drawExtraA: 2 } });
      charger.pass(5000);
      near(charger.truth.drawA, 18, 0.001);
    });

    it("follows a lower offer half a second later, at 10 A/s, done within 5 s [ST-07] [DC-07]", () => {
      charger.charge(30);
      near(charger.truth.drawA, 29.4, 0.001);
      charger.offer(10);
      charger.pass(490, 10);
      near(charger.truth.drawA, 29.4, 0.001, "before it reacts");
      charger.pass(1010, 10);
      near(charger.truth.drawA, 19.4, 0.05, "a second into the ramp");
      charger.pass(1000, 10);
      near(charger.truth.drawA, 9.8, 0.001, "done");
    });

    it("ignores changes of the duty where told so, but not its end", () => {
      charger.charge(30, {}, "ignoresDuty");
      charger.offer(10);
      charger.pass(20_000);
      near(charger.truth.drawA, 29.4, 0.001);
      charger.x1();
      charger.pass(3000);
      assert.equal(charger.truth.s2Closed, false);
    });

    it("reads the duty that stands on the line, not the one that was ordered", () => {
      charger.charge(16);
      charger.inject("dutyError", 5);
      charger.pass(3000);
      near(charger.truth.drawA, 0.98 * 19, 0.01);
    });

    it("stops at once when the mains go, and starts anew when they return", () => {
      charger.charge(16);
      charger.obeysCar = false;
      charger.drive({ coil: false });
      charger.pass(30, 1);
      assert.equal(charger.truth.drawA, 0);
      assert.equal(charger.truth.s2Closed, true);
      charger.drive({ coil: true });
      charger.pass(5000);
      near(charger.truth.drawA, 15.68, 0.001);
    });

    it("takes three phases where car and charger have them", async () => {
      const threePhase = await SimulatedCharger.open({ poles: 4, house: { mainsV: 230, loadW: 0 } });
      threePhase.charge(16, { phases: 3 });
      near(threePhase.truth.gridW, 3 * 230 * 15.68, 1);
      charger.charge(16, { phases: 3 });
      near(charger.truth.gridW - charger.truth.houseW, 240 * 15.68, 1, "a charger of one phase");
    });
  });

  describe("stopping", () => {
    it("brings the current below 1 A within 3 s of x1, then opens S2 0.1 to 1 s later [ST-10]", () => {
      charger.charge(30);
      charger.x1();
      const quiet = charger.until((truth) => truth.drawA < 1, 3000);
      assert.ok(quiet > 500, `the current falls in a ramp, not at once: ${quiet} ms`);
      const open = charger.until((truth) => !truth.s2Closed, 3000);
      assert.ok(open >= 100 && open <= 1000, `S2 opened ${open} ms after the current`);
    });

    it("ignores x1 where told so, until the mains go", () => {
      charger.charge(30, {}, "ignoresX1");
      charger.x1();
      charger.pass(20_000);
      near(charger.truth.drawA, 29.4, 0.001);
      assert.equal(charger.truth.s2Closed, true);
    });

    it("opens S2 under load when rude", () => {
      charger.charge(30, {}, "rude");
      charger.x1();
      let before = charger.truth.drawA;
      charger.until((truth) => {
        if (truth.s2Closed) before = truth.drawA;
        return !truth.s2Closed;
      }, 5000);
      near(before, 29.4, 0.001, "current when S2 opened");
      assert.equal(charger.truth.drawA, 0);
    });

    it("stops when the offer falls below its minimum and asks again when it is back", () => {
      charger.charge(16, { minimumA: 10 });
      charger.offer(8);
      charger.pass(3000);
      assert.equal(charger.truth.s2Closed, false);
      charger.offer(16);
      charger.pass(600);
      assert.equal(charger.truth.s2Closed, true);
    });

    it("opens S2 within 100 ms of the button, keeps it open while held, and asks again after [PX-02]", () => {
      charger.charge(16);
      charger.board.apply({ do: "pressButton" });
      const opened = charger.until((truth) => !truth.s2Closed, 100);
      assert.ok(opened <= 100);
      charger.pass(60_000, 60);
      assert.equal(charger.truth.s2Closed, false, "stuck pressed");
      charger.board.apply({ do: "releaseButton" });
      charger.pass(600);
      assert.equal(charger.truth.s2Closed, true);
    });

    it("stops on F and on E as well", () => {
      for (const loss of ["F", "E"] as const) {
        charger.charge(16, {}, "ignoresX1");
        if (loss === "F") charger.stateF();
        else charger.drive({ pilotOpen: true });
        charger.pass(2000);
        assert.equal(charger.truth.s2Closed, false, loss);
        charger.drive({ pilotOpen: false });
        charger.unplug();
      }
    });

    it("draws nothing and holds nothing once it is unplugged", () => {
      charger.charge(16);
      charger.unplug();
      assert.equal(charger.truth.drawA, 0);
      assert.equal(charger.truth.s2Closed, false);
      assert.equal(charger.truth.plugged, false);
      near(charger.pilot().highV, 11.93, 0.05, "A");
    });
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

  describe("with habits", () => {
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
