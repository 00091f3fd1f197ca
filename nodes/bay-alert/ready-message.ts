/** Messages as core `http request` or an e-mail node sends them, without a secret of ours. */
import type { EndpointKind } from "#core/bays/person";
import type { FlowMessage } from "../shared/red.ts";
import type { BayMessageReport } from "./bay-alert.outputs.ts";

const JSON_HEADERS = { "content-type": "application/json" } as const;
const FORM_HEADERS = { "content-type": "application/x-www-form-urlencoded" } as const;
const NTFY = "https://ntfy.sh/";
/** Three parts of an SMS. */
const LONGEST_SMS = 450;

/** Null for a way that has no form of its own. `msg.kind` says which way, for a switch. */
export function readyMessage(report: BayMessageReport): FlowMessage | null {
  const { address, title, text, url, actions } = report;
  const kind: Exclude<EndpointKind, "push"> = report.kind;
  const common = { topic: title, kind, method: "POST" };
  switch (kind) {
    case "ntfy": {
      const whole = /^https?:\/\//i.test(address) ? address : `${NTFY}${encodeURIComponent(address)}`;
      const cut = whole.replace(/\/+$/, "").lastIndexOf("/");
      const buttons = actions.map((action) => ({
        action: "http",
        label: action.label,
        url: action.url,
        method: "POST",
        headers: FORM_HEADERS,
        clear: true,
      }));
      const payload = {
        topic: whole.slice(cut + 1).replace(/\/+$/, ""),
        title,
        message: text,
        click: url,
        tags: ["electric_plug"],
        actions: buttons,
      };
      return { ...common, url: whole.slice(0, cut + 1), headers: { ...JSON_HEADERS }, payload };
    }
    case "telegram": {
      const keyboard = actions.map(({ label, url: link }) => [{ text: label, url: link }]);
      const payload = { chat_id: address, text: `${title}\n${text}\n${url}`, reply_markup: { inline_keyboard: keyboard } };
      return { ...common, headers: { ...JSON_HEADERS }, payload };
    }
    case "mail":
      return { ...common, to: address, payload: [text, ...actions.map(({ label, url: link }) => `${label}: ${link}`), url].join("\n\n") };
    case "sms":
      return {
        ...common,
        headers: { ...FORM_HEADERS },
        payload: { To: address, Body: [`${title}. ${text}`.slice(0, LONGEST_SMS), url].join("\n") },
      };
    case "flow":
      return null;
  }
}
