/** `npm run docs:er`: applies the migrations to a database of its own and writes docs/er-diagram.md. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPool } from '#adapters/postgres/index.ts';
import { inRepository, installFolder } from '#adapters/repository.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startPostgres } from '#localstack/services/postgres.ts';
import { erDiagram } from '#sql/er-diagram.ts';
import { sqlFolder } from '#sql/folder.ts';
import { migrate, readMigrations } from '#sql/migrate.ts';

const FILE = inRepository('docs/er-diagram.md');

const runFolder = mkdtempSync(join(tmpdir(), 'tillstream-er-'));
chmodSync(runFolder, 0o755); // PostgreSQL may run as another user.
const [port = 0] = await freePorts(1);
try {
  const postgres = await startPostgres({ port }, { runFolder, installFolder, report: () => {} });
  const pool = openPool({ ...postgres.connection, max: 1 });
  try {
    await migrate(pool, await readMigrations(sqlFolder('migrations')));
    await writeFile(FILE, await erDiagram(pool));
  } finally {
    await pool.end();
    await postgres.stop();
  }
} finally {
  rmSync(runFolder, { recursive: true, force: true });
}
