/** Creates a database as a deployment does, once; tests copy it. */
import { randomBytes } from 'node:crypto';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { createViews } from '#sql/views.ts';

export interface TemplateDatabase {
  readonly name: string;
  /** Drops it with its copies and their roles, whose names all begin with its name. */
  remove(): Promise<void>;
}

export async function makeTemplate({ postgres }: Pick<StackStatus, 'postgres'>): Promise<TemplateDatabase> {
  const name = `test_${randomBytes(4).toString('hex')}`;
  const admin = () => openPool({ ...postgres, max: 1 });
  await using(admin(), (pool) => pool.query(`create database ${name}`));
  await using(openPool({ ...postgres, database: name, max: 1 }), async (pool) => {
    await migrate(pool, await readSqlFiles(sqlFolder('migrations')));
    const views = await readSqlFiles(sqlFolder('views'));
    await createViews(pool, views);
  });
  // PostgreSQL copies a database only while it has no connections.
  await using(admin(), (pool) => pool.query(`alter database ${name} allow_connections false`));
  return {
    name,
    remove: () =>
      using(admin(), async (pool) => {
        const named = async (column: string, table: string) =>
          (
            await pool.query<{ own: string }>(
              `select ${column} as own from ${table} where starts_with(${column}, $1)`,
              [name],
            )
          ).rows;
        for (const { own } of await named('datname', 'pg_database'))
          await pool.query(`drop database ${own} with (force)`);
        for (const { own } of await named('rolname', 'pg_roles')) await pool.query(`drop role ${own}`);
      }),
  };
}

async function using<Result>(pool: Pool, work: (pool: Pool) => Promise<Result>): Promise<Result> {
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
