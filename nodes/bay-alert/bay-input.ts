/** What a wire brings: news of the chargers, answers from other channels, and an operator's requests. */
import * as v from "valibot";
import type { ChargerSays } from "#core/bays/bay";
import { MessageError } from "#core/errors";
import type { ChargerReport } from "#core/session/observation";
import type { WallTime } from "#core/units/units";
import { explain } from "#link/explain";
import { foreignReportOf, isForeignReport, ownEventOf, ownReportOf } from "../shared/charger-report.ts";
import { readNews } from "../shared/payload.ts";
import type { FlowMessage } from "../shared/red.ts";

/** A car that draws less rests, whatever its pilot says. */
const RESTING_A = 1;
const RESTING_W = 200;

const word = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));

/** Somebody has answered on another channel: who, by the address they were told at. */
const ReplyPayload = v.strictObject({
  from: word,
  text: v.pipe(v.string(), v.maxLength(2000)),
  kind: v.optional(v.picklist(["sms", "flow"]), "flow"),
  reply: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(64))), null),
});

const RequestPayload = v.variant("do", [
  v.strictObject({ do: v.literal("invite"), nickname: word, language: v.optional(v.picklist(["en", "de"])) }),
  v.strictObject({ do: v.literal("members") }),
  v.strictObject({ do: v.literal("board") }),
  v.strictObject({ do: v.literal("newLink"), member: word }),
  v.strictObject({ do: v.literal("forget"), member: word }),
]);

export type BayRequest = v.InferOutput<typeof RequestPayload>;
export type BayMessage =
  | { readonly about: "charger"; readonly bay: string; readonly says: ChargerSays }
  | ({ readonly about: "reply" } & v.InferOutput<typeof ReplyPayload>)
  | { readonly about: "request"; readonly request: BayRequest }
  /** An event, or a report that says nothing of a plug. */
  | { readonly about: "nothing" };

const NOTHING: BayMessage = { about: "nothing" };
const WANTED = 'news of a charger, {"from", "text"} with topic "reply", or a request such as {"do": "invite", "nickname": "Ann"}';

/** @throws MessageError saying what was expected */
export function readBayMessage(msg: FlowMessage, now: WallTime): BayMessage {
  const payload = readNews(msg.payload, WANTED);
  if (typeof payload !== "object") {
    const usual = typeof msg.topic === "string" ? msg.topic : "";
    if (usual === "") throw new MessageError("badShape", `msg.payload: expected ${WANTED}, got ${typeof payload} without a topic.`);
    return chargerNews(foreignReportOf({ state: payload }, usual, now));
  }
  if (msg.topic === "reply") return { about: "reply", ...parsed(ReplyPayload, payload) };
  if (Object.hasOwn(payload, "do")) return { about: "request", request: parsed(RequestPayload, payload) };
  const own = ownReportOf(payload);
  if (own !== null) return chargerNews(own);
  if (ownEventOf(payload) !== null) return NOTHING;
  if (!isForeignReport(payload)) throw new MessageError("badShape", `msg.payload: expected ${WANTED}.`);
  return chargerNews(foreignReportOf(payload, typeof msg.topic === "string" ? msg.topic : "", now));
}

function parsed<S extends v.GenericSchema>(schema: S, payload: object): v.InferOutput<S> {
  const read = v.safeParse(schema, payload);
  if (!read.success) throw new MessageError("badShape", `msg.payload: ${explain(read.issues)}.`);
  return read.output;
}

function chargerNews(report: ChargerReport): BayMessage {
  const says = chargerSays(report);
  return says === null ? NOTHING : { about: "charger", bay: report.charger, says };
}

/** Null when the report says nothing of the plug. A charger that does not offer pauses; a car that does not draw rests. */
export function chargerSays({ state, offeredA, currentA, powerW }: ChargerReport): ChargerSays | null {
  if (state === null) return null;
  if (state === "connected") return offeredA === 0 ? "paused" : "connected";
  if (state !== "charging") return state;
  const isResting = currentA === null ? powerW !== null && powerW < RESTING_W : currentA < RESTING_A;
  return isResting ? "connected" : "charging";
}
