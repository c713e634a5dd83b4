/** Runs at deployment: brings the database's schema, its views and the roles' passwords up to date. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { databaseConfiguration, required } from '#adapters/configuration.ts';
import { connect, inTransactionUntil } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { createViewsAsAdmin } from '#sql/views.ts';
import { setPasswords } from './roles.ts';

const pool = connect(databaseConfiguration());
const secrets = new SecretsManagerClient();

/** What the migration may not use of the function's time: the passwords, the logs and the answer need it. */
const RESERVED_MS = 30_000;

export const handler = observed(async (_event: unknown, { context }) => {
  const deadline = Date.now() + context.getRemainingTimeInMillis() - RESERVED_MS;
  const [migrations, views] = await Promise.all([
    readSqlFiles(sqlFolder('migrations')),
    readSqlFiles(sqlFolder('views')),
  ]);
  return {
    applied: await migrate(pool, migrations, deadline),
    views: await inTransactionUntil(pool, deadline, (transaction) => createViewsAsAdmin(transaction, views)),
    roles: await setPasswords(pool, secrets, JSON.parse(required('ROLE_SECRETS'))),
  };
});
