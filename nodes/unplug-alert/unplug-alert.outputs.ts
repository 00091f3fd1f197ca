import * as v from "valibot";

const finite = v.pipe(v.number(), v.finite());
const word = v.pipe(v.string(), v.maxLength(64));

/** One thing that a person can answer, with a link when the form has an address for it. */
const Action = v.strictObject({ answer: v.picklist(["yes", "no", "seen"]), label: v.string(), url: v.nullable(v.string()) });

/** An alert in words, for whichever way it goes on from here. */
export const AlertReport = v.strictObject({
  id: word,
  type: word,
  severity: v.picklist(["alarm", "warning", "info"]),
  charger: v.string(),
  session: v.nullable(word),
  at: finite,
  title: v.string(),
  text: v.string(),
  evidence: v.record(v.string(), v.union([finite, v.string(), v.boolean(), v.null()])),
  actions: v.array(Action),
  step: finite,
  reminder: finite,
  follows: v.nullable(word),
  expiresAt: finite,
});
export type AlertReport = v.InferOutput<typeof AlertReport>;

/** What each output's payload is; the other three carry what a channel or a browser wants. */
export const outputs = { alert: AlertReport };
