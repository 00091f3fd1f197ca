/** npm from a script: the npm that runs us when one does, else the one on the path. */
import { execFileSync } from "node:child_process";

/**
 * Runs npm and waits.
 * @returns what it printed on standard output.
 * @throws Error with npm's own words when it fails.
 */
export function npm(args: readonly string[], folder: string): string {
  const own = process.env.npm_execpath;
  const [command, first] = own === undefined ? ["npm", []] : [process.execPath, [own]];
  try {
    return execFileSync(command, [...first, ...args], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      stdio: ["ignore", "pipe", "pipe"],
      shell: own === undefined && process.platform === "win32",
    });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new Error(`npm ${args.join(" ")} failed in ${folder}:\n${said}`, { cause: error });
  }
}
