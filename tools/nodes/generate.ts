/** `npm run generate`: writes each node's html, help and page from its schema and words, and the wiring diagrams. With `--check` it only compares. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exampleFaces } from "#core/display/examples";
import { previewSheet } from "#core/display/preview";
import { descriptionText } from "../page/openapi.ts";
import { wiringDrawings } from "../wiring/drawings.ts";
import { LANGUAGES } from "./catalog.ts";
import { docsIndex, docsPage } from "./docs.ts";
import { formHtml } from "./form.ts";
import { helpMarkdown } from "./help.ts";
import { loadSlices } from "./slices.ts";

/** How many states the help of a display shows, beneath each other: a sidebar is narrow. */
const HELP_STATES = 4;

const root = join(import.meta.dirname, "../..");

/** Every generated file, by its path below `root`. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const pages = [];
  for (const slice of await loadSlices(root)) {
    const { type } = slice;
    files.set(`nodes/${type}/${type}.html`, formHtml(slice));
    for (const language of LANGUAGES) {
      files.set(
        `nodes/${type}/locales/${language}/${type}.html`,
        `<script type="text/markdown" data-help-name="${type}">\n${helpMarkdown(slice, language)}</script>\n`,
      );
    }
    const help = helpMarkdown(slice, "en-US");
    files.set(`docs/nodes/${type}.md`, docsPage(type, help));
    pages.push({ type, help });
  }
  files.set("docs/nodes/README.md", docsIndex(pages));
  files.set("nodes/charge-status/openapi.json", descriptionText());
  for (const language of ["en", "de"] as const)
    files.set(`resources/j1772-display-${language}.svg`, `${previewSheet(exampleFaces(language, 30).slice(0, HELP_STATES), 1)}\n`);
  for (const [path, drawing] of wiringDrawings()) files.set(path, drawing);
  return files;
}

/** Paths of generated files that are not as they would be generated now. */
export async function outdatedFiles(): Promise<readonly string[]> {
  const files = [...(await generatedFiles())];
  return files
    .filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text)
    .map(([path]) => path);
}

if (import.meta.main) {
  const outdated = await outdatedFiles();
  if (process.argv.includes("--check")) {
    for (const path of outdated) console.error(`${path} is not what its sources say: run npm run generate`);
    process.exitCode = outdated.length === 0 ? 0 : 1;
  } else {
    const files = await generatedFiles();
    for (const path of outdated) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), files.get(path) ?? "");
      console.log(`wrote ${path}`);
    }
  }
}
