/** A database of its own with the migrations and views and nothing else, for the pages that are made from its catalogue. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { installFolder } from '#adapters/repository.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startPostgres } from '#localstack/services/postgres.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { createViews } from '#sql/views.ts';

/** Starts PostgreSQL, and removes it afterwards. */
export async function withMigratedDatabase(use: (pool: Pool) => Promise<void>): Promise<void> {
  const runFolder = mkdtempSync(join(tmpdir(), 'tillstream-docs-'));
  chmodSync(runFolder, 0o755); // PostgreSQL may run as another user.
  const [port = 0] = await freePorts(1);
  try {
    const postgres = await startPostgres({ port }, { runFolder, installFolder, report: () => {} });
    const pool = openPool({ ...postgres.connection, max: 1 });
    try {
      await migrate(pool, await readSqlFiles(sqlFolder('migrations')));
      await createViews(pool, await readSqlFiles(sqlFolder('views')));
      await use(pool);
    } finally {
      await pool.end();
      await postgres.stop();
    }
  } finally {
    rmSync(runFolder, { recursive: true, force: true });
  }
}
