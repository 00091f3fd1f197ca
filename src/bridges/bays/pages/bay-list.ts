import type { BayView } from "#core/bays/views";
import { type Html, html } from "../../http/html.ts";
import { clockwork, WORDS } from "../words.ts";
import type { PageContext } from "./shell.ts";

/** Every bay as anybody may see it. @param more what follows a bay's line */
export function bayList(context: PageContext, bays: readonly BayView[], more: (bay: BayView) => Html | null = () => null): Html {
  const words = WORDS[context.language];
  if (bays.length === 0) return html`<p>${words.noBays}</p>`;
  return html`<ul class="bays">${bays.map((bay) => html`<li>${bayLine(context, bay)}${more(bay)}</li>`)}</ul>`;
}

/** "Bay 1  ● Charging  since 13:05 · OK to unplug after 14:30". */
export function bayLine({ site, language, now }: PageContext, bay: BayView): Html {
  const words = WORDS[language];
  const { time } = clockwork(language, site.timeZone);
  const ok = bay.okAfter === null ? null : bay.mayUnplug ? words.okNow : words.okAfter(time(bay.okAfter, now));
  return html`<b>${bay.name}</b> <span class="use ${bay.use}">${words.uses[bay.use]}</span> <span class="soft">${words.since(time(bay.since, now))}</span>
${ok === null ? null : html`<span class="ok">${ok}</span>`}`;
}
