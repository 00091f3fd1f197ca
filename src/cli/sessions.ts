/** `j1772 sessions`: what was charged, from one store to another, or to a file and back. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, MessageError, StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { SessionStore } from "#ports/session-store";
import type { StoreConfig } from "#store/store-config";
import { fileFailure } from "./file-failure.ts";
import type { Io } from "./io.ts";
import { copySessions, exportSessions, importSessions, type Moved } from "./sessions-transfer.ts";

const USAGE = `j1772 sessions export --from STORE --to FILE.jsonl
j1772 sessions import --from FILE.jsonl --to STORE
j1772 sessions copy   --from STORE --to STORE

Moves sessions with their samples, events and checkpoints. What is there already stays; doing it twice changes nothing,
and after a break the same command goes on. A file appears when it is complete. STORE is one of

  sqlite:FILE                                       a file of node:sqlite
  postgres://USER:PASSWORD@HOST:PORT/DATABASE       PostgreSQL; ?schema=NAME unless it is j1772
  env:NAME                                          one of these, in the environment variable NAME: a password
                                                    on a command line can be read by everybody on the machine

Exit code 0: done. 1: a store or a file cannot be had or is damaged. 2: the command line or a line cannot be understood.
`;

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Runs the command. @returns its exit code. */
export async function sessions(args: readonly string[], io: Io, env: NodeJS.ProcessEnv = process.env): Promise<number> {
  try {
    const request = requestOf(args, env);
    if (request === null) {
      io.out(USAGE);
      return EXIT_DONE;
    }
    const moved = await request();
    io.err(`${summaryOf(moved)}\n`);
    return EXIT_DONE;
  } catch (error) {
    io.err(`sessions: ${messageOf(error)}\n`);
    return error instanceof ConfigError || error instanceof MessageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** @throws what is none of a store's, a file's or a person's failures. */
function messageOf(error: unknown): string {
  const isExpected = [ConfigError, MessageError, StoreUnavailable, StoreCorrupt].some((kind) => error instanceof kind);
  const file = fileFailure(error);
  if (file !== null) return file;
  if (error instanceof Error && (isExpected || "syscall" in error)) return error.message;
  throw error;
}

function summaryOf({ sessions, skipped, samples, events }: Moved): string {
  const there = skipped === 0 ? "" : `; ${skipped} sessions were there already`;
  return `${sessions} sessions, ${samples} samples, ${events} events${there}`;
}

/** @returns null when help was asked for. @throws ConfigError sessions.usage */
function requestOf(args: readonly string[], env: NodeJS.ProcessEnv): (() => Promise<Moved>) | null {
  const { values, positionals } = parsed(args);
  if (values.help === true) return null;
  const [action, ...more] = positionals;
  const { from, to } = values;
  if (action === undefined || more.length > 0) throw usageError("expected one of export, import and copy");
  if (from === undefined || to === undefined) throw usageError("expected --from and --to");
  switch (action) {
    case "export": {
      const store = sourceOf(from, env);
      return () => using([store], ([source]) => exportSessions(source, resolve(to)));
    }
    case "import": {
      const store = storeOf(to, env);
      return () => using([store], ([target]) => importSessions(resolve(from), target));
    }
    case "copy": {
      const target = storeOf(to, env);
      const stores = [sourceOf(from, env), target] as const;
      return () => using(stores, ([source, target]) => copySessions(source, target));
    }
    default:
      throw usageError(`expected one of export, import and copy, got ${JSON.stringify(action)}`);
  }
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { from: text, to: text, help: { type: "boolean", short: "h" } },
    });
  } catch (cause) {
    throw usageError(cause instanceof Error ? (cause.message.split(". ")[0] ?? cause.message) : String(cause));
  }
}

/** The message does not repeat what was given: it may hold a password. */
function storeOf(given: string, env: NodeJS.ProcessEnv): StoreConfig {
  const text = given.startsWith("env:") ? (env[given.slice("env:".length)] ?? "") : given;
  if (text.startsWith("sqlite:") && text.length > "sqlite:".length) return { kind: "sqlite", file: resolve(text.slice("sqlite:".length)) };
  if (/^postgres(ql)?:\/\//.test(text)) return { kind: "postgres", url: text };
  if (/^postgres:postgres(ql)?:\/\//.test(text)) return { kind: "postgres", url: text.slice("postgres:".length) };
  throw usageError("a STORE is sqlite:FILE, postgres://… or env:NAME of one that is set");
}

/** A store to read from: a file is not made where there is none, or a slip of the pen would copy nothing and say that all went well. */
function sourceOf(given: string, env: NodeJS.ProcessEnv): StoreConfig {
  const store = storeOf(given, env);
  if (store.kind === "sqlite" && !existsSync(store.file)) {
    throw new StoreUnavailable("noSuchFile", `${store.file}: there is no such file. Expected the file of a store to read sessions from.`);
  }
  return store;
}

/** A package that only the other kind of store needs is not loaded. */
async function opened(config: StoreConfig): Promise<SessionStore> {
  switch (config.kind) {
    case "sqlite":
      return new (await import("#store/sqlite/sqlite-store")).SqliteStore(config.file);
    case "postgres":
      return new (await import("#store/postgres/postgres-store")).PostgresStore(config.url);
  }
}

/** Opens the stores, hands them over, and closes them whatever happens. */
async function using<Configs extends readonly StoreConfig[]>(
  configs: readonly [...Configs],
  work: (stores: { readonly [K in keyof Configs]: SessionStore }) => Promise<Moved>,
): Promise<Moved> {
  const stores = await Promise.all(configs.map(opened));
  try {
    return await work(stores as { [K in keyof Configs]: SessionStore });
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

const usageError = (what: string): ConfigError => new ConfigError("sessions.usage", `${what}. Try: j1772 sessions --help`);
