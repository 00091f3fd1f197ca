import assert from "node:assert/strict";
import { INTERLOCK_NAMES } from "#pi/interlocks";
import { type Addons, buildAddons } from "../support/pigpio-stub/addons.ts";
import { PI_5, PiMachine } from "../support/pigpio-stub/machine.ts";
import { ControllerUnderTest } from "./controller-under-test.ts";
import { PigpioCharger, pigpioConfig } from "./pigpio-charger.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

/** From the controller's death to a coil without current, ms. @see WD-01 @see F-30 */
const ONE_SHOT_WITHIN = 150;
/** From the car leaving to a coil without command, ms. @see RL-01 */
const OPENS_WITHIN = 100;
const BUILD_WITHIN = 300_000;

let addons: Addons;

describe("controller that has a Raspberry Pi's pins by npm pigpio", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(2);
  let charger: PigpioCharger;

  before(async function () {
    this.timeout(BUILD_WITHIN);
    addons = await buildAddons();
  });
  afterEach(() => charger.dispose());

  it("charges a car, refuses a second controller meanwhile, is not ended by SIGCONT, and at SIGTERM lets the car stop and opens without load [ST-05] [GF-04] [F-44]", async () => {
    charger = await PigpioCharger.start(addons);
    const charging = await charger.charge(16);
    assert.ok(charging.truth.contacts.every((closed) => closed));
    assert.ok(charging.outputs.pilot.kind === "pwm" && Math.abs(charging.outputs.pilot.dutyPercent - 16 / 0.6) < 0.1);
    const { status } = charger.controller;
    assert.equal(status.relay, "closed");
    assert.equal(status.faults.length, 0);
    await charger.controller.untilLogged(({ type }) => type === "relayClosed");
    const order = charger.controller.loggedSinceBoot.map(({ type }) => type);
    assert.ok(order.includes("selfTestPassed") && order.indexOf("selfTestPassed") < order.indexOf("relayClosed"), order.join());

    const second = charger.launchAnother();
    try {
      assert.deepEqual(await second.ended, { code: 4, signal: null });
      assert.match(
        second.complaints,
        /^j1772 controller does not start: Only one program can have the pins, and ".+" \(process \d+\) has them.*\n$/,
      );
    } finally {
      await second.dispose();
    }
    // As a service manager does before it ends a service.
    charger.controller.kill("SIGCONT");
    const { at } = charger.controller.status;
    await charger.controller.until((status) => status.at > at);
    await charger.controller.untilCharging();
    charger.controller.kill("SIGTERM");
    assert.deepEqual(await charger.controller.ended, { code: 0, signal: null });
    const { truth, outputs } = await charger.pi.truth();
    assert.equal(outputs.coil, false);
    assert.deepEqual(outputs.pilot, { kind: "steadyHigh" });
    assert.equal(truth.coilEnergised, false);
    assert.doesNotMatch(charger.controller.complaints, /driver:|sigHandler|Error|\+--/);
  });

  it("is opened by the one-shot when it is stopped, while its pins stay as they were [WD-01] [F-31]", async () => {
    charger = await PigpioCharger.start(addons);
    await charger.charge();
    await charger.opensWithin(ONE_SHOT_WITHIN, "SIGSTOP");
    assert.equal((await charger.pi.truth()).outputs.coil, true);
  });

  it("is opened by the one-shot when it is killed; then takes the pins again, charges in the same session, and opens when the car leaves [WD-01] [F-30] [F-35] [PW-04] [RL-01]", async () => {
    charger = await PigpioCharger.start(addons);
    await charger.charge();
    const { session } = charger.controller.status;
    await charger.opensWithin(ONE_SHOT_WITHIN, "SIGKILL");
    assert.equal((await charger.pi.truth()).outputs.coil, true);
    await charger.controller.ended;
    await charger.startAgain();
    await charger.controller.link.command({ command: "limit", limitA: 16 });
    await charger.controller.untilCharging();
    assert.equal(charger.controller.status.session?.id, session?.id);

    await charger.pi.apply({ do: "unplug" });
    const gone = await charger.pi.until(({ truth }) => truth.contacts.every((closed) => !closed));
    const { appliedAt, coilOffAt } = gone.truth.marks;
    assert.ok(coilOffAt !== null && appliedAt !== null);
    assert.ok(coilOffAt - appliedAt < OPENS_WITHIN, `coil off after ${coilOffAt - appliedAt} ms`);
    await charger.controller.until(({ phase }) => phase === "notConnected");
  });
});

describe("controller that cannot have a Raspberry Pi's pins by npm pigpio", () => {
  let pi: VirtualPiProcess;

  before(async function () {
    this.timeout(BUILD_WITHIN);
    addons = await buildAddons();
    pi = await VirtualPiProcess.start();
  });
  after(() => pi.stop());

  /** Expects it to end with `code` and one line that matches. */
  async function refuses(
    code: number,
    line: RegExp,
    { files = {}, config = {} }: { files?: Parameters<typeof PiMachine.make>[1]; config?: object } = {},
  ): Promise<void> {
    const machine = await PiMachine.make(addons, files);
    const controller = ControllerUnderTest.launch({ configText: pigpioConfig(config), env: machine.env(pi.port) });
    const ended = await controller.ended;
    const { complaints } = controller;
    await controller.dispose();
    await machine.remove();
    assert.deepEqual(ended, { code, signal: null }, complaints);
    assert.match(complaints, line);
    assert.equal(complaints.trimEnd().split("\n").length, 1, complaints);
  }

  it("says so where the one-shot is not confirmed, and that nothing stands behind it [WD-01]", () =>
    refuses(2, /livenessGate \(a one-shot.*nothing but the one-shot in hardware opens/, {
      config: { driver: { kind: "pigpio", preset: "buildGuide", interlocks: INTERLOCK_NAMES.filter((name) => name !== "livenessGate") } },
    }));

  it("says so for a board whose watchdog wants a daemon's script", () =>
    refuses(2, /only a script in the pigpio daemon gives.*use the driver pigpiod/, {
      config: { driver: { kind: "pigpio", preset: "evseHat", interlocks: INTERLOCK_NAMES } },
    }));

  it("says so on a machine that is no Raspberry Pi", () =>
    refuses(4, /Expected a Raspberry Pi, this machine is a Widget 3000/, { files: { "proc/device-tree/model": "Widget 3000\0" } }));

  it("says so on a Pi 5, with a pointer", () =>
    refuses(4, /cannot drive the pins of a Raspberry Pi 5: use a Pi Zero to Pi 4/, { files: PI_5 }));

  it("says so where SPI is switched off", () =>
    refuses(4, /\/dev\/spidev0\.0 does not open \(ENOENT\): switch SPI on \("dtparam=spi=on"/, { files: { "dev/spidev0.0": null } }));

  it("does not start with a one-shot that never drops [WD-01]", async () => {
    await pi.apply({ do: "inject", fault: "livenessStuck" });
    await refuses(4, /the one-shot does not drop/);
    await pi.apply({ do: "clear", fault: "livenessStuck" });
  });

  it("does not start with a converter that says nothing", async () => {
    await pi.apply({ do: "inject", fault: "adcStuck", value: 0 });
    await refuses(4, /Expected samples of the pilot from the MCP3208/);
    await pi.apply({ do: "clear", fault: "adcStuck" });
  });
});
