/** Charges as a file for programs and spreadsheets, with the columns that the session log's answers have. */
import { Refusal } from "#bridges/http/answer";
import type { SessionRecord } from "#core/session/record";
import { CSV_STYLES, csvHead, csvRows } from "../shared/csv.ts";
import { localTextIn, sessionColumns, sessionRow } from "../shared/session-rows.ts";

/** @param style the separators; the standard ones when none is named @throws Refusal badQuery, at once. */
export function csvOf(
  records: AsyncIterable<readonly SessionRecord[]>,
  style: string | undefined,
  timeZone: string,
): AsyncIterable<string> {
  const chosen = style ?? "standard";
  if (chosen !== "standard" && chosen !== "spreadsheet") {
    throw new Refusal(400, "badQuery", `style: expected standard or spreadsheet, got "${chosen.slice(0, 40)}".`);
  }
  return lines(records, CSV_STYLES[chosen], timeZone);
}

async function* lines(
  records: AsyncIterable<readonly SessionRecord[]>,
  style: (typeof CSV_STYLES)[keyof typeof CSV_STYLES],
  timeZone: string,
): AsyncIterable<string> {
  const columns = sessionColumns(localTextIn(timeZone));
  yield csvHead(columns, style);
  for await (const page of records) yield csvRows(columns, page.map(sessionRow), style);
}
