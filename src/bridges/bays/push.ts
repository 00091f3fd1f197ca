/** Telling a browser that its page is closed. Its push service carries the message, encrypted; that service is all we ever connect to. */
import { createECDH } from "node:crypto";
import * as v from "valibot";
import type { Delivery } from "./delivery.ts";

/** The browsers' own services. A subscription to anywhere else would make this server call where a stranger points. */
const PUSH_SERVICES = [
  /^fcm\.googleapis\.com$/,
  /^updates\.push\.services\.mozilla\.com$/,
  /(^|\.)notify\.windows\.com$/,
  /(^|\.)push\.apple\.com$/,
];
/** What is not delivered by then is not worth delivering, s. */
const TIME_TO_LIVE = 3600;
/** ms */
const PATIENCE = 10_000;

const Subscription = v.object({
  endpoint: v.pipe(v.string(), v.maxLength(1000), v.url()),
  keys: v.strictObject({
    p256dh: v.pipe(v.string(), v.regex(/^[\w-]{80,100}=*$/)),
    auth: v.pipe(v.string(), v.regex(/^[\w-]{20,30}=*$/)),
  }),
});

export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** @see RFC 8292 section 2: a key pair on P-256, the public key uncompressed */
export function newVapidKeys(): VapidKeys {
  const curve = createECDH("prime256v1");
  const publicKey = curve.generateKeys("base64url");
  const privateKey = curve.getPrivateKey();
  return { publicKey, privateKey: Buffer.concat([Buffer.alloc(32 - privateKey.length), privateKey]).toString("base64url") };
}

/** The subscription a browser made, as text to keep. Null for anything else, and for a service nobody knows. */
export function readSubscription(text: string, services: readonly RegExp[] = PUSH_SERVICES): string | null {
  if (text.length > 2000) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const read = v.safeParse(Subscription, value);
  if (!read.success) return null;
  const { protocol, host } = new URL(read.output.endpoint);
  return protocol === "https:" && services.some((service) => service.test(host)) ? JSON.stringify(read.output) : null;
}

/** gone: the browser has let go of it, forget it · failed: not this time. */
export type Pushed = "sent" | "gone" | "failed";

/** @param contact who runs this server, a `mailto:` or `https:` address, for the push service */
export async function sendPush({ address, title, text, url }: Delivery, keys: VapidKeys, contact: string): Promise<Pushed> {
  const subscription = readSubscription(address);
  if (subscription === null) return "gone";
  // Loaded where somebody is told: it takes as long as everything else of this package.
  const { default: webPush } = await import("web-push");
  try {
    await webPush.sendNotification(JSON.parse(subscription), JSON.stringify({ title, text, url }), {
      vapidDetails: { subject: contact, ...keys },
      TTL: TIME_TO_LIVE,
      timeout: PATIENCE,
    });
    return "sent";
  } catch (error) {
    const status = error instanceof webPush.WebPushError ? error.statusCode : 0;
    return status === 404 || status === 410 ? "gone" : "failed";
  }
}
