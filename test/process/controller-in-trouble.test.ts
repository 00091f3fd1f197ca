import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { ControllerUnderTest } from "./controller-under-test.ts";
import { PigpiodCharger } from "./pigpiod-charger.ts";
import { trialsOf } from "./trials.ts";

const UNIT = join(import.meta.dirname, "../../deploy/systemd/j1772-controller@.service");
/** Loaded before the controller: SIGUSR2 then makes it compute for good. */
const SPINS_ON_SIGNAL = { NODE_OPTIONS: "--import=data:text/javascript,process.on(%22SIGUSR2%22,()=>{for(;;);})" };
/** As in the unit, but soon: computing without a pause until it is told, and until it is killed, µs. */
const SOFT_US = 300_000;
const HARD_US = 5_000_000;
/** A controller that is not real-time and has computed for so long is left alone, in the kernel's hundredths of a second. */
const LEFT_ALONE = 200;

/** Processor time that a process has used, in hundredths of a second; 0 when it is gone. */
function usedBy(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  // Behind the name, which may contain anything, the twelfth and thirteenth field.
  const fields = readFileSync(file, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** Waits until the kernel has ended it, or has let it compute for long. */
async function outcome({ child, ended }: ControllerUnderTest): Promise<string> {
  const { pid = 0 } = child;
  const from = usedBy(pid);
  while (child.exitCode === null && child.signalCode === null) {
    if (usedBy(pid) - from > LEFT_ALONE) return "left alone";
    await pass(20);
  }
  const { code, signal } = await ended;
  return String(signal ?? code);
}

describe("a controller that hangs", () => {
  let controller: ControllerUnderTest;
  const trial = trialsOf(() => controller.wasHeldUp);

  trial("is ended by the kernel where it runs in real time, so that it is started anew; one that is well is not [WD-01]", async () => {
    controller = await ControllerUnderTest.start({ env: SPINS_ON_SIGNAL });
    try {
      const { status, stderr } = spawnSync("prlimit", ["--pid", String(controller.child.pid), `--rttime=${SOFT_US}:${HARD_US}`], {
        encoding: "utf8",
      });
      assert.deepEqual([status, stderr], [0, ""]);
      // Hundreds of loops, with a pause behind each.
      await controller.charge();
      assert.equal(controller.child.signalCode, null);
      controller.kill("SIGUSR2");
      const isRealTime = controller.link.welcome?.priority.startsWith("real-time") === true;
      assert.equal(await outcome(controller), isRealTime ? "SIGXCPU" : "left alone");
    } finally {
      await controller.dispose();
    }
  });

  it("is given more time by the unit than any start takes, and is told before it is killed", () => {
    const [, soft, hard] = /^LimitRTTIME=(\d+)s:(\d+)s$/m.exec(readFileSync(UNIT, "utf8")) ?? [];
    assert.ok(Number(soft) >= 10 && Number(hard) > Number(soft), `${soft} s, ${hard} s`);
  });
});

describe("a pin of the charger that somebody else drives", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(1);
  let charger: PigpiodCharger;

  beforeEach(async () => {
    charger = await PigpiodCharger.start();
  });
  afterEach(() => charger.dispose());

  /** What a program does that has no business there. */
  function pigs(...words: readonly string[]): string {
    const env = { ...process.env, PIGPIO_ADDR: "127.0.0.1", PIGPIO_PORT: String(charger.pi.port) };
    const { status, stdout } = spawnSync("pigs", words, { env, encoding: "utf8" });
    assert.equal(status, 0);
    return stdout.trim();
  }
  const isOff = (gpio: string) => charger.pi.until(() => pigs("r", gpio) === "0");
  const said = (what: RegExp) => charger.pi.until(() => what.test(charger.controller.complaints));

  it("is put back: an idle charger whose relay is put on stays open, and says which pin it was [RL-01]", async () => {
    await charger.controller.until(({ phase }) => phase === "notConnected");
    for (let time = 0; time < 3; time += 1) {
      pigs("w", "17", "1");
      await isOff("17");
    }
    await said(/something else drives GPIO 17/);
    const { truth } = await charger.pi.until(({ truth }) => truth.contacts.every((closed) => !closed));
    assert.equal(truth.coilEnergised, false);
    assert.equal(charger.controller.complaints.match(/GPIO 17/g)?.length, 1);
  });

  it("opens a charge when it is the interrupter's reset, which would keep it from tripping [GF-04]", async () => {
    await charger.charge();
    pigs("w", "25", "1");
    await charger.pi.until(({ truth }) => truth.contacts.every((closed) => !closed));
    await said(/something else drives GPIO 25/);
    await isOff("25");
    await charger.controller.until(({ faults }) => faults.some(({ name }) => name === "ContactorNotClosing"));
  });
});
