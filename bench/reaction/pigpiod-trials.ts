/** Controllers as they ship on the pigpiod driver, each with a virtual Pi of its own; every process apart, as on a real one but for the pins. */
import type { ChildProcess } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { INTERLOCK_NAMES } from "#pi/interlocks";
import type { SimAction } from "#simulator/actions";
import { machineMs } from "#virtual-pi/server";
import { VirtualPiProcess } from "../../test/process/virtual-pi-process.ts";
import { LEASE_MS } from "../support/flow-process.ts";
import { LiveController } from "../support/live-controller.ts";
import { EVENT_NAMES, EVENTS, type EventName } from "./events.ts";
import { type Death, SIGNALS, startFlow } from "./kill.ts";

/** Chargers at a time. */
const TOGETHER = 4;
/** The event comes at a random moment of this span: every phase of the loop, ms. */
const SPREAD_MS = 48;
const SOON_MS = 50;
/** Longer than anything that protects takes, ms. */
const RELEASED_WITHIN = 2_000;
/** A limit that nobody renews, and a car that takes its time to stop, ms. */
const LEASE_OVER_WITHIN = LEASE_MS + 10_000;
const CAR = { plugBounceMs: 0, decideMs: 300, startCurrentMs: 300, rampUpAps: 1_000 };

/** The control line takes no resistor of more than 100 kΩ; this is B as well. */
const ON_A_PI: Readonly<Record<EventName, SimAction>> = { ...EVENTS, carStops: { do: "car", car: { r3Ohm: 100_000 } } };

/** What is left to protect when the controller is gone. */
export const PROTECTIONS = ["oneShot", "deadMan"] as const;
export type Protection = (typeof PROTECTIONS)[number];

interface Charging {
  readonly pi: VirtualPiProcess;
  readonly controller: LiveController;
}

/** Brings a charger to charging, has `trial` measure it, and ends it. @param offer has the charger offer something */
async function withCharger(
  trial: (charging: Charging) => Promise<number>,
  { blockable = false, offer = (of: LiveController): unknown => of.offer() } = {},
): Promise<number> {
  const pi = await VirtualPiProcess.start();
  let controller: LiveController | null = null;
  try {
    controller = await LiveController.start(
      { kind: "pigpiod", port: pi.port, preset: "buildGuide", interlocks: [...INTERLOCK_NAMES] },
      { meter: "none" },
      blockable,
    );
    await offer(controller);
    await pi.apply({ do: "plug", car: CAR });
    await controller.until("charging");
    await pi.until(({ truth }) => truth.drawA > 6);
    return await trial({ pi, controller });
  } finally {
    await controller?.kill();
    await pi.stop();
  }
}

/** Measured times, and how many chargers opened by themselves before their trial because a process came late: safe, and nothing to measure. */
export interface Measured {
  readonly times: readonly number[];
  readonly spoiled: number;
}

async function many(trials: number, trial: () => Promise<number>): Promise<Measured> {
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
  return { times, spoiled };
}

/** @throws Error where the coil went off before */
function since(start: number, end: number | null): number {
  if (end === null || end < start) throw new Error("expected a coil that goes off after its event");
  return end - start;
}

const released = async (pi: VirtualPiProcess) =>
  (await pi.until(({ truth }) => !truth.coil || !truth.coilEnergised, RELEASED_WITHIN)).truth.marks;

/** @returns for each event, times from the event at the hardware to the coil's command being off, ms on the Pi's own clock. */
export async function reactions(perEvent: number): Promise<ReadonlyMap<EventName, Measured>> {
  const times = new Map<EventName, Measured>();
  for (const event of EVENT_NAMES) {
    const measured = await many(perEvent, () =>
      withCharger(async ({ pi }) => {
        const happensAt = await pi.apply(ON_A_PI[event], SOON_MS + Math.random() * SPREAD_MS);
        const { truth } = await pi.until(({ truth }) => !truth.coil, RELEASED_WITHIN);
        return since(happensAt, truth.marks.coilOffAt);
      }),
    );
    times.set(event, measured);
  }
  return times;
}

/** @returns times from the signal to the coil having no current, ms on the machine's clock. */
export function deaths(death: Death, protection: Protection, trials: number): Promise<Measured> {
  const trial = async ({ pi, controller }: Charging): Promise<number> => {
    if (protection === "deadMan") await pi.apply({ do: "inject", fault: "livenessStuck" });
    await wait(Math.random() * SPREAD_MS);
    const diedAt = machineMs();
    process.kill(controller.pid, SIGNALS[death]);
    const { coilReleasedAt } = await released(pi);
    return since(diedAt, coilReleasedAt);
  };
  return many(trials, () => withCharger(trial, { blockable: death === "blocked" }));
}

/** @returns times from the death of the flow that renews the limit to the coil having no current, ms on the machine's clock. */
export function flowDeaths(trials: number): Promise<Measured> {
  return many(trials, async () => {
    let flow: ChildProcess | null = null;
    const trial = async ({ pi }: Charging): Promise<number> => {
      const diedAt = machineMs();
      flow?.kill("SIGKILL");
      const { truth } = await pi.until(({ truth }) => !truth.coilEnergised, LEASE_OVER_WITHIN);
      return since(diedAt, truth.marks.coilReleasedAt);
    };
    try {
      return await withCharger(trial, {
        offer: (controller) => {
          flow = startFlow(controller.path);
        },
      });
    } finally {
      (flow as ChildProcess | null)?.kill("SIGKILL");
    }
  });
}
