/** The link's socket as a file: a private folder for it, nothing dead in its place, and nobody else's hands on it. Named pipes need none of this. */
import { chmodSync, lstatSync, mkdirSync, statSync, unlinkSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { ConfigError, StoreUnavailable } from "#core/errors";

/** A live controller accepts at once; one that is stopped has its backlog accept for it, ms. */
const PROBE = 1_000;

const OWNER_ONLY = 0o600;
const OWNER_AND_GROUP = 0o660;
const PRIVATE_FOLDER = 0o700;
const WRITABLE_BY_ALL = 0o002;
/** In a sticky folder such as /tmp nobody removes another user's files. */
const STICKY = 0o1000;

const isFile = process.platform !== "win32";

/** True when something accepts connections on `path`. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(PROBE, () => settle(true));
    socket.on("connect", () => settle(true));
    socket.on("error", () => settle(false));
  });
}

/**
 * Makes the folder, and removes the socket that a dead controller left.
 * @throws StoreUnavailable `socketTaken` when somebody answers there, `socketUnavailable` when the folder cannot be made; ConfigError when
 * something that is no socket is there, or when anybody could put another socket in its place
 */
export async function makeRoomForSocket(path: string): Promise<void> {
  if (!isFile) return;
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  } catch (cause) {
    throw new StoreUnavailable("socketUnavailable", `Cannot make the folder ${folder}: ${(cause as Error).message}.`, { cause });
  }
  const { mode, uid } = statSync(folder);
  const isOpen = (mode & WRITABLE_BY_ALL) !== 0 && (mode & STICKY) === 0;
  const isStrangers = uid !== 0 && uid !== process.getuid?.();
  if (isOpen || isStrangers) {
    throw new ConfigError(
      "openFolder",
      `${folder} ${isOpen ? "can be written to by everyone" : "belongs to another user"}; choose a private folder for the socket.`,
    );
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new ConfigError("notASocket", `${path} is there and is not a socket; choose another path or remove it.`);
  if (await answers(path)) throw new StoreUnavailable("socketTaken", `Another controller listens on ${path}.`);
  unlinkSync(path);
}

/** Lets the controller's own user connect, or its group too; nobody else ever. */
export function restrictSocket(path: string, access: "owner" | "group"): void {
  if (isFile) chmodSync(path, access === "group" ? OWNER_AND_GROUP : OWNER_ONLY);
}
