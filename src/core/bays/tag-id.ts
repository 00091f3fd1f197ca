/**
 * The id on a sticker: 40 random bits as eight signs and a check sign, easy to read aloud and to type. It names a person or a car to
 * the site and to nobody else. The check finds slips of the hand; it keeps nothing secret.
 */

/** Crockford's 32 signs: no I, L, O, U, so nothing is taken for 1, 0 or V, and no word comes out by chance. */
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS = 8;
const BYTES = 5;
/**
 * A prime above 32 in which 32 has full order: a changed sign and any two swapped signs, the check sign among them, always change the
 * remainder. Ids with a remainder that has no sign are drawn again (5 of 37).
 */
const MODULUS = 37;

declare const tag: unique symbol;
/** Nine signs, upper case, check sign last. */
export type TagId = string & { readonly [tag]: true };

export type TagReading =
  | { readonly ok: true; readonly id: TagId }
  /** length: not nine signs · sign: one that no id has · check: a slip of the hand. */
  | { readonly ok: false; readonly why: "length" | "sign" | "check" };

/** @param random as many unpredictable bytes as asked for */
export function newTagId(random: (bytes: number) => Uint8Array): TagId {
  for (;;) {
    const number = random(BYTES).reduce((sum, byte) => sum * 256 + byte, 0);
    const check = number % MODULUS;
    if (check < SIGNS.length) return spelled(number, check);
  }
}

function spelled(number: number, check: number): TagId {
  let signs = SIGNS.charAt(check);
  for (let rest = number, place = 0; place < DIGITS; place++, rest = Math.floor(rest / 32)) signs = SIGNS.charAt(rest % 32) + signs;
  return signs as TagId;
}

/** Reads what a person typed: any case, blanks and dashes anywhere, O for 0, I and L for 1. */
export function readTagId(text: string): TagReading {
  const signs = text.slice(0, 64).toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if (signs.length !== DIGITS + 1) return { ok: false, why: "length" };
  let number = 0;
  for (const sign of signs) {
    const value = SIGNS.indexOf(sign);
    if (value < 0) return { ok: false, why: "sign" };
    number = number * 32 + value;
  }
  const check = number % 32;
  return Math.floor(number / 32) % MODULUS === check ? { ok: true, id: signs as TagId } : { ok: false, why: "check" };
}

/** "ABCD-EFGH-J", as it is printed. */
export const shownTagId = (id: TagId): string => `${id.slice(0, 4)}-${id.slice(4, 8)}-${id.slice(8)}`;
