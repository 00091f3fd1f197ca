import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { ControllerUnderTest } from "./controller-under-test.ts";
import { PigpiodCharger } from "./pigpiod-charger.ts";
import type { PiTruth } from "./virtual-pi-process.ts";

const UNIT = join(import.meta.dirname, "../../deploy/systemd/j1772-controller@.service");
/** Loaded before the controller: SIGUSR2 then makes it compute for good. */
const SPINS_ON_SIGNAL = { NODE_OPTIONS: "--import=data:text/javascript,process.on(%22SIGUSR2%22,()=>{for(;;);})" };
/** As in the unit, but soon: computing without a pause until it is told, and until it is killed, µs. */
const SOFT_US = 300_000;
const HARD_US = 5_000_000;
/** A controller that is not real-time and has computed for so long is left alone, in the kernel's hundredths of a second. */
const LEFT_ALONE = 200;
/** A contactor pulls in within 20 ms. */
const LONG_ENOUGH_TO_CLOSE = 500;

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
  it("is ended by the kernel where it runs in real time, so that it is started anew; one that is well is not [WD-01]", async () => {
    const controller = await ControllerUnderTest.start({ env: SPINS_ON_SIGNAL });
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

describe("a relay's pin that somebody else drives", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(1);

  it("closes the contactor of an idle charger for a moment only: the one-shot is starved, and stays so until a person comes [RL-01] [WD-01]", async () => {
    const charger = await PigpiodCharger.start();
    try {
      const { pi, controller } = charger;
      await controller.until(({ phase }) => phase === "notConnected");
      const env = { ...process.env, PIGPIO_ADDR: "127.0.0.1", PIGPIO_PORT: String(pi.port) };
      const putOn = () => assert.equal(spawnSync("pigs", ["w", "17", "1"], { env }).status, 0);
      putOn();
      const isOpen = ({ truth: { contacts } }: PiTruth): boolean => contacts.every((closed) => !closed);
      await pi.until((now) => now.truth.marks.contactsOpenAt !== null && isOpen(now));
      await controller.until(({ faults }) => faults.some(({ name, latched }) => name === "ContactorWelded" && latched === "untilReset"));
      // Not the pin: the one-shot keeps it open.
      putOn();
      await pass(LONG_ENOUGH_TO_CLOSE);
      const now = await pi.truth();
      assert.deepEqual([now.truth.coilEnergised, isOpen(now)], [false, true]);
    } finally {
      await charger.dispose();
    }
  });
});
