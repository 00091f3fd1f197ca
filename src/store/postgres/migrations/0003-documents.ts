/** Small things that are read once and then only written, of several sites. */
import type { Migration } from "./migration.ts";

export const documents: Migration = {
  up: (schema) => `
    create table ${schema}.document (
      site   text not null,
      kind   text not null,
      id     text not null,
      person text,
      body   text not null,
      primary key (site, kind, id)
    );
    comment on table ${schema}.document is 'Persons, tags, channels and queues of shared sites, as JSON; addresses in them are encrypted.';
  `,
  down: (schema) => `drop table ${schema}.document;`,
};
