/** When a session's energy flowed, so that a report asks for samples only where they decide; and how far samples are thinned. */
import type { Migration } from "./migration.ts";

export const flow: Migration = {
  up: (schema) => `
    create table ${schema}.flow (
      session        text        primary key,
      first_at       timestamptz not null,
      last_at        timestamptz not null,
      zero_at        timestamptz,
      energy_wh      int8        not null,
      until_at       timestamptz not null,
      thinned_before timestamptz
    );
    comment on table ${schema}.flow is
      'Of each session the first and the last sample, the last one without energy, and the first one with all of it (in steps of 0.01 Wh).';
    insert into ${schema}.flow (session, first_at, last_at, zero_at, energy_wh, until_at)
      select session, min(at), max(at), max(at) filter (where steps = 0), max(steps), min(at) filter (where steps = most)
      from (
        select session, at, steps, max(steps) over (partition by session) as most
        from (
          select block.session, block.at + one.offset_ms * interval '1 ms' as at, one.steps
          from ${schema}.sample_block as block cross join lateral unnest(block.offset_ms, block.energy_wh) as one (offset_ms, steps)
        ) as sample
      ) as sample
      group by session;
  `,
  down: (schema) => `drop table ${schema}.flow;`,
};
