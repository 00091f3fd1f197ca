/** The controller dies, stands still or loses its flow while it charges: how long until the coil has no current, as seen by a process that lives on. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CoilWitness } from "#simulator/coil-witness";
import { LEASE_MS } from "../support/flow-process.ts";
import { LiveController } from "../support/live-controller.ts";

/** Killed, held by the system, and held by its own code that does not return. */
export const DEATHS = ["SIGKILL", "SIGSTOP", "blocked"] as const;
export type Death = (typeof DEATHS)[number];
/** What a process is sent. */
export const SIGNALS: Readonly<Record<Death, NodeJS.Signals>> = { SIGKILL: "SIGKILL", SIGSTOP: "SIGSTOP", blocked: "SIGUSR2" };

/** Controllers that charge at the same time. */
const TOGETHER = 6;
/** The signal comes at a random moment of this span: every phase of the loop. */
const SPREAD_MS = 48;
/** Long after every one-shot has dropped. */
const LOOK_AFTER_MS = 300;
const CAR = { decideMs: 300, startCurrentMs: 500 };
/** A limit that nobody renews, and a car that takes its time to stop. */
const LEASE_OVER_WITHIN_MS = LEASE_MS + 10_000;
const FLOW = new URL("../support/flow-process.ts", import.meta.url).pathname;

/** A flow in a process of its own. */
export const startFlow = (path: string): ChildProcess =>
  spawn(process.execPath, ["--conditions=source", FLOW, path], { stdio: ["ignore", "ignore", "inherit"] });

/** @returns for each of `trials` controllers, the time from its death to the coil losing its current, ms. */
export const dieAndRelease = (death: Death, trials: number): Promise<readonly number[]> => many(trials, () => die(death));

/**
 * A charger that opened before its trial, because its process came late, is safe and measures nothing: another takes its place.
 * @throws the last failure when there are as many as trials
 */
async function many(trials: number, trial: () => Promise<number>): Promise<readonly number[]> {
  const times: number[] = [];
  let spoiled = 0;
  while (times.length < trials) {
    const outcomes = await Promise.allSettled(Array.from({ length: Math.min(TOGETHER, trials - times.length) }, trial));
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") times.push(outcome.value);
      else if (spoiled === trials) throw outcome.reason;
      else spoiled += 1;
    }
  }
  return times;
}

/** @returns for each of `trials` controllers, the time from the death of the flow that renews its limit to the coil losing its current, ms. */
export function loseFlow(trials: number): Promise<readonly number[]> {
  return many(trials, () =>
    witnessed(false, async (controller, witness) => {
      const flow = startFlow(controller.path);
      try {
        await charging(controller, witness);
        const diedAt = performance.now();
        flow.kill("SIGKILL");
        let releasedAt: number | null = null;
        while (releasedAt === null && performance.now() - diedAt < LEASE_OVER_WITHIN_MS) {
          await wait(SPREAD_MS);
          releasedAt = witness.coilOffAt(performance.now());
        }
        if (releasedAt === null) throw new Error(`the coil still has current ${LEASE_OVER_WITHIN_MS} ms after the flow was killed`);
        return releasedAt - diedAt;
      } finally {
        flow.kill("SIGKILL");
      }
    }),
  );
}

const die = (death: Death): Promise<number> =>
  witnessed(death === "blocked", async (controller, witness) => {
    await controller.offer();
    await charging(controller, witness);
    const diedAt = performance.now();
    process.kill(controller.pid, SIGNALS[death]);
    await wait(LOOK_AFTER_MS);
    const releasedAt = witness.coilOffAt(performance.now());
    if (releasedAt === null) throw new Error(`the coil still has current ${LOOK_AFTER_MS} ms after ${death}`);
    return releasedAt - diedAt;
  });

/** Until a car draws current, at a random moment of the loop. */
async function charging(controller: LiveController, witness: CoilWitness): Promise<void> {
  await controller.sim({ do: "plug", car: CAR });
  await controller.until("charging");
  await wait(Math.random() * SPREAD_MS);
  if (!witness.coilEnergised(performance.now())) {
    throw new Error("expected the witness to see a coil with current before anything dies");
  }
}

/** A controller on the simulated board, and a witness of its coil. */
async function witnessed(
  blockable: boolean,
  trial: (controller: LiveController, witness: CoilWitness) => Promise<number>,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-witness-"));
  const path = process.platform === "win32" ? `\\\\.\\pipe\\${folder.replaceAll("\\", "-")}` : join(folder, "witness.sock");
  const witness = new CoilWitness();
  const line = createServer((socket) => socket.on("data", (bytes) => witness.feed(bytes, performance.now())));
  await new Promise<void>((resolve) => line.listen(path, resolve));
  const controller = await LiveController.start({ kind: "sim", witness: path }, {}, blockable);
  try {
    return await trial(controller, witness);
  } finally {
    await controller.kill();
    line.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
