/** Runs at deployment: brings the database's schema and the roles' passwords up to date. */
import { existsSync } from 'node:fs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { databaseConfiguration, required } from '#adapters/configuration.ts';
import { observed } from '#adapters/observability.ts';
import { connect } from '#adapters/postgres.ts';
import { migrate, readMigrations } from '#sql/migrate.ts';
import { setPasswords } from './roles.ts';

const pool = connect(databaseConfiguration());
const secrets = new SecretsManagerClient();

// The bundle carries sql/ beside it; in the source tree it lies two folders up.
const bundled = new URL('./sql/migrations/', import.meta.url);
const migrations = existsSync(bundled) ? bundled : new URL('../../sql/migrations/', import.meta.url);

export const handler = observed(async () => ({
  applied: await migrate(pool, await readMigrations(migrations)),
  roles: await setPasswords(pool, secrets, JSON.parse(required('ROLE_SECRETS'))),
}));
