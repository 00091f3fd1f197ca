/** Documents beside the sessions. */
import type { DocumentChange, StoredDocument } from "#ports/document-store";
import type { Asker } from "./connection.ts";

const ROWS = 1000;

export async function* documentPages(asker: Asker, schema: string, site: string): AsyncGenerator<readonly StoredDocument[]> {
  for (let last: StoredDocument | undefined; ; ) {
    const page: StoredDocument[] = await asker.ask<StoredDocument>(
      `select kind, id, person, body from ${schema}.document
       where site = $1 and (kind, id) > ($2, $3) order by kind, id limit ${ROWS}`,
      [site, last?.kind ?? "", last?.id ?? ""],
    );
    if (page.length > 0) yield page;
    last = page.at(-1);
    if (page.length < ROWS) return;
  }
}

/** Writes in the transaction of `asker`. Of several changes of one document the last counts; rows are taken in one order, so that writers do not deadlock. */
export async function writeDocuments(asker: Asker, schema: string, site: string, changes: readonly DocumentChange[]): Promise<void> {
  const last = [...new Map(changes.map((change) => [JSON.stringify([change.kind, change.id]), change])).values()];
  const removed = last.filter(({ body }) => body === null);
  const kept = last.filter(({ body }) => body !== null);
  const given = "json_to_recordset($2::json) as given(kind text, id text, person text, body text)";
  if (removed.length > 0) {
    await asker.ask(
      `delete from ${schema}.document as document using ${given}
       where document.site = $1 and document.kind = given.kind and document.id = given.id`,
      [site, JSON.stringify(removed)],
    );
  }
  if (kept.length === 0) return;
  await asker.ask(
    `insert into ${schema}.document (site, kind, id, person, body) select $1, kind, id, person, body from ${given} order by kind, id
     on conflict (site, kind, id) do update set person = excluded.person, body = excluded.body`,
    [site, JSON.stringify(kept)],
  );
}
