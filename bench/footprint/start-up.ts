/** What the package adds to the start of Node-RED: the same empty folder started with it and without it, in pairs. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FLOWS_FILE, SETTINGS_FILE } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { quantile } from "../report/spread.ts";

/** Node-RED itself says when its flows are up; `performance.now` counts from the start of its process. */
const SETTINGS = `module.exports = {
  uiHost: "127.0.0.1",
  credentialSecret: "bench",
  telemetry: { enabled: false },
  logging: {
    bench: {
      level: "info",
      handler: () => ({ msg }) => {
        if (/Started flows/.test(String(msg))) process.send({ startedAfterMs: performance.now() });
      },
    },
  },
};
`;
const START_WITHIN = 60_000;

/** @returns milliseconds from the start of the process to running flows. */
async function startUp(packageFolder: string | undefined): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-up-"));
  writeFileSync(join(folder, SETTINGS_FILE), SETTINGS);
  writeFileSync(join(folder, FLOWS_FILE), "[]");
  const nodeRed = new NodeRed({ folder, port: await freePort(), ...(packageFolder === undefined ? {} : { packageFolder }) });
  try {
    const [message] = await once(nodeRed.child, "message", { signal: AbortSignal.timeout(START_WITHIN) });
    return message.startedAfterMs;
  } finally {
    await nodeRed.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface StartUpCost {
  readonly pairs: number;
  /** Medians, ms. */
  readonly withoutMs: number;
  readonly withMs: number;
  /** Median of the differences of each pair, ms. */
  readonly costMs: number;
  /** Half the distance between the quartiles of the differences, ms. */
  readonly noiseMs: number;
}

const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** Which of a pair goes first changes from pair to pair, so that a warming machine favours neither. */
export async function startUpCost(project: string, pairs: number): Promise<StartUpCost> {
  await startUp(project);
  const without: number[] = [];
  const withPackage: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const order = pair % 2 === 0 ? [undefined, project] : [project, undefined];
    for (const folder of order) {
      (folder === undefined ? without : withPackage).push(await startUp(folder));
    }
  }
  const differences = ascending(withPackage.map((ms, pair) => ms - (without[pair] ?? Number.NaN)));
  return {
    pairs,
    withoutMs: quantile(ascending(without), 0.5),
    withMs: quantile(ascending(withPackage), 0.5),
    costMs: quantile(differences, 0.5),
    noiseMs: (quantile(differences, 0.75) - quantile(differences, 0.25)) / 2,
  };
}
