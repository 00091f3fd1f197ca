/** What a flow does on the line to a charger, in a process of its own that can be killed: it renews a limit. Argument: the link's path. */
import { connectLink } from "#link/client";

/** A flow's limit is worth so long, ms. */
export const LEASE_MS = 3_000;
const RENEWED_EVERY_MS = 1_000;
const LIMIT_A = 32;

if (import.meta.main) {
  const link = connectLink(process.argv[2] ?? "", { client: "flow" });
  await link.opened();
  const renew = (): void => void link.command({ command: "limit", limitA: LIMIT_A, validForMs: LEASE_MS });
  renew();
  setInterval(renew, RENEWED_EVERY_MS);
}
