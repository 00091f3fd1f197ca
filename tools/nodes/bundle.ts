/**
 * What Node-RED runs of a node: one file for each type, and what several need beside them. Some three hundred small files
 * would each be looked up, read and linked at every start of Node-RED.
 */
import { relative } from "node:path";
import { build } from "esbuild";

/** The oldest Node that the package runs on. */
const TARGET = "node22.9";

export interface BuiltFile {
  /** In the project, with `/` between its parts. */
  readonly path: string;
  readonly contents: Uint8Array;
}

/** @returns the files of `dist/nodes`, readable as they were written; packages and what is only loaded when it is needed stay apart. */
export async function bundleNodes(root: string, types: readonly string[]): Promise<readonly BuiltFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: types.map((type) => `nodes/${type}/${type}.ts`),
    outbase: "nodes",
    outdir: "dist/nodes",
    chunkNames: "shared/[name]-[hash]",
    bundle: true,
    splitting: true,
    write: false,
    format: "esm",
    platform: "node",
    target: TARGET,
    packages: "external",
    conditions: ["source"],
    logLevel: "warning",
  });
  return outputFiles.map(({ path, contents }) => ({ path: relative(root, path).replaceAll("\\", "/"), contents }));
}
