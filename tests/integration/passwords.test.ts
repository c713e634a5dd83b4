/** A rotation and a deployment, on real PostgreSQL and Secrets Manager: the current password is the one that PostgreSQL accepts. */
import { randomUUID } from 'node:crypto';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import type { DatabaseConfiguration } from '#adapters/configuration.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { readLogin, secretsManager } from '#adapters/secrets.ts';
import { setPasswords } from '#functions/migrate-database/roles.ts';
import type { Rotation } from '#functions/rotate-passwords/request.ts';
import { rotate } from '#functions/rotate-passwords/rotate.ts';
import { until } from '#localstack/processes/until.ts';
import { freshDatabase } from '../support/stores.ts';
import { stubAws } from '../support/stub-aws.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

let pool: Pool;
let database: DatabaseConfiguration;
/** Of this database alone, since others share the server's roles. */
let role: string;
let secretId: string;

beforeAll(async () => {
  const { lambda } = inject('stack');
  stubAws(lambda);
  vi.stubEnv('AWS_ENDPOINT_URL', lambda.endpoint);
  pool = await freshDatabase();
  const { host, port, user, password } = inject('stack').postgres;
  const { rows } = await pool.query<{ name: string }>('select current_database() as name');
  const name = rows[0]?.name ?? '';
  role = `${name}_someone`;
  await pool.query(`create role ${role}`);
  const admin = await makeSecret({ username: user, password });
  database = { host, port, database: name, user, tls: 'off', login: { kind: 'password', secretId: admin } };
  return () => {
    vi.unstubAllEnvs();
    return pool.end();
  };
});

beforeEach(async () => {
  secretId = await makeSecret({ username: role, password: randomUUID() });
  await deploy();
});

async function makeSecret(login: object): Promise<string> {
  const SecretString = JSON.stringify(login);
  const { ARN } = await secretsManager().send(new CreateSecretCommand({ Name: `test/${randomUUID()}`, SecretString }));
  return ARN ?? '';
}

const deploy = (on = pool) => setPasswords(on, { [role]: secretId });
const step = (name: Rotation['step'], version: string) =>
  rotate(database, { step: name, secretId, version }, Date.now() + 60_000);

async function currentPassword(): Promise<string> {
  return (await readLogin(secretId, { stage: 'AWSCURRENT' })).password;
}

async function expectCurrentToLogIn(): Promise<void> {
  const { host, port, database: name } = database;
  const login = openPool({ host, port, database: name, user: role, password: await currentPassword(), max: 1 });
  try {
    expect((await login.query('select current_user as name')).rows).toEqual([{ name: role }]);
  } finally {
    await login.end();
  }
}

it.each(STEPS)('a deployment before %s of a rotation, which then goes on', async (interrupted) => {
  const before = await currentPassword();
  const version = randomUUID();
  const failed: string[] = [];
  for (const name of STEPS) {
    if (name === interrupted) await deploy();
    await step(name, version).catch(() => failed.push(name));
  }
  // The deployment has put the old password back, which is still the current one.
  expect(failed).toEqual(interrupted === 'testSecret' ? ['testSecret'] : []);
  expect(await currentPassword()).not.toBe(before);
  await expectCurrentToLogIn();
});

it('a deployment that began before a rotation, and sets the password after it', async () => {
  const { host, port, user, password } = inject('stack').postgres;
  const single = openPool({
    host,
    port,
    user,
    password,
    database: database.database,
    max: 1,
    connectionTimeoutMillis: 120_000,
  });
  const held = await single.connect();
  const deployed = deploy(single);
  await until(async () => single.waitingCount === 1, { what: 'the deployment waits for a connection', within: 60_000 });
  const version = randomUUID();
  for (const name of STEPS) await step(name, version);
  held.release();
  await deployed;
  await single.end();
  await expectCurrentToLogIn();
});

it('a rotation that ends half-way is mended by the next deployment, and can be repeated', async () => {
  const version = randomUUID();
  for (const name of ['createSecret', 'setSecret'] as const) await step(name, version);
  await deploy();
  await expectCurrentToLogIn();
  for (const name of STEPS) await step(name, version);
  await expectCurrentToLogIn();
  for (const name of STEPS) await step(name, version);
  await expectCurrentToLogIn();
  const later = randomUUID();
  for (const name of STEPS) await step(name, later);
  await expect(step('setSecret', version)).rejects.toThrow(`Expected version ${version}`);
  await expectCurrentToLogIn();
});

it('deployments and repeated rotations at any time, whose connections break', async () => {
  const breaks = async () => {
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`,
    );
  };
  const events = fc.array(fc.constantFrom('deploy', 'break', 'nothing'), { minLength: 4, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(events, async (sequence) => {
      const version = randomUUID();
      const rotation = async () => {
        // As Secrets Manager does: all steps again until all succeed.
        for (let done = false; !done; )
          done = await STEPS.reduce(
            async (before, name) => (await before) && succeeds(step(name, version)),
            Promise.resolve(true),
          );
      };
      const others = async () => {
        for (const event of sequence) {
          if (event === 'deploy') await succeeds(deploy());
          if (event === 'break') await breaks();
          if (event === 'nothing') await currentPassword();
        }
      };
      await Promise.all([rotation(), others(), others()]);
      await expectCurrentToLogIn();
    }),
    { numRuns: 8 },
  );
});

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
