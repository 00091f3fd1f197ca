/** Where a database is, taken out of its URL so that the URL, which holds a password, need not be kept or shown. */
import type { PoolConfig } from "pg";
import { ConfigError } from "#core/errors";

export const DEFAULT_SCHEMA = "j1772";
/** What PostgreSQL takes without quotes. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

export interface Address {
  readonly pool: PoolConfig;
  /** Sites that share a database and name their chargers alike keep apart by schema: `?schema=site_b`. */
  readonly schema: string;
  /** Host, port and database: what a message may name. */
  readonly shown: string;
  /** Takes the password out of a text that comes from elsewhere. */
  readonly scrub: (text: string) => string;
}

/** @param url `postgres://user:password@host:port/database?schema=NAME&sslmode=…`. @throws ConfigError that does not repeat the URL. */
export function addressOf(url: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new ConfigError("postgres.url", "expected a URL such as postgres://user:password@host:5432/database, got something else");
  }
  const schema = parsed.searchParams.get("schema") ?? DEFAULT_SCHEMA;
  if (!SCHEMA_NAME.test(schema)) {
    throw new ConfigError("postgres.schema", `expected a schema of small letters, digits and _, got ${JSON.stringify(schema)}`);
  }
  parsed.searchParams.delete("schema");
  const secrets = secretsOf(parsed);
  return {
    pool: { connectionString: parsed.href },
    schema,
    shown: `${parsed.hostname || "localhost"}:${parsed.port || "5432"}${parsed.pathname}`,
    scrub: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text),
  };
}

/** The password as it is and as it is written in the URL; longest first, so that none leaves a piece of another. */
function secretsOf(url: URL): readonly string[] {
  const written = [url.password, url.searchParams.get("password") ?? ""];
  return [...new Set([...written, ...written.map(decoded)])].filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
