import type { Pool } from '#adapters/postgres/index.ts';

/** A warehouse's table with the columns, types and indexes of ours, as far as all contenders have them; its key refuses repeats. */
export async function makeTable(pool: Pool, table: string): Promise<void> {
  await pool.query(`
    create schema if not exists contest;
    create table ${table} (
      order_id   uuid primary key,
      user_id    uuid not null,
      amount     numeric(10, 2) not null,
      currency   varchar(10) not null,
      category   varchar(50) not null,
      country    varchar(10) not null,
      created_at timestamp with time zone not null
    );
    create index on ${table} using brin (created_at) with (autosummarize = on)`);
}
