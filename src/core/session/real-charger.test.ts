/** The ledger beside the real safety machine, in the machine's own words. */
import assert from "node:assert/strict";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { eventOf, reportOfStatus } from "#core/session/from-charger";
import type { SessionRecord } from "#core/session/record";
import { Millis } from "#core/units/units";
import type { CarSpec, SimAction } from "#simulator/actions";
import { LedgerRig, MINUTE, SECOND } from "../../../test/support/ledger-rig.ts";
import { VirtualRig } from "../../cli/scenario/virtual-rig.ts";

const LONG_LEASE = 86_400_000;

class Bay {
  readonly charger = new VirtualRig({ config: DEFAULT_EVSE_CONFIG, seed: 3, firstLoopMs: 12 });
  readonly ledger = new LedgerRig();
  #heard = 0;
  #wallAtStart = 0;

  /** A car that is charging at 16 A. */
  static async charging(ms: number, car: Partial<CarSpec> = {}): Promise<Bay> {
    const bay = new Bay();
    await bay.charger.open();
    bay.#wallAtStart = bay.charger.seen.status?.at ?? 0;
    await bay.pass(5 * SECOND);
    await bay.limit(16, "user");
    await bay.does({ do: "plug", preset: "polite", car });
    await bay.pass(10 * SECOND + ms);
    return bay;
  }

  async does(action: SimAction): Promise<void> {
    await this.charger.perform({ on: "board", action });
  }

  async command(command: unknown): Promise<void> {
    await this.charger.perform({ on: "charger", command });
  }

  limit(limitA: number, limitedBy: string): Promise<void> {
    return this.command({ command: "limit", limitA, limitedBy, validForMs: LONG_LEASE });
  }

  async power(on: boolean): Promise<void> {
    await this.charger.perform({ on: "power", do: on ? "on" : "off" });
  }

  /** Time goes on; the charger tells each event at once and its status each second, as its link does. */
  async pass(ms: number): Promise<void> {
    const { charger, ledger } = this;
    for (let passed = 0; passed < ms; passed += SECOND) {
      await charger.run(charger.seen.at + SECOND, () => this.#tellEvents());
      ledger.at = charger.seen.at;
      ledger.wall = this.#wallAtStart + charger.seen.at;
      if (charger.seen.status === null) ledger.input({ kind: "tick" });
      else ledger.input({ kind: "report", report: { ...reportOfStatus(charger.seen.status), charger: "bay" } });
    }
  }

  #tellEvents(): false {
    const { heard, status } = this.charger.seen;
    if (heard.length === this.#heard) return false;
    this.ledger.at = this.charger.seen.at;
    this.ledger.wall = this.#wallAtStart + this.charger.seen.at;
    for (const { event } of heard.slice(this.#heard)) this.ledger.input({ kind: "event", event: { ...eventOf(event), charger: "bay" } });
    if (status !== null) this.ledger.input({ kind: "report", report: { ...reportOfStatus(status), charger: "bay" } });
    this.#heard = heard.length;
    return false;
  }

  /** The car leaves, and what the log makes of it. */
  async left(): Promise<SessionRecord> {
    await this.does({ do: "unplug" });
    await this.pass(10 * SECOND);
    return this.ledger.session;
  }
}

describe("ledger beside a real charger", () => {
  it("counts what the charger counts, and knows a car that was unplugged while charging", async () => {
    const bay = await Bay.charging(5 * MINUTE);
    const counted = bay.charger.seen.status?.session;
    const session = await bay.left();
    assert.ok(counted && Math.abs(session.energyWh - counted.energyWh) < 4, `${session.energyWh} and ${counted?.energyWh} Wh`);
    assert.ok(Math.abs(session.chargingMs - counted.chargingMs) < 3 * SECOND, `${session.chargingMs} and ${counted.chargingMs} ms`);
    assert.deepEqual([session.endReason, session.interruptions, session.faults, session.gaps], ["unpluggedWhileCharging", [], [], 0]);
    assert.ok(Math.abs((session.offeredMaxA ?? 0) - 16) < 0.01);
  });

  it("is not fooled by the latch button, which stops the car before the plug leaves", async () => {
    const bay = await Bay.charging(MINUTE);
    await bay.does({ do: "pressButton" });
    await bay.pass(2 * SECOND);
    assert.equal((await bay.left()).endReason, "unpluggedWhileCharging");
  });

  it("a car that stopped by itself and was unplugged later has stopped", async () => {
    const bay = await Bay.charging(2 * MINUTE, { batteryWh: 1000, socPercent: 97, taperFromPercent: 100 });
    assert.equal(bay.charger.seen.truth?.s2Closed, false);
    const session = await bay.left();
    assert.deepEqual([session.endReason, session.interruptions], ["carStopped", []]);
  });

  it("sun that goes and comes is an interruption with its name; sun that goes for good a limit", async () => {
    const bay = await Bay.charging(MINUTE);
    await bay.limit(0, "sun");
    await bay.pass(MINUTE);
    await bay.limit(16, "sun");
    await bay.pass(2 * MINUTE);
    await bay.limit(0, "sun");
    await bay.pass(MINUTE);
    const { interruptions, endReason } = await bay.left();
    assert.deepEqual([interruptions.map(({ reason }) => reason), endReason], [["sun"], "limit"]);
    const lasted = (interruptions[0]?.until ?? 0) - (interruptions[0]?.at ?? 0);
    assert.ok(Math.abs(lasted - MINUTE) < 15 * SECOND, `${lasted} ms`);
  });

  it("a person's pause is an authorised stop", async () => {
    const bay = await Bay.charging(MINUTE);
    await bay.command({ command: "pause", by: "user" });
    await bay.pass(MINUTE);
    assert.equal((await bay.left()).endReason, "authorisedStop");
  });

  it("a ground fault ends it with the industry's name for it", async () => {
    const bay = await Bay.charging(MINUTE);
    await bay.does({ do: "inject", fault: "gfciTrip" });
    await bay.pass(20 * SECOND);
    const { endReason, faults } = await bay.left();
    assert.deepEqual([endReason, faults.map(({ name, mrec }) => [name, mrec])], ["fault", [["GroundFault", "MREC2GroundFailure"]]]);
  });

  it("a power cut with the car gone afterwards is a power loss, ended when it was last seen", async () => {
    const bay = await Bay.charging(MINUTE);
    await bay.power(false);
    const seen = bay.ledger.wall;
    await bay.pass(4 * MINUTE);
    await bay.does({ do: "unplug" });
    await bay.power(true);
    await bay.pass(30 * SECOND);
    const { endReason, endedAt } = bay.ledger.session;
    assert.equal(endReason, "powerLoss");
    assert.ok(Math.abs((endedAt ?? 0) - seen) <= 2 * SECOND);
  });

  it("a power cut with the car still there goes on in the same session", async () => {
    const bay = await Bay.charging(MINUTE);
    await bay.power(false);
    await bay.pass(4 * MINUTE);
    await bay.power(true);
    await bay.pass(20 * SECOND);
    await bay.limit(16, "user");
    await bay.pass(2 * MINUTE);
    const { gaps, interruptions, endReason } = await bay.left();
    assert.deepEqual([gaps, interruptions.map(({ reason }) => reason), endReason], [1, ["powerLoss"], "unpluggedWhileCharging"]);
  });

  it("a wall clock that steps an hour in the middle changes no figure", async () => {
    const bay = await Bay.charging(2 * MINUTE);
    await bay.charger.perform({ on: "wallClock", by: Millis(3_600_000) });
    await bay.pass(2 * MINUTE);
    const counted = bay.charger.seen.status?.session?.energyWh ?? 0;
    const session = await bay.left();
    assert.ok(Math.abs(session.energyWh - counted) < 4, `${session.energyWh} and ${counted} Wh`);
    assert.ok(session.connectedMs < 5 * MINUTE);
  });
});
