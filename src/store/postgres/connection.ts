/** The way to one database: few connections, each question with a time limit, and its failures as the port's errors. */
import pg from "pg";
import { type Address, addressOf } from "./address.ts";
import { isWorthAnotherTry, storeError } from "./failures.ts";

/** Connections of one store: a writer, a reader, and two long questions at most. */
const CONNECTIONS = 4;
const TRIES = 3;

export interface Patience {
  /** For a connection, ms. */
  readonly connectMs: number;
  /** For an answer, ms. */
  readonly answerMs: number;
}

export const PATIENCE: Patience = { connectMs: 5000, answerMs: 60_000 };

/** What may be asked, inside a transaction or outside. */
export interface Asker {
  /** @returns the rows, as the statement names their columns. */
  ask<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

export class Connection implements Asker {
  readonly #address: Address;
  readonly #pool: pg.Pool;
  #closed: Promise<void> | null = null;

  /** Connects when first asked. @throws ConfigError for a URL that is none. */
  constructor(url: string, patience: Patience = PATIENCE) {
    this.#address = addressOf(url);
    this.#pool = new pg.Pool({
      ...this.#address.pool,
      max: CONNECTIONS,
      connectionTimeoutMillis: patience.connectMs,
      query_timeout: patience.answerMs,
      keepAlive: true,
      allowExitOnIdle: true,
      application_name: "j1772",
    });
    // A connection may be lost while nobody uses it, or between two statements of a transaction. Whoever asks next is told, or gets another.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  get schema(): string {
    return this.#address.schema;
  }

  ask<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#tried(async (client) => (await client.query(sql, [...values])).rows);
  }

  /**
   * All of `work` or nothing; durable when it resolves, whatever the server's default is. `work` may run more than once.
   * @param answerMs how long each statement may take, where that is not what is usual
   */
  transaction<Result>(work: (asker: Asker) => Promise<Result>, answerMs?: number): Promise<Result> {
    return this.#tried(async (client) => {
      await client.query("begin; select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'");
      const ask: Asker["ask"] = async (sql, values = []) => {
        const question = { text: sql, values: [...values], query_timeout: answerMs };
        return (await client.query(question)).rows;
      };
      const result = await work({ ask });
      await client.query("commit");
      return result;
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }

  /** Once more on another connection where that may help. A connection on which anything failed is not used again; that ends its transaction. */
  async #tried<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    for (let left = TRIES - 1; ; left -= 1) {
      let client: pg.PoolClient | null = null;
      try {
        client = await this.#pool.connect();
        const result = await work(client);
        client.release();
        return result;
      } catch (failure) {
        client?.release(true);
        if (left === 0 || client === null || !isWorthAnotherTry(failure)) throw storeError(failure, this.#address);
      }
    }
  }
}
