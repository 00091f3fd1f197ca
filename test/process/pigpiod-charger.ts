/** A controller on the pigpiod driver and a virtual Pi, each in a process of its own. */
import { INTERLOCK_NAMES } from "#pi/interlocks";
import { ControllerUnderTest, QUICK_CAR } from "./controller-under-test.ts";
import { type PiTruth, VirtualPiProcess } from "./virtual-pi-process.ts";

/** Settings of a controller on a board with the preset "buildGuide". */
export const pigpiodConfig = (port: number, more: object = {}): string =>
  JSON.stringify({
    version: 1,
    charger: "bay",
    driver: { kind: "pigpiod", port, preset: "buildGuide", interlocks: INTERLOCK_NAMES },
    meter: "none",
    ...more,
  });

export class PigpiodCharger {
  readonly pi: VirtualPiProcess;
  controller: ControllerUnderTest;

  private constructor(pi: VirtualPiProcess, controller: ControllerUnderTest) {
    this.pi = pi;
    this.controller = controller;
  }

  /** @param env what the controller's environment has beside this process's */
  static async start(more: object = {}, env: Readonly<Record<string, string>> = {}): Promise<PigpiodCharger> {
    const pi = await VirtualPiProcess.start();
    try {
      return new PigpiodCharger(pi, await ControllerUnderTest.start({ configText: pigpiodConfig(pi.port, more), env }));
    } catch (error) {
      await pi.stop();
      throw error;
    }
  }

  /** Plugs a quick car in, sets a limit, and waits until it draws current. */
  async charge(limitA = 16): Promise<PiTruth> {
    await this.controller.link.command({ command: "limit", limitA });
    await this.pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
    await this.controller.untilCharging();
    return this.pi.until(({ truth }) => truth.drawA > limitA / 2);
  }

  /** When the coil lost its current, on the machine's clock, ms; waits until it has. */
  async coilReleased(withinMs = 2_000): Promise<number> {
    const { truth } = await this.pi.until(({ truth }) => !truth.coilEnergised, withinMs);
    if (truth.marks.coilReleasedAt === null) throw new Error("the coil never had current");
    return truth.marks.coilReleasedAt;
  }

  async dispose(): Promise<void> {
    await this.controller.dispose();
    await this.pi.stop();
  }
}
