/** Texts that an owner puts in the place of ours: a JSON object of alert types, each with a title, a text or both. */
import * as v from "valibot";

const Own = v.strictObject({
  title: v.optional(v.pipe(v.string(), v.maxLength(200))),
  text: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});
const OwnTexts = v.pipe(v.string(), v.parseJson(), v.record(v.pipe(v.string(), v.regex(/^[A-Za-z]{1,40}$/)), Own));

export type OwnTexts = v.InferOutput<typeof OwnTexts>;

/** Null when it cannot be read; an empty text has none. */
export function readOwnTexts(said: string): OwnTexts | null {
  if (said.trim() === "") return {};
  const parsed = v.safeParse(OwnTexts, said);
  return parsed.success ? parsed.output : null;
}
