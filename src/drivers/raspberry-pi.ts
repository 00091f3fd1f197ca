/** What a Raspberry Pi tells of itself in files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isStrict } from "#pi/boards";

/** What every model's name begins with. */
export const PI_MODEL = "Raspberry Pi";

/** A file's text, or nothing. @param root folder that stands for the machine's own */
export const textIn = (path: string, root = "/"): Promise<string> => readFile(join(root, path), "utf8").catch(() => "");

/** True where this machine is a Pi whose config.txt can be read and is not strict. */
export async function isLoose(root = "/"): Promise<boolean> {
  if (!(await textIn("proc/device-tree/model", root)).startsWith(PI_MODEL)) return false;
  const config = (await textIn("boot/firmware/config.txt", root)) || (await textIn("boot/config.txt", root));
  return config !== "" && !isStrict(config);
}

/** What to say of a loose Pi. @see conformance 3.4 H2 */
export const LOOSE_TEXT =
  'config.txt lacks "dtparam=strict_gpiod": a pin keeps its last level when a program that holds it ends. Add the line and restart';
