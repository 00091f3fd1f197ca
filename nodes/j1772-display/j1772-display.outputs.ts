import * as v from "valibot";

const row = v.pipe(v.string(), v.length(16));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What any display shows: two rows of exactly sixteen characters and a light. */
export const DisplayReport = v.strictObject({
  lines: v.pipe(v.array(row), v.length(2)),
  led: v.picklist(["green", "yellow", "violet", "blue", "red", "off"]),
  effect: v.picklist(["steady", "dim", "blink"]),
  page: count,
  pages: count,
});
export type DisplayReport = v.InferOutput<typeof DisplayReport>;

/** What a button asks, as a pilot node takes it. */
export const WishReport = v.strictObject({ command: v.picklist(["pause", "resume"]), by: v.picklist(["display"]) });
export type WishReport = v.InferOutput<typeof WishReport>;

/** What each output's payload is, for the help and for whoever checks it. The preview is the text of an SVG. */
export const outputs = { display: DisplayReport, wishes: WishReport };
