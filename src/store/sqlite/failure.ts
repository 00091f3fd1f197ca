/** What SQLite says, in the words of the port. */
import { StoreCorrupt, StoreUnavailable } from "#core/errors";

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const PERM = 3;
const AUTH = 23;
const NOTADB = 26;

const AWAY: Readonly<Record<number, string>> = {
  [PERM]: "may not be used",
  [BUSY]: "is in use by another process",
  [LOCKED]: "is in use by another process",
  [READONLY]: "may not be written",
  [IOERR]: "cannot be read or written",
  [FULL]: "has no room left on its disk",
  [CANTOPEN]: "cannot be opened",
  [AUTH]: "may not be used",
};

/** What a person does about a file that is not what it should be. */
export const setAside = (file: string): string =>
  `Nothing more is written to it. Stop Node-RED, move ${file} and the files beside it that end in -wal and -shm to another folder and ` +
  `keep them; a new file is begun at the next start. "sqlite3 ${file} .recover" saves what can still be read.`;

/** @returns the error as the port names it; one that is not SQLite's comes back as it is. */
export function storeError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const code = Number(error.errcode) & 0xff;
  if (code === CORRUPT || code === NOTADB) {
    return new StoreCorrupt("damaged", `The session file ${file} is damaged (${error.message}). ${setAside(file)}`, { cause: error });
  }
  const away = AWAY[code];
  if (away === undefined) return error;
  const name = code === FULL ? "diskFull" : code === BUSY || code === LOCKED ? "busy" : "noFile";
  return new StoreUnavailable(name, `The session file ${file} ${away} (${error.message}).`, { cause: error });
}
