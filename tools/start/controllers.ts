/** The safety controllers of a demo: processes of their own, which outlive Node-RED until they are asked to end. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { LinkLost } from "#core/errors";
import { connectLink } from "#link/client";
import { parseControllerConfig } from "#link/controller-config";
import { CHARGER_FOLDER } from "./folder.ts";

/** A car is asked to stop first and has seconds to do so before the relay opens (ST-10, ST-11). */
const STOP_WITHIN = 20_000;
/** Time between asking a process to end and ending it. */
const MERCY = 2_000;
/** A controller listens this long after its file was written at the latest, ms. */
const LISTENS_AFTER = 5_000;
const POLL = 50;

interface KnownController {
  /** Wall time when its configuration was written, ms: the moment it was started, or earlier. */
  readonly writtenAt: number;
  readonly socket: string;
  /** Written by the controller when it starts; may be left over from one that has ended. */
  readonly pidFile: string;
}

/** @returns the controllers that were ever started in `folder`. */
function controllersIn(folder: string, warn: (text: string) => void): readonly KnownController[] {
  const chargers = join(folder, CHARGER_FOLDER);
  if (!existsSync(chargers)) return [];
  return readdirSync(chargers)
    .map((charger) => join(chargers, charger, "controller.json"))
    .filter((file) => existsSync(file))
    .flatMap((file) => knownBy(file, warn) ?? []);
}

/** Null for a file that nobody can read any more; it must not keep the others from being stopped. */
function knownBy(file: string, warn: (text: string) => void): KnownController | null {
  try {
    const { socket, stateDir } = parseControllerConfig(readFileSync(file, "utf8"), dirname(file));
    return { writtenAt: statSync(file).mtimeMs, socket, pidFile: join(stateDir, "controller.pid") };
  } catch (error) {
    warn(`The controller of ${file} is not asked to stop: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/**
 * Stops each controller in `folder` politely: the car stops drawing, the relay opens, the process ends. Settles when all are gone.
 * @param hurry when aborted, the relays open at once
 * @param warn hears of a controller that cannot be asked
 */
export async function stopControllers(folder: string, hurry: AbortSignal, warn: (text: string) => void = console.error): Promise<void> {
  await Promise.all(controllersIn(folder, warn).map((controller) => stopController(controller, hurry)));
}

async function stopController(controller: KnownController, hurry: AbortSignal): Promise<void> {
  const client = connectLink(controller.socket, { client: "npm start" });
  client.on("lost", () => undefined);
  const isAsked = await client.opened().then(
    async () => (await client.command({ command: "shutdown" })).ok,
    (reason: LinkLost) => (reason.code === "noController" ? null : false),
  );
  client.close();
  if (isAsked === null) {
    if (Date.now() - controller.writtenAt < LISTENS_AFTER) {
      // Started a moment ago, it may not listen yet.
      await wait(POLL);
      await stopController(controller, hurry);
    }
    return;
  }
  const pid = client.welcome?.pid ?? Number.parseInt(readFileSync(controller.pidFile, "utf8"), 10);
  if (isAsked && (await isGone(pid, STOP_WITHIN, hurry))) {
    return;
  }
  signal(pid, "SIGTERM");
  if (!(await isGone(pid, MERCY))) {
    signal(pid, "SIGKILL");
    await isGone(pid, MERCY);
  }
}

/** @returns false when there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function isGone(pid: number, withinMs: number, hurry?: AbortSignal): Promise<boolean> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline && hurry?.aborted !== true; await wait(POLL)) {
    if (!signal(pid, 0)) {
      return true;
    }
  }
  return !signal(pid, 0);
}
