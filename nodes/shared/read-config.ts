/** From what the flow file holds to typed settings, or a clear refusal. */
import * as v from "valibot";
import { ConfigError } from "#core/errors";
import { type ConfigOf, expectation, type Fields, isSecret } from "./fields.ts";
import { type Migrations, migrate, type Stored } from "./migrations.ts";
import { shown } from "./shown.ts";

/**
 * Reads the fields of a stored node; everything else in it (position, wires) is left alone. A field the flow file does
 * not have takes its initial value, so that a flow written before the field existed still loads.
 * @throws ConfigError badField naming the first field that cannot be read, badVersion or newerVersion.
 */
export function readConfig<F extends Fields>(fields: F, stored: Stored, migrations: Migrations = []): ConfigOf<F> {
  const current = migrate(stored, migrations);
  const config: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const raw = Object.hasOwn(current, name) ? current[name] : field.initial;
    const parsed = v.safeParse(field.schema, raw);
    if (!parsed.success) {
      const got = isSecret(field) ? "others" : shown(raw);
      throw new ConfigError("badField", `${name}: expected ${expectation(field)}, got ${got}. Open the node and correct it.`);
    }
    config[name] = parsed.output;
  }
  return config as ConfigOf<F>;
}
