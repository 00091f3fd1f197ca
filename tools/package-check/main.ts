/** `npm run package-check`: packs the package and judges what ships. Exit code 1 when something is wrong. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "../npm.ts";
import { leftoversIn, looseEndsIn, missingFrom, type PackedFile, strangersIn, weightOf } from "./contents.ts";
import { complaints, judge, paletteTypes } from "./scorecard.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "package-check-"));

try {
  npm(["run", "build"], root);
  const [packed] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root));
  execFileSync("tar", ["-xzf", packed.filename], { cwd: folder });
  const unpacked = join(folder, "package");
  const manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  const files: readonly PackedFile[] = packed.files;
  const text = (path: string): string => readFileSync(join(unpacked, path), "utf8");
  const nodeTypes = Object.values<string>(manifest["node-red"].nodes).flatMap((file) => paletteTypes(text(file.replace(/\.js$/, ".html"))));

  const checks: readonly (readonly [string, readonly string[]])[] = [
    ["nothing of the workshop is packed", strangersIn(files)],
    ["nothing is left over from an older build", leftoversIn(files, (path) => existsSync(join(root, path)))],
    ["nothing a user needs is missing", missingFrom(files, manifest, text)],
    ["whatever a file loads is packed, too", looseEndsIn(files, manifest, text)],
    ["the package is light", weightOf(files)],
    [
      `the flow library's rules pass for ${nodeTypes.join(", ")}`,
      complaints(judge(unpacked, join(root, "node_modules/.cache")), nodeTypes),
    ],
  ];
  for (const [name, wrong] of checks) {
    console.log(`${wrong.length === 0 ? "✔" : "✘"} ${name}`);
    for (const line of wrong) {
      console.log(`    ${line}`);
    }
  }
  console.log(`${packed.filename}: ${files.length} files, ${packed.size} bytes packed, ${packed.unpackedSize} unpacked`);
  process.exitCode = checks.some(([, wrong]) => wrong.length > 0) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
