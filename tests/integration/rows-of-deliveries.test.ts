/** Rows know their delivery, so that the proof is linear: of the version before too, and of rows from before the migration. */
import { expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { uuidOf } from '../support/payments.ts';
import { emptyDatabase, freshDatabase } from '../support/stores.ts';

const MIGRATION = '026_rows_of_deliveries.sql';

/** Inserts payments and their delivery, then events and theirs, as the version before does: the rows first, without an id. */
async function writeAsBefore(pool: Pool, partition: number, first: number, last: number): Promise<void> {
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

const WRONG = `
  with rows as (
    select delivery_id, 'transactions' as topic, partition, kafka_offset, payments.fingerprint(transactions) as fingerprint
    from payments.transactions
    union all
    select delivery_id, topic, partition, kafka_offset, inventory.fingerprint(events_log) from inventory.events_log
  )
  select topic, partition, first_offset, count(*) as rows
  from ledger.deliveries
  left join rows using (topic, partition)
  where kafka_offset between first_offset and last_offset
  group by deliveries.delivery_id
  having bool_or(rows.delivery_id is distinct from deliveries.delivery_id) or sum(fingerprint) is distinct from rows_fingerprint
    or count(*) <> last_offset - first_offset + 1`;

it('are found by the migration, and for the version before by the database', async () => {
  const pool = await emptyDatabase();
  try {
    const migrations = await readSqlFiles(sqlFolder('migrations'));
    await migrate(
      pool,
      migrations.filter(({ name }) => name < MIGRATION),
    );
    for (const [partition, first, last] of [
      [0, 0, 2],
      [0, 3, 3],
      [0, 10, 19],
      [1, 5, 9],
    ] as const)
      await writeAsBefore(pool, partition, first, last);
    await pool.query(
      `insert into inventory.events_log (topic, partition, kafka_offset, status) values ('store_sales', 0, 7, 'rejected')`,
    );
    await migrate(pool, migrations);
    await writeAsBefore(pool, 0, 20, 24);
    await writeAsBefore(pool, 2, 0, 3);
    expect((await pool.query(WRONG)).rows).toEqual([]);
    const { rows } = await pool.query(
      'select count(*) as rows from ledger.deliveries where rows_fingerprint is not null',
    );
    expect(rows).toEqual([{ rows: 12 }]);
    const strays = await pool.query('select kafka_offset from inventory.events_log where delivery_id is null');
    expect(strays.rows).toEqual([{ kafka_offset: 7 }]);
  } finally {
    await pool.end();
  }
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Join Filter'?: string;
  readonly Plans?: readonly Plan[];
}

/** Conditions of joins that are no equality: each makes the join compare all with all, or all of a partition. */
function rangesIn(plan: Plan): string[] {
  const filter = plan['Join Filter'] ?? '';
  const isSlow = plan['Node Type'] === 'Nested Loop' ? filter !== '' : / [<>]=? /.test(filter);
  return [...(isSlow ? [`${plan['Node Type']}: ${filter}`] : []), ...(plan.Plans ?? []).flatMap(rangesIn)];
}

it('no query of the proof joins by a range', async () => {
  const pool = await freshDatabase();
  const client = await pool.connect();
  try {
    // Small tables would be joined by nested loops, whatever the condition.
    await client.query('set enable_nestloop = off');
    for (const { name, sql } of await readSqlFiles(sqlFolder('proof'))) {
      const { rows } = await client.query(`explain (generic_plan, format json) ${sql}`);
      expect([name, ...rangesIn(rows[0]['QUERY PLAN'][0].Plan)]).toEqual([name]);
    }
  } finally {
    client.release();
    await pool.end();
  }
});
