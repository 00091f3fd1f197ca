/** The text of a state file: one line of JSON and one line that proves it whole. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { ConfigError, StoreCorrupt } from "#core/errors";
import { FAULTS, type FaultName } from "#core/evse/faults";
import type { PersistedSafety } from "#core/evse/types";
import { WallTime } from "#core/units/units";
import { explain } from "#link/explain";

const VERSION = 1;

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(finite, v.integer(), v.minValue(0));
const wall = v.pipe(finite, v.transform(WallTime));
const faultNames = Object.keys(FAULTS) as [FaultName, ...FaultName[]];

const SafetyRecord = v.strictObject({
  version: v.literal(VERSION),
  latched: v.array(
    v.strictObject({ fault: v.picklist(faultNames), sinceWall: wall, latched: v.picklist(["untilReset", "untilUnplugged", "no"]) }),
  ),
  gfciResets: count,
  welded: v.boolean(),
  contactorCycles: count,
  closuresLastHour: count,
  session: v.nullable(
    v.strictObject({
      id: v.string(),
      startedWall: wall,
      energyWh: finite,
      chargingMs: finite,
      meterWh: v.nullable(finite),
      authorised: v.boolean(),
    }),
  ),
});

const sumOf = (line: string): string => createHash("sha256").update(line).digest("hex");

/** The file's text for these facts. */
export function encodeSafety(safety: PersistedSafety): string {
  const line = JSON.stringify(safety);
  return `${line}\nsha256 ${sumOf(line)}\n`;
}

/**
 * The facts in a file's text.
 * @throws StoreCorrupt when a byte is missing or wrong; ConfigError `stateNewer` when a newer release has written it
 */
export function decodeSafety(text: string): PersistedSafety {
  const [, line, sum] = /^(.*)\nsha256 ([0-9a-f]{64})\n?$/.exec(text) ?? [];
  if (line === undefined || sum !== sumOf(line))
    throw new StoreCorrupt("stateCorrupt", "The checksum does not fit: the file is damaged or was cut short.");
  const raw: unknown = JSON.parse(line);
  const { version } = raw as { version?: unknown };
  if (typeof version === "number" && version > VERSION) {
    throw new ConfigError("stateNewer", `The state is of version ${version}, this release knows ${VERSION}; install a newer release.`);
  }
  const record = v.safeParse(SafetyRecord, raw);
  if (!record.success) throw new StoreCorrupt("stateCorrupt", `The checksum fits, the content does not: ${explain(record.issues)}.`);
  return record.output;
}
