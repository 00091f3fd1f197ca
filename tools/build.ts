/**
 * `npm run build`: what Node-RED needs to load the package. Type checks and compiles what changed, bundles the nodes' and the
 * editor's code, and puts each node's html, words and icon beside its file. Writes only what differs.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { bundleNodes } from "./nodes/bundle.ts";
import { LANGUAGES, readCatalog } from "./nodes/catalog.ts";
import { nodeTypes } from "./nodes/node-types.ts";
import { bundlePage } from "./page/bundle.ts";

const root = join(import.meta.dirname, "..");
/** What ships; tests are checked by `npm run types`. */
const PROJECTS = ["src/cli", "src/controller", "nodes", "nodes/tsconfig.editor.json", "nodes/charge-status/page"];

function compile(): void {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-b", ...PROJECTS], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** What an older build left is gone: it would ship. */
async function bundleRuntime(types: readonly string[]): Promise<void> {
  const files = await bundleNodes(root, types);
  for (const { path, contents } of files) put(path, Buffer.from(contents));
  const built = new Set(files.map(({ path }) => join(root, path)));
  for (const { name, parentPath } of readdirSync(join(root, "dist/nodes"), { recursive: true, withFileTypes: true })) {
    const file = join(parentPath, name);
    if (name.endsWith(".js") && !built.has(file)) rmSync(file);
  }
}

/** One script for all nodes; each node's html asks for it, and the browser fetches it once. */
async function bundleEditor(types: readonly string[]): Promise<void> {
  const contents = [
    ...types.map((type) => `import "./nodes/${type}/${type}.editor.ts";`),
    'import { check, prepare } from "./nodes/shared/editor/j1772.ts";',
    "globalThis.J1772 = { check, prepare };",
  ].join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2022",
    conditions: ["source"],
    legalComments: "none",
    logLevel: "warning",
  });
  for (const { contents: script } of outputFiles) put("resources/j1772-editor.js", Buffer.from(script));
}

function copyBesideCode(type: string): void {
  const from = join(root, "nodes", type);
  put(`dist/nodes/${type}/${type}.html`, readFileSync(join(from, `${type}.html`)));
  for (const language of LANGUAGES) {
    const to = `dist/nodes/${type}/locales/${language}/${type}`;
    put(`${to}.json`, Buffer.from(JSON.stringify(readCatalog(root, type, language))));
    put(`${to}.html`, readFileSync(join(from, "locales", language, `${type}.html`)));
  }
}

/** Pages that a node shows by itself, each one file, and the description of their interface. */
async function bundlePages(type: string): Promise<void> {
  const page = await bundlePage(root, type);
  if (page !== null) put(`dist/nodes/${type}/page.html`, Buffer.from(page));
  const description = join(root, "nodes", type, "openapi.json");
  if (existsSync(description))
    put(`dist/nodes/${type}/openapi.json`, Buffer.from(JSON.stringify(JSON.parse(readFileSync(description, "utf8")))));
}

function put(path: string, content: Buffer): void {
  const file = join(root, path);
  try {
    if (readFileSync(file).equals(content)) return;
  } catch {
    mkdirSync(dirname(file), { recursive: true });
  }
  writeFileSync(file, content);
}

compile();
const types = nodeTypes(root);
await bundleRuntime(types);
await bundleEditor(types);
for (const type of types) {
  copyBesideCode(type);
  await bundlePages(type);
  const icon = join(root, "icons", `${type}.svg`);
  put(`dist/nodes/${type}/icons/${type}.svg`, readFileSync(icon));
}
