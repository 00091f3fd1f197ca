/** Whether the library can have the pins on this machine, looked at before it tries: it answers a no with a box of its own, and a number. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DriverUnavailable } from "#core/errors";
import { boardWithoutPigpio, withoutPigpioText } from "#pi/boards";
import { PI_MODEL } from "../raspberry-pi.ts";

/** Where the library reaches the pins. */
const MEMORY = "dev/mem";
/** The board's revision code, four bytes, high byte first. */
const REVISION = "proc/device-tree/system/linux,revision";
/** Who has the pins writes its process number here. */
export const LOCK = "var/run/pigpio.pid";

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

function mayOpen(path: string): string | null {
  try {
    closeSync(openSync(path, "r+"));
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

/** The process that has the pins, other than this one; null where there is none. */
export function holderOf(root = "/"): number | null {
  const holder = Number.parseInt(bytesOf(join(root, LOCK)).toString("latin1"), 10);
  if (!Number.isInteger(holder) || holder <= 0 || holder === process.pid) return null;
  try {
    process.kill(holder, 0);
    return holder;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? holder : null;
  }
}

const nameOf = (pid: number): string => bytesOf(`/proc/${pid}/comm`).toString("utf8").trim() || "a program";

export function heldText(pid: number): string {
  const name = nameOf(pid);
  const free =
    name === "pigpiod"
      ? 'stop the daemon ("sudo systemctl disable --now pigpiod"), or use the driver pigpiod'
      : `stop it first, or delete /${LOCK} if it never had them`;
  return `Only one program can have the pins, and "${name}" (process ${pid}) has them: ${free}.`;
}

/** @param root folder that stands for the machine's own @throws DriverUnavailable in one line, with what to do */
export function checkMachine(root = "/"): void {
  const model = bytesOf(join(root, "proc/device-tree/model")).toString("utf8").replace(/\0.*$/s, "");
  if (!model.startsWith(PI_MODEL)) {
    throw new DriverUnavailable(
      "boardUnsupported",
      `Expected a Raspberry Pi, this machine ${model === "" ? "does not say what it is" : `is a ${model}`}: run the controller on a Pi Zero to Pi 4.`,
    );
  }
  const revision = bytesOf(join(root, REVISION));
  const unsupported = revision.length === 4 ? boardWithoutPigpio(revision.readUInt32BE()) : null;
  if (unsupported !== null) throw new DriverUnavailable("boardUnsupported", withoutPigpioText(unsupported));
  const refusal = mayOpen(join(root, MEMORY));
  if (refusal !== null) {
    throw new DriverUnavailable(
      "notPermitted",
      `Expected /dev/mem to be open to this process (${refusal}): the pigpio library drives the pins through it and needs root. Run the controller as a service of its own as root, and Node-RED not; or use the driver pigpiod, which needs none.`,
    );
  }
  const holder = holderOf(root);
  if (holder !== null) throw new DriverUnavailable("boardBusy", heldText(holder));
}
