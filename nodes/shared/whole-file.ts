/** Small files of a node: each beside the chargers' own folders, and each there as a whole or not at all. */
import { mkdirSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FlowNode, Red } from "./red.ts";

/** Where a node keeps its file. @param folder what it is about @param id the node's; it may come from a flow file somebody wrote */
export const nodeFilePath = (userDir: string, folder: string, id: string): string =>
  join(userDir, "j1772", folder, `${id.replace(/[^A-Za-z0-9_-]/g, "_")}.json`);

/**
 * Whether a node that closes was deleted, and its file with it. Node-RED calls one removed, too, that was only disabled, by itself or
 * with its flow, and wants its file again; and says nothing to nodes of a subflow, which are in the flows as their template and their
 * instance. What an instance within another instance has stays.
 */
export function isDeleted({ nodes }: Red, { id, z = "", _alias }: FlowNode): boolean {
  if (_alias !== undefined && z.includes("-")) return false;
  const missing = new Set(_alias === undefined ? [id] : [_alias, z]);
  nodes.eachNode((node) => missing.delete(node.id));
  return missing.size > 0;
}

/** There is no such file, which is nothing to complain of. */
export const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** Durable when it resolves; for nobody else to read. Of two writes at the same time the caller makes two in a row. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  const handle = await open(beside, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
}
