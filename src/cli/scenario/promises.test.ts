import assert from "node:assert/strict";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import type { Outputs } from "#core/evse/types";
import { type PilotOutput, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent } from "#core/units/units";
import type { SimFault, SimTruth } from "#simulator/actions";
import { offerOf, Promises } from "./promises.ts";

const LOOP = 12;
const OFF: Outputs = { pilot: STEADY_HIGH, coil: false, gfciTest: false, gfciReset: false, shuntTrip: false, pilotOpen: false };
const pwm = (duty: number): PilotOutput => ({ kind: "pwm", dutyPercent: DutyPercent(duty) });
const TRUTH: SimTruth = {
  plugged: true,
  s2Closed: true,
  asleep: false,
  carFault: false,
  socPercent: 50,
  drawA: 0,
  coil: false,
  coilEnergised: false,
  contacts: [false, false],
  gridW: 0,
  pvW: 0,
  houseW: 0,
  mainsV: 240,
  faults: [],
  marks: { appliedAt: null, coilOffAt: null, coilReleasedAt: null, contactsOpenAt: null },
};
const OK = { ok: true } as const;

/** Plays loops of 12 ms; each says what is driven and what is so. */
class Play {
  readonly promises = new Promises(DEFAULT_EVSE_CONFIG, LOOP);
  at = 0;

  loop(outputs: Partial<Outputs>, truth: Partial<SimTruth> = {}, times = 1): this {
    for (let time = 0; time < times; time += 1) {
      this.at += LOOP;
      this.promises.looked({ ...TRUTH, ...truth }, this.at);
      this.promises.driven({ ...OFF, ...outputs }, true, this.at);
    }
    return this;
  }

  /** Closed as it should be: PWM, self-test, coil on. */
  closed(): this {
    return this.loop({ pilot: pwm(50) })
      .loop({ pilot: pwm(50), gfciTest: true })
      .loop({ pilot: pwm(50), coil: true }, {}, 100);
  }

  get broken(): string {
    return this.promises.broken.map((promise) => promise.replace(/ \(at.*/, "")).join("; ");
  }
}

describe("promises that every run is watched for", () => {
  it("are kept by a charger that closes and opens as it should [I1] [I2]", () => {
    const play = new Play().closed().loop({ pilot: pwm(50), coil: true }, { s2Closed: false }, 5);
    assert.equal(play.loop({ pilot: pwm(50) }, { s2Closed: false }, 10).broken, "");
  });

  it("break when the coil outlives the car's wish by more than 60 ms [I1]", () => {
    const play = new Play().closed().loop({ pilot: pwm(50), coil: true }, { s2Closed: false }, 7);
    assert.match(play.broken, /^I1: coil on 84 ms after the car stopped asking/);
  });

  it("break when the pilot is steady for longer than the grace [I1]", () => {
    const graceLoops = Math.ceil(6500 / LOOP);
    assert.equal(new Play().closed().loop({ coil: true }, {}, graceLoops).broken, "");
    assert.match(new Play().closed().loop({ coil: true }, {}, graceLoops + 2).broken, /^I1: coil on .* after the pilot went steady/);
  });

  it("break when it closes without PWM or without self-test [I1]", () => {
    assert.match(new Play().loop({ gfciTest: true }).loop({ coil: true }).broken, /^I1: closed without PWM/);
    assert.match(
      new Play().loop({ pilot: pwm(50) }).loop({ pilot: pwm(50), coil: true }).broken,
      /^I1: closed without a ground-fault self-test/,
    );
  });

  it("want a self-test for each close [I1]", () => {
    const again = new Play()
      .closed()
      .loop({ pilot: pwm(50) })
      .loop({ pilot: pwm(50), coil: true });
    assert.match(again.broken, /^I1: closed without a ground-fault self-test/);
  });

  const forbidding: readonly SimFault[] = ["diodeShort", "weld", "gfciStuckHigh", "negativeRailMissing"];
  for (const fault of forbidding) {
    it(`break when it closes with ${fault} [I1]`, () => {
      const play = new Play()
        .loop({ pilot: pwm(50) }, { faults: [fault] }, 100)
        .loop({ pilot: pwm(50), gfciTest: true }, { faults: [fault] });
      assert.equal(play.loop({ pilot: pwm(50), coil: true }, { faults: [fault] }).broken, `I1: closed with ${fault}`);
    });
  }

  it("break when it closes from a latched fault that nobody reset [I3]", () => {
    const latch = (play: Play) =>
      play.promises.reported({ faults: [{ name: "ContactorWelded", latched: "untilReset" }] } as unknown as Parameters<
        Promises["reported"]
      >[0]);
    const play = new Play();
    latch(play);
    assert.match(play.closed().broken, /^I3: closed although ContactorWelded is latched/);
    const reset = new Play();
    latch(reset);
    reset.promises.commanded({ command: "reset" }, OK, 5);
    assert.equal(reset.closed().broken, "");
  });

  it("let a fault that lasts until unplugging end with the car, and no other [I3]", () => {
    const play = new Play();
    const faults = [
      { name: "DiodeFault", latched: "untilUnplugged" },
      { name: "ContactorWelded", latched: "untilReset" },
    ];
    play.promises.reported({ faults } as unknown as Parameters<Promises["reported"]>[0]);
    play.promises.carLeft();
    assert.match(play.closed().broken, /^I3: closed although ContactorWelded is latched/);
  });

  it("break when more is offered than is installed, or than the limit says [I2]", () => {
    assert.match(new Play().loop({ pilot: pwm(54) }).broken, /^I2: 32.40 A offered where 32 A are installed/);
    const play = new Play();
    play.promises.commanded({ command: "limit", limitA: 10, validForMs: 60_000 }, OK, 0);
    play.loop({ pilot: pwm(50) }, {}, 8);
    assert.equal(play.broken, "");
    assert.match(play.loop({ pilot: pwm(50) }).broken, /^I2: 30.00 A offered under a limit of 10 A/);
  });

  it("break when something other than the loop turns the coil on [I7]", () => {
    const play = new Play().closed();
    play.promises.driven({ ...OFF, coil: true, pilot: pwm(50) }, false, play.at);
    assert.match(play.broken, /^I7/);
  });

  it("break when contacts stay closed after the car left [ST-03]", () => {
    const gone = { plugged: false, s2Closed: false, contacts: [true, true] };
    assert.equal(new Play().closed().loop({}, gone, 9).broken, "");
    assert.match(new Play().closed().loop({}, gone, 11).broken, /^ST-03: contacts are closed/);
  });

  it("read a duty as a car does [I2]", () => {
    const readings = [5, 8, 9.9, 10, 50, 85, 85.01, 96, 97, 97.01, 100].map((duty) => Number(offerOf(duty).toFixed(2)));
    assert.deepEqual(readings, [0, 6, 6, 6, 30, 51, 52.53, 80, 80, 0, 0]);
  });

  it("let state F and steady high offer nothing [I2]", () => {
    assert.equal(new Play().loop({ pilot: STEADY_LOW }).loop({ pilot: STEADY_HIGH }).broken, "");
  });
});
