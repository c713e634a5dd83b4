/** The owner of the database on RDS is no superuser: on a server of its own, such an owner migrates, and gains nobody a way in. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { installFolder } from '#adapters/repository.ts';
import { databaseRoles } from '#cdk/config/functions.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { type PostgresConnection, startPostgres } from '#localstack/services/postgres.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { createViews } from '#sql/views.ts';
import { findWaysIn, temporaryTablesOfStreams } from '../support/privileges.ts';

const PASSWORD = 'of the test';
let server: PostgresConnection;
let superuser: Pool;

beforeAll(async () => {
  const runFolder = mkdtempSync(join(tmpdir(), 'tillstream-owner-'));
  chmodSync(runFolder, 0o755); // PostgreSQL may run as another user.
  const [port = 0] = await freePorts(1);
  const postgres = await startPostgres({ port }, { runFolder, installFolder, report: () => {} });
  server = postgres.connection;
  superuser = openPool({ ...server, max: 1 });
  await superuser.query(`create role shop_owner login createrole createdb password '${PASSWORD}'`);
  return async () => {
    await superuser.end();
    await postgres.stop();
    rmSync(runFolder, { recursive: true });
  };
});

async function as<T>(user: string, database: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = openPool({ ...server, user, password: PASSWORD, database, max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Temporary tables, and a schema in which no other role may use anything. */
const EXCEPTIONS = [
  'load_orders makes temporary tables',
  'run_transformations makes temporary tables',
  'spark_curation creates in schema staging',
  'spark_curation makes temporary tables',
  'store_transactions makes temporary tables',
  ...temporaryTablesOfStreams,
].sort();

test('an upgrade takes the views from run_transformations, and leaves no way in', async () => {
  await superuser.query('create database shop owner shop_owner');
  const migrations = await readSqlFiles(sqlFolder('migrations'));
  const views = await readSqlFiles(sqlFolder('views'));
  const before = migrations.filter(({ name }) => name < '024');
  await as('shop_owner', 'shop', async (owner) => {
    await migrate(owner, before);
    // As deployments made them, before there was a page.
    const old = views.map(({ sql }) => sql.replace(', console;', ';'));
    await owner.query('grant run_transformations to current_user');
    await owner.query(['set role run_transformations', ...old, 'reset role'].join(';'));
    expect(await findWaysIn(owner, databaseRoles)).toEqual(
      expect.arrayContaining([
        'bi_reader makes temporary tables',
        'everybody may execute ledger.fingerprint',
        'function shop.keep_product_history runs as shop_owner',
        'run_transformations creates in schema payments',
        'run_transformations owns view payments.hourly_metrics',
        'view payments.hourly_metrics runs as run_transformations',
      ]),
    );

    const planted = 'set role run_transformations; create function payments.planted() returns int return 1; reset role';
    await owner.query(planted);
    await expect(migrate(owner, migrations)).rejects.toThrow('found payments.planted()');
    await owner.query('drop function payments.planted');

    const applied = await migrate(owner, migrations);
    expect([...before.map(({ name }) => name), ...applied]).toEqual(migrations.map(({ name }) => name));
    expect(await createViews(owner, views)).toEqual(['hourly_amounts', 'hourly_metrics']);
    expect(await findWaysIn(owner, databaseRoles)).toEqual(EXCEPTIONS);
    for (const name of ['run_transformations', 'bi_reader'])
      await owner.query(`alter role ${name} login password '${PASSWORD}'`);
  });

  await as('run_transformations', 'shop', async (attacker) => {
    const { rows } = await attacker.query('select refresh_views as name from public.refresh_views()');
    expect(rows).toHaveLength(2);
    for (const attack of [
      'set role definer',
      'drop view payments.hourly_metrics',
      'create function payments.mine() returns int return 1',
    ])
      await expect(attacker.query(attack), attack).rejects.toThrow(/permission denied|must be owner/);
  });
  await as('bi_reader', 'postgres', async (reader) => {
    await expect(reader.query('select 1')).rejects.toThrow('permission denied for database "postgres"');
  });
  await as('bi_reader', 'shop', async (reader) => {
    await reader.query('select * from payments.hourly_metrics');
    await expect(reader.query('select user_id from payments.transactions_clean')).rejects.toThrow('permission denied');
    await expect(reader.query('begin read write; create temporary table mine ()')).rejects.toThrow('permission denied');
  });
});

test('of two first deployments at once, each sees all migrations applied, once', async () => {
  await superuser.query('create database twice owner shop_owner');
  const migrations = await readSqlFiles(sqlFolder('migrations'));
  await as('shop_owner', 'twice', async (owner) => {
    const applied = await Promise.all([migrate(owner, migrations), migrate(owner, migrations)]);
    expect(applied.map(({ length }) => length).sort()).toEqual([0, migrations.length].sort());
    expect(await findWaysIn(owner, databaseRoles)).toEqual(EXCEPTIONS);
  });
});
