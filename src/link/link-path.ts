/** Where a charger's controller listens; both ends work it out from the same two words. */
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Longest socket path that every system takes, bytes (the smallest limit known is 104 with its terminator). */
const LONGEST_PATH = 100;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** A name that is safe in a file name and still differs when the charger's differs. */
function slug(charger: string): string {
  const plain = charger.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return plain === charger ? plain : `${plain.slice(0, 24)}-${hash(charger).slice(0, 8)}`;
}

/**
 * The link's address for `charger`, whose files live in `dir`: a socket in that folder; a short one in the system's temporary
 * folder when the path would be too long for a socket; a named pipe on Windows.
 */
export function linkPath(dir: string, charger: string): string {
  const path = join(isAbsolute(dir) ? dir : resolve(dir), `${slug(charger)}.sock`);
  if (process.platform === "win32") return `\\\\.\\pipe\\j1772-${hash(path.toLowerCase())}`;
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path;
  return join(tmpdir(), `j1772-${process.getuid?.() ?? 0}`, `${hash(path)}.sock`);
}
