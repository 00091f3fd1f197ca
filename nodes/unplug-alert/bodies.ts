/** Ready-made messages for channels: what core `http request` sends as it is, without a library and without a secret of ours. */
import type { AlertSeverity } from "#core/alerts/alert";
import type { FlowMessage } from "../shared/red.ts";
import { plainText, titleLine } from "./texts/texts.ts";
import type { AlertReport } from "./unplug-alert.outputs.ts";
import { CHANNELS, type Channel } from "./unplug-alert.schema.ts";

/** Where a message goes. */
export interface Destination {
  /** Web address; what its query names goes into the body. For e-mail the address itself. */
  readonly address: string;
  /** The page that takes an answer; null when there is none. */
  readonly answerPage: string | null;
  /** The line about replies, for channels that have no buttons; empty when there is nothing to answer. */
  readonly replyLine: string;
  readonly now: number;
}

type Body = Readonly<Record<string, unknown>>;
type MakeBody = (alert: AlertReport, destination: Destination) => Body;

const NTFY_PRIORITY: Readonly<Record<AlertSeverity, number>> = { alarm: 5, warning: 4, info: 3 };
const NTFY_TAG: Readonly<Record<AlertSeverity, string>> = { alarm: "rotating_light", warning: "warning", info: "electric_plug" };
const PUSHOVER_PRIORITY: Readonly<Record<AlertSeverity, number>> = { alarm: 1, warning: 0, info: -1 };
/** An SMS is paid for by the part; more than three parts nobody reads. */
const LONGEST_SMS = 450;
const JSON_HEADERS = { "content-type": "application/json" } as const;
const FORM_HEADERS = { "content-type": "application/x-www-form-urlencoded" } as const;

const lifeS = ({ expiresAt }: AlertReport, now: number): number => Math.max(60, Math.round((expiresAt - now) / 1000));

/** ntfy takes everything as JSON, so that no word of ours ever stands in a header. */
const ntfy: MakeBody = (alert, { address, answerPage }) => ({
  topic: topicOf(address),
  title: alert.title,
  message: alert.text,
  priority: NTFY_PRIORITY[alert.severity],
  tags: [NTFY_TAG[alert.severity]],
  ...(answerPage === null ? {} : { click: answerPage }),
  actions: alert.actions.flatMap(({ label, url }) =>
    url === null
      ? []
      : [{ action: "http", label, url: withoutQuery(url), method: "POST", headers: FORM_HEADERS, body: queryOf(url), clear: true }],
  ),
});

const pushover: MakeBody = (alert, { answerPage, now }) => ({
  title: alert.title,
  message: alert.text,
  priority: PUSHOVER_PRIORITY[alert.severity],
  timestamp: Math.round(alert.at / 1000),
  ttl: lifeS(alert, now),
  ...(answerPage === null ? {} : { url: answerPage, url_title: alert.actions.map(({ label }) => label).join(" / ") }),
});

/** Buttons that open the page, or that come back through a bot's own receiver. */
const telegram: MakeBody = (alert) => ({
  text: `${alert.title}\n${alert.text}`,
  disable_notification: alert.severity === "info",
  link_preview_options: { is_disabled: true },
  ...(alert.actions.length === 0
    ? {}
    : { reply_markup: { inline_keyboard: [alert.actions.map((action) => telegramButton(alert.id, action))] } }),
});

const telegramButton = (id: string, { answer, label, url }: AlertReport["actions"][number]): Body =>
  url === null ? { text: label, callback_data: `${answer}:${id}` } : { text: label, url };

const homeAssistant: MakeBody = (alert, { answerPage, now }) => ({
  title: alert.title,
  message: alert.text,
  data: {
    tag: alert.follows ?? alert.id,
    ttl: alert.severity === "alarm" ? 0 : lifeS(alert, now),
    priority: alert.severity === "info" ? "normal" : "high",
    ...(answerPage === null ? {} : { url: answerPage, clickAction: answerPage }),
    actions: alert.actions.map(({ answer, label }) => ({ action: `${answer}:${alert.id}`, title: label })),
  },
});

const homeAssistantEvent: MakeBody = ({ actions, ...alert }) => ({ ...alert, actions: actions.map(({ answer }) => answer) });

const email: MakeBody = (alert, { replyLine }) => ({
  subject: alert.title,
  text: [alert.text, ...alert.actions.map(({ label, url }) => (url === null ? "" : `${label}: ${url}`)), replyLine]
    .filter(Boolean)
    .join("\n\n"),
});

/** Numbers are answers here; YES, STOP and END mean something else to the networks. */
const twilio: MakeBody = (alert, { replyLine, answerPage }) => ({
  Body: [plainText(`${alert.title}. ${alert.text}`).slice(0, LONGEST_SMS), replyLine, answerPage ?? ""].filter(Boolean).join("\n"),
});

const MAKERS: Readonly<Record<Channel, MakeBody>> = { ntfy, pushover, telegram, homeAssistant, homeAssistantEvent, email, twilio };

/** What each channel would be sent, without an address. */
export const bodiesOf = (alert: AlertReport, destination: Omit<Destination, "address">): Readonly<Record<Channel, Body>> =>
  Object.fromEntries(CHANNELS.map((channel) => [channel, MAKERS[channel](alert, { ...destination, address: "" })])) as Record<
    Channel,
    Body
  >;

/** The message for a channel as `http request` takes it, or an e-mail node. */
export function messageFor(channel: Channel, alert: AlertReport, destination: Destination): FlowMessage {
  const body = { ...paramsOf(destination.address), ...MAKERS[channel](alert, destination) };
  const common = { topic: alert.title, alert: structuredClone(alert), method: "POST" };
  switch (channel) {
    case "ntfy":
      return {
        ...common,
        url: ntfyServer(destination.address),
        headers: { ...JSON_HEADERS },
        payload: { ...body, topic: topicOf(destination.address) },
      };
    case "email":
      return { topic: titleLine(alert.title), alert: common.alert, to: destination.address.replace(/^mailto:/i, ""), payload: body.text };
    case "twilio":
      return { ...common, url: withoutQuery(destination.address), headers: { ...FORM_HEADERS }, payload: body };
    default:
      return { ...common, url: withoutQuery(destination.address), headers: { ...JSON_HEADERS }, payload: body };
  }
}

const withoutQuery = (address: string): string => address.split("?")[0] ?? "";
const queryOf = (address: string): string => address.slice(withoutQuery(address).length + 1);
const paramsOf = (address: string): Body => Object.fromEntries(new URLSearchParams(queryOf(address)));

/** The last part of an ntfy address is its topic; what stands before it is the server. */
const topicOf = (address: string): string => /\/([^/]+)\/*$/.exec(withoutQuery(address))?.[1] ?? "";
const ntfyServer = (address: string): string =>
  withoutQuery(address)
    .replace(/\/+$/, "")
    .replace(/[^/]+$/, "");
