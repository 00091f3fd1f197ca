import assert from "node:assert/strict";
import fc from "fast-check";
import { STEADY_HIGH } from "#core/pilot/types";
import { Instant } from "#core/units/units";
import { MovedClock, offering, pilotV, SimulatedCharger } from "../../test/support/simulated-charger.ts";
import type { SimAction } from "./actions.ts";
import { SimulatedBoard } from "./board.ts";
import { SAFE_OUTPUTS } from "./outputs.ts";

const near = (actual: number | null, expected: number, tolerance: number, what = "value") =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${what} should be ${expected} ± ${tolerance}, is ${actual}`);

describe("simulated board", () => {
  let charger: SimulatedCharger;
  beforeEach(async () => {
    charger = await SimulatedCharger.open();
  });

  describe("in its own time", () => {
    it("does what was scheduled at its moment, however late it is asked", () => {
      charger.board.apply({ do: "plug", car: { plugBounceMs: 0 } }, Instant(1234.5));
      charger.clock.ms = 9000;
      assert.equal(charger.truth.plugged, true);
      assert.equal(charger.truth.marks.appliedAt, 1234.5);
    });

    it("keeps the order of what is scheduled for the same moment", () => {
      for (const mainsV of [100, 200, 230]) charger.board.apply({ do: "house", mainsV }, Instant(50));
      charger.board.apply({ do: "house", mainsV: 120 }, Instant(40));
      charger.clock.ms = 45;
      assert.equal(charger.truth.mainsV, 120);
      charger.clock.ms = 50;
      assert.equal(charger.truth.mainsV, 230);
    });

    it("does at once what is said to be in the past", () => {
      charger.clock.ms = 100;
      charger.board.apply({ do: "house", mainsV: 230 }, Instant(50));
      assert.equal(charger.truth.mainsV, 230);
      assert.equal(charger.truth.marks.appliedAt, 100);
    });

    it("shows a change in the middle of a burst from the very sample on", () => {
      charger.plug({ plugBounceMs: 0 });
      charger.pass(50);
      charger.board.pulseLiveness();
      const start = charger.clock.ms;
      charger.board.startBurst({ count: 256, spacingUs: 41 });
      charger.board.apply({ do: "unplug" }, Instant(start + 5));
      charger.clock.ms = start + 12;
      const { burst } = charger.board.read();
      assert.ok(burst);
      const firstAt = burst.endedAt - 255 * 0.041;
      const volts = Array.from(burst.adcV.subarray(0, 256), pilotV);
      const leftAt = volts.findIndex((v) => v > 10.5);
      assert.equal(leftAt, Math.floor((start + 5 - firstAt) / 0.041) + 1);
      for (const [index, v] of volts.entries()) near(v, index < leftAt ? 8.94 : 11.93, 0.1, `sample ${index}`);
    });

    it("lives on while the caller stands still: coil off after 80 ms, contacts 25 ms later, no current, x1, then S2 open [WD-01]", () => {
      charger.charge(16);
      const lastPulse = charger.clock.ms;
      const drawnBefore = charger.truth.gridW;
      charger.clock.ms += 10_000;
      const { truth } = charger;
      assert.ok(drawnBefore > 4000);
      assert.equal(truth.marks.coilReleasedAt, lastPulse + 80);
      assert.equal(truth.marks.contactsOpenAt, lastPulse + 105);
      assert.equal(truth.marks.coilOffAt, null, "nobody commanded it off");
      assert.deepEqual([truth.coil, truth.coilEnergised, truth.drawA, truth.s2Closed], [true, false, 0, false]);
      assert.equal(charger.inputs.coilInhibited, true);
    });

    it("counts energy to the contact's opening and no further while the caller stands still", () => {
      charger.charge(16);
      charger.pass(1000);
      const before = charger.inputs.energyWh ?? Number.NaN;
      charger.clock.ms += 3_600_000;
      near(charger.inputs.energyWh, before, 1, "energy");
    });

    it("does not go back when the clock does", () => {
      charger.clock.ms = 1000;
      charger.plug();
      charger.clock.ms = 500;
      assert.equal(charger.truth.marks.appliedAt, 1000);
      charger.inject("noise");
      assert.equal(charger.truth.marks.appliedAt, 1000);
    });

    it("hands out a burst that ended before the change as one that belongs to its output", () => {
      charger.board.startBurst({ count: 100, spacingUs: 40 });
      charger.clock.ms += 8;
      charger.board.write({ ...SAFE_OUTPUTS, pilot: offering(16) });
      assert.deepEqual(charger.board.read().burst?.output, STEADY_HIGH);
    });
  });

  describe("coil", () => {
    it("has no current before the first pulse [WD-01]", () => {
      charger.board.write({ ...SAFE_OUTPUTS, coil: true });
      charger.clock.ms += 60;
      assert.equal(charger.truth.coilEnergised, false);
      assert.deepEqual(charger.truth.contacts, [false, false]);
      charger.board.pulseLiveness();
      assert.equal(charger.truth.coilEnergised, true);
    });

    it("marks when it was commanded off, when it lost its current and when the contacts opened", () => {
      charger.drive({ coil: true });
      charger.pass(100);
      const at = charger.clock.ms;
      charger.drive({ coil: false });
      charger.pass(100);
      const { coilOffAt, coilReleasedAt, contactsOpenAt } = charger.truth.marks;
      assert.deepEqual([coilOffAt, coilReleasedAt, contactsOpenAt], [at, at, at + 25]);
    });

    it("stays off after a trip until the latch is reset, whatever is commanded [GF-01]", () => {
      charger.drive({ coil: true });
      charger.pass(100);
      charger.inject("gfciTrip");
      assert.equal(charger.truth.coilEnergised, false);
      assert.equal(charger.truth.marks.coilReleasedAt, charger.clock.ms);
      charger.pass(10_000, 60);
      charger.drive({ coil: false });
      charger.drive({ coil: true });
      charger.pass(100);
      assert.deepEqual(charger.truth.contacts, [false, false]);
      charger.drive({ gfciReset: true });
      charger.pass(100);
      assert.deepEqual(charger.truth.contacts, [true, true]);
    });

    it("is not held by a welded contact: the marks tell of the coil, not of the pole", () => {
      charger.inject("weld");
      charger.drive({ coil: true });
      charger.pass(100);
      charger.drive({ coil: false });
      charger.pass(1000);
      assert.equal(charger.truth.coilEnergised, false);
      assert.deepEqual(charger.truth.contacts, [true, true]);
      assert.equal(charger.truth.marks.contactsOpenAt, null);
    });
  });

  describe("ground-fault self-test", () => {
    it("trips 0.1 s into the test, clears after it, and can be repeated [GF-04]", () => {
      for (let round = 0; round < 3; round++) {
        charger.drive({ gfciTest: true, gfciReset: false });
        charger.pass(99, 1);
        assert.equal(charger.inputs.gfciTripped, false);
        charger.pass(2, 1);
        assert.equal(charger.inputs.gfciTripped, true);
        charger.drive({ gfciReset: true });
        assert.equal(charger.inputs.gfciTripped, true, "the test current still flows");
        charger.drive({ gfciTest: false });
        assert.equal(charger.inputs.gfciTripped, false);
      }
    });

    it("has no leak while the contacts are open", () => {
      charger.inject("leakage", 264);
      charger.pass(5000);
      assert.equal(charger.inputs.gfciTripped, false);
      charger.drive({ coil: true });
      charger.pass(100);
      assert.equal(charger.inputs.gfciTripped, true);
    });
  });

  describe("pilot", () => {
    it("is steady high without pulses, also where F or PWM is ordered", () => {
      for (const pilot of [offering(16), { kind: "steadyLow" } as const]) {
        charger.drive({ pilot });
        charger.clock.ms += 200;
        charger.board.startBurst({ count: 64, spacingUs: 41 });
        charger.clock.ms += 20;
        const { burst } = charger.board.read();
        assert.ok(burst);
        for (const adcV of burst.adcV.subarray(0, 64)) near(pilotV(adcV), 11.93, 0.1);
      }
    });

    it("is off the car while the charger takes it off", () => {
      charger.plug();
      charger.pass(100);
      charger.drive({ pilotOpen: true });
      near(charger.pilot().highV, 11.93, 0.05);
      charger.drive({ pilotOpen: false });
      near(charger.pilot().highV, 8.94, 0.05);
    });

    it("falls to 0 V with the supply, and the contactor opens by itself [PW-01]", () => {
      charger.charge(16);
      charger.obeysCar = false;
      const at = charger.clock.ms;
      charger.inject("mainsLost");
      charger.pass(50, 1);
      assert.equal(charger.truth.coil, true);
      assert.equal(charger.truth.marks.contactsOpenAt, at + 25);
      near(charger.pilot().highV, 0, 0.1);
    });
  });

  describe("senses", () => {
    it("null where nothing is fitted, and only there", async () => {
      const nothing = {
        gfci: false,
        coilInhibit: false,
        loadSide: false,
        groundMonitor: false,
        mainsVoltage: false,
        meter: false,
        temperature: false,
        rails: false,
        coilSupply: false,
        pwmReadback: false,
        ventilation: false,
      };
      const bare = await SimulatedCharger.open({ fitted: nothing, poles: 3 });
      assert.deepEqual(bare.inputs, {
        gfciTripped: null,
        gfciDc: false,
        coilInhibited: null,
        loadSide: [null, null, null],
        groundPresent: null,
        mainsV: null,
        currentA: null,
        energyWh: null,
        meterAt: null,
        temperatureC: null,
        railHighV: null,
        railLowV: null,
        coilSupplyPercent: null,
        pwm: null,
        ventilationOk: null,
        emergencyStop: false,
        proximityOhms: null,
      });
      const socket = await SimulatedCharger.open({ fitted: { proximity: true } });
      assert.equal(socket.inputs.proximityOhms, 220);
    });

    it("the meter agrees with what was drawn, to the watt-hour", async () => {
      const metered = await SimulatedCharger.open({ meterStartWh: 12_345 });
      metered.charge(16, { batteryWh: 1e6 });
      metered.pass(3_600_000, 60);
      let flowedWh = 0;
      const before = metered.inputs.energyWh ?? Number.NaN;
      for (let second = 0; second < 600; second++) {
        flowedWh += (metered.truth.drawA * 240) / 3600;
        metered.pass(1000, 60);
      }
      near((metered.inputs.energyWh ?? Number.NaN) - before, flowedWh, 3);
      near(before, 12_345 + 15.68 * 240, 10);
    });

    it("a welded pole is seen from its own side", () => {
      charger.inject("weld", 1);
      assert.deepEqual(charger.inputs.loadSide, [true, false]);
    });
  });

  describe("repeats itself", () => {
    const PLAYED: readonly SimAction[] = [
      { do: "plug", preset: "pausing", car: { pausesPerHour: 600, decideMs: 100, startCurrentMs: 0 } },
      { do: "inject", fault: "noise" },
      { do: "inject", fault: "outliers" },
      { do: "clear", fault: "all" },
      { do: "unplug" },
      { do: "plug" },
    ];

    async function play(seed: number, looks = false): Promise<string> {
      const played = await SimulatedCharger.open({ seed });
      played.obeysCar = true;
      const heard: unknown[] = [];
      for (const action of PLAYED) {
        played.board.apply(action);
        played.offer(16);
        for (let round = 0; round < 5; round++) {
          played.pass(997);
          heard.push([...played.burst().adcV.subarray(0, 256)], played.inputs, played.truth);
          if (looks) for (let look = 0; look < 10; look++) played.board.truth();
        }
      }
      return JSON.stringify(heard);
    }

    it("sample for sample with the same seed, also when it is looked at more often, and not with another", async () => {
      const first = await play(1);
      assert.equal(await play(1), first);
      assert.equal(await play(1, true), first);
      assert.notEqual(await play(2), first);
    });

    it("whatever is done to it, it goes on and its truth stays possible", async () => {
      const actions = fc.oneof(
        fc.record({ do: fc.constant("plug" as const) }),
        fc.record({ do: fc.constant("unplug" as const) }),
        fc.record({ do: fc.constantFrom("pressButton" as const, "releaseButton" as const) }),
        fc.record({
          do: fc.constant("inject" as const),
          fault: fc.constantFrom("weld" as const, "diodeShort" as const, "leakage" as const, "mainsLost" as const, "dutyError" as const),
        }),
        fc.record({ do: fc.constant("clear" as const), fault: fc.constant("all" as const) }),
        fc.record({ do: fc.constant("car" as const), car: fc.record({ toggles: fc.nat(3), toggleMs: fc.nat(500), rude: fc.boolean() }) }),
      );
      const step = fc.record({ action: actions, offerA: fc.nat(80), forMs: fc.nat(4000), live: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const tried = await SimulatedCharger.open({ house: { loadW: 0 } });
          tried.obeysCar = true;
          for (const { action, offerA, forMs, live } of steps) {
            tried.board.apply(action);
            tried.drive({ pilot: offerA >= 6 && offerA <= 51 ? offering(offerA) : STEADY_HIGH });
            if (live) tried.pass(forMs, 24);
            else tried.clock.ms += forMs;
            const { drawA, contacts, coilEnergised, coil, gridW, socPercent, mainsV } = tried.truth;
            assert.ok(drawA >= 0 && drawA <= 32 && socPercent >= 40 && socPercent <= 100);
            if (drawA > 0) assert.ok(contacts.every(Boolean) && mainsV > 0, "no current through an open contact");
            if (coilEnergised) assert.ok(coil, "no coil without a command");
            near(gridW, drawA * mainsV, 1e-6);
          }
        }),
        { seed: 1772, numRuns: 60 },
      );
    });
  });

  describe("its holder", () => {
    it("dies: the outputs stay as they are, the board can be opened again and is safe then", async () => {
      charger.charge(16);
      charger.board.holderDied();
      assert.equal(charger.truth.coilEnergised, true, "as the pins of a dead process");
      assert.throws(() => charger.board.write(SAFE_OUTPUTS), { code: "boardNotOpen" });
      await charger.board.open();
      assert.equal(charger.truth.coilEnergised, false);
    });

    it("is told by name which board is not open", () => {
      const board = new SimulatedBoard({ clock: new MovedClock(), seed: 1, name: "garage" });
      assert.throws(() => board.read(), /"garage".*open it first/);
    });
  });
});
