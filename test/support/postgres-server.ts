/**
 * The PostgreSQL that a run of tests uses: a cluster of its own, or the database that J1772_TEST_POSTGRES names. Every test that asks
 * gets a schema of its own in it, and nothing of it is left.
 */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { PostgresCluster } from "./postgres-cluster.ts";

let cluster: PostgresCluster | null = null;
const schemas: string[] = [];

export async function mochaGlobalSetup(): Promise<void> {
  if (process.env.J1772_TEST_POSTGRES === undefined) cluster = await PostgresCluster.start();
}

export async function mochaGlobalTeardown(): Promise<void> {
  if (cluster === null) await asked(...schemas.map((schema) => `drop schema if exists ${schema} cascade`));
  await cluster?.dispose();
}

function databaseUrl(): string {
  const url = process.env.J1772_TEST_POSTGRES ?? cluster?.url;
  if (url === undefined) throw new Error("expected a PostgreSQL server; run these tests by npm run test:database");
  return url;
}

/** @returns the URL of a store that has nothing in it, in a schema of its own. */
export function emptyStoreUrl(): string {
  const url = new URL(databaseUrl());
  const schema = `test_${randomUUID().replaceAll("-", "")}`;
  schemas.push(schema);
  url.searchParams.set("schema", schema);
  return url.href;
}

export const schemaOf = (storeUrl: string): string => new URL(storeUrl).searchParams.get("schema") ?? "";

/** Runs statements as somebody else would, past the store. @returns the rows of the last one. */
export async function asked(...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}
