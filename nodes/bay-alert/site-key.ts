/** What a site must never lose and nobody else may read: the key of its addresses and links, and the keys by which browsers know it. */
import { createHash, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { newVapidKeys, type VapidKeys } from "#bridges/bays/push";
import { KEY_BYTES } from "#bridges/bays/secrets";
import { StoreCorrupt } from "#core/errors";

export interface SiteKeys {
  readonly key: Buffer;
  readonly vapid: VapidKeys;
}

const KeyFile = v.strictObject({
  key: v.pipe(
    v.string(),
    v.transform((text) => Buffer.from(text, "base64url")),
    v.check((key) => key.length === KEY_BYTES),
  ),
  vapid: v.strictObject({ publicKey: v.string(), privateKey: v.string() }),
});

/** @param collection the site's name in the store; the key goes with it, whatever node shows the site */
export const siteKeyPath = (userDir: string, collection: string): string =>
  join(userDir, "j1772", "bays", `${createHash("sha256").update(collection).digest("hex").slice(0, 16)}.key.json`);

/**
 * Reads the keys, or makes them once for good.
 * @throws StoreCorrupt keyDamaged rather than making others: with other keys every address and every link would be lost.
 */
export function siteKeys(path: string): SiteKeys {
  const kept = read(path);
  if (kept !== null) return kept;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(6).toString("hex")}`;
  const text = JSON.stringify({ key: randomBytes(KEY_BYTES).toString("base64url"), vapid: newVapidKeys() });
  writeFileSync(beside, text, { mode: 0o600, flush: true });
  try {
    linkSync(beside, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(beside, { force: true });
  }
  const made = read(path);
  if (made === null) throw damaged(path);
  return made;
}

function read(path: string): SiteKeys | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    return v.parse(KeyFile, JSON.parse(text));
  } catch (cause) {
    throw damaged(path, cause);
  }
}

const damaged = (path: string, cause?: unknown): StoreCorrupt =>
  new StoreCorrupt(
    "keyDamaged",
    `The key of this site (${path}) cannot be read. Restore it from a backup; or move it away, and every member gets a new link and adds their addresses again.`,
    { cause },
  );
