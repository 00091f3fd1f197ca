import assert from "node:assert/strict";
import type { ChargerReport } from "#core/session/observation";
import { WallTime } from "#core/units/units";
import { HOUR, LedgerRig, MINUTE, NOON, SECOND } from "../../../test/support/ledger-rig.ts";

const AWAY: Partial<ChargerReport> = { state: "notConnected", powerW: 0, offeredA: 0 };
const WAITS: Partial<ChargerReport> = { state: "connected", powerW: 0, offeredA: 32 };
const CHARGES: Partial<ChargerReport> = { state: "charging", powerW: 7200, offeredA: 32 };

describe("ledger: at the edges", () => {
  it("what the meter counted while nobody listened and no car was known belongs to no session", () => {
    const rig = new LedgerRig().reports(MINUTE, () => ({ ...AWAY, energyWh: 1000 }));
    rig.ticks(HOUR).reports(10 * SECOND, () => ({ ...CHARGES, energyWh: 9000 }));
    assert.deepEqual([rig.session.energyWh, rig.session.meterStartWh], [0, 9000]);
  });

  it("what the meter counted from the last look to the plug belongs to the car", () => {
    const rig = new LedgerRig().reports(MINUTE, () => ({ ...AWAY, energyWh: 1000 }));
    rig.reports(10 * SECOND, () => ({ ...CHARGES, energyWh: 1003 }));
    assert.deepEqual([rig.session.energyWh, rig.session.meterStartWh], [3, 1000]);
  });

  it("the next named session counts its own counter from the beginning, also when it shows more than the last one did", () => {
    const rig = new LedgerRig();
    const said = (session: string, energyWh: number): Partial<ChargerReport> => ({
      ...CHARGES,
      powerW: null,
      counterOf: "session",
      session,
      energyWh,
    });
    rig.reports(MINUTE, (ms) => said("a", ms / 500)).reports(SECOND, () => ({ ...AWAY, counterOf: "session", energyWh: 120 }));
    rig.reports(SECOND, () => said("b", 150)).reports(SECOND, () => AWAY);
    assert.deepEqual(
      rig.sessions.map(({ energyWh }) => energyWh),
      [120, 150],
    );
  });

  it("a meter that is silent for a while costs no energy: the session's own count is not taken in its place", () => {
    const rig = new LedgerRig();
    const metered = (ms: number): Partial<ChargerReport> => ({ ...CHARGES, powerW: null, session: "a", energyWh: 1000 + ms / 500 });
    rig.reports(MINUTE, metered);
    rig.reports(30 * SECOND, () => ({ ...CHARGES, powerW: null, session: "a", counterOf: "session", energyWh: 118 }));
    rig.reports(MINUTE, (ms) => metered(ms + 90 * SECOND)).reports(SECOND, () => ({ ...AWAY, energyWh: 1300 }));
    assert.deepEqual([rig.session.energyWh, rig.session.meterStartWh, rig.session.meterStopWh], [298, 1002, 1300]);
  });

  it("a charger that lost its meter counts its next session by the session's own counter", () => {
    const rig = new LedgerRig().reports(MINUTE, (ms) => ({ ...CHARGES, powerW: null, session: "a", energyWh: 1000 + ms / 500 }));
    rig.reports(5 * MINUTE, () => ({ ...AWAY, powerW: null }));
    const said = (energyWh: number) => ({ ...CHARGES, powerW: null, session: "b", counterOf: "session", energyWh }) as const;
    rig.reports(MINUTE, (ms) => said(ms / 500)).reports(SECOND, () => ({ ...AWAY, counterOf: "session", energyWh: 120 }));
    assert.deepEqual(
      rig.sessions.map(({ energyWh }) => Math.round(energyWh)),
      [118, 120],
    );
  });

  it("a state and a counter with a time are taken between figures that carry none, however many those are", () => {
    const rig = new LedgerRig();
    const said = (behind: number): WallTime => WallTime(rig.wall - behind);
    for (let second = 0; second <= 60; second += 1) {
      rig.pass(SECOND).report({ powerW: 7200 });
      if (second === 2) rig.report({ state: "charging", at: said(700) });
      if (second > 2 && second % 10 === 0) rig.pass(100).report({ energyWh: 1000 + second * 2, at: said(5000) });
    }
    rig.pass(SECOND).report({ powerW: 0 });
    rig.pass(100).report({ state: "notConnected", at: said(1500) });
    rig.pass(SECOND).report({ powerW: 0 });
    const { meterStartWh, meterStopWh, endedAt } = rig.session;
    assert.deepEqual([meterStartWh, meterStopWh, endedAt !== null], [1020, 1120, true]);
  });

  it("a state with a time changes nothing that a later one without a time has told", () => {
    const rig = new LedgerRig().reports(MINUTE, () => CHARGES).reports(SECOND, () => AWAY);
    rig.pass(100).report({ ...CHARGES, at: WallTime(rig.wall - SECOND) });
    rig.ticks(5 * SECOND).reports(MINUTE, () => AWAY);
    assert.ok(rig.session.endedAt !== null && rig.session.endedAt <= NOON + 61 * SECOND);
  });

  it("the sun's figure with a time counts between the grid's without one", () => {
    const rig = new LedgerRig();
    for (let second = 0; second < 120; second += 1) {
      rig.pass(SECOND).report(CHARGES);
      rig.site({ gridW: 0 });
      rig.pass(10).site({ sunW: 9000, gridW: 0, at: WallTime(rig.wall - 500) });
    }
    assert.ok(rig.session.sunWh > 0.9 * rig.session.energyWh, `${rig.session.sunWh} of ${rig.session.energyWh} Wh`);
  });

  it("a monotonic clock that tells parts of a millisecond leaves whole ones in what is kept", () => {
    const rig = new LedgerRig();
    rig.at = 12_345.678;
    const go = (said: Partial<ChargerReport>): void => {
      for (const ms of [1000.37, 1000.41, 999.83]) {
        rig.at += ms;
        rig.wall += Math.round(ms);
        rig.report(said);
      }
    };
    for (const said of [CHARGES, WAITS, CHARGES, AWAY]) go(said);
    const { startedAt, endedAt, interruptions } = rig.session;
    const times = [startedAt, endedAt, ...interruptions.flatMap(({ at, until }) => [at, until])];
    assert.equal(times.length, 4);
    for (const at of times) assert.ok(Number.isInteger(at), `${at}`);
  });

  it("an authorisation waits five minutes for its car", () => {
    const rig = new LedgerRig();
    rig.event("authorised", { reason: "04AF" });
    rig.ticks(6 * MINUTE).reports(10 * SECOND, () => WAITS);
    assert.equal(rig.session.tag, null);
  });

  it("a wall clock set back between two runs puts nothing into the future, and its session goes on by its old time", () => {
    const rig = new LedgerRig().reports(10 * MINUTE, () => CHARGES).kill(-HOUR);
    rig.reports(10 * MINUTE, () => CHARGES).reports(SECOND, () => AWAY);
    const { session } = rig;
    assert.ok(Math.abs(session.connectedMs - 20 * MINUTE) <= 10 * SECOND, `${session.connectedMs} ms`);
    assert.ok(Math.abs(session.energyWh - 2400) < 25, `${session.energyWh} Wh`);
    assert.ok((session.endedAt ?? 0) - session.startedAt <= 20 * MINUTE);
    assert.ok(rig.sampled.length >= 19, `${rig.sampled.length} samples`);
  });

  it("checkpoints never look older than the one before, whatever the wall clock does", () => {
    const rig = new LedgerRig();
    const told: number[] = [];
    for (const step of [0, -HOUR, 0, HOUR / 2, -3 * HOUR]) {
      rig.wall += step;
      for (let second = 0; second < 20; second += 1) {
        const { batch } = rig.pass(SECOND).report(CHARGES);
        told.push(...(batch?.checkpoints.map(({ at }) => at) ?? []));
      }
    }
    assert.ok(told.length >= 15);
    assert.deepEqual(
      told,
      told.toSorted((one, other) => one - other),
    );
  });

  it("a withdrawn authorisation that stopped nothing explains no stop an hour later", () => {
    const rig = new LedgerRig().reports(10 * MINUTE, () => CHARGES);
    rig.event("deauthorised", { reason: "user" });
    rig
      .reports(HOUR, () => CHARGES)
      .reports(MINUTE, () => WAITS)
      .reports(SECOND, () => AWAY);
    assert.equal(rig.session.endReason, "carStopped");
  });

  it("a car that left and one that came between two reports are two", () => {
    const rig = new LedgerRig().reports(MINUTE, () => CHARGES);
    rig.event("unplugged");
    const left = rig.wall;
    rig.reports(MINUTE, () => WAITS);
    assert.deepEqual(
      rig.sessions.map(({ startedAt, endedAt, endReason }) => [startedAt, endedAt, endReason]),
      [
        [NOON + SECOND, left, "unpluggedWhileCharging"],
        [left + SECOND, null, null],
      ],
    );
  });

  it("over a gap no sample says that nothing flowed in it", () => {
    const rig = new LedgerRig().reports(5 * MINUTE, () => ({ ...CHARGES, energyWh: 1000 }));
    rig.reports(5 * MINUTE, () => ({ ...WAITS, energyWh: 1000 })).ticks(HOUR);
    rig.reports(5 * MINUTE, (ms) => ({ ...CHARGES, energyWh: 5000 + ms / 500 }));
    const minutes = rig.sampled.map(({ at }) => (at - NOON) / MINUTE);
    assert.ok(!minutes.some((minute) => minute > 6 && minute < 70), minutes.join(" "));
  });

  it("an absurd power is no power", () => {
    const rig = new LedgerRig().reports(MINUTE, () => ({ ...CHARGES, powerW: 9e9 }));
    assert.deepEqual([rig.session.energyWh, rig.session.maxPowerW], [0, null]);
  });

  it("the power that a counter shows tells sun from grid where no power is said", () => {
    const rig = new LedgerRig();
    for (let minute = 0; minute < 30; minute += 1) {
      rig.site({ sunW: 5000, gridW: 3000, batteryW: null });
      rig.reports(MINUTE, (ms) => ({ ...CHARGES, powerW: null, energyWh: 1000 + minute * 120 + ms / 500 }));
    }
    const { sunWh, gridWh, energyWh } = rig.session;
    assert.ok(
      Math.abs(gridWh / energyWh - 3000 / 7200) < 0.02 && Math.abs(sunWh / energyWh - 4200 / 7200) < 0.02,
      `${sunWh} ${gridWh} of ${energyWh}`,
    );
  });

  it("a car that waits has no highest power where nobody said any", () => {
    const rig = new LedgerRig();
    const waits = (energyWh: number) => () => ({ state: "connected", energyWh }) as const;
    rig.reports(MINUTE, waits(1000)).reports(MINUTE, (ms) => ({ ...CHARGES, powerW: null, energyWh: 1000 + ms / 500 }));
    rig.reports(MINUTE, waits(1120));
    const { maxPowerW, meanPowerW, energyWh } = rig.session;
    assert.deepEqual([maxPowerW, meanPowerW, energyWh], [null, 7200, 120]);
  });

  it("an event that comes a minute too late is kept and changes nothing", () => {
    const rig = new LedgerRig().reports(10 * MINUTE, () => ({ ...CHARGES, at: null }));
    rig.event("unplugged", { at: WallTime(rig.wall - MINUTE) });
    rig.reports(MINUTE, () => CHARGES);
    assert.equal(rig.session.endedAt, null);
    assert.ok([...rig.events.values()].some(({ type, session }) => type === "unplugged" && session === rig.session.id));
  });

  it("a foreign charger that sends no events has its changes of state logged", () => {
    const rig = new LedgerRig()
      .reports(5 * SECOND, () => AWAY)
      .reports(5 * SECOND, () => WAITS)
      .reports(5 * SECOND, () => CHARGES);
    assert.deepEqual(
      [...rig.events.values()].map(({ type, evidence, at }) => [type, evidence.to, at - NOON]),
      [
        ["stateChanged", "connected", 6 * SECOND],
        ["stateChanged", "charging", 11 * SECOND],
      ],
    );
  });
});
