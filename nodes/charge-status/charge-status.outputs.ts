import * as v from "valibot";

const finite = v.pipe(v.number(), v.finite());
const word = v.pipe(v.string(), v.maxLength(64));

/** What a person asked for on the page, as a pilot node takes it: a command, or a limit. */
export const PageCommandReport = v.strictObject({
  command: v.optional(v.picklist(["pause", "resume"])),
  by: v.optional(word),
  limitA: v.optional(finite),
  limitedBy: v.optional(word),
});

/** What each output's payload is, for the help and for whoever checks it. */
export const outputs = { commands: PageCommandReport };
