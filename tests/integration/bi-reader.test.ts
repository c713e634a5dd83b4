/** The role bi_reader, with which Metabase and `tillstream ask` run the questions of sql/analytics. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inTransaction, openPool, type Pool } from '#adapters/postgres/index.ts';
import { endLongReaders } from '#functions/relay-outbox/long-readers.ts';
import { until } from '#localstack/processes/until.ts';
import { freshnessOf } from '#operations/freshness.ts';
import { type Question, readQuestions } from '#sql/questions.ts';
import { rowsOf } from '../support/analytics.ts';
import { type Home, tillstream } from '../support/command.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

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
  'payments.lateness',
  'payments.transactions_clean',
  'shop.products',
  'warehouse.fact_orders',
];

const DENIED = { code: '42501' };

describe('bi_reader', () => {
  let reader: Pool;

  beforeAll(async () => {
    const password = randomBytes(12).toString('hex');
    // Roles are shared by the whole server, which may belong to a stack in use.
    const before = await pool.query("select rolpassword, rolcanlogin from pg_authid where rolname = 'bi_reader'");
    await pool.query(`alter role bi_reader login password '${password}'`);
    const { host, port } = inject('stack').postgres;
    const { rows } = await pool.query<{ database: string }>('select current_database() as database');
    // What the role is set to is for honest clients: who attacks resets it.
    const options = '-c default_transaction_read_only=off';
    reader = openPool({ host, port, database: rows[0]?.database, user: 'bi_reader', password, max: 1, options });
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

  it('can read of the clean payments what questions need, and not who paid', async () => {
    await reader.query(
      'select count(*), sum(amount) from payments.transactions_clean group by currency, status, event_hour',
    );
    for (const columns of ['user_id', 'transaction_id', '*'])
      await expect(reader.query(`select ${columns} from payments.transactions_clean`)).rejects.toMatchObject(DENIED);
  });

  it('can change nothing', async () => {
    const writing = 'insert, update, delete, truncate, references, trigger';
    for (const name of await relations()) {
      const allowed = `select has_table_privilege('bi_reader', $1, $2) as allowed`;
      const { rows } = await pool.query(allowed, [name, writing]);
      expect(rows, name).toEqual([{ allowed: false }]);
    }
    await expect(reader.query('delete from curated.fact_orders')).rejects.toMatchObject(DENIED);
    for (const schema of ['public', 'curated', 'staging', 'pg_temp'])
      await expect(reader.query(`create table ${schema}.mine ()`)).rejects.toMatchObject(DENIED);
  });

  it('can hold up nobody: it takes no lock but that of a reader, nothing of the disk, and few connections', async () => {
    for (const name of await relations()) {
      const lock = (mode: string) =>
        reader.query(`begin; lock table ${name} in ${mode} mode; commit`).catch((error) => error);
      expect(await lock('row share'), name).toMatchObject(DENIED);
      await reader.query('rollback');
    }
    for (const attack of [
      `select pg_advisory_lock(hashtext('relay-outbox'))`,
      `select pg_try_advisory_xact_lock_shared(1)`,
      'select from ledger.turns for update',
      `select ledger.take_turn('relay-outbox')`,
      'select from inventory.reports for key share',
      `select lo_from_bytea(0, 'mine')`,
      `select lo_create(0)`,
      `select pg_logical_emit_message(false, 'mine', 'mine')`,
      'set temp_file_limit = -1',
    ])
      await expect(reader.query(attack), attack).rejects.toMatchObject(DENIED);

    const { host, port, database, user, password } = reader.options;
    const many = openPool({ host, port, database, user, password: password as string, max: 40 });
    const opened = await Promise.allSettled(Array.from({ length: 40 }, () => many.connect()));
    const clients = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = opened.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    for (const client of clients) client.release();
    await many.end();
    // `reader` may have one.
    expect([19, 20]).toContain(clients.length);
    expect(new Set(refused)).toEqual(new Set(['53300']));
  });

  it('is ended after a transaction of 15 minutes, whatever its session says, and not before', async () => {
    const relay = await poolAs('relay_outbox', pool);
    const session = await reader.connect();
    session.on('error', () => {});
    await session.query('begin; set transaction_timeout = 0; set idle_in_transaction_session_timeout = 0');
    const standing = "select from pg_stat_activity where datname = current_database() and usename = 'bi_reader'";
    expect(await endLongReaders(relay)).toBe(0);
    expect((await pool.query(standing)).rowCount).toBe(1);
    expect(await endLongReaders(relay, '0 seconds')).toBe(1);
    await until(async () => (await pool.query(standing)).rowCount === 0, {
      what: 'the session has ended',
      within: 60_000,
    });
    session.release(true);
    await expect(reader.query("select ledger.end_long_readers('0 seconds')")).rejects.toMatchObject(DENIED);
    await relay.end();
  });

  it('reads only, and is ended when it stands still in a transaction or runs too long, unless its session says otherwise', async () => {
    const { rows } = await pool.query("select unnest(rolconfig) as setting from pg_roles where rolname = 'bi_reader'");
    expect(rows.map(({ setting }) => setting).sort()).toEqual([
      'default_transaction_read_only=on',
      'idle_in_transaction_session_timeout=1min',
      'lock_timeout=10s',
      'statement_timeout=5min',
      'temp_file_limit=2GB',
      'transaction_timeout=10min',
    ]);
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
