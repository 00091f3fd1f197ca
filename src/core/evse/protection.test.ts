import assert from "node:assert/strict";
import type { FaultName } from "#core/evse/faults";
import type { BoardInputs } from "#core/evse/types";
import { DutyPercent, Volts } from "#core/units/units";
import { Rig } from "../../../test/support/evse-rig.ts";

describe("protection: whatever is wrong opens at once and says what it is", () => {
  interface Row {
    readonly what: string;
    readonly rows: string;
    readonly change: (rig: Rig) => void;
    readonly fault: FaultName;
    readonly withinMs: number;
    readonly latched: "no" | "untilUnplugged" | "untilReset";
    readonly config?: ConstructorParameters<typeof Rig>[0];
  }
  const input = (change: Partial<BoardInputs>) => (rig: Rig) => void rig.inputs(change);
  const table: readonly Row[] = [
    {
      what: "the pilot is shorted to earth",
      rows: "[EF-01] [F-07] [F-08]",
      change: (rig) => rig.line("E"),
      fault: "PilotFault",
      withinMs: 60,
      latched: "no",
    },
    {
      what: "the pilot is stuck at +12 V",
      rows: "[EF-03] [F-09]",
      change: (rig) => rig.line("stuckHigh"),
      fault: "PilotFault",
      withinMs: 60,
      latched: "untilUnplugged",
    },
    {
      what: "the diode is shorted",
      rows: "[DI-02] [F-06]",
      change: (rig) => rig.set({ diode: "shorted" }),
      fault: "DiodeFault",
      withinMs: 62,
      latched: "no",
    },
    {
      what: "the car asks for ventilation",
      rows: "[VE-01] [F-14]",
      change: (rig) => rig.line("D"),
      fault: "VentilationNotAvailable",
      withinMs: 60,
      latched: "no",
    },
    {
      what: "the interrupter trips",
      rows: "[GF-06] [F-15] [ST-12]",
      change: (rig) => rig.trip(),
      fault: "GroundFault",
      withinMs: 50,
      latched: "no",
    },
    {
      what: "the interrupter trips by direct current",
      rows: "[F-20]",
      change: (rig) => rig.inputs({ gfciDc: true }).trip(),
      fault: "GroundFaultDc",
      withinMs: 50,
      latched: "untilReset",
    },
    {
      what: "the interrupter gives no reading",
      rows: "[GF-05]",
      change: (rig) => rig.set({ gfci: "silent" }),
      fault: "GfciSelfTestFailed",
      withinMs: 50,
      latched: "untilReset",
    },
    {
      what: "nothing is sensed any more, as when a daemon is gone",
      rows: "[GF-05] [RL-01]",
      change: (rig) => rig.set({ gfci: "silent" }).inputs({ loadSide: [null, null] }),
      fault: "ContactorSenseLost",
      withinMs: 50,
      latched: "no",
    },
    {
      what: "earth is lost",
      rows: "[GM-01] [F-21]",
      change: input({ groundPresent: false }),
      fault: "ProtectiveEarthLost",
      withinMs: 100,
      latched: "no",
    },
    {
      what: "earth is not known any more",
      rows: "[GM-01]",
      change: input({ groundPresent: null }),
      fault: "ProtectiveEarthLost",
      withinMs: 100,
      latched: "no",
    },
    {
      what: "the coil's supply sags",
      rows: "[PW-05] [F-36]",
      change: input({ coilSupplyPercent: 80 }),
      fault: "BrownOut",
      withinMs: 100,
      latched: "no",
    },
    {
      what: "the +12 V rail is low",
      rows: "[CP-11] [F-10]",
      change: input({ railHighV: Volts(10) }),
      fault: "PilotSupplyFault",
      withinMs: 60,
      latched: "untilReset",
    },
    {
      what: "the −12 V rail is missing",
      rows: "[CP-11] [F-10]",
      change: input({ railLowV: Volts(0) }),
      fault: "PilotSupplyFault",
      withinMs: 60,
      latched: "untilReset",
    },
    {
      what: "the emergency stop is pressed",
      rows: "[ST-12]",
      change: input({ emergencyStop: true }),
      fault: "EmergencyStop",
      withinMs: 24,
      latched: "untilReset",
    },
    {
      what: "current is 1.25 times the rating",
      rows: "[OC-03]",
      change: (rig) => rig.set({ currentA: 51 }),
      fault: "OverCurrent",
      withinMs: 1050,
      latched: "untilUnplugged",
    },
    {
      what: "the duty read back is off by more than a point",
      rows: "[DC-09] [CP-11] [F-37]",
      change: input({ pwm: { dutyPercent: DutyPercent(55), frequencyHz: 1000 } }),
      fault: "PilotFault",
      withinMs: 1050,
      latched: "untilReset",
    },
    {
      what: "the pilot's frequency is 950 Hz",
      rows: "[DC-09] [F-37]",
      change: input({ pwm: { dutyPercent: DutyPercent(53.3), frequencyHz: 950 } }),
      fault: "PilotFault",
      withinMs: 1050,
      latched: "untilReset",
    },
    {
      what: "the contactor drops out",
      rows: "[RL-03]",
      change: (rig) => rig.set({ stuckOpen: [0, 1] }),
      fault: "ContactorNotClosing",
      withinMs: 150,
      latched: "no",
    },
    {
      what: "one pole cannot be sensed any more",
      rows: "[RL-04]",
      change: input({ loadSide: [true, null] }),
      fault: "ContactorNotClosing",
      withinMs: 150,
      latched: "no",
    },
    {
      what: "hardware blocks the coil",
      rows: "[ST-12]",
      change: input({ coilInhibited: true }),
      fault: "ContactorNotClosing",
      withinMs: 36,
      latched: "no",
    },
    {
      what: "the cable's code breaks off",
      rows: "[PX-04] [F-41]",
      change: input({ proximityOhms: null }),
      fault: "ProximityFault",
      withinMs: 100,
      latched: "no",
      config: { inlet: "type2Socket" },
    },
  ];

  for (const { what, rows, change, fault, withinMs, latched, config } of table) {
    it(`${what}: ${fault} within ${withinMs} ms ${rows}`, () => {
      const socketRig = config?.inlet === "type2Socket";
      const rig = socketRig ? Rig.chargingFromSocket() : Rig.charging(config);
      rig.forget();
      change(rig);
      const took = rig.msUntilOpen();
      assert.ok(took <= withinMs, `${took} ms`);
      assert.equal(rig.fault(fault)?.latched, latched);
      assert.ok(rig.heard("fault").some((told) => told.fault === fault));
      assert.equal(rig.heard("chargingStopped").length, 1);
      rig.advance(300);
      assert.notEqual(rig.phase, "charging");
    });
  }
});
