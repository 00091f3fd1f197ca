/** The flow library's own judge, `node-red-dev validate`, run on what ships, with its calls to the network answered locally. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { npm } from "../npm.ts";

const JUDGE = "node-red-dev";
const JUDGE_VERSION = "0.1.6";
/** Rules that need no catalogue of other packages: licence, link, name, keyword, Node-RED, Node, examples, dependencies. */
export const RULES = ["P01", "P03", "P04", "P05", "P06", "P07", "N02", "D01"] as const;

interface Verdict {
  readonly test: boolean;
  readonly nodes?: readonly string[];
}

export interface Scorecard {
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Everything the judge said, for people. */
  readonly said: string;
}

/** @returns the judge's verdicts on the package in `folder`; `cache` keeps the judge between runs. */
export function judge(folder: string, cache: string): Scorecard {
  const home = join(cache, `${JUDGE}-${JUDGE_VERSION}`);
  const program = join(home, "node_modules", JUDGE, "bin/run");
  if (!existsSync(program)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), '{ "private": true }\n');
    npm(["install", `${JUDGE}@${JUDGE_VERSION}`, "--ignore-scripts", "--no-audit", "--no-fund"], home);
  }
  const card = join(folder, "..", "scorecard.json");
  const offline = pathToFileURL(join(import.meta.dirname, "offline/hooks.ts")).href;
  const said = execFileSync(
    process.execPath,
    ["--no-warnings", "--import", offline, program, "validate", "--path", folder, "--output", card],
    { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 },
  );
  return { verdicts: JSON.parse(readFileSync(card, "utf8")), said };
}

/** @returns one line for each rule that does not pass, for each node the judge could not read, and when there is nothing to judge. */
export function complaints({ verdicts, said }: Scorecard, nodeTypes: readonly string[]): readonly string[] {
  if (nodeTypes.length === 0) {
    return ["expected nodes for the palette, found none"];
  }
  const failed = RULES.filter((rule) => verdicts[rule]?.test !== true).map((rule) => `${rule} does not pass`);
  const unread = [...said.matchAll(/Unable to (?:parse|read example)[ :]+(.+)/g)].map(([, what]) => `the judge cannot read ${what}`);
  const shown = new Set(verdicts.N02?.nodes ?? []);
  const unshown = nodeTypes.filter((type) => !shown.has(type)).map((type) => `N02 no example uses ${type}`);
  return [...failed, ...unread, ...unshown];
}

/** Types that a node's page puts into the palette: each but the configuration nodes. */
export function paletteTypes(html: string): readonly string[] {
  return [...html.matchAll(/registerType\("([\w-]+)",\s*\{\s*category: "([^"]+)"/g)]
    .filter(([, , category]) => category !== "config")
    .map(([, type]) => type ?? "");
}
