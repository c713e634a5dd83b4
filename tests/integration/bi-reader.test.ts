/** The role bi_reader, with which Metabase and `tillstream ask` run the questions of sql/analytics. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inTransaction, openPool, type Pool } from '#adapters/postgres/index.ts';
import { freshnessOf } from '#cli/ask/freshness.ts';
import { type Question, readQuestions } from '#sql/questions.ts';
import { rowsOf } from '../support/analytics.ts';
import { type Home, tillstream } from '../support/command.ts';
import { freshDatabase } from '../support/stores.ts';

let pool: Pool;
let questions: readonly Question[];

beforeAll(async () => {
  pool = await freshDatabase();
  questions = await readQuestions();
});

afterAll(() => pool.end());

/** Everything that bi_reader may read. A grant on another table fails the test until it is added here. */
const READABLE = [
  'curated.dim_customers',
  'curated.dim_products',
  'curated.fact_orders',
  'gold.daily_orders',
  'gold.daily_product_clicks',
  'inventory.inventory',
  'inventory.reports',
  'payments.hourly_amounts',
  'payments.hourly_metrics',
  'payments.transactions_clean',
  'shop.products',
  'warehouse.fact_orders',
];

describe('bi_reader', () => {
  let reader: Pool;

  beforeAll(async () => {
    const password = randomBytes(12).toString('hex');
    // Roles are shared by the whole server, which may belong to a stack in use.
    const before = await pool.query("select rolpassword, rolcanlogin from pg_authid where rolname = 'bi_reader'");
    await pool.query(`alter role bi_reader login password '${password}'`);
    const { host, port } = inject('stack').postgres;
    const { rows } = await pool.query<{ database: string }>('select current_database() as database');
    reader = openPool({ host, port, database: rows[0]?.database, user: 'bi_reader', password, max: 1 });
    await pool.query('set role spark_curation; create table staging.orders_1 (order_id uuid); reset role');
    return async () => {
      await reader.end();
      const [{ rolpassword, rolcanlogin }] = before.rows;
      const kept = rolpassword === null ? 'null' : `'${rolpassword}'`;
      await pool.query(`alter role bi_reader ${rolcanlogin ? 'login' : 'nologin'} password ${kept}`);
    };
  });

  const relations = async () =>
    (
      await pool.query<{ name: string }>(
        `select format('%I.%I', nspname, relname) as name
         from pg_class join pg_namespace on pg_namespace.oid = relnamespace
         where relkind in ('r', 'p', 'v', 'm', 'f') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
      )
    ).rows
      .map(({ name }) => name)
      .sort();

  it('can ask every question', async () => {
    for (const { name, sql } of questions)
      expect(await reader.query(sql).catch((error: Error) => error), name).toMatchObject({ rows: [] });
  });

  it('can read exactly these relations', async () => {
    const all = await relations();
    const raw = ['shop.customers', 'shop.orders', 'payments.transactions', 'inventory.events_log', 'staging.orders_1'];
    expect(all).toEqual(expect.arrayContaining([...raw, 'ledger.deliveries', 'ledger.dead_letters', ...READABLE]));
    const readable: string[] = [];
    for (const name of all) {
      const refusal = await reader.query(`select from ${name}`).then(
        () => undefined,
        (error: { code?: string }) => error.code,
      );
      if (refusal === undefined) readable.push(name);
      else expect(refusal, name).toBe('42501');
    }
    expect(readable).toEqual(READABLE);
  });

  it('can change nothing', async () => {
    const writing = 'insert, update, delete, truncate, references, trigger';
    for (const name of await relations()) {
      const allowed = `select has_table_privilege('bi_reader', $1, $2) as allowed`;
      const { rows } = await pool.query(allowed, [name, writing]);
      expect(rows, name).toEqual([{ allowed: false }]);
    }
    await expect(reader.query('delete from curated.fact_orders')).rejects.toMatchObject({ code: '42501' });
    for (const schema of ['public', 'curated', 'staging'])
      await expect(reader.query(`create table ${schema}.mine ()`)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('tillstream ask', () => {
  let home: Home;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tillstream-ask-'));
    const { rows } = await pool.query<{ database: string }>('select current_database() as database');
    const stack = inject('stack');
    mkdirSync(join(folder, 'run'));
    const status = { ...stack, postgres: { ...stack.postgres, ...rows[0] } };
    writeFileSync(join(folder, 'run', 'status.json'), JSON.stringify(status));
    home = {
      folder,
      ports: [],
      env: { ...process.env, TILLSTREAM_HOME: folder },
      remove: () => rmSync(folder, { recursive: true }),
    };
    const sold = `('2025-01-31', 25.5, 7, '[{"product_id": "tea", "name": "Tea", "units": 4, "revenue": "10.50"}]', '[]', '[]')`;
    await inTransaction(pool, rowsOf('inventory.reports', sold));
    return home.remove;
  });

  it('lists the questions', async () => {
    const { code, stdout } = await tillstream(home, 'ask');
    expect(code).toBe(0);
    for (const { name, asks } of questions)
      expect(stdout).toMatch(new RegExp(`^${name} +${asks.replace('?', '.')}$`, 'm'));
  });

  it('prints an answer, and says when there is none', async () => {
    const { stdout } = await tillstream(home, 'ask', 'top-sellers');
    expect(stdout).toBe(
      [
        'Which products sold best on the last day that was reported, online and in stores?',
        '',
        'report_date  rank  product_id  name  units  revenue',
        '2025-01-31      1  tea         Tea       4  10.50',
        '',
        'From inventory.reports: the newest up to today.',
        'inventory.reports is filled until 2025-02-01T00:00:00Z, by the DAG daily_inventory_report, at midnight for the day before, or npx tillstream report.',
        '',
      ].join('\n'),
    );
    const json = JSON.parse((await tillstream(home, 'ask', 'top_sellers', '--json')).stdout);
    expect(json).toMatchObject({
      question: 'top_sellers',
      rows: [{ report_date: '2025-01-31', rank: 1, product_id: 'tea', name: 'Tea', units: 4, revenue: '10.50' }],
    });
  });

  it('says of each question without an answer why there is none, and when there will be one', async () => {
    for (const { name, source } of questions) {
      const freshness = await freshnessOf(pool, source);
      expect(freshness.length, name).toBeGreaterThan(0);
      for (const { table, until } of freshness) expect(until === null, table).toBe(table !== 'inventory.reports');
    }
    expect((await tillstream(home, 'ask', 'daily_revenue')).stdout).toContain(
      'There is no data yet.\n\nFrom curated.fact_orders: the 30 days up to the newest that has orders.\n' +
        'curated.fact_orders is still empty. It is filled by the DAGs stream_orders, every hour, and curate_orders, at midnight.\n',
    );
  });

  it('asks as bi_reader', async () => {
    await pool.query('revoke select on inventory.reports from bi_reader');
    const refused = await tillstream(home, 'ask', 'top_sellers');
    await pool.query('grant select on inventory.reports to bi_reader');
    expect(refused).toMatchObject({ code: 2, stderr: 'permission denied for table reports\n' });
  });

  it('refuses an unknown question', async () => {
    const { code, stderr } = await tillstream(home, 'ask', 'profit');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^There is no question profit. They are: av/),
    });
  });
});
