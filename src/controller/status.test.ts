import assert from "node:assert/strict";
import * as v from "valibot";
import type { EvseView } from "#core/evse/types";
import { Amps, DutyPercent, Instant, Millis, Volts, WallTime, WattHours } from "#core/units/units";
import { StatusMessage } from "#link/messages";
import { QUIET_INPUTS } from "../../test/support/fake-board.ts";
import { type StatusSource, statusOf } from "./status.ts";

const NOW = Instant(10_000);
const WALL = WallTime(1_767_225_600_000);

const VIEW: EvseView = {
  phase: "charging",
  vehicle: "C",
  outputs: {
    pilot: { kind: "pwm", dutyPercent: DutyPercent(26.6) },
    coil: true,
    gfciTest: false,
    gfciReset: false,
    shuntTrip: false,
    pilotOpen: false,
  },
  relay: "closed",
  offered: Amps(16),
  available: Amps(16),
  limitedBy: "sun",
  leaseExpiresAt: Instant(12_500),
  notBefore: null,
  reading: {
    at: NOW,
    valid: true,
    state: "C",
    reasons: [],
    highV: Volts(5.96),
    lowV: Volts(-11.9),
    dutyPercent: DutyPercent(26.5),
    diode: "ok",
  },
  faults: [
    {
      name: "GroundFault",
      mrec: "MREC2GroundFailure",
      severity: "emergency",
      since: Instant(4_000),
      sinceWall: WallTime(WALL - 6_000),
      latched: "no",
      retryAt: Instant(904_000),
      clears: "By itself.",
    },
  ],
  selfTest: "passed",
  gfciResets: 1,
  contactorCycles: 7,
  closuresLastHour: 2,
  pluggedSince: Instant(1_000),
  chargingSince: Instant(3_000),
  authorised: true,
  session: { id: "r-1", startedWall: WallTime(WALL - 9_000), energyWh: WattHours(120), chargingMs: Millis(7_000) },
};

const source = (changes: Partial<StatusSource> = {}): StatusSource => ({
  charger: "bay",
  view: VIEW,
  inputs: { ...QUIET_INPUTS, currentA: Amps(15), mainsV: Volts(240) },
  phases: 1,
  now: NOW,
  wall: WALL,
  loopLatenessMs: 0.5,
  ...changes,
});

describe("status", () => {
  it("is what the link's schema says", () => {
    assert.deepEqual(v.parse(StatusMessage, statusOf(source())), statusOf(source()));
    assert.deepEqual(v.parse(StatusMessage, statusOf(source({ inputs: null }))), statusOf(source({ inputs: null })));
  });

  it("turns instants into dates that are right even after the wall clock was set [F-34]", () => {
    for (const set of [0, -86_400_000, 3_600_000]) {
      const wall = WallTime(WALL + set);
      const status = statusOf(source({ wall }));
      assert.equal(status.limitValidUntil, wall + 2_500);
      assert.equal(status.faults[0]?.retryAt, wall + 894_000);
      assert.equal(status.faults[0]?.since, WALL - 6_000);
    }
  });

  it("does not guess what was not measured", () => {
    const before = statusOf(source({ inputs: null, view: { ...VIEW, reading: null } }));
    assert.deepEqual(
      [before.currentA, before.powerW, before.energyWh, before.voltageV, before.temperatureC, before.gfci.tripped],
      [null, null, null, null, null, null],
    );
    assert.deepEqual([before.pilot.highV, before.pilot.lowV, before.pilot.valid], [null, null, false]);
    assert.equal(statusOf(source({ inputs: { ...QUIET_INPUTS, mainsV: null } })).powerW, null);
  });

  it("reckons power over all phases", () => {
    assert.equal(statusOf(source()).powerW, 3_600);
    assert.equal(statusOf(source({ phases: 3 })).powerW, 10_800);
  });
});
