/** The role console, with which the page reads: it sees what it shows, changes nothing, and can hold nothing up. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { readQuestions } from '#sql/questions.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let pool: Pool;
let page: Pool;

beforeAll(async () => {
  pool = await freshDatabase();
  page = await poolAs('console', pool);
  return () => Promise.all([page.end(), pool.end()]);
});

const DENIED = { code: '42501' };

/** Of the schemas that it may look into, what it may not read, and views that read some of it. */
const UNREADABLE = [
  'curated.announcements',
  'ledger.turns',
  'shop.customers',
  'shop.delivered_rows',
  'shop.product_history',
  'shop.suppliers',
];

it('reads every table and view but these', async () => {
  const { rows } = await pool.query<{ name: string }>(`
    select format('%I.%I', nspname, relname) as name
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and has_schema_privilege('console', pg_namespace.oid, 'usage') and nspname <> 'public'
    order by name`);
  const refused: string[] = [];
  for (const { name } of rows) {
    const answer = await page.query(`select * from ${name} limit 1`).catch((error: { code: string }) => error.code);
    if (answer === DENIED.code) refused.push(name);
    else expect(answer, name).toMatchObject({ rows: expect.any(Array) });
  }
  expect(refused).toEqual(UNREADABLE);
});

it('asks every question of sql/analytics', async () => {
  for (const { name, sql } of await readQuestions())
    expect(await page.query(sql).catch((error: Error) => error), name).toMatchObject({ rows: [] });
});

it('has no right to change a table or a sequence, or to run a function but those that the questions run', async () => {
  const { rows } = await pool.query<{ right: string }>(`
    select format('%s %s.%s', privilege, nspname, relname) as right
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    cross join unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
    where relkind in ('r', 'p', 'v', 'm', 'f') and nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_'
      and (has_table_privilege('console', pg_class.oid, privilege)
        or privilege in ('insert', 'update', 'references') and has_any_column_privilege('console', pg_class.oid, privilege))
    union all
    select format('sequence %s', oid::regclass)
    from pg_class
    where relkind = 'S' and (has_sequence_privilege('console', oid, 'usage') or has_sequence_privilege('console', oid, 'update'))
    union all
    select format('run %s', pg_proc.oid::regprocedure)
    from pg_proc
    join pg_namespace on pg_namespace.oid = pronamespace
    where nspname not in ('pg_catalog', 'information_schema') and has_function_privilege('console', pg_proc.oid, 'execute')
      and not exists (select from pg_depend where objid = pg_proc.oid and classid = 'pg_proc'::regclass and deptype = 'e')
    order by 1`);
  expect(rows.map(({ right }) => right)).toEqual([
    'run curated.newest_orders(integer)',
    'run warehouse.newest_orders(integer)',
  ]);
});

describe('a session', () => {
  it('begins with limits, and the role has connections enough for instances of Lambda', async () => {
    const { rows } = await pool.query<{ settings: string[]; connections: number }>(
      `select setconfig as settings, rolconnlimit as connections
       from pg_roles join pg_db_role_setting on setrole = pg_roles.oid and setdatabase = 0 where rolname = 'console'`,
    );
    expect(rows).toEqual([
      {
        connections: 60,
        settings: [
          'default_transaction_read_only=on',
          'statement_timeout=5s',
          'lock_timeout=2s',
          'idle_in_transaction_session_timeout=10s',
          'transaction_timeout=30s',
        ],
      },
    ]);
  });

  it.each([
    "insert into ledger.redrives (dead_letter_id, outbox_id, redriven_by) values (1, 1, 'x')",
    'update ledger.partitions set next_offset = 0',
    'delete from ledger.dead_letters',
    'select from ledger.partitions for update',
    'create table ledger.mine ()',
    'create temporary table mine ()',
    "select ledger.take_turn('relay-outbox')",
    'select ledger.count_again()',
  ])('cannot: %s', async (attack) => {
    await expect(page.query(attack)).rejects.toMatchObject(DENIED);
  });
});
