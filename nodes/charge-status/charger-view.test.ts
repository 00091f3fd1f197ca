import assert from "node:assert/strict";
import type { ChargerReport } from "#core/session/observation";
import { WallTime } from "#core/units/units";
import { aRecord, charging } from "../../test/support/status-page.ts";
import { nothingSaid } from "../shared/charger-report.ts";
import { saidByForeign, saidByOurs, viewOf } from "./charger-view.ts";
import type { OwnStatus } from "./news.ts";

const NOW = 1_767_225_600_000;
const ours = (more: object) => saidByOurs(charging(more) as OwnStatus, NOW);
const fault = (latched: string, retryAt: number | null) => [
  { name: "GroundFault", mrec: "MREC2GroundFailure", severity: "error", since: 1, latched, retryAt, clears: "" },
];
const FOREIGN: ChargerReport = { ...nothingSaid("x"), state: "charging" };
const HOT = { name: "Hot", mrec: null, since: WallTime(NOW) };

describe("what a person sees of a charger", () => {
  for (const [more, state] of [
    [{ phase: "notConnected" }, "notConnected"],
    [{ phase: "selfTest" }, "preparing"],
    [{ phase: "preparing" }, "preparing"],
    [{ phase: "closing" }, "preparing"],
    [{ phase: "waking" }, "preparing"],
    [{ phase: "waiting" }, "waiting"],
    [{ phase: "paused" }, "paused"],
    [{ phase: "charging" }, "charging"],
    [{ phase: "charging", currentA: 0.4 }, "resting"],
    [{ phase: "charging", currentA: null }, "charging"],
    [{ phase: "stopping" }, "stopping"],
    [{ phase: "opening" }, "stopping"],
    [{ phase: "faulted", faults: fault("no", null) }, "stopped"],
    [{ phase: "faulted", faults: fault("untilReset", 5) }, "stopped"],
    [{ phase: "faulted", faults: fault("untilReset", null) }, "needsYou"],
    [{ phase: "faulted", faults: fault("untilUnplugged", null) }, "needsYou"],
    [{ phase: "faulted", faults: [] }, "stopped"],
  ] as const) {
    it(`is ${state} for ${JSON.stringify(more).slice(0, 90)}`, () => assert.equal(ours(more).state, state));
  }

  it("has the end of a limit that means something, not that of a lease", () => {
    assert.equal(ours({ limitValidUntil: NOW + 30_000 }).limitValidUntil, null);
    assert.equal(ours({ limitValidUntil: NOW + 3_600_000 }).limitValidUntil, NOW + 3_600_000);
  });

  it("has the charger's own energy, and the log's sources and cost", () => {
    const view = viewOf(ours({}), aRecord("r", { endedAt: null, energyWh: 4100, sunWh: 3000, cost: 0.4 }), null, 9000, true);
    assert.deepEqual([view.charge?.energyWh, view.charge?.sunWh, view.charge?.cost, view.dayEnergyWh], [4200, 3000, 0.4, 9000]);
  });

  it("has no charge of before once the car is gone", () => {
    const view = viewOf(ours({ phase: "notConnected", session: null }), aRecord("r", { endedAt: null }), aRecord("l"), null, true);
    assert.deepEqual([view.charge, view.lastCharge?.id], [null, "l"]);
  });

  it("shows nothing as if it were so now when the charger is silent", () => {
    const view = viewOf(ours({}), null, null, null, false);
    assert.deepEqual([view.state, view.powerW, view.currentA, view.pilot], ["unknown", null, null, null]);
    assert.equal(view.charge?.energyWh, 4200);
  });
});

describe("what a person sees of another charger", () => {
  for (const [news, state] of [
    [{ state: "notConnected" }, "notConnected"],
    [{ state: "connected" }, "waiting"],
    [{ state: "connected", offeredA: 0 }, "paused"],
    [{ state: "charging" }, "charging"],
    [{ state: "charging", powerW: 40 }, "resting"],
    [{ state: "charging", currentA: 0.1, powerW: 4000 }, "resting"],
    [{ state: "fault" }, "stopped"],
    [{ state: "unknown" }, "unknown"],
    [{ state: null }, "unknown"],
  ] as const) {
    it(`is ${state} for ${JSON.stringify(news)}`, () => assert.equal(saidByForeign({ ...FOREIGN, ...news }, null, NOW).state, state));
  }

  it("keeps what is not said again, and since when a fault is there", () => {
    const first = saidByForeign({ ...FOREIGN, powerW: 3000, faults: [HOT] }, null, NOW);
    const second = saidByForeign(
      { ...FOREIGN, state: null, currentA: 13, faults: [{ ...HOT, since: WallTime(NOW + 5000) }] },
      first,
      NOW + 5000,
    );
    assert.deepEqual([second.state, second.powerW, second.currentA, second.faults[0]?.since], ["charging", 3000, 13, NOW]);
    assert.deepEqual(saidByForeign({ ...FOREIGN, faults: [] }, second, NOW + 9000).faults, []);
  });

  it("draws nothing once it is said that the car does not charge, also where nobody said a power of zero", () => {
    const charges = saidByForeign({ ...FOREIGN, powerW: 7200, currentA: 30, offeredA: 32, energyWh: 5000 }, null, NOW);
    for (const state of ["connected", "notConnected"] as const) {
      const { powerW, currentA, offeredA, energyWh } = saidByForeign({ ...FOREIGN, state }, charges, NOW + 1000);
      assert.deepEqual([powerW, currentA, offeredA, energyWh], [null, null, 32, 5000], state);
    }
  });

  it("keeps its fault while it speaks of something else", () => {
    const faulty = saidByForeign({ ...FOREIGN, state: "fault", faults: [HOT] }, null, NOW);
    const warm = saidByForeign({ ...FOREIGN, state: null, temperatureC: 60 }, faulty, NOW + 1000);
    assert.deepEqual([warm.state, warm.faults.map(({ name }) => name), warm.temperatureC], ["stopped", ["Hot"], 60]);
  });
});
