/**
 * One controller a charger. The lock is held by the kernel, on a name made of the state folder, and goes with the process however
 * it dies: there is no stale lock, and no moment between looking and taking. The file beside it only says who holds it (F-44).
 */
import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { StoreUnavailable } from "#core/errors";

export interface Lock {
  release(): void;
}

/** BSD and macOS take a lock while they open a file; Node passes the flag on without knowing it. */
const O_EXLOCK = 0x20;

const nameOf = (stateDir: string): string => `j1772-lock-${createHash("sha256").update(realpathSync(stateDir)).digest("hex").slice(0, 32)}`;

/** A server on a name of the kernel's, which no two processes can have: an abstract socket on Linux, a named pipe on Windows. */
function takeName(name: string): Promise<Lock | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(null);
      else reject(error);
    });
    server.listen(name, () => resolve({ release: () => server.close() }));
    server.unref();
  });
}

function takeFile(path: string): Lock | null {
  try {
    const handle = openSync(path, constants.O_CREAT | constants.O_RDWR | constants.O_NONBLOCK | O_EXLOCK, 0o600);
    return { release: () => closeSync(handle) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return null;
    throw error;
  }
}

/** Takes a folder (which must exist) for this process alone. @returns null when another process has it */
export function lockFolder(folder: string): Promise<Lock | null> {
  switch (process.platform) {
    case "linux":
    case "android":
      return takeName(`\0${nameOf(folder)}`);
    case "win32":
      return takeName(`\\\\.\\pipe\\${nameOf(folder)}`);
    default:
      return Promise.resolve(takeFile(join(folder, "controller.lock")));
  }
}

function holderOf(path: string): string {
  try {
    return `pid ${Number.parseInt(readFileSync(path, "utf8"), 10)}`;
  } catch {
    return "pid unknown";
  }
}

/** Takes the charger whose state lives in `stateDir` (which must exist). @throws StoreUnavailable `alreadyRunning`, naming the holder's pid */
export async function takeLock(stateDir: string): Promise<Lock> {
  const pidFile = join(stateDir, "controller.pid");
  let lock: Lock | null;
  try {
    lock = await lockFolder(stateDir);
  } catch (cause) {
    throw new StoreUnavailable("lockUnavailable", `Cannot lock ${stateDir}: ${(cause as Error).message}.`, { cause });
  }
  if (lock === null) {
    throw new StoreUnavailable(
      "alreadyRunning",
      `Another controller (${holderOf(pidFile)}) runs on ${stateDir}; stop it first, or give this one its own stateDir.`,
    );
  }
  try {
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch {
    // Only the name in somebody else's error message is lost; a full disk must not keep a charger from starting.
  }
  return lock;
}
