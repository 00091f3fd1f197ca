/** A controller on the driver pigpio with the real addons, on a machine that looks like a Pi, and a virtual Pi behind its pins; each in a process of its own. */
import assert from "node:assert/strict";
import { INTERLOCK_NAMES } from "#pi/interlocks";
import { machineMs } from "#virtual-pi/server";
import type { Addons } from "../support/pigpio-stub/addons.ts";
import { PiMachine } from "../support/pigpio-stub/machine.ts";
import { ControllerUnderTest, QUICK_CAR } from "./controller-under-test.ts";
import { type PiTruth, VirtualPiProcess } from "./virtual-pi-process.ts";

/** Settings of a controller on a board with the preset "buildGuide". */
export const pigpioConfig = (more: object = {}): string =>
  JSON.stringify({
    version: 1,
    charger: "bay",
    driver: { kind: "pigpio", preset: "buildGuide", interlocks: INTERLOCK_NAMES },
    meter: "none",
    ...more,
  });

export class PigpioCharger {
  readonly machine: PiMachine;
  readonly pi: VirtualPiProcess;
  controller: ControllerUnderTest;

  private constructor(machine: PiMachine, pi: VirtualPiProcess, controller: ControllerUnderTest) {
    this.machine = machine;
    this.pi = pi;
    this.controller = controller;
  }

  static async start(addons: Addons): Promise<PigpioCharger> {
    const machine = await PiMachine.make(addons);
    const pi = await VirtualPiProcess.start();
    try {
      const controller = await ControllerUnderTest.start({ configText: pigpioConfig(), env: machine.env(pi.port) });
      return new PigpioCharger(machine, pi, controller);
    } catch (error) {
      await pi.stop();
      await machine.remove();
      throw error;
    }
  }

  /** Another controller on the same machine, in a folder of its own. */
  launchAnother(): ControllerUnderTest {
    return ControllerUnderTest.launch({ configText: pigpioConfig(), env: this.machine.env(this.pi.port) });
  }

  /** The controller anew, in the folder of the one before, which has ended. */
  async startAgain(): Promise<void> {
    const { folder } = this.controller;
    await this.controller.dispose(true);
    this.controller = await ControllerUnderTest.start({ configText: pigpioConfig(), env: this.machine.env(this.pi.port) }, folder);
  }

  /** Plugs a quick car in, sets a limit, and waits until it draws current. */
  async charge(limitA = 16): Promise<PiTruth> {
    await this.controller.link.command({ command: "limit", limitA });
    await this.pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
    await this.controller.untilCharging();
    return this.pi.until(({ truth }) => truth.drawA > limitA / 2);
  }

  /** Sends the controller a signal that ends its loop. @throws AssertionError unless the coil has no current that soon */
  async opensWithin(ms: number, signal: NodeJS.Signals): Promise<void> {
    const at = machineMs();
    this.controller.kill(signal);
    const { truth } = await this.pi.until(({ truth }) => !truth.coilEnergised, 2_000);
    const { coilReleasedAt } = truth.marks;
    assert.ok(coilReleasedAt !== null && coilReleasedAt >= at, "it had current when the signal was sent");
    assert.ok(coilReleasedAt - at <= ms, `${coilReleasedAt - at} ms`);
  }

  async dispose(): Promise<void> {
    await this.controller.dispose();
    await this.pi.stop();
    await this.machine.remove();
  }
}
