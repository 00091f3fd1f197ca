/** The demo's page opens on a history that is not empty: an invented one, in a file of its own, behind a banner that says so. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WallTime } from "#core/units/units";
import { SqliteStore } from "#store/sqlite/sqlite-store";
import { FLOWS_FILE } from "./folder.ts";
import { sampleHistory } from "./sample-history.ts";

export const SAMPLE_FILE = "sample-history.db";
/** The same for everybody who tries it. */
const SEED = 1772;
const DAYS = 730;
const STORE_ID = "5a3b1e4157a70001";

/** Where the pages of the flows are, below Node-RED's address. */
export function pagePaths(folder: string): readonly string[] {
  const flows: readonly FlowNode[] = JSON.parse(readFileSync(join(folder, FLOWS_FILE), "utf8"));
  const pages = flows.filter(({ type, d }) => type === "charge-status" && d !== true);
  return pages.map(
    ({ path }) =>
      `/${String(path)
        .trim()
        .replace(/^\/+|\/+$/g, "")}`,
  );
}

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

/** Lets the page of the demo's example show the sample. Flows without a page are left as they are. */
export function showSample(folder: string): void {
  const file = join(folder, FLOWS_FILE);
  const flows: readonly FlowNode[] = JSON.parse(readFileSync(file, "utf8"));
  const own = flows.find(({ type }) => type === "j1772-store");
  if (own === undefined || !flows.some(({ type }) => type === "charge-status")) return;
  const store: FlowNode = {
    ...own,
    id: STORE_ID,
    name: "Sample history",
    file: SAMPLE_FILE,
    thinSamplesAfterDays: "",
    dropEventsAfterDays: "",
    info: "Invented sessions, to look around in. Nothing real is ever written here.",
  };
  const shown = flows.map((node) => (node.type === "charge-status" ? { ...node, sample: STORE_ID } : node));
  writeFileSync(file, `${JSON.stringify([...shown, store], null, 2)}\n`);
}

/**
 * Writes the sample beside the flows, unless it is there or nobody shows it. A half-written one is never taken for whole.
 * @param charger the name that its sessions carry
 */
export async function writeSample(folder: string, charger: string, today: WallTime): Promise<void> {
  const file = join(folder, SAMPLE_FILE);
  if (existsSync(file) || !readFileSync(join(folder, FLOWS_FILE), "utf8").includes(SAMPLE_FILE)) return;
  const beside = join(dirname(file), `.${SAMPLE_FILE}.part`);
  const parts = ["", "-wal", "-shm"];
  for (const part of parts) rmSync(`${beside}${part}`, { force: true });
  const store = new SqliteStore(beside);
  for (const batch of sampleHistory({ seed: SEED, today: WallTime(today), days: DAYS, charger })) await store.append(batch);
  await store.close();
  renameSync(beside, file);
  for (const part of parts) rmSync(`${beside}${part}`, { force: true });
}
