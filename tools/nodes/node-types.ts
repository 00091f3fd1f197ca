/** The nodes as they lie in the tree: a folder with a schema is a node, and its name is the node's type. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Types of all nodes, in the order of their names. */
export function nodeTypes(root: string): readonly string[] {
  return readdirSync(join(root, "nodes"))
    .filter((type) => existsSync(join(root, "nodes", type, `${type}.schema.ts`)))
    .sort();
}
