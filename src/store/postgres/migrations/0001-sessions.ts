/** Sessions, their samples by the hour, events and checkpoints. */
import type { Migration } from "./migration.ts";

/** Compressed where they are: a block is small, and is read whole. */
const ARRAYS = [
  "offset_ms",
  "energy_wh",
  "sun_wh",
  "grid_wh",
  "battery_wh",
  "cost",
  "power_w",
  "current_a",
  "offered_a",
  "temperature_c",
] as const;

export const sessions: Migration = {
  up: (schema) => `
    create table ${schema}.session (
      id                 text        primary key,
      revision           bigint      not null,
      charger            text        not null,
      "user"             text,
      tag                text,
      started_at         timestamptz not null,
      ended_at           timestamptz,
      connected_ms       float8      not null,
      charging_ms        float8      not null,
      energy_wh          float8      not null,
      sun_wh             float8      not null,
      grid_wh            float8      not null,
      battery_wh         float8      not null,
      unknown_wh         float8      not null,
      cost               float8,
      priced_wh          float8      not null,
      co2_g              float8,
      meter_start_wh     float8,
      meter_stop_wh      float8,
      max_power_w        float8,
      mean_power_w       float8,
      offered_min_a      float8,
      offered_max_a      float8,
      peak_temperature_c float8,
      interruptions      jsonb       not null,
      faults             jsonb       not null,
      end_reason         text,
      gaps               bigint      not null
    );
    create index session_by_start on ${schema}.session (started_at, id);
    create index session_by_end on ${schema}.session (ended_at);

    create table ${schema}.sample_block (
      session       text        not null,
      at            timestamptz not null,
      offset_ms     int4[]      not null,
      energy_wh     int8[]      not null,
      sun_wh        int8[]      not null,
      grid_wh       int8[]      not null,
      battery_wh    int8[]      not null,
      cost          int8[]      not null,
      power_w       int4[]      not null,
      current_a     int4[]      not null,
      offered_a     int4[]      not null,
      temperature_c int4[]      not null,
      primary key (session, at)
    ) with (toast_tuple_target = 256);
    ${ARRAYS.map((column) => `alter table ${schema}.sample_block alter column ${column} set storage main;`).join("\n    ")}
    create index sample_block_by_time on ${schema}.sample_block using brin (at);
    comment on table ${schema}.sample_block is
      'Samples of one session in one hour (UTC). Steps: energies 0.01 Wh, cost 0.0001, power 1 W, currents 0.01 A, temperature 0.1 °C. To read: the view sample.';

    create view ${schema}.sample as
      select
        block.session,
        block.at + one.offset_ms * interval '1 ms' as at,
        one.energy_wh / 100.0::float8 as energy_wh,
        one.sun_wh / 100.0::float8 as sun_wh,
        one.grid_wh / 100.0::float8 as grid_wh,
        one.battery_wh / 100.0::float8 as battery_wh,
        one.cost / 10000.0::float8 as cost,
        one.power_w::float8 as power_w,
        one.current_a / 100.0::float8 as current_a,
        one.offered_a / 100.0::float8 as offered_a,
        one.temperature_c / 10.0::float8 as temperature_c
      from ${schema}.sample_block as block
      cross join lateral unnest(
        block.offset_ms, block.energy_wh, block.sun_wh, block.grid_wh, block.battery_wh,
        block.cost, block.power_w, block.current_a, block.offered_a, block.temperature_c
      ) as one (offset_ms, energy_wh, sun_wh, grid_wh, battery_wh, cost, power_w, current_a, offered_a, temperature_c);

    create table ${schema}.event (
      number   bigint      generated always as identity,
      id       text        primary key,
      charger  text        not null,
      session  text,
      at       timestamptz not null,
      type     text        not null,
      reason   text,
      fault    text,
      evidence jsonb       not null
    );
    create index event_by_time on ${schema}.event (at, number);
    create index event_by_session on ${schema}.event (session, at, number) where session is not null;

    create table ${schema}.checkpoint (
      charger text        primary key,
      at      timestamptz not null,
      state   text        not null
    );
  `,
  down: (schema) => `
    drop table ${schema}.checkpoint;
    drop table ${schema}.event;
    drop view ${schema}.sample;
    drop table ${schema}.sample_block;
    drop table ${schema}.session;
  `,
};
