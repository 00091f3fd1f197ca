import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type BuiltFile, bundleNodes } from "./bundle.ts";
import { nodeTypes } from "./node-types.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Each file is one more to look up, read and link at every start of Node-RED. */
const MOST_FILES = 60;

describe("the nodes' code as Node-RED loads it", () => {
  let files: ReadonlyMap<string, string>;
  before(async () => {
    const built: readonly BuiltFile[] = await bundleNodes(ROOT, nodeTypes(ROOT));
    files = new Map(built.map(({ path, contents }) => [path, Buffer.from(contents).toString("utf8")]));
  });

  /** What is loaded with a file: imported, not by a call of `import`. */
  const importsOf = (path: string): readonly string[] =>
    [...(files.get(path) ?? "").matchAll(/^(?:import|\}).* ?"([^"]+)";$/gm)].map(([, from]) => from ?? "");

  it("is one file for each type, and few that several share", () => {
    const { "node-red": declared } = createRequire(import.meta.url)("../../package.json");
    for (const file of Object.values<string>(declared.nodes)) assert.match(files.get(file) ?? "", /^export \{[^}]*default/m, file);
    assert.ok(files.size <= MOST_FILES, `${files.size} files`);
  });

  it("holds each error class once, so that it is known wherever it was thrown", () => {
    const holders = [...files.values()].filter((text) => /class StoreUnavailable\b|StoreUnavailable = class/.test(text));
    assert.equal(holders.length, 1);
  });

  it("loads no database and no channel before somebody needs it", () => {
    const early = new Set<string>();
    const visit = (path: string): void => {
      if (early.has(path)) return;
      early.add(path);
      for (const from of importsOf(path)) visit(from.startsWith(".") ? join(path, "..", from) : from);
    };
    for (const type of nodeTypes(ROOT)) visit(`dist/nodes/${type}/${type}.js`);
    assert.ok(early.has("valibot"), "what is loaded early was not found");
    assert.deepEqual(
      [...early].filter((name) => /^(pg|web-push|node:sqlite)$|(sqlite|postgres)-store/.test(name)),
      [],
    );
  });
});
