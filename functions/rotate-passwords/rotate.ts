/**
 * The steps of a rotation. Secrets Manager repeats a step that failed, so each may be done again. From `setSecret` to
 * `finishSecret`, which is a second or so, the current version holds a password that PostgreSQL no longer takes: what logs
 * in anew meanwhile fails and tries again; connections that are open stay.
 */
import { randomBytes } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { DatabaseConfiguration } from '#adapters/configuration.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { setPassword } from '#adapters/postgres/role-password.ts';
import type { Rotation } from './request.ts';

export interface Rotating {
  /** Of the user that may change the roles' passwords. */
  readonly database: DatabaseConfiguration;
  readonly secrets: SecretsManagerClient;
}

interface Login {
  readonly username: string;
  readonly password: string;
}

type Stage = 'AWSCURRENT' | 'AWSPENDING';

const INVALID_PASSWORD = '28P01';

export async function rotate(rotating: Rotating, { step, secretId, version }: Rotation): Promise<void> {
  const { secrets } = rotating;
  if (step === 'createSecret') return createPending(secrets, secretId, version);
  if (step === 'finishSecret') return makeCurrent(secrets, secretId, version);
  const pending = await loginOf(secrets, secretId, 'AWSPENDING', version);
  if (step === 'testSecret') return using(poolOf(rotating, pending), canLogIn);
  await asAdmin(rotating, (pool) => setPassword(pool, pending.username, pending.password));
}

async function createPending(secrets: SecretsManagerClient, secretId: string, version: string): Promise<void> {
  const made = await loginOf(secrets, secretId, 'AWSPENDING', version).catch(unlessMissing);
  if (made) return;
  const { username } = await loginOf(secrets, secretId, 'AWSCURRENT');
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretId,
      ClientRequestToken: version,
      SecretString: JSON.stringify({ username, password: randomBytes(30).toString('base64url') }),
      VersionStages: ['AWSPENDING'],
    }),
  );
}

async function makeCurrent(secrets: SecretsManagerClient, secretId: string, version: string): Promise<void> {
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

/** With the admin's password, or its next one: it is in force already if its own rotation stopped half-way. */
async function asAdmin(rotating: Rotating, work: (pool: Pool) => Promise<void>): Promise<void> {
  const { database, secrets } = rotating;
  if (database.login.kind !== 'password') throw new Error('The admin logs in with a password: set DATABASE_SECRET_ID.');
  const { secretId } = database.login;
  try {
    await using(poolOf(rotating, await loginOf(secrets, secretId, 'AWSCURRENT')), work);
  } catch (error) {
    const next = isInvalidPassword(error) && (await loginOf(secrets, secretId, 'AWSPENDING').catch(unlessMissing));
    if (!next) throw error;
    await using(poolOf(rotating, next), work);
  }
}

const poolOf = ({ database: { host, port, database, tls } }: Rotating, { username, password }: Login): Pool =>
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

async function loginOf(
  secrets: SecretsManagerClient,
  secretId: string,
  stage: Stage,
  version?: string,
): Promise<Login> {
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage, VersionId: version }),
  );
  const { username, password } = JSON.parse(SecretString ?? '{}') as Partial<Login>;
  if (!username || !password)
    throw new Error(
      `Version ${stage} of secret ${secretId} is no login; expected JSON with "username" and "password".`,
    );
  return { username, password };
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ResourceNotFoundException)) throw error;
}

const isInvalidPassword = (error: unknown): boolean => (error as { code?: string }).code === INVALID_PASSWORD;
