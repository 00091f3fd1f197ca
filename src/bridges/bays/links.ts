/** Links that carry what they allow, sealed: nothing has to be remembered to honour one, and nobody else can make one. */
import * as v from "valibot";
import { WallTime } from "#core/units/units";
import type { Secrets } from "./secrets.ts";

/** What the holder of a link may answer, and until when. */
const Grant = v.strictObject({
  person: v.pipe(v.string(), v.maxLength(64)),
  /** A visitor's channel, or a queue's group; the other is null. */
  channel: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  group: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  bay: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  /** An address to be confirmed. */
  endpoint: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  until: v.pipe(v.number(), v.finite()),
});
export type Grant = v.InferOutput<typeof Grant>;

/** Longer ones are none of ours. */
const LONGEST_LINK = 600;

export const linkOf = (grant: Grant, secrets: Secrets): string => secrets.sealLink(JSON.stringify(grant));

/** Null for a link that is not ours or has run out. */
export function readLink(sealed: string, secrets: Secrets, now: WallTime): Grant | null {
  const content = sealed.length > LONGEST_LINK ? null : secrets.openLink(sealed);
  if (content === null) return null;
  const grant = v.safeParse(Grant, JSON.parse(content));
  return grant.success && now < WallTime(grant.output.until) ? grant.output : null;
}
