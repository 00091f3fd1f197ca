/** What the topic of a message may say it is about. The whole topic counts, without regard to case, blanks, dashes and underscores. */
import type { ReadingKind } from "#core/solar/reading";
import type { ReadingSource } from "#core/solar/types";

export type Subject =
  | { readonly about: "reading"; readonly source: ReadingSource; readonly kind: ReadingKind }
  | { readonly about: "page" | "phaseCurrents" | "mode" | "tolerance" | "prices" | "plan" | "car" | "batteryPolicy" }
  | { readonly about: "ceiling"; readonly name: string };

const reading = (source: ReadingSource, kind: ReadingKind = "power"): Subject => ({ about: "reading", source, kind });

const SUBJECTS: ReadonlyMap<string, Subject> = new Map([
  ["grid", reading("grid")],
  ["excess", reading("excess")],
  ["pv", reading("pv")],
  ["house", reading("house")],
  ["battery", reading("battery")],
  ["soc", reading("batterySoc", "percent")],
  ["carcurrent", reading("carCurrent", "current")],
  ["carpower", reading("carPower")],
  ["page", { about: "page" }],
  ["phasecurrents", { about: "phaseCurrents" }],
  ["mode", { about: "mode" }],
  ["override", { about: "mode" }],
  ["importtolerance", { about: "tolerance" }],
  ["prices", { about: "prices" }],
  ["plan", { about: "plan" }],
  ["car", { about: "car" }],
  ["batterypolicy", { about: "batteryPolicy" }],
]);

/** "ceiling/user": a named upper bound. */
const CEILING = /^ceiling[/.]([A-Za-z][\w-]{0,31})$/i;

/** Names that only the limiter itself sets. */
const RESERVED = new Set(["fuse", "page", "maximum"]);

/** Null when the topic names nothing, as most topics do. "reserved" for a ceiling that is not a message's business. */
export function subjectOf(topic: unknown): Subject | "reserved" | null {
  if (typeof topic !== "string" || topic.length > 64) return null;
  const name = CEILING.exec(topic)?.[1];
  if (name !== undefined) return RESERVED.has(name) ? "reserved" : { about: "ceiling", name };
  return SUBJECTS.get(topic.toLowerCase().replace(/[\s_-]/g, "")) ?? null;
}

/** What the form says messages without a telling topic are about; null when each must have one. */
export const subjectOfForm = (choice: "grid" | "excess" | "page" | "topic"): Subject | null => {
  switch (choice) {
    case "grid":
    case "excess":
      return reading(choice);
    case "page":
      return { about: "page" };
    case "topic":
      return null;
  }
};
