/** From the form to what the pages and the rules are told. */

import type { SiteFacts } from "#bridges/bays/site-facts";
import { SITE_RULES } from "#core/bays/site";
import { ConfigError } from "#core/errors";
import { Hours, Minutes, Seconds } from "#core/units/units";
import type { ConfigOf } from "../shared/fields.ts";
import { shown } from "../shared/shown.ts";
import type { BayAlertNode } from "./bay-alert.schema.ts";
import { readBays } from "./bay-plan.ts";

export type BayForm = ConfigOf<typeof BayAlertNode.fields>;

/** What Node-RED knows of its own address. */
export interface ServerFacts {
  readonly uiHost?: string | undefined;
  readonly uiPort?: number | string | undefined;
  readonly https?: unknown;
  readonly httpNodeRoot?: string | false | undefined;
}

/** @throws ConfigError badPublicUrl, badBays, twoBays */
export function siteFactsOf(form: BayForm, path: string, server: ServerFacts, timeZone: string): SiteFacts {
  return {
    name: form.name,
    publicUrl: form.publicUrl === "" ? ownAddress(path, server) : publicAddress(form.publicUrl),
    plans: readBays(form.bays),
    rules: {
      ...SITE_RULES,
      freeText: form.freeText,
      bay: {
        ...SITE_RULES.bay,
        grace: Minutes(form.graceMin),
        rotateAfter: form.rotateAfterH === null ? null : Hours(form.rotateAfterH),
        staleAfter: form.noNewsS === null ? null : Seconds(form.noNewsS),
      },
    },
    timeZone,
    language: form.language,
    smsNumber: form.smsNumber === "" ? null : form.smsNumber,
    registration: form.registration,
    trustedProxies: form.trustedProxies,
  };
}

/** Without a slash at the end, so that paths can follow. */
function publicAddress(text: string): string {
  const address = URL.canParse(text) ? new URL(text) : null;
  const isWeb = address !== null && ["http:", "https:"].includes(address.protocol);
  if (!isWeb || address.search !== "" || address.hash !== "" || address.username !== "") {
    throw new ConfigError("badPublicUrl", `publicUrl: expected an address such as https://charge.example/bays, got ${shown(text)}.`);
  }
  return `${address.origin}${address.pathname}`.replace(/\/+$/, "");
}

/** Good on this machine and, unless Node-RED listens to itself only, in its network. */
function ownAddress(path: string, { uiHost, uiPort = 1880, https, httpNodeRoot }: ServerFacts): string {
  const host = uiHost === undefined || uiHost === "" || uiHost === "0.0.0.0" || uiHost === "::" ? "localhost" : uiHost;
  const named = host.includes(":") ? `[${host}]` : host;
  const root = typeof httpNodeRoot === "string" ? httpNodeRoot.replace(/\/+$/, "") : "";
  return `${https ? "https" : "http"}://${named}:${uiPort}${root}${path}`;
}
