/** The controller dies while it charges: how long until the coil has no current, as seen by a process that lives on. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CoilWitness } from "#simulator/coil-witness";
import { LiveController } from "../support/live-controller.ts";

export const DEATHS = ["SIGKILL", "SIGSTOP"] as const;
export type Death = (typeof DEATHS)[number];

/** Controllers that charge at the same time. */
const TOGETHER = 6;
/** The signal comes at a random moment of this span: every phase of the loop. */
const SPREAD_MS = 48;
/** Long after every one-shot has dropped. */
const LOOK_AFTER_MS = 300;
const CAR = { decideMs: 300, startCurrentMs: 500 };

/** @returns for each of `trials` controllers, the time from its death to the coil losing its current, ms. */
export async function dieAndRelease(death: Death, trials: number): Promise<readonly number[]> {
  const times: number[] = [];
  while (times.length < trials) {
    const together = Math.min(TOGETHER, trials - times.length);
    times.push(...(await Promise.all(Array.from({ length: together }, () => die(death)))));
  }
  return times;
}

async function die(death: Death): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-witness-"));
  const path = process.platform === "win32" ? `\\\\.\\pipe\\${folder.replaceAll("\\", "-")}` : join(folder, "witness.sock");
  const witness = new CoilWitness();
  const line = createServer((socket) => socket.on("data", (bytes) => witness.feed(bytes, performance.now())));
  await new Promise<void>((resolve) => line.listen(path, resolve));
  const controller = await LiveController.start({ kind: "sim", witness: path });
  try {
    await controller.offer();
    await controller.sim({ do: "plug", car: CAR });
    await controller.until("charging");
    await wait(Math.random() * SPREAD_MS);
    if (!witness.coilEnergised(performance.now())) {
      throw new Error("expected the witness to see a coil with current before the controller dies");
    }
    process.kill(controller.pid, death);
    const diedAt = performance.now();
    await wait(LOOK_AFTER_MS);
    const releasedAt = witness.coilOffAt(performance.now());
    if (releasedAt === null) {
      throw new Error(`the coil still has current ${LOOK_AFTER_MS} ms after ${death}`);
    }
    return releasedAt - diedAt;
  } finally {
    await controller.kill();
    line.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
