/** Steps from older versions of this node to the current one; the first version needs none. */
import type { Migrations } from "../shared/migrations.ts";

export const migrations: Migrations = [];
