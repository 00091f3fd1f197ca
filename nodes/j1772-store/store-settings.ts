/** From the form to where a store is, and what its times and costs mean. */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ConfigError } from "#core/errors";
import { isTimeZone } from "#core/session/calendar";
import type { RetentionPolicy } from "#core/session/question";
import { Hours } from "#core/units/units";
import type { StoreConfig } from "#store/store-config";
import type { ConfigOf } from "../shared/fields.ts";
import type { StoreNode } from "./j1772-store.schema.ts";

export type StoreForm = ConfigOf<typeof StoreNode.fields>;

export interface StoreSettings {
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly retention: RetentionPolicy;
  readonly store: StoreConfig;
  /** Equal for two settings that mean the same file or database. It tells no password. */
  readonly key: string;
  readonly spool: string;
}

/** @throws ConfigError badField */
export function storeSettings(form: StoreForm, userDir: string): StoreSettings {
  const folder = join(userDir, "j1772");
  const place = { name: form.name, timeZone: timeZoneOf(form.timeZone), currency: currencyOf(form.currency), retention: retentionOf(form) };
  if (form.kind === "sqlite") {
    const file = canonical(resolve(userDir, form.file || join(folder, "sessions.db")));
    return { ...place, store: { kind: "sqlite", file }, key: `sqlite ${file}`, spool: `${file}.spool` };
  }
  if (!/^postgres(ql)?:\/\/./.test(form.url)) {
    throw new ConfigError(
      "badField",
      "url: expected postgres://user:password@host:port/database, got something else. Open the node and correct it.",
    );
  }
  // What waits for a database still does when its password changes.
  const spool = join(folder, `sessions-${markOf(form.url.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1@"))}.spool`);
  return { ...place, store: { kind: "postgres", url: form.url }, key: `postgres ${markOf(form.url)}`, spool };
}

const markOf = (url: string): string => createHash("sha256").update(url).digest("hex").slice(0, 12);

function timeZoneOf(given: string): string {
  const name = given || Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isTimeZone(name)) {
    throw new ConfigError(
      "badField",
      `timeZone: expected a name such as America/Los_Angeles, got "${name}". Open the node and correct it.`,
    );
  }
  return name;
}

function currencyOf(given: string): string {
  const currency = given.toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new ConfigError("badField", `currency: expected three letters such as USD, got "${given}". Open the node and correct it.`);
  }
  return currency;
}

const retentionOf = (form: StoreForm): RetentionPolicy => ({
  thinSamplesAfterMs: daysOf(form.thinSamplesAfterDays),
  dropSamplesAfterMs: daysOf(form.dropSamplesAfterDays),
  dropEventsAfterMs: daysOf(form.dropEventsAfterDays),
  dropSessionsAfterMs: daysOf(form.dropSessionsAfterDays),
});

const daysOf = (days: number | null): number | null => (days === null ? null : Hours(24 * days));

/** One name for one file, also where a folder is reached by a link; what is not there yet has no links. */
function canonical(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(canonical(folder), basename(path));
  }
}
