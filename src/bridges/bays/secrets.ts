/**
 * What a site keeps to itself. One key of 32 bytes; from it one key for each purpose, so that what was made for one opens nothing else.
 * Losing the key loses the addresses and every link; nothing else.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const SEAL_BYTES = 16;
/** Of a mark, bytes: enough that nobody meets another's. */
const MARK_BYTES = 16;

type Purpose = "address" | "link" | "mark";

export class Secrets {
  readonly #keys: Readonly<Record<Purpose, Buffer>>;

  /** @throws RangeError for a key that is not 32 bytes */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES) throw new RangeError(`key: expected ${KEY_BYTES} bytes, got ${key.length}`);
    const derived = (purpose: Purpose) => Buffer.from(hkdfSync("sha256", key, "", `opencharge bays ${purpose}`, KEY_BYTES));
    this.#keys = { address: derived("address"), link: derived("link"), mark: derived("mark") };
  }

  /** An address as it may lie on a disk: AES-256-GCM, never twice the same. */
  sealAddress(address: string): string {
    return seal(this.#keys.address, address);
  }

  /** Null when it was sealed with another key, or tampered with. */
  openAddress(sealed: string): string | null {
    return open(this.#keys.address, sealed);
  }

  /** What a link carries: nobody can read it, change it or make one. */
  sealLink(content: string): string {
    return seal(this.#keys.link, content);
  }

  openLink(sealed: string): string | null {
    return open(this.#keys.link, sealed);
  }

  /** The same for the same text, and says nothing about it to who does not have the key. */
  mark(kind: "key" | "once" | "address" | "scanner" | "block", text: string): string {
    return createHmac("sha256", this.#keys.mark).update(`${kind}\n${text}`).digest().subarray(0, MARK_BYTES).toString("base64url");
  }
}

function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function open(key: Buffer, sealed: string): string | null {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < NONCE_BYTES + SEAL_BYTES) return null;
  try {
    const cipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: SEAL_BYTES });
    cipher.setAuthTag(bytes.subarray(-SEAL_BYTES));
    return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES, -SEAL_BYTES)), cipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

/** Compares without telling by its time how much was right. */
export function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
