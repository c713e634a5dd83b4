/** Nobody who logs in as a function's role, or as bi_reader, can make others run what it wants. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { databaseRoles } from '#cdk/config/functions.ts';
import { refreshViews } from '#sql/views.ts';
import { findWaysIn, temporaryTablesOfStreams } from '../support/privileges.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let pool: Pool;

beforeAll(async () => {
  pool = await freshDatabase();
  return () => pool.end();
});

const DENIED = { code: '42501' };

it('no role owns anything, is a member of another or creates anything, and nothing runs as one of them', async () => {
  expect(await findWaysIn(pool, databaseRoles)).toEqual(
    [
      'load_orders makes temporary tables',
      'run_transformations makes temporary tables',
      // A schema in which no other role may use anything.
      'spark_curation creates in schema staging',
      'spark_curation makes temporary tables',
      'store_transactions makes temporary tables',
      ...temporaryTablesOfStreams,
    ].sort(),
  );
  const { rows } = await pool.query(
    "select name from unnest($1::text[]) as name where has_schema_privilege(name, 'staging', 'usage')",
    [databaseRoles],
  );
  expect(rows).toEqual([{ name: 'spark_curation' }]);
});

describe('run_transformations, which refreshes the views', () => {
  let role: Pool;
  beforeAll(async () => {
    role = await poolAs('run_transformations', pool);
    return () => role.end();
  });

  const METRICS = `
    select
      event_hour, total_transactions, total_amount, late_transactions, late_ratio,
      case when pg_temp.steal() then amounts end as amounts
    from payments.hourly_metrics`;
  const STEAL = `
    create function pg_temp.steal() returns boolean language plpgsql as $$
    begin
      execute 'alter role run_transformations superuser';
      return true;
    end $$`;

  it.each([
    ['put a function of its own into a view', `${STEAL}; create or replace view payments.hourly_metrics as ${METRICS}`],
    ['rename a view, to put its own in its place', 'alter view payments.hourly_metrics rename to old_metrics'],
    ['make a function where others look for one', STEAL.replace('pg_temp', 'payments')],
    ['change the text that views are made of', `update public.views set definition = 'select 1'`],
    [
      'add a text',
      `insert into public.views values ('mine', 'payments.mine', 'create view payments.mine as select 1')`,
    ],
    ['become the owner of the views', 'set session authorization run_transformations; set role definer'],
    ['create a schema', 'create schema mine'],
  ])('cannot %s', async (_, attack) => {
    const before = await definitions();
    await expect(role.query(attack)).rejects.toMatchObject(DENIED);
    expect(await definitions()).toEqual(before);
  });

  it('cannot deceive the refresh by what its session calls the tables and functions that it needs', async () => {
    const before = await definitions();
    await pool.query('drop view payments.hourly_metrics');
    const session = await role.connect();
    try {
      await session.query(`
        set search_path = pg_temp, payments;
        create temporary table views (name text, relation text, definition text, installed text);
        insert into views values ('mine', 'payments.mine', 'alter role run_transformations superuser');
        create temporary table pg_class as select * from pg_catalog.pg_class limit 0;
        create temporary table transactions_clean (event_hour timestamptz, currency text, status text, amount numeric, is_late boolean);
        create function pg_temp.pg_get_viewdef(oid) returns text language sql as 'select 1 / 0'`);
      const { rows } = await session.query('select public.refresh_views() as name');
      expect(rows).toEqual([{ name: 'hourly_amounts' }, { name: 'hourly_metrics' }]);
    } finally {
      session.release(true);
    }
    expect(await definitions()).toEqual(before);
    expect(await refreshViews(role)).toEqual(['hourly_amounts', 'hourly_metrics']);
  });

  async function definitions() {
    const { rows } = await pool.query(`
      select relname, relowner::regrole::text as owner, relacl::text, pg_get_viewdef(pg_class.oid) as definition
      from pg_class where relnamespace = 'payments'::regnamespace and relkind = 'v' order by relname`);
    return rows;
  }
});

it('each role may lock only the turns that it takes', async () => {
  const { rows } = await pool.query<{ work: string; taken_by: string }>('select * from ledger.turns order by work');
  expect(rows.map(({ work, taken_by }) => `${work} by ${taken_by}`)).toEqual([
    'acknowledge-losses by acknowledge_losses',
    'aggregation by spark_curation',
    'curation by spark_curation',
    'index-hourly-metrics by index_hourly_metrics',
    'load-orders by load_orders',
    expect.stringMatching(/^passwords by /),
    'redrive-dead-letters by redrive_dead_letters',
    'relay-outbox by relay_outbox',
    'run-transformations by run_transformations',
  ]);
  for (const name of databaseRoles) {
    const role = await poolAs(name, pool);
    const mine = rows.filter(({ taken_by }) => taken_by === name).map(({ work }) => work);
    try {
      const locked = await role.query('select work from ledger.turns order by work for update').catch((error) => error);
      if (mine.length === 0) expect(locked, name).toMatchObject(DENIED);
      else
        expect(
          locked.rows.map(({ work }: { work: string }) => work),
          name,
        ).toEqual(mine);
      if (mine.length > 0)
        await expect(role.query(`update ledger.turns set taken_by = 'prove'`)).rejects.toMatchObject(DENIED);
    } finally {
      await role.end();
    }
  }
});
