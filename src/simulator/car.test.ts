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
});
