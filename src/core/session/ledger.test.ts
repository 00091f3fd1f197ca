import assert from "node:assert/strict";
import { checkpointOf, handOut, ledgerConfig, openSessionId, resumeLedger } from "#core/session/ledger";
import type { ChargerReport } from "#core/session/observation";
import { closedOrphan } from "#core/session/session-books";
import { Instant, Millis, WallTime, Watts } from "#core/units/units";
import { HOUR, LedgerRig, MINUTE, NOON, SECOND } from "../../../test/support/ledger-rig.ts";

const AWAY: Partial<ChargerReport> = { state: "notConnected", powerW: 0, offeredA: 0 };
const WAITS: Partial<ChargerReport> = { state: "connected", powerW: 0, offeredA: 32 };
const CHARGES: Partial<ChargerReport> = { state: "charging", powerW: 7200, offeredA: 32 };

/** A car that came, waits a minute, and charges for `ms`. */
function charged(ms: number, rig = new LedgerRig(), said: Partial<ChargerReport> = {}): LedgerRig {
  rig.reports(10 * SECOND, () => ({ ...AWAY, ...said }));
  rig.reports(MINUTE, () => ({ ...WAITS, ...said }));
  return rig.reports(ms, () => ({ ...CHARGES, ...said }));
}

describe("ledger: one session", () => {
  it("opens with the car, tells its end, and counts times and energy between", () => {
    const rig = charged(HOUR);
    rig.reports(20 * MINUTE, () => WAITS).reports(SECOND, () => AWAY);
    const { session } = rig;
    assert.equal(session.startedAt, NOON + 11 * SECOND);
    assert.equal(session.endedAt, NOON + 10 * SECOND + HOUR + 21 * MINUTE + SECOND);
    assert.equal(session.connectedMs, HOUR + 21 * MINUTE);
    assert.equal(session.chargingMs, HOUR);
    assert.ok(Math.abs(session.energyWh - 7200) < 3, `${session.energyWh} Wh`);
    assert.equal(session.endReason, "carStopped");
    assert.deepEqual(
      rig.news.filter(({ kind }) => kind !== "sessionChanged").map(({ kind }) => kind),
      ["sessionOpened", "sessionEnded"],
    );
  });

  it("needs no car: a charger without one keeps no books and writes nothing", () => {
    const rig = new LedgerRig().reports(HOUR, () => ({ ...AWAY, energyWh: 5000 }));
    assert.deepEqual([rig.sessions.length, rig.batches], [0, 0]);
  });

  it("is not opened by a state that is not known, nor ended by it", () => {
    const rig = new LedgerRig().reports(MINUTE, () => ({ state: "unknown" }));
    assert.equal(rig.sessions.length, 0);
    charged(MINUTE, rig).reports(MINUTE, () => ({ state: "unknown" }));
    assert.equal(rig.session.endedAt, null);
  });

  it("keeps who charged, what was offered, how warm it was, and the faults by name once", () => {
    const rig = charged(MINUTE);
    rig.reports(10 * SECOND, (ms) => ({ ...CHARGES, offeredA: 10 + ms / 1000, temperatureC: 40 + ms / 1000, user: "ann", tag: "04AF" }));
    rig.event("fault", { fault: "GroundFault" });
    const fault = { name: "GroundFault", mrec: "MREC2GroundFailure", since: WallTime(rig.wall) };
    rig.reports(10 * SECOND, () => ({ ...WAITS, state: "fault", offeredA: 0, faults: [fault] }));
    rig.reports(SECOND, () => AWAY);
    const { session } = rig;
    assert.deepEqual(
      [session.user, session.tag, session.peakTemperatureC, session.offeredMinA, session.offeredMaxA],
      ["ann", "04AF", 50, 11, 32],
    );
    assert.deepEqual(
      session.faults.map(({ name, mrec }) => [name, mrec]),
      [["GroundFault", "MREC2GroundFailure"]],
    );
    assert.equal(session.endReason, "fault");
  });

  it("gives an authorisation from before the plug to its car, and to no later one", () => {
    const rig = new LedgerRig();
    rig.event("authorised", { reason: "04AF" });
    rig
      .reports(10 * SECOND, () => WAITS)
      .reports(SECOND, () => AWAY)
      .reports(10 * SECOND, () => WAITS);
    assert.deepEqual(
      rig.sessions.map(({ tag }) => tag),
      ["04AF", null],
    );
  });

  it("keeps each interruption with its reason, and not the stop it ends with", () => {
    const rig = charged(10 * MINUTE);
    rig.reports(5 * MINUTE, () => ({ ...WAITS, offeredA: 0, limitedBy: "sun" }));
    const begun = rig.wall;
    rig
      .reports(10 * MINUTE, () => CHARGES)
      .reports(MINUTE, () => WAITS)
      .reports(SECOND, () => AWAY);
    const [first, ...more] = rig.session.interruptions;
    assert.deepEqual(more, []);
    assert.deepEqual(first, { at: begun - 5 * MINUTE + SECOND, until: begun + SECOND, reason: "sun" });
    assert.equal(rig.session.endReason, "carStopped");
  });

  it("takes the reason of a stop from the charger's event, before or after the report that shows it", () => {
    for (const late of [false, true]) {
      const rig = charged(MINUTE);
      const tell = (): void => void rig.event("chargingStopped", { reason: "paused", at: WallTime(rig.wall) });
      if (!late) tell();
      rig.reports(3 * SECOND, () => WAITS);
      if (late) tell();
      rig.reports(5 * SECOND, () => WAITS);
      assert.equal(rig.session.interruptions[0]?.reason, "paused", late ? "late" : "early");
    }
  });
});

describe("ledger: energy", () => {
  it("of a counter is its difference, whatever the power says", () => {
    const rig = new LedgerRig();
    const counted = (ms: number): Partial<ChargerReport> => ({ ...CHARGES, powerW: 1, energyWh: 1000 + ms / 1000 });
    rig
      .reports(10 * SECOND, () => ({ ...AWAY, energyWh: 1000 }))
      .reports(HOUR, counted)
      .reports(SECOND, () => ({ ...AWAY, energyWh: 4603 }));
    const { energyWh, meterStartWh, meterStopWh } = rig.session;
    assert.deepEqual([energyWh, meterStartWh, meterStopWh], [3603, 1000, 4603]);
  });

  it("without counter and without power is none, not a guess from what was offered", () => {
    const rig = new LedgerRig().reports(HOUR, () => ({ state: "charging", offeredA: 32, currentA: 30 }));
    assert.deepEqual([rig.session.energyWh, rig.session.maxPowerW, rig.session.meanPowerW], [0, null, null]);
  });

  it("comes from a current where the voltage is known", () => {
    const rig = new LedgerRig({ voltsTotal: 240 }).reports(HOUR, () => ({ state: "charging", currentA: 30 }));
    assert.ok(Math.abs(rig.session.energyWh - 7200) < 15);
  });

  it("is not integrated over a gap; a counter proves what flowed in it", () => {
    for (const [energyWh, expected] of [
      [undefined, 14_400],
      [(passed: number) => passed / 500, 21_600],
    ] as const) {
      const rig = new LedgerRig();
      const first = rig.wall;
      const said = (): Partial<ChargerReport> => ({
        ...CHARGES,
        ...(energyWh === undefined ? {} : { energyWh: energyWh(rig.wall - first) }),
      });
      rig.reports(HOUR, said);
      rig.ticks(HOUR);
      rig.reports(HOUR, said);
      assert.ok(Math.abs(rig.session.energyWh - expected) < 10, `${rig.session.energyWh} Wh`);
      assert.deepEqual([rig.session.gaps, rig.session.connectedMs], [1, 3 * HOUR - SECOND]);
      assert.ok(Math.abs(rig.session.chargingMs - 2 * HOUR) <= 2 * SECOND);
      assert.ok(Math.abs((rig.session.meanPowerW ?? 0) - 7200) < 10, "what came in a lump is no part of the mean");
    }
  });

  it("is counted once when a counter falls silent for a while and power fills in", () => {
    const rig = new LedgerRig();
    const first = rig.wall;
    const said = (silent: boolean): Partial<ChargerReport> => ({ ...CHARGES, energyWh: silent ? null : (rig.wall - first) / 500 });
    rig
      .reports(10 * MINUTE, () => said(false))
      .reports(10 * MINUTE, () => said(true))
      .reports(10 * MINUTE, () => said(false));
    assert.ok(Math.abs(rig.session.energyWh - 3600) < 5, `${rig.session.energyWh} Wh`);
  });

  it("of a counter by session is all of it where the charger names its sessions", () => {
    const named = new LedgerRig().reports(MINUTE, (ms) => ({
      ...CHARGES,
      powerW: null,
      counterOf: "session",
      energyWh: 3000 + ms / 1000,
      session: "a",
    }));
    assert.equal(named.session.energyWh, 3060);
    const unnamed = new LedgerRig().reports(MINUTE, (ms) => ({
      ...CHARGES,
      powerW: null,
      counterOf: "session",
      energyWh: 3000 + ms / 1000,
    }));
    assert.equal(unnamed.session.energyWh, 59, "it may be the session before");
  });

  it("jumps for nobody: a replaced meter is noted and goes on from where it stands", () => {
    const rig = new LedgerRig();
    rig.reports(10 * MINUTE, (ms) => ({ ...CHARGES, powerW: null, energyWh: 500_000 + ms / 500 }));
    rig.reports(10 * MINUTE, (ms) => ({ ...CHARGES, powerW: null, energyWh: 3 + ms / 500 }));
    rig.reports(10 * MINUTE, (ms) => ({ ...CHARGES, powerW: null, energyWh: 9e8 + ms / 500 }));
    assert.ok(Math.abs(rig.session.energyWh - 3600) < 20, `${rig.session.energyWh} Wh`);
    assert.equal([...rig.events.values()].filter(({ type }) => type === "meterReplaced").length, 2);
  });
});

describe("ledger: restarts, clocks, and silence", () => {
  it("goes on after a kill with what it had, in the same session, and a short one leaves no gap", () => {
    const rig = charged(10 * MINUTE).kill(20 * SECOND);
    rig.reports(10 * MINUTE, () => CHARGES).reports(SECOND, () => AWAY);
    const { session } = rig;
    assert.equal(session.gaps, 0);
    assert.ok(Math.abs(session.energyWh - (7200 * (1200 + 20)) / 3600) < 7200 / 180, `${session.energyWh} Wh`);
    assert.equal(session.connectedMs, 21 * MINUTE + 20 * SECOND);
  });

  it("after hours away integrates nothing, credits what the counter proves, and says that there was a gap", () => {
    const rig = charged(10 * MINUTE, undefined, { energyWh: 1000 }).kill(3 * HOUR);
    rig.reports(MINUTE, () => ({ ...CHARGES, energyWh: 16_000 })).reports(SECOND, () => ({ ...AWAY, energyWh: 16_000 }));
    assert.deepEqual([rig.session.energyWh, rig.session.unknownWh, rig.session.gaps], [15_000, 15_000, 1]);
    assert.ok(rig.session.chargingMs <= 12 * MINUTE);
  });

  it("ends a session whose car left while nobody looked when it was last seen, for an unknown reason", () => {
    const rig = charged(10 * MINUTE, undefined, { energyWh: 1000 });
    const seen = rig.wall;
    rig.kill(3 * HOUR).reports(SECOND, () => ({ ...AWAY, energyWh: 4000 }));
    const { session } = rig;
    assert.ok(session.endedAt !== null && session.endedAt <= seen && session.endedAt > seen - 10 * SECOND);
    assert.deepEqual([session.endReason, session.gaps, session.energyWh], ["unknown", 1, 3000]);
  });

  it("knows a power loss when the charger says that it started", () => {
    const rig = charged(10 * MINUTE).kill(3 * HOUR);
    rig.event("booted");
    rig.pass(SECOND).report(AWAY);
    assert.equal(rig.session.endReason, "powerLoss");
  });

  it("keeps the reason that was seen before the silence", () => {
    const rig = charged(10 * MINUTE).reports(HOUR, () => WAITS);
    rig.kill(3 * HOUR).reports(SECOND, () => AWAY);
    assert.equal(rig.session.endReason, "carStopped");
  });

  it("opens another session when the charger names another", () => {
    const rig = charged(10 * MINUTE, undefined, { session: "a" });
    rig.kill(HOUR).reports(MINUTE, () => ({ ...WAITS, session: "b" }));
    assert.deepEqual(
      rig.sessions.map(({ endReason }) => endReason),
      ["unknown", null],
    );
    rig.kill(3 * 24 * HOUR).reports(MINUTE, () => ({ ...WAITS, session: "b" }));
    assert.equal(rig.sessions.length, 2, "the same name is the same session after any time");
  });

  it("takes a car of an unnamed session for another one after a day of silence", () => {
    const rig = charged(MINUTE)
      .kill(25 * HOUR)
      .reports(MINUTE, () => WAITS);
    assert.equal(rig.sessions.length, 2);
  });

  for (const by of [HOUR, -HOUR]) {
    it(`a wall clock set ${by > 0 ? "forward" : "back"} by an hour changes no energy and no duration`, () => {
      const rig = new LedgerRig();
      const said = (from: Partial<ChargerReport>) => () => ({ ...from, at: WallTime(rig.wall) });
      rig
        .reports(10 * SECOND, said(AWAY))
        .reports(MINUTE, said(WAITS))
        .reports(30 * MINUTE, said(CHARGES));
      rig.wall += by;
      rig
        .reports(30 * MINUTE, said(CHARGES))
        .reports(SECOND, said(AWAY))
        .ticks(5 * SECOND);
      const { session } = rig;
      assert.ok(Math.abs(session.energyWh - 7200) < 10, `${session.energyWh} Wh`);
      assert.deepEqual([session.connectedMs, session.chargingMs, session.gaps], [61 * MINUTE, HOUR, 0]);
      const times = rig.sampled.map(({ at }) => at);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
        "samples never run backwards",
      );
      assert.ok(times.length >= 58);
      assert.deepEqual(
        [...rig.events.values()].filter(({ type }) => type === "clockStepped").map(({ evidence }) => evidence),
        [{ byMs: by }],
      );
    });
  }

  it("a machine that slept for an hour, its monotonic clock with it, is credited what the counter proves", () => {
    const rig = new LedgerRig();
    const first = rig.wall;
    const said = (): Partial<ChargerReport> => ({ ...CHARGES, energyWh: (rig.wall - first) / 500 });
    rig.reports(10 * MINUTE, said);
    rig.wall += HOUR;
    rig.reports(10 * MINUTE, said);
    assert.ok(Math.abs(rig.session.energyWh - (1200 + 3600) * 2) < 20, `${rig.session.energyWh} Wh`);
  });

  it("a charger whose own clock is an hour off is understood from its second message on", () => {
    const rig = new LedgerRig();
    rig.reports(10 * MINUTE, () => ({ ...CHARGES, at: WallTime(rig.wall - HOUR) })).ticks(5 * SECOND);
    assert.ok(Math.abs(rig.session.energyWh - 1200) < 10);
    assert.ok(rig.session.startedAt - NOON <= 3 * SECOND);
  });

  it("one retained message of an hour ago opens no session", () => {
    const rig = new LedgerRig();
    rig.reports(MINUTE, () => ({ ...AWAY, at: WallTime(rig.wall) }));
    rig.report({ ...CHARGES, at: WallTime(rig.wall - HOUR) });
    rig.reports(MINUTE, () => ({ ...AWAY, at: WallTime(rig.wall) }));
    assert.equal(rig.sessions.length, 0);
  });

  it("ends by the charger's word even if its last report never comes", () => {
    const rig = charged(MINUTE);
    rig.event("unplugged");
    const left = rig.wall;
    rig.ticks(10 * SECOND);
    assert.deepEqual([rig.session.endedAt, rig.session.endReason], [left, "unpluggedWhileCharging"]);
  });
});

describe("ledger: what is handed out, and when", () => {
  it("while energy flows a record and a checkpoint at least every 5 s; while nothing does, every minute", () => {
    const rig = charged(MINUTE);
    const before = rig.batches;
    rig.reports(10 * MINUTE, () => CHARGES);
    assert.ok(rig.batches - before >= 120, `${rig.batches - before} batches`);
    rig.reports(MINUTE, () => WAITS);
    const idle = rig.batches;
    rig.reports(20 * MINUTE, () => WAITS);
    assert.ok(rig.batches - idle >= 19 && rig.batches - idle <= 21, `${rig.batches - idle} batches`);
  });

  it("a kill of an idle session soon after is no gap, at whatever moment", () => {
    for (const idle of [10, 30, 59, 61, 95]) {
      const rig = charged(MINUTE)
        .reports(idle * SECOND, () => WAITS)
        .kill(20 * SECOND);
      rig.reports(10 * SECOND, () => WAITS).reports(SECOND, () => AWAY);
      assert.deepEqual([rig.session.gaps, rig.session.endReason], [0, "carStopped"], `${idle} s`);
    }
  });

  it("hands out all there is when its keeper goes, and prices go on after it", () => {
    const rig = charged(10 * MINUTE);
    const slot = { from: WallTime(NOON), until: WallTime(NOON + HOUR), gridPerKwh: 0.5, sunPerKwh: null, co2GPerKwh: null };
    rig.tariff(slot);
    rig.reports(2 * SECOND, () => CHARGES);
    const { batch, state } = handOut(rig.state, { at: Instant(rig.at), wall: WallTime(rig.wall), newId: () => "none" });
    assert.ok(batch !== null && (batch.records[0]?.energyWh ?? 0) > rig.session.energyWh);
    rig.state = resumeLedger(rig.config, checkpointOf(state)).state;
    rig.reports(HOUR / 2, () => CHARGES);
    const { cost, pricedWh } = rig.session;
    assert.ok(Math.abs((cost ?? 0) - (pricedWh / 1000) * 0.5) < 1e-4 && pricedWh > 3500, `${cost} for ${pricedWh} Wh`);
  });

  it("nothing is handed out of a charger without a session", () => {
    const rig = new LedgerRig().reports(MINUTE, () => AWAY);
    assert.equal(handOut(rig.state, { at: Instant(rig.at), wall: WallTime(rig.wall), newId: () => "none" }).batch, null);
  });

  it("starts afresh from a checkpoint that is damaged, older, or of another, and says why", () => {
    const rig = charged(10 * MINUTE);
    const whole = rig.checkpoint ?? "";
    for (const [text, why] of [
      [whole.slice(0, whole.length / 2), /damaged/],
      ["", /damaged/],
      ["null", /damaged/],
      ["17", /damaged/],
      [whole.replace('"version":1', '"version":0'), /version 0/],
      [whole.replace('"charger":"bay"', '"charger":"other"'), /other/],
      ['{"check":1,"books":{"version":1,"charger":"bay"}}', /damaged/],
      [whole.replace('"energyWh"', '"energywh"').replace('"gaps":0', '"gaps":7'), /damaged/],
    ] as const) {
      const { state, afresh } = resumeLedger(ledgerConfig("bay"), text);
      assert.match(afresh ?? "", why);
      assert.equal(openSessionId(state), null);
    }
    assert.equal(openSessionId(resumeLedger(ledgerConfig("bay"), whole).state), rig.session.id);
  });

  it("ends a record whose books were lost when it was last written of", () => {
    const rig = charged(10 * MINUTE);
    const orphan = closedOrphan(rig.session, rig.sampled.at(-1) ?? null);
    assert.deepEqual([orphan.endReason, orphan.revision, orphan.gaps], ["unknown", rig.session.revision + 1, 1]);
    assert.ok(orphan.endedAt !== null && orphan.endedAt <= rig.wall && orphan.endedAt > rig.wall - MINUTE);
  });

  it("a checkpoint stays small through a long day of trouble", () => {
    const rig = charged(MINUTE);
    for (let index = 0; index < 300; index += 1) {
      rig.reports(15 * SECOND, () => CHARGES, 5 * SECOND);
      rig.event("fault", { fault: "PilotFault", id: `fault-${index}` });
      rig.reports(15 * SECOND, () => ({ ...WAITS, offeredA: 0, limitedBy: "sun" }), 5 * SECOND);
    }
    assert.ok((rig.checkpoint ?? "").length < 20_000, `${rig.checkpoint?.length} characters`);
    assert.ok(rig.session.interruptions.length <= 100 && rig.session.faults.length <= 50);
  });

  it("a counter that runs faster than any charger is not believed", () => {
    const rig = new LedgerRig({ mostPower: Watts(7400), keepEvery: Millis(1000) });
    rig.reports(MINUTE, (ms) => ({ ...CHARGES, powerW: null, energyWh: ms * 10 }));
    assert.ok(rig.session.energyWh <= (7400 * 60) / 3600 + 1000);
  });
});
