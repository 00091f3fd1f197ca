/** What a wire brings: news of a charger, of its charge and of the sun, or a button. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import type { ChargerReport } from "#core/session/observation";
import type { WallTime } from "#core/units/units";
import { StatusMessage } from "#link/messages";
import { foreignReportOf, isForeignReport } from "../shared/charger-report.ts";
import { readPayload } from "../shared/payload.ts";
import { shown } from "../shared/shown.ts";

const finite = v.pipe(v.number(), v.finite());
const word = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(64));
const maybe = v.nullable(finite);

const { charger, phase, offeredCurrentA, limitedBy, currentA, powerW, temperatureC } = StatusMessage.entries;
const { name, severity, latched, retryAt } = StatusMessage.entries.faults.item.entries;
/** The part of our own status that is shown; what a newer controller says beside it is left alone. */
const OwnStatus = v.object({
  charger,
  phase,
  offeredCurrentA,
  limitedBy,
  currentA,
  powerW,
  temperatureC,
  faults: v.array(v.object({ name, severity, latched, retryAt })),
  session: v.nullable(v.object({ energyWh: finite, chargingMs: finite })),
});
export type OwnStatus = v.InferOutput<typeof OwnStatus>;

/** Enough of a session log's news to know how much was sun. */
const Record = v.object({ id: word, revision: finite, charger: word, endedAt: maybe, sunWh: finite, energyWh: finite });
const Telemetry = v.object({ mode: word, carA: finite, stopsInMs: maybe, startsInMs: maybe });
const Event = v.object({ id: word, charger: word, type: word, monotonicMs: finite });

export type Button =
  | { readonly press: "pause" | "resume" }
  | { readonly press: "next" }
  | { readonly press: "page"; readonly page: number };
export type DisplayInput =
  | { readonly of: "status"; readonly charger: string; readonly status: OwnStatus }
  | { readonly of: "foreign"; readonly charger: string; readonly report: ChargerReport; readonly chargeWh: number | null }
  | { readonly of: "sun"; readonly charger: string; readonly percent: number | null }
  | { readonly of: "next"; readonly startsIn: number | null; readonly stopsIn: number | null }
  | { readonly of: "button"; readonly button: Button }
  /** A charger's event: known, and shown by the status that follows it. */
  | { readonly of: "nothing" };

const WANTED = 'the status of a charger, news of a charge, the telemetry of a limiter, or "pause", "resume", "next" or "page 2"';
/** A status is a kilobyte or two. */
const LONGEST_TEXT = 16_384;
const PAGE = /^page\s*([1-9]\d?)$/;

/**
 * @param usual name of a charger that does not say its own
 * @throws MessageError notNews, unknownWord, badJson and others, saying what was expected.
 */
export function readDisplayInput(payload: unknown, usual: string, now: WallTime): DisplayInput {
  const read = readPayload(unpacked(payload), WANTED);
  if (typeof read !== "object") return { of: "button", button: buttonOf(read) };
  const status = v.safeParse(OwnStatus, read);
  if (status.success) return { of: "status", charger: status.output.charger, status: status.output };
  if (v.is(Event, read)) return { of: "nothing" };
  const record = v.safeParse(Record, read);
  if (record.success) return { of: "sun", charger: record.output.charger, percent: sunPercent(record.output) };
  const telemetry = v.safeParse(Telemetry, read);
  if (telemetry.success) return { of: "next", startsIn: telemetry.output.startsInMs, stopsIn: telemetry.output.stopsInMs };
  if (isForeignReport(read)) {
    const report = foreignReportOf(read, usual, now);
    return { of: "foreign", charger: report.charger, report, chargeWh: report.counterOf === "session" ? report.energyWh : null };
  }
  throw new MessageError("notNews", `msg.payload: expected ${WANTED}, got ${shown(payload)}.`);
}

/** Null once the charge is over, and before there is anything to share out. */
const sunPercent = ({ endedAt, sunWh, energyWh }: v.InferOutput<typeof Record>): number | null =>
  endedAt === null && energyWh > 0 ? Math.min(100, Math.max(0, (sunWh / energyWh) * 100)) : null;

function buttonOf(said: string | number | boolean): Button {
  const pressed = String(said).trim().toLowerCase();
  if (pressed === "pause" || pressed === "resume" || pressed === "next") return { press: pressed };
  const [, page] = PAGE.exec(pressed) ?? [];
  if (page !== undefined) return { press: "page", page: Number(page) };
  throw new MessageError("unknownWord", `msg.payload: expected ${WANTED}, got ${shown(said)}.`);
}

/** A status as it comes over MQTT: the text of an object, longer than other nodes' messages. */
function unpacked(payload: unknown): unknown {
  if (typeof payload !== "string" || payload.length > LONGEST_TEXT || !payload.trimStart().startsWith("{")) return payload;
  try {
    return JSON.parse(payload);
  } catch (cause) {
    throw new MessageError("badJson", `msg.payload: the text starts like a JSON object but is not one: ${shown(payload)}.`, { cause });
  }
}
