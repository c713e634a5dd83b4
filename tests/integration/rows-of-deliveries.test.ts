/** Rows know their delivery, so that the proof is linear: of the version before too, and of rows from before the migration. */
import { expect, it } from 'vitest';
import { inTransaction, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { query } from '#functions/prove/queries.ts';
import { until } from '#localstack/processes/until.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { uuidOf } from '../support/payments.ts';
import { emptyDatabase, freshDatabase } from '../support/stores.ts';

const MIGRATION = '026_rows_of_deliveries.sql';

/** Inserts payments and their delivery, then events and theirs, as the version before does: the rows first, without an id. */
async function writeAsBefore(pool: Pool | Transaction, partition: number, first: number, last: number): Promise<void> {
  const delivery = (consumer: string, topic: string) => `
    insert into ledger.partitions values ('${consumer}', '${topic}', ${partition}, 0, ${last + 1})
    on conflict (consumer, topic, partition) do update set next_offset = excluded.next_offset;
    insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted, rejected,
      source_sha256, committed_at)
    values ('${consumer}', '${topic}', ${partition}, ${first}, ${last}, 'committed', 1, 1, 0, 'x', now());`;
  await pool.query(`
    insert into payments.transactions (transaction_id, user_id, amount, currency, status, event_time, processing_time,
      partition, kafka_offset)
    select gen_random_uuid(), '${uuidOf(7)}', 1, 'EUR', 'completed', now(), now(), ${partition}, n
    from generate_series(${first}, ${last}) as n;
    ${delivery('store-transactions', 'transactions')}
    insert into inventory.events_log (topic, partition, kafka_offset, status)
    select 'store_sales', ${partition}, n, 'rejected' from generate_series(${first}, ${last}) as n;
    ${delivery('update-inventory', 'store_sales')}`);
}

async function databaseOfBefore(): Promise<Pool> {
  const pool = await emptyDatabase();
  await migrate(
    pool,
    (await readSqlFiles(sqlFolder('migrations'))).filter(({ name }) => name < MIGRATION),
  );
  return pool;
}

const migrateOn = async (pool: Pool) => migrate(pool, await readSqlFiles(sqlFolder('migrations')));

/** Partition, first and last offset of the deliveries of before the migration, and of those after it. */
const BEFORE = [
  [0, 0, 2],
  [0, 3, 3],
  [0, 10, 19],
  [1, 5, 9],
] as const;
const AFTER = [
  [0, 20, 24],
  [2, 0, 3],
] as const;

it('counts and finds rows of before the migration, of the version before, and of no delivery', async () => {
  const pool = await databaseOfBefore();
  try {
    for (const [partition, first, last] of BEFORE) await writeAsBefore(pool, partition, first, last);
    const stray = `insert into inventory.events_log (topic, partition, kafka_offset, status) values ('store_sales', $1, $2, 'rejected')`;
    await pool.query(stray, [0, 7]);
    await migrateOn(pool);
    for (const [partition, first, last] of AFTER) await writeAsBefore(pool, partition, first, last);
    await pool.query(stray, [1, 4]);

    const counted = async (name: string, ...values: string[]) => {
      const rows = await query<Record<string, number | boolean>>(pool, name, [...values, null, null]);
      return rows
        .map((row) => [row.partition, row.firstOffset, row.lastOffset, row.stored ?? row.rejected, row.isUnchanged])
        .toSorted();
    };
    const payments = () => counted('transactions_raw', 'store-transactions', 'transactions');
    const events = () => counted('inventory_log', 'update-inventory', 'store_sales');
    const whole = [...BEFORE, ...AFTER]
      .map(([partition, first, last]) => [partition, first, last, last - first + 1, true])
      .toSorted();
    expect(await payments()).toEqual(whole);
    expect(await events()).toEqual(whole);
    const strays = await query<{ partition: number; kafka_offset: number }>(pool, 'inventory_strays', [
      'update-inventory',
      ...[null, null, null],
    ]);
    expect(strays.map(({ partition, kafka_offset }) => [partition, kafka_offset])).toEqual([
      [0, 7],
      [1, 4],
    ]);
    const known =
      'select partition, first_offset, last_offset from ledger.deliveries where rows_fingerprint is not null';
    expect((await pool.query({ text: `${known} order by 1 desc, 2`, rowMode: 'array' })).rows).toEqual(
      [...AFTER, ...AFTER].toSorted(([one], [other]) => other - one),
    );

    // One of before, one of after; and an id that is taken away is no way round the fingerprint.
    for (const table of ['payments.transactions', 'inventory.events_log']) {
      await pool.query(`delete from ${table} where (partition, kafka_offset) in ((0, 12), (2, 1))`);
      await pool.query(`update ${table} set delivery_id = null where (partition, kafka_offset) = (0, 21)`);
    }
    const off = whole
      .map(([partition, first, last, rows, isUnchanged]) =>
        first === 10
          ? [partition, first, last, 9, true]
          : first === 20
            ? [partition, first, last, 4, false]
            : partition === 2
              ? [partition, first, last, 3, false]
              : [partition, first, last, rows, isUnchanged],
      )
      .toSorted();
    expect(await payments()).toEqual(off);
    expect(await events()).toEqual(off);
  } finally {
    await pool.end();
  }
});

/** As a consumer of the version before: it locks its partition, looks for what was delivered, and only then writes. */
async function planAsBefore(transaction: Transaction, partition: number): Promise<void> {
  await transaction.query(`select from ledger.partitions where partition = $1 for update`, [partition]);
  await transaction.query('select from ledger.deliveries where partition = $1', [partition]);
}

it('the migration waits for the consumers, and they for it', async () => {
  const pool = await databaseOfBefore();
  const waiting = (sessions: number) =>
    until(async () => (await pool.query(WAITING)).rowCount === sessions, {
      what: `${sessions} sessions wait for a lock`,
      within: 60_000,
      every: 20,
    });
  const deliver = (first: number) =>
    inTransaction(pool, async (transaction) => {
      await planAsBefore(transaction, 0);
      await writeAsBefore(transaction, 0, first, first);
    });
  try {
    await writeAsBefore(pool, 0, 0, 0);
    let others: Promise<unknown> = Promise.resolve();
    await inTransaction(pool, async (transaction) => {
      await planAsBefore(transaction, 0);
      const queued = deliver(2);
      await waiting(1);
      const migrated = migrateOn(pool);
      await waiting(2);
      others = Promise.all([queued, migrated, deliver(3)]);
      others.catch(() => {});
      await waiting(3);
      await writeAsBefore(transaction, 0, 1, 1);
    });
    await others;
    const { rows } = await pool.query('select count(*) as rows from payments.transactions');
    expect(rows).toEqual([{ rows: 4 }]);
  } finally {
    await pool.end();
  }
});

it('the migration begins again if PostgreSQL ends it for the lock of another', async () => {
  const pool = await databaseOfBefore();
  const hasBegunAgain = async (first: Set<string>) => {
    for (const { xact_start } of (await pool.query<{ xact_start: string }>(WAITING)).rows) first.add(xact_start);
    return first.size > 1;
  };
  try {
    const { rows } = await pool.query<{ name: string }>('select current_database() as name');
    await pool.query(`alter database ${rows[0]?.name} set lock_timeout = '200ms'`);
    let migrated: Promise<unknown> = Promise.resolve();
    await inTransaction(pool, async (reader) => {
      await reader.query('lock table ledger.loads in access share mode');
      migrated = migrateOn(pool);
      migrated.catch(() => {});
      const begun = new Set<string>();
      await until(() => hasBegunAgain(begun), { what: 'the migration waits anew', within: 60_000, every: 20 });
    });
    expect(await migrated).toContain(MIGRATION);
  } finally {
    await pool.end();
  }
});

const WAITING = `select xact_start::text from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Join Filter'?: string;
  readonly Plans?: readonly Plan[];
}

/** Conditions beside the key by which a join finds its rows: each makes the join compare all with all, or all of a partition. */
function rangesIn(plan: Plan): string[] {
  const filter = plan['Join Filter'] ?? '';
  return [...(filter ? [`${plan['Node Type']}: ${filter}`] : []), ...(plan.Plans ?? []).flatMap(rangesIn)];
}

it('no query of the proof joins by a range', async () => {
  const pool = await freshDatabase();
  const client = await pool.connect();
  try {
    // Small tables would be joined by nested loops, whatever the condition.
    await client.query('set enable_nestloop = off');
    for (const { name, sql } of await readSqlFiles(sqlFolder('proof'))) {
      // A stream's own table, of which there is none in the product.
      const ofTable = sql
        .replaceAll('described.records', 'payments.transactions')
        .replaceAll('described.', 'payments.');
      const { rows } = await client.query(`explain (generic_plan, format json) ${ofTable}`);
      expect([name, ...rangesIn(rows[0]['QUERY PLAN'][0].Plan)]).toEqual([name]);
    }
  } finally {
    client.release();
    await pool.end();
  }
});
