import assert from "node:assert/strict";
import type { ChargerReport } from "#core/session/observation";
import { Seconds } from "#core/units/units";
import { HOUR, LedgerRig, MINUTE, NOON, SECOND } from "../../../test/support/ledger-rig.ts";

const WAITS: Partial<ChargerReport> = { state: "connected", powerW: 0, offeredA: 0, limitedBy: "sun" };
const charges = (powerW = 6000): Partial<ChargerReport> => ({ state: "charging", powerW, offeredA: 32, currentA: 25, temperatureC: 31 });
const minutesOf = (rig: LedgerRig): readonly number[] => rig.sampled.map(({ at }) => (at - NOON) / MINUTE);

describe("samples", () => {
  it("lie on whole minutes while the car charges, with what was seen", () => {
    const rig = new LedgerRig().pass(20 * SECOND).reports(10 * MINUTE, () => charges());
    assert.deepEqual(minutesOf(rig), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const { energyWh, powerW, currentA, offeredA, temperatureC } = rig.sampled[4] ?? assert.fail();
    assert.ok(Math.abs(energyWh - ((5 * 60 - 21) * 6000) / 3600) < 0.01, `${energyWh}`);
    assert.deepEqual([powerW, currentA, offeredA, temperatureC], [6000, 25, 32, 31]);
  });

  it("are not taken while nothing happens, and mark where energy begins to rise again", () => {
    const rig = new LedgerRig().reports(5 * MINUTE, () => charges());
    rig.reports(12 * HOUR, () => WAITS).reports(5 * MINUTE, () => charges());
    const minutes = minutesOf(rig);
    assert.deepEqual(minutes, [1, 2, 3, 4, 5, 6, 725, 726, 727, 728, 729, 730]);
    const flat = rig.sampled.filter(({ at }) => at === NOON + 6 * MINUTE || at === NOON + 725 * MINUTE);
    assert.equal(flat[0]?.energyWh, flat[1]?.energyWh, "between them nothing flowed");
  });

  it("meet every local midnight, also with reports that miss the minute", () => {
    const rig = new LedgerRig().pass(HOUR - 7 * SECOND);
    rig.reports(20 * MINUTE, () => charges(), 13 * SECOND);
    const at = rig.sampled.find((sample) => sample.at === NOON + HOUR + 5 * MINUTE);
    const begun = rig.session.startedAt - NOON;
    assert.ok(Math.abs((at?.energyWh ?? 0) - ((HOUR + 5 * MINUTE - begun) * 6000) / HOUR) < 0.01, "a straight line between two reports");
  });

  it("say nothing of a time when nobody looked", () => {
    const rig = new LedgerRig().reports(5 * MINUTE, () => ({ ...charges(), energyWh: 1000 + (5 * 6000) / 60 }));
    rig.kill(HOUR).reports(5 * MINUTE, () => ({ ...charges(), energyWh: 9000 }));
    assert.deepEqual(minutesOf(rig), [1, 2, 3, 4, 5, 65, 66, 67, 68, 69, 70]);
  });

  for (const [every, step] of [
    [700, 7],
    [1, 13],
    [60, 110],
  ] as const) {
    it(`meet midnight also when taken every ${every} s, with a report each ${step} s`, () => {
      const rig = new LedgerRig({ sampleEvery: Seconds(every) }).pass(12 * HOUR - 20 * MINUTE);
      rig.reports(20 * MINUTE, () => charges(9000), step * SECOND).reports(20 * MINUTE, () => charges(1500), step * SECOND);
      assert.ok(minutesOf(rig).includes(12 * 60), minutesOf(rig).join(" "));
    });
  }

  it("keep another interval, on its own multiples", () => {
    const rig = new LedgerRig({ sampleEvery: Seconds(15) }).pass(4 * SECOND).reports(MINUTE, () => charges());
    assert.deepEqual(minutesOf(rig), [0.25, 0.5, 0.75, 1]);
  });
});
