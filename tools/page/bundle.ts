/** A node's page as one file: markup, style and script together, so that one request brings it all. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** What a page may weigh, compressed, bytes. */
export const HEAVIEST_PAGE = 120_000;

const STYLE = "/* style */";
const SCRIPT = "/* script */";

/** @returns the page of this node's `page` folder; null when it has none. */
export async function bundlePage(root: string, type: string): Promise<string | null> {
  const folder = join(root, "nodes", type, "page");
  const frame = join(folder, "page.html");
  if (!existsSync(frame)) return null;
  const script = await bundleScript(join(folder, "page.ts"));
  const style = await bundleStyle(join(folder, "page.css"));
  const html = readFileSync(frame, "utf8");
  if (!html.includes(STYLE) || !html.includes(SCRIPT)) throw new Error(`${frame}: expected the places for style and script.`);
  // Replaced by functions: a "$" in the code is no pattern.
  return html.replace(STYLE, () => style).replace(SCRIPT, () => script);
}

async function bundleScript(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["source"],
    legalComments: "none",
    logLevel: "warning",
  });
  const script = outputFiles[0]?.text ?? "";
  if (/<\/script/i.test(script)) throw new Error(`${entry}: the script would end its own tag.`);
  return script.trim();
}

async function bundleStyle(entry: string): Promise<string> {
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, minify: true, logLevel: "warning" });
  return (outputFiles[0]?.text ?? "").trim();
}
