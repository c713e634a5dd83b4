/**
 * The steps of a rotation. Secrets Manager repeats a step that failed, so each is idempotent. From `setSecret` to
 * `finishSecret`, a second or so, the current version holds a password that PostgreSQL no longer accepts: a login fails
 * meanwhile and is retried; open connections stay.
 *
 * A deployment sets the current password, at any time. So passwords are set in turns, and `finishSecret` sets the new one again
 * in the turn in which it becomes current. If a rotation ends half-way, its repetition or the next deployment mends what it left.
 */
import { randomBytes } from 'node:crypto';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { DatabaseConfiguration } from '#adapters/configuration.ts';
import { inTransactionUntil, openPool, type Pool } from '#adapters/postgres/index.ts';
import { setPassword } from '#adapters/postgres/role-password.ts';
import { type Login, readLogin, secretsManager } from '#adapters/secrets.ts';
import { takeTurn } from '#delivery/turns.ts';
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
  if (step === 'testSecret') return using(poolOf(database, await readNew(secretId, version)), canLogIn);
  await asAdmin(database, (pool) => bringIntoForce(pool, { step, secretId, version }, deadline));
}

/**
 * The password is committed on another connection than the turn is held on: it is in force before it is current, and until it is,
 * nobody else sets one. If the turn is lost meanwhile, so that somebody might, the step fails and is repeated.
 */
function bringIntoForce(pool: Pool, { step, secretId, version }: Rotation, deadline: number): Promise<void> {
  return inTransactionUntil(pool, deadline, async (turn) => {
    await takeTurn(turn, 'passwords');
    const { username, password } = await readNew(secretId, version);
    await inTransactionUntil(pool, deadline, (transaction) => setPassword(transaction, username, password));
    if (step === 'finishSecret') await makeCurrent(secretId, version);
  });
}

/** @throws if the version is neither pending nor, since the step is repeated, current: a later one has replaced it */
async function readNew(secretId: string, id: string): Promise<Login> {
  const { [id]: stages = [] } = await readStages(secretId);
  const stage = (['AWSCURRENT', 'AWSPENDING'] as const).find((each) => stages.includes(each));
  if (stage === undefined)
    throw new Error(
      `Expected version ${id} of secret ${secretId} to be AWSPENDING or AWSCURRENT, got ${stages.join(', ') || 'no stage'}.`,
    );
  return readLogin(secretId, { stage, id });
}

async function readStages(secretId: string): Promise<Record<string, string[]>> {
  const { VersionIdsToStages } = await secretsManager().send(new DescribeSecretCommand({ SecretId: secretId }));
  return VersionIdsToStages ?? {};
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
  const stages = Object.entries(await readStages(secretId));
  const current = stages.find(([, of]) => of.includes('AWSCURRENT'))?.[0];
  if (current === version) return;
  await secretsManager().send(
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
  openPool({ host, port, database, user: username, password, max: 2, ssl: tls === 'require' });

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
