/**
 * The steps of a rotation. Secrets Manager repeats a step that failed, so each is idempotent. From `setSecret` to
 * `finishSecret`, a second or so, the current version holds a password that PostgreSQL no longer accepts: a login fails
 * meanwhile and is retried; open connections stay.
 */
import { randomBytes } from 'node:crypto';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { DatabaseConfiguration } from '#adapters/configuration.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { setPassword } from '#adapters/postgres/role-password.ts';
import { type Login, readLogin, secretsManager } from '#adapters/secrets.ts';
import type { Rotation } from './request.ts';

const INVALID_PASSWORD = '28P01';

/**
 * @param database with the login of the user that may change the roles' passwords
 * @param deadline when the change must have ended, in milliseconds since 1970
 */
export async function rotate(
  database: DatabaseConfiguration,
  { step, secretId, version }: Rotation,
  deadline: number,
): Promise<void> {
  if (step === 'createSecret') return createPending(secretId, version);
  if (step === 'finishSecret') return makeCurrent(secretId, version);
  const pending = await readLogin(secretId, { stage: 'AWSPENDING', id: version });
  if (step === 'testSecret') return using(poolOf(database, pending), canLogIn);
  await asAdmin(database, (pool) => setPassword(pool, pending.username, pending.password, deadline));
}

async function createPending(secretId: string, version: string): Promise<void> {
  const made = await readLogin(secretId, { stage: 'AWSPENDING', id: version }).catch(unlessMissing);
  if (made) return;
  const { username } = await readLogin(secretId, { stage: 'AWSCURRENT' });
  await secretsManager().send(
    new PutSecretValueCommand({
      SecretId: secretId,
      ClientRequestToken: version,
      SecretString: JSON.stringify({ username, password: randomBytes(30).toString('base64url') }),
      VersionStages: ['AWSPENDING'],
    }),
  );
}

async function makeCurrent(secretId: string, version: string): Promise<void> {
  const secrets = secretsManager();
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: secretId }));
  const current = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'))?.[0];
  if (current === version) return;
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: version,
      RemoveFromVersionId: current,
    }),
  );
}

/** Uses the admin's current password, or its pending one, which is in force if its own rotation stopped half-way. */
async function asAdmin(database: DatabaseConfiguration, work: (pool: Pool) => Promise<void>): Promise<void> {
  if (database.login.kind !== 'password') throw new Error('The admin logs in with a password: set DATABASE_SECRET_ID.');
  const { secretId } = database.login;
  try {
    await using(poolOf(database, await readLogin(secretId, { stage: 'AWSCURRENT' })), work);
  } catch (error) {
    const next = isInvalidPassword(error) && (await readLogin(secretId, { stage: 'AWSPENDING' }).catch(unlessMissing));
    if (!next) throw error;
    await using(poolOf(database, next), work);
  }
}

const poolOf = ({ host, port, database, tls }: DatabaseConfiguration, { username, password }: Login): Pool =>
  openPool({ host, port, database, user: username, password, max: 1, ssl: tls === 'require' });

async function using(pool: Pool, work: (pool: Pool) => Promise<void>): Promise<void> {
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}

async function canLogIn(pool: Pool): Promise<void> {
  await pool.query('select 1');
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ResourceNotFoundException)) throw error;
}

const isInvalidPassword = (error: unknown): boolean => (error as { code?: string }).code === INVALID_PASSWORD;
