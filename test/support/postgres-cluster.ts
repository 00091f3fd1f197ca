/**
 * A PostgreSQL server of its own, in a folder of its own on a free port, for tests and benches. Needs the Debian package `postgresql`
 * (or its programs where `J1772_POSTGRES_BIN` says). Started by root it runs as the user `postgres`, because it refuses root.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../../tools/start/port.ts";

const DEBIAN = "/usr/lib/postgresql";
const OWNER = "postgres";
export const CLUSTER_USER = "j1772";
/** Needs escaping in an URL, so that forgetting it shows. */
export const CLUSTER_PASSWORD = "kept/quiet?";
const START_WITHIN = 60_000;
const KNOCK_EVERY = 50;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export class PostgresCluster {
  readonly port: number;
  readonly #folder: string;
  readonly #owner: Owner | null;
  readonly #settings: readonly string[];
  #server: ChildProcess | null = null;

  private constructor(folder: string, port: number, owner: Owner | null, settings: readonly string[]) {
    this.#folder = folder;
    this.port = port;
    this.#owner = owner;
    this.#settings = settings;
  }

  /** @param settings lines such as `shared_buffers=512MB` */
  static async start(settings: readonly string[] = []): Promise<PostgresCluster> {
    const folder = mkdtempSync(join(tmpdir(), "j1772-postgres-"));
    chmodSync(folder, 0o755);
    const owner = ownerForRoot();
    if (owner !== null) chownSync(folder, owner.uid, owner.gid);
    const cluster = new PostgresCluster(folder, await freePort(), owner, settings);
    cluster.#initialise();
    process.once("exit", () => cluster.#leave());
    // A run that is told to end takes its server with it.
    process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
    await cluster.resume();
    return cluster;
  }

  /** Of the database `postgres`. */
  get url(): string {
    return this.urlOf("postgres");
  }

  urlOf(database: string): string {
    return `postgres://${CLUSTER_USER}:${encodeURIComponent(CLUSTER_PASSWORD)}@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts the server on what is in its folder; resolves when it answers. */
  async resume(): Promise<void> {
    const until = performance.now() + START_WITHIN;
    for (;;) {
      if (this.#server === null) this.#launch();
      if (await this.#answers()) return;
      if (performance.now() > until) throw new Error(`PostgreSQL did not answer on port ${this.port} within ${START_WITHIN} ms`);
      await wait(KNOCK_EVERY);
    }
  }

  /** Ends the server as a power cut would: no connection is told, nothing is written any more. */
  async crash(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends the server in order; it may be resumed. */
  async pause(): Promise<void> {
    await this.#end("SIGINT");
  }

  async dispose(): Promise<void> {
    await this.#end("SIGINT");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** At the end of a process that did not dispose of it. */
  #leave(): void {
    if (this.#server === null) return;
    this.#server.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  #initialise(): void {
    const secret = join(this.#folder, "password");
    writeFileSync(secret, CLUSTER_PASSWORD);
    const options = [
      "--auth=scram-sha-256",
      `--username=${CLUSTER_USER}`,
      `--pwfile=${secret}`,
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
    ];
    execFileSync(program("initdb"), ["-D", this.#data, ...options], { ...this.#asOwner, stdio: ["ignore", "ignore", "pipe"] });
  }

  #launch(): void {
    const settings = ["listen_addresses=127.0.0.1", ...this.#settings].flatMap((setting) => ["-c", setting]);
    const server = spawn(program("postgres"), ["-D", this.#data, "-p", String(this.port), "-k", this.#folder, ...settings], {
      ...this.#asOwner,
      stdio: "ignore",
    });
    this.#server = server;
    // A server that starts beside the last children of a killed one gives up at once; the next knock starts it again.
    server.once("exit", () => {
      if (this.#server === server) this.#server = null;
    });
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 2000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("select 1");
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  get #asOwner(): Partial<Owner> & { cwd: string } {
    return { ...this.#owner, cwd: this.#folder };
  }
}

/** @returns whom the server runs as, or null for whoever runs this. */
function ownerForRoot(): Owner | null {
  if (process.getuid?.() !== 0) return null;
  const id = (what: string): number => Number(execFileSync("id", [what, OWNER], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** The newest PostgreSQL of the machine. @throws Error when there is none. */
function program(name: string): string {
  const named = process.env.J1772_POSTGRES_BIN;
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  const found = [...(named === undefined ? [] : [named]), ...versions.map((version) => join(DEBIAN, version, "bin"))]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(`expected PostgreSQL's ${name} under ${DEBIAN}, found none; install postgresql or set J1772_POSTGRES_BIN`);
  }
  return found;
}
