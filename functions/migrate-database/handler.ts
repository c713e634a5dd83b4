/** Runs at deployment: brings the database's schema, its views, its lateness and the roles' passwords up to date. */
import { databaseConfiguration, required } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { type Invocation, observed } from '#lambda/observability.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { createViews } from '#sql/views.ts';
import { setLateness } from './lateness.ts';
import { setPasswords } from './roles.ts';

const pool = connect(databaseConfiguration());
const lateAfterSeconds = Number(required('LATE_AFTER_SECONDS'));

/** The passwords come after the deadline of the migration, and need time as well. */
const RESERVE_MS = 30_000;

async function migrateDatabase(_event: unknown, { deadline }: Invocation) {
  const [migrations, views] = await Promise.all([
    readSqlFiles(sqlFolder('migrations')),
    readSqlFiles(sqlFolder('views')),
  ]);
  return {
    applied: await migrate(pool, migrations, deadline),
    views: await createViews(pool, views, deadline),
    lateness: await setLateness(pool, lateAfterSeconds, deadline),
    roles: await setPasswords(pool, JSON.parse(required('ROLE_SECRETS')), deadline + RESERVE_MS / 2),
  };
}

export const handler = observed(migrateDatabase, { reserveMs: RESERVE_MS });
