/** A database that outlived its stack may be of a later version of this project. */
import { readdirSync } from 'node:fs';
import { openPool } from '#adapters/postgres/index.ts';
import { inRepository } from '#adapters/repository.ts';
import type { PostgresConnection } from '../services/postgres.ts';

const FOLDER = 'sql/migrations';

/** @throws if the database has migrations that this version doesn't: its functions know nothing of such tables */
export async function requireKnownMigrations(database: PostgresConnection): Promise<void> {
  const known = readdirSync(inRepository(FOLDER));
  const unknown = (await appliedTo(database)).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `The database ${database.database} on ${database.host}:${database.port} has ${unknown.join(', ')}, which ${FOLDER} ` +
        'has not: it was used by a later version. Start that version, or another database.',
    );
}

async function appliedTo(database: PostgresConnection): Promise<string[]> {
  const pool = openPool({ ...database, max: 1 });
  try {
    const { rows } = await pool.query<{ exists: boolean }>(
      `select to_regclass('public.migrations') is not null as exists`,
    );
    if (!rows[0]?.exists) return [];
    const applied = await pool.query<{ name: string }>('select name from public.migrations order by name');
    return applied.rows.map(({ name }) => name);
  } finally {
    await pool.end();
  }
}
