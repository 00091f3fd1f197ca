import * as v from "valibot";
import type { Delivery } from "#bridges/bays/delivery";

const finite = v.pipe(v.number(), v.finite());
const word = v.string();
const uses = v.picklist(["free", "plugged", "charging", "done", "outOfOrder", "unknown"]);

/** One message to one address, in the reader's language. */
export const BayMessageReport = v.strictObject({
  kind: v.picklist(["flow", "sms", "mail", "ntfy", "telegram"]),
  address: word,
  language: v.picklist(["en", "de"]),
  about: word,
  title: word,
  text: word,
  url: word,
  actions: v.array(v.strictObject({ label: word, url: word })),
  reply: v.nullable(word),
});
export type BayMessageReport = v.InferOutput<typeof BayMessageReport>;

/** Null for what this node delivers itself. */
export const reportOfDelivery = ({ kind, actions, ...rest }: Delivery): BayMessageReport | null =>
  kind === "push" ? null : { ...rest, kind, actions: actions.map((action) => ({ ...action })) };

/** The board, without anybody's identity. */
export const BoardReport = v.strictObject({
  bays: v.array(
    v.strictObject({ id: word, name: word, group: word, use: uses, since: finite, okAfter: v.nullable(finite), mayUnplug: v.boolean() }),
  ),
  waiting: v.array(v.strictObject({ group: word, count: finite, longestWaitMs: finite, meanWaitMs: finite })),
});
export type BoardReport = v.InferOutput<typeof BoardReport>;

/** What each output's payload is, for the help and for whoever checks it. */
export const outputs = { messages: BayMessageReport, board: BoardReport };
