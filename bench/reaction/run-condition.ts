/** Tries chargers under one condition: in a process of their own, and beside it, in the same Node-RED that the condition troubles. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { controllerExecArgv } from "#link/spawn-flags";
import { FLOWS_FILE, SETTINGS_FILE } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import type { BatchReport } from "./batch.ts";
import { type Condition, flowsOf, SPIN_MS } from "./conditions.ts";
import { EVENT_NAMES } from "./events.ts";
import type { NaivePlan } from "./naive.ts";
import type { Reaction } from "./stage.ts";

/** A condition that has not given its trials by then never will, ms. */
const GIVE_UP = 600_000;
/**
 * A controller runs without optimising compilers to stay small. Here they stay on: preparing chargers would take all day without, and
 * sixteen compiled loops take together what one interpreted loop takes.
 */
const FLAGS = controllerExecArgv.filter((flag) => flag !== "--no-opt" && flag !== "--no-maglev");
/** Sources as they are, and a way to collect the garbage of preparing before a trial. */
const BENCH_FLAGS = ["--conditions=source", "--expose-gc"];
const NAIVE: NaivePlan = { size: 4, spreadMs: 36 };
/** A block gives each charger one trial: more of them, so that there are some. */
const NAIVE_BLOCKED: NaivePlan = { size: 16, spreadMs: SPIN_MS };

/** What one kind of charger did under one condition. */
export interface Trials {
  readonly reactions: Reaction[];
  /** Opened before their event, because the loop was late: safe, and no reaction to measure. */
  spoiled: number;
}

export interface ConditionResult {
  readonly condition: Condition;
  readonly controller: Trials;
  readonly naive: Trials;
}

/** @param perEvent trials wanted of each event; the naive charger gets as many as fit beside them, at least one batch */
export async function runCondition(condition: Condition, perEvent: number): Promise<ConditionResult> {
  const folder = mkdtempSync(join(tmpdir(), "bench-reaction-"));
  const nodeRed = await startNodeRed(condition, folder);
  const hogs = Array.from({ length: condition.hogs }, () => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
  const trials = fork(join(import.meta.dirname, "controller-trials.ts"), condition.raised ? ["--raise"] : [], {
    execArgv: [...BENCH_FLAGS, ...FLAGS],
  });
  const naive: Trials = { reactions: [], spoiled: 0 };
  nodeRed.child.on("message", (report: BatchReport) => add(naive, report));
  try {
    const controller = await enough(trials, perEvent);
    while (naive.reactions.length === 0) {
      await once(nodeRed.child, "message", { signal: AbortSignal.timeout(GIVE_UP) });
    }
    return { condition, controller, naive };
  } finally {
    trials.kill("SIGKILL");
    for (const hog of hogs) {
      hog.kill("SIGKILL");
    }
    // A Node-RED that spins hears nothing polite.
    nodeRed.child.kill("SIGKILL");
    await nodeRed.ended();
    rmSync(folder, { recursive: true, force: true });
  }
}

function add(trials: Trials, { reactions, spoiled }: BatchReport): void {
  trials.reactions.push(...reactions);
  trials.spoiled += spoiled;
}

async function enough(child: ChildProcess, perEvent: number): Promise<Trials> {
  const trials: Trials = { reactions: [], spoiled: 0 };
  const signal = AbortSignal.timeout(GIVE_UP);
  const isShort = (): boolean =>
    EVENT_NAMES.some((event) => trials.reactions.filter((reaction) => reaction.event === event).length < perEvent);
  const died = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`the process that runs trials ended with ${code} after ${trials.reactions.length} trials`);
  });
  died.catch(() => undefined);
  while (isShort()) {
    const [report] = (await Promise.race([once(child, "message", { signal }), died])) as [BatchReport];
    add(trials, report);
  }
  return trials;
}

async function startNodeRed(condition: Condition, folder: string): Promise<NodeRed> {
  const plan = condition.flow === "spins" ? NAIVE_BLOCKED : NAIVE;
  const naive = JSON.stringify(join(import.meta.dirname, "naive.ts"));
  writeFileSync(
    join(folder, SETTINGS_FILE),
    `module.exports = {
  uiHost: "127.0.0.1",
  credentialSecret: "bench",
  telemetry: { enabled: false },
  runtimeState: { enabled: true },
  functionGlobalContext: { naive: require(${naive}).naiveChargers(${JSON.stringify(plan)}) },
};
`,
  );
  writeFileSync(join(folder, FLOWS_FILE), JSON.stringify(flowsOf(condition)));
  const nodeRed = new NodeRed({ folder, port: await freePort(), nodeOptions: BENCH_FLAGS });
  await nodeRed.running();
  return nodeRed;
}
