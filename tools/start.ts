/** `npm start`: the complete charger in Node-RED, on a machine that has nothing but Node and npm. */
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "#controller/lock";
import { WallTime } from "#core/units/units";
import { buildIfStale } from "./start/build.ts";
import { stopControllers } from "./start/controllers.ts";
import { LOG_FILE, prepareFolder } from "./start/folder.ts";
import { NodeRed } from "./start/node-red.ts";
import { HELP, readOptions, type StartOptions } from "./start/options.ts";
import { isFree } from "./start/port.ts";
import { pagePaths, showSample, writeSample } from "./start/sample.ts";

const PROJECT = join(import.meta.dirname, "..");
const EXAMPLE = join(PROJECT, "examples", "01 - Complete charger.json");
/** SIGHUP is a closed terminal, SIGBREAK Ctrl-Break on Windows. */
const ENDINGS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"];
/** What the example calls its charger. */
const CHARGER = "Carport";
/** How often to look whether we still have a parent, ms. */
const ORPHAN_CHECK = 500;

/** The first ending asks for a polite stop, the second for a quick one. Losing the npm that runs us is an ending too. */
function endings(): { readonly first: AbortSignal; readonly second: AbortSignal } {
  const first = new AbortController();
  const second = new AbortController();
  for (const ending of ENDINGS) {
    process.on(ending, () => (first.signal.aborted ? second : first).abort());
  }
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || first.abort(), ORPHAN_CHECK).unref();
  return { first: first.signal, second: second.signal };
}

/** Runs the demo until somebody ends it. @returns the exit code. */
async function run({ port, folder, fresh }: StartOptions): Promise<number> {
  const { first, second } = endings();
  if (!(await isFree(port))) {
    console.error(`Port ${port} is taken by another program. Choose another: npm start -- --port ${port + 1}`);
    return 1;
  }
  let isExample: boolean;
  try {
    buildIfStale(PROJECT);
    isExample = await ownFolder(folder, fresh);
  } catch (error) {
    return failed(error);
  }
  const nodeRed = new NodeRed({ folder, port, packageFolder: PROJECT });
  const ended = nodeRed.ended();
  try {
    await Promise.race([nodeRed.running(), once(first, "abort")]);
    if (!first.aborted) {
      console.log(welcome(nodeRed.address, folder, isExample));
      await Promise.race([ended, once(first, "abort")]);
    }
    if (!first.aborted) {
      console.error(`Node-RED ended by itself. The end of ${LOG_FILE}:\n${nodeRed.logTail()}`);
      return 1;
    }
    console.log("\nStopping: Node-RED, then the charger, which lets the car stop before it opens. Ctrl-C again opens it at once.");
    return 0;
  } catch (error) {
    return failed(error);
  } finally {
    await nodeRed.stop();
    await stopControllers(folder, second);
  }
}

/** Takes the folder for this demo alone and makes it ready. @returns whether the example was put in place. */
async function ownFolder(folder: string, fresh: boolean): Promise<boolean> {
  mkdirSync(folder, { recursive: true });
  if ((await lockFolder(folder)) === null) {
    throw new Error(`A demo already runs in ${folder}. End it first, or keep this one elsewhere: npm start -- --port N --dir D`);
  }
  const isExample = prepareFolder(folder, EXAMPLE, fresh);
  if (isExample) showSample(folder);
  await writeSample(folder, CHARGER, WallTime(Date.now()));
  return isExample;
}

/** Says why in a sentence. @returns the exit code. */
function failed(error: unknown): number {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
}

function welcome(address: string, folder: string, isExample: boolean): string {
  const flows = isExample
    ? `The example "01 - Complete charger" is deployed. A simulated car plugs in by itself and is charging
  within a minute. Press the buttons in the flow: plug, unplug, change the current, trip the
  ground fault, weld the relay. The node statuses and the debug sidebar show what happens.`
    : `Your flows of last time are deployed. For the example as it was: npm start -- --fresh`;
  const pages = pagePaths(folder).map(
    (path) => `  The chargers' page is at ${address}${path}/ (with a sample history, marked as such, until its own begins)\n`,
  );
  return `
  Node-RED runs at ${address}
${pages.join("")}
  ${flows}

  Everything is kept in ${folder}
  Ctrl-C stops Node-RED and the charger.
`;
}

// A closed terminal cannot be written to any more; that must not keep the charger from being stopped.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

const options = readOptions(process.argv.slice(2), PROJECT);
if (options === "help") {
  console.log(HELP);
} else if ("wrong" in options) {
  console.error(`${options.wrong}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  process.exitCode = await run(options);
}
