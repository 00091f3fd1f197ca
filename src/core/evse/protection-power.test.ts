import assert from "node:assert/strict";
import { type Amps, Celsius, Ohms, Volts, WattHours } from "#core/units/units";
import { LOOP, opensAfter, Rig } from "../../../test/support/evse-rig.ts";

describe("protection: current, heat, supply, meter", () => {
  const draw = (offered: number, drawn: number): { readonly rig: Rig; readonly from: number } => {
    const rig = Rig.charging({}, offered * 0.9);
    rig.limit(offered);
    rig.advance(10_000).set({ currentA: drawn });
    return { rig, from: rig.at };
  };

  for (const [what, drawn] of [
    ["1.3 times its offer", 20.8],
    ["2.2 A more", 18.2],
  ] as const) {
    it(`has a fault 7 s after a car on 16 A began to take ${what} [OC-01] [F-22]`, () => {
      const { rig, from } = draw(16, drawn);
      rig.msUntilOpen();
      assert.ok(rig.at - from >= 7000 && rig.at - from <= 8000, `${rig.at - from} ms`);
      assert.equal(rig.fault("OverCurrent")?.latched, "untilUnplugged");
    });
  }

  for (const [what, drawn] of [
    ["1.05 times its offer", 16.8],
    ["2 A more", 18],
  ] as const) {
    it(`lets a car on 16 A take ${what} [OC-01] [F-22]`, () => {
      const { rig } = draw(16, drawn);
      rig.advance(600_000);
      assert.deepEqual([rig.coil, rig.faults], [true, []]);
    });
  }

  it("judges by what the car was told: 5 s to follow a lower offer, and 7 s more [OC-02] [F-23]", () => {
    const rig = Rig.charging({}, 31);
    rig.limit(10);
    const lowered = rig.at;
    rig.msUntilOpen();
    assert.ok(rig.at - lowered >= 12_000 && rig.at - lowered <= 12_100, `${rig.at - lowered} ms`);
  });

  it("is not shaken by the newest request, only by what was signalled [OC-02]", () => {
    const rig = Rig.charging({}, 10);
    rig.limit(10);
    rig.advance(LOOP);
    rig.limit(32);
    assert.ok(rig.offeredA <= 10);
    rig.set({ currentA: 12.5 }).advance(4000);
    assert.deepEqual(rig.faults, []);
  });

  it("halves at 65 °C, quarters at 68 °C, stops at 71 °C by x1 first, and is back at 62 °C [OT-01] [F-25]", () => {
    const rig = Rig.charging();
    const at = (celsius: number): number => rig.inputs({ temperatureC: Celsius(celsius) }).advance(6000).offeredA;
    assert.deepEqual([at(64.9), at(65.1), at(63), at(68.1)].map(Math.round), [32, 16, 16, 8]);
    assert.equal(rig.view.limitedBy, "temperature");
    rig
      .forget()
      .inputs({ temperatureC: Celsius(71.2) })
      .advance(1000);
    assert.deepEqual([rig.phase, rig.pilot, rig.coil, rig.faults], ["stopping", "steadyHigh", true, ["OverTemperature"]]);
    rig
      .line("B")
      .advance(5000)
      .inputs({ temperatureC: Celsius(62.5) })
      .advance(600_000);
    assert.deepEqual([rig.faults, rig.offeredA], [["OverTemperature"], 0]);
    rig.inputs({ temperatureC: Celsius(62) }).advance(62_000);
    assert.deepEqual([rig.faults, Math.round(rig.offeredA)], [[], 32]);
    assert.deepEqual(
      rig.heard("derated").map(({ to }) => to),
      ["0 %", "100 %"],
    );
  });

  for (const [what, celsius] of [
    ["silent", null],
    ["at −60 °C", Celsius(-60)],
    ["at 180 °C", Celsius(180)],
  ] as const) {
    it(`offers 10 A at most while the temperature sensor is ${what} [OT-02] [F-25]`, () => {
      const rig = Rig.charging();
      rig.inputs({ temperatureC: celsius }).advance(1500);
      assert.deepEqual([rig.faults, Math.round(rig.offeredA), rig.coil], [["TemperatureSensorFault"], 10, true]);
      rig.inputs({ temperatureC: Celsius(30) }).advance(12_000);
      assert.deepEqual([rig.faults, Math.round(rig.offeredA)], [[], 32]);
    });
  }

  it("does not believe a temperature that stands still for half an hour of charging [OT-02] [F-25]", () => {
    const rig = Rig.charging();
    rig.inputs({ temperatureC: Celsius(31.5) }).advance(29 * 60_000);
    assert.deepEqual(rig.faults, []);
    rig.advance(2 * 60_000);
    assert.deepEqual([rig.faults, Math.round(rig.offeredA)], [["TemperatureSensorFault"], 10]);
  });

  it("holds off until the coil's supply was good for 5 s [PW-05] [F-36]", () => {
    const { rig } = opensAfter((each) => each.inputs({ coilSupplyPercent: 84 }));
    rig.inputs({ coilSupplyPercent: 86 }).advance(4900);
    assert.deepEqual(rig.faults, ["BrownOut"]);
    rig.advance(200);
    assert.deepEqual(rig.faults, []);
  });

  it("rides through a dip of the coil's supply shorter than 50 ms [PW-05]", () => {
    const rig = Rig.charging();
    rig.forget().inputs({ coilSupplyPercent: 60 }).advance(40).inputs({ coilSupplyPercent: 100 }).advance(1000);
    assert.deepEqual(rig.coilMarks, []);
  });

  it("opens when the mains are below 80 % for 3 s [PW-05]", () => {
    const { took } = opensAfter((rig) => rig.inputs({ mainsV: Volts(190) }));
    assert.ok(took >= 3000 && took <= 3050, `${took} ms`);
  });

  it("stops by x1 when the meter is silent for 10 s, and goes on when it answers [MT-01] [F-26]", () => {
    const rig = Rig.charging();
    rig.forget().set({ meter: "silent" }).advance(9900);
    assert.equal(rig.phase, "charging");
    rig.advance(200);
    assert.deepEqual([rig.phase, rig.coil, rig.faults, rig.fault("MeterSilent")?.severity], ["stopping", true, ["MeterSilent"], "error"]);
    rig.line("B").advance(1000).set({ meter: "works" }).advance(3000);
    assert.deepEqual(rig.faults, []);
  });

  it("caps a silent meter's charger at half where that is chosen [MT-01]", () => {
    const rig = Rig.charging({ meter: "capWhenSilent" });
    rig.set({ meter: "silent" }).advance(12_000);
    assert.deepEqual(
      [rig.coil, Math.round(rig.offeredA), rig.view.limitedBy, rig.fault("MeterSilent")?.severity],
      [true, 16, "meter", "warning"],
    );
  });

  it("sees within 30 s of charging that a meter is frozen [MT-01] [F-26]", () => {
    const rig = Rig.charging();
    rig.set({ meter: "frozen" }).advance(29_000);
    assert.deepEqual(rig.faults, []);
    rig.advance(1500);
    assert.deepEqual(rig.faults, ["MeterSilent"]);
  });

  it("does without a meter where there is none [MT-01]", () => {
    const rig = Rig.charging({ meter: "none" });
    rig.set({ meter: "silent" }).advance(600_000);
    assert.deepEqual([rig.coil, rig.faults], [true, []]);
  });

  it("keeps its protection when the meter says nonsense [MT-01] [F-26]", () => {
    const rig = Rig.charging();
    rig.inputs({ currentA: Number.NaN as Amps }).line("B");
    assert.ok(rig.msUntilOpen() <= 36);
  });

  it("lets a session's energy only grow, and flags what cannot be [MT-02]", () => {
    const rig = Rig.charging();
    rig.advance(60_000);
    const before = rig.view.session?.energyWh ?? Number.NaN;
    assert.ok(before > 40 && before < 50, `${before} Wh`);
    rig
      .forget()
      .inputs({ energyWh: WattHours(5) })
      .advance(1000);
    assert.equal(rig.view.session?.energyWh, before);
    rig.inputs({ energyWh: WattHours(900_000) }).advance(1000);
    assert.equal(rig.view.session?.energyWh, before);
    assert.equal(rig.heard("meterJump").length, 2);
    rig.inputs({ energyWh: WattHours(900_001) }).advance(1000);
    assert.equal(rig.view.session?.energyWh, before + 1);
  });
});

describe("protection: proximity", () => {
  for (const [ohms, amps] of [
    [1100, 13],
    [1500, 13],
    [2460, 13],
    [400, 20],
    [680, 20],
    [936, 20],
    [390, 20],
    [164, 32],
    [220, 32],
    [308, 32],
    [150, 32],
  ] as const) {
    it(`offers ${amps} A at most through a cable of ${ohms} Ω [PX-03] [F-41]`, () => {
      const rig = Rig.ready({ inlet: "type2Socket" });
      rig
        .inputs({ proximityOhms: Ohms(ohms) })
        .line("B")
        .advance(1000);
      assert.ok(rig.offeredA <= amps && rig.offeredA > amps - 0.1, `${rig.offeredA} A`);
    });
  }

  for (const ohms of [59, 4501, null]) {
    it(`offers nothing through a cable of ${ohms === null ? "no" : ohms} Ω [PX-03] [F-41]`, () => {
      const rig = Rig.ready({ inlet: "type2Socket" });
      rig
        .inputs({ proximityOhms: ohms === null ? null : Ohms(ohms) })
        .line("B")
        .advance(5000);
      assert.deepEqual([rig.offeredA, rig.faults], [0, ["ProximityFault"]]);
    });
  }

  it("wants no cable while nothing is plugged [PX-03]", () => {
    const rig = Rig.ready({ inlet: "type2Socket" });
    rig.advance(5000);
    assert.deepEqual([rig.faults, rig.phase], [[], "notConnected"]);
  });

  it("rides through one lost reading of the cable's code [PX-04]", () => {
    const rig = Rig.chargingFromSocket();
    rig
      .forget()
      .inputs({ proximityOhms: null })
      .advance(LOOP)
      .inputs({ proximityOhms: Ohms(220) })
      .advance(1000);
    assert.deepEqual([rig.coilMarks, Math.round(rig.offeredA)], [[], 32]);
  });
});
