/** What an operator tells about a site. */
import type { Language } from "#core/bays/person";
import type { BayPlan, SiteRules } from "#core/bays/site";

export interface SiteFacts {
  readonly name: string;
  /** Where drivers reach the pages, without a slash at the end: on stickers, in messages, in signatures. E.g. `https://charge.example/bays`. */
  readonly publicUrl: string;
  readonly plans: readonly BayPlan[];
  readonly rules: SiteRules;
  readonly timeZone: string;
  /** For those whose language nobody knows. */
  readonly language: Language;
  /** Printed on stickers; null where no text messages are taken. */
  readonly smsNumber: string | null;
  /** invited: only the operator makes members. */
  readonly registration: "open" | "invited";
  /** Proxies before this server whose X-Forwarded-For is believed. */
  readonly trustedProxies: number;
}
