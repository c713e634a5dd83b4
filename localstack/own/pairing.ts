/**
 * A ledger holds the offsets of one Kafka and the objects of one lake. With another Kafka they would name other records, so
 * where any of the three may outlive the others, the ledger's database notes which ones it belongs to.
 */
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import type { PostgresConnection } from '../services/postgres.ts';

/** Each store by a name for people, and what tells it from any other of its kind. */
export type Stores = Readonly<Record<string, string>>;

/** `npm start`'s own note, in no schema of the product's. */
const NOTE = `
  create table if not exists public.npm_start_stores (
    name text primary key, identity text not null, noted_at timestamptz not null default now()
  )`;

/**
 * Notes the stores the first time, and holds them against the note from then on.
 *
 * @throws if the ledger belongs to others, before anything of theirs is read or written
 */
export async function requirePair(database: PostgresConnection, stores: Stores): Promise<void> {
  const pool = openPool({ ...database, max: 1 });
  try {
    const others = othersAmong(stores, await noted(pool, stores));
    if (others.length === 0) return;
    throw new Error(
      `The ledger in database ${database.database} on ${database.host}:${database.port} belongs to another ${others.join(' and another ')}: ` +
        'its offsets and objects are not what these hold. Start with those that it was made with, or with an empty database and topics.',
    );
  } finally {
    await pool.end();
  }
}

/** @returns the names of the stores that the note has otherwise */
export const othersAmong = (stores: Stores, note: Stores): string[] =>
  Object.keys(stores).filter((name) => note[name] !== undefined && note[name] !== stores[name]);

async function noted(pool: Pool, stores: Stores): Promise<Stores> {
  await pool.query(NOTE);
  await pool.query(
    `insert into public.npm_start_stores (name, identity)
     select * from unnest($1::text[], $2::text[])
     on conflict do nothing`,
    [Object.keys(stores), Object.values(stores)],
  );
  const { rows } = await pool.query<{ name: string; identity: string }>(
    'select name, identity from public.npm_start_stores',
  );
  return Object.fromEntries(rows.map(({ name, identity }) => [name, identity]));
}
