/** run-transformations on real PostgreSQL, with its role: incremental runs give the same result as a full rebuild. */
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, openPool, type Pool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { streams } from '#domain/streams.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { until } from '#localstack/processes/until.ts';
import { refreshViews } from '#sql/views.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment, paymentBatch, uuidOf } from '../support/payments.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let pool: Pool;
let role: Pool;
let storing: Pool;

beforeAll(async () => {
  pool = await freshDatabase();
  role = await poolAs('run_transformations', pool);
  storing = await poolAs('store_transactions', pool);
  return async () => {
    for (const each of [role, storing, pool]) await each.end();
  };
});

beforeEach(async () => {
  await pool.query(
    'truncate payments.transactions, payments.transactions_clean, payments.changed_hours, ledger.partitions cascade',
  );
});

interface Arrival {
  readonly id: number;
  readonly eventTime: string;
  readonly processingTime: string;
  readonly amount?: string;
}

/** Stores payments as store-transactions would at those times. */
async function arrive(arrivals: readonly Arrival[]): Promise<void> {
  await inTransaction(pool, async (transaction) => {
    for (const { id, eventTime, processingTime, amount } of arrivals) {
      await transaction.query(
        `insert into payments.transactions values ($1, $2, $3, 'EUR', 'completed', $4, $5, 0, $6)`,
        [uuidOf(id), uuidOf(7), amount ?? '1.00', eventTime, processingTime, id],
      );
      await transaction.query(
        `insert into payments.changed_hours (event_hour) values (date_trunc('hour', $1::timestamptz, 'UTC'))
         on conflict (event_hour) do update set changed_at = excluded.changed_at`,
        [eventTime],
      );
    }
  });
}

const incremental = () => transform(role, { full: false });
const full = () => transform(role, { full: true });

async function cleanTable(): Promise<unknown[]> {
  const { rows } = await pool.query('select clean::text from payments.transactions_clean as clean order by 1');
  return rows;
}

const view = async () => {
  const { rows } = await pool.query(
    `select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as hour, total_transactions, total_amount::text,
       late_transactions, late_ratio::text
     from payments.hourly_metrics order by event_hour`,
  );
  return rows;
};

describe('transform', () => {
  it('counts 120.001 seconds as late and 120.000 as in time, and keeps payments from the future', async () => {
    const eventTime = '2026-01-02T03:00:00Z';
    await arrive([
      { id: 1, eventTime, processingTime: '2026-01-02T03:02:00.000Z' },
      { id: 2, eventTime, processingTime: '2026-01-02T03:02:00.001Z' },
      { id: 3, eventTime, processingTime: '2026-01-02T03:02:00.000001Z' },
      { id: 4, eventTime, processingTime: '2026-01-02T02:59:59.999999Z' },
      { id: 5, eventTime, processingTime: eventTime },
      { id: 6, eventTime: '2025-01-02T03:00:00Z', processingTime: eventTime },
    ]);
    expect(await incremental()).toEqual({ hours: 2, rows: 6, full: false });
    const { rows } = await pool.query(
      `select latency_seconds::text, is_late, is_ahead from payments.transactions_clean order by transaction_id`,
    );
    expect(rows).toEqual([
      { latency_seconds: '120.000000', is_late: false, is_ahead: false },
      { latency_seconds: '120.001000', is_late: true, is_ahead: false },
      { latency_seconds: '120.000001', is_late: true, is_ahead: false },
      { latency_seconds: '-0.000001', is_late: false, is_ahead: true },
      { latency_seconds: '0.000000', is_late: false, is_ahead: false },
      { latency_seconds: '31536000.000000', is_late: true, is_ahead: false },
    ]);
  });

  it('cuts days and hours in UTC whatever the session’s zone, and sums exactly', async () => {
    const processingTime = '2026-01-02T00:00:01Z';
    await arrive([
      { id: 1, eventTime: '2026-01-01T23:59:59.999999Z', processingTime, amount: '99999999.99' },
      { id: 2, eventTime: '2026-01-02T00:00:00Z', processingTime, amount: '0.10' },
      { id: 3, eventTime: '2026-01-02T00:59:59.999999Z', processingTime, amount: '0.20' },
      { id: 4, eventTime: '2026-01-02T05:30:00+05:30', processingTime, amount: '-0.40' },
      { id: 5, eventTime: '2026-01-01T23:00:00Z', processingTime, amount: '0.03' },
    ]);
    const { user, host, port, database, password } = pool.options;
    const elsewhere = openPool({
      ...{ user, host, port, database, password: password as string },
      options: '-c role=run_transformations -c TimeZone=Asia/Kolkata',
    });
    await transform(elsewhere, { full: false });
    await elsewhere.end();
    const { rows } = await pool.query(
      'select distinct event_date::text, event_hour::text as hour from payments.transactions_clean order by 2',
    );
    expect(rows.map(({ event_date }) => event_date)).toEqual(['2026-01-01', '2026-01-02']);
    expect(await view()).toEqual([
      {
        hour: '2026-01-01 23:00',
        total_transactions: 2,
        total_amount: '100000000.02',
        late_transactions: 1,
        late_ratio: '0.500000',
      },
      {
        hour: '2026-01-02 00:00',
        total_transactions: 3,
        total_amount: '-0.10',
        late_transactions: 0,
        late_ratio: '0.000000',
      },
    ]);
  });

  it('rebuilds only changed hours, and nothing if none has changed', async () => {
    await arrive([
      { id: 1, eventTime: '2026-01-01T01:00:00Z', processingTime: '2026-01-01T01:00:00Z' },
      { id: 2, eventTime: '2026-01-01T02:00:00Z', processingTime: '2026-01-01T02:00:00Z' },
    ]);
    expect(await incremental()).toEqual({ hours: 2, rows: 2, full: false });
    expect(await incremental()).toEqual({ hours: 0, rows: 0, full: false });
    await arrive([{ id: 3, eventTime: '2026-01-01T01:59:59Z', processingTime: '2026-01-01T05:00:00Z' }]);
    expect(await incremental()).toEqual({ hours: 1, rows: 1, full: false });
    expect(await full()).toEqual({ hours: 0, rows: 3, full: true });
  });

  it('writes only the differing rows of a changed hour: right rows stay untouched, wrong ones are replaced', async () => {
    const at = (id: number) => ({ id, eventTime: '2026-01-01T01:00:00Z', processingTime: '2026-01-01T01:00:00Z' });
    await arrive([at(1), at(2)]);
    await incremental();
    const versions = async () =>
      (await pool.query('select xmin::text, transaction_id from payments.transactions_clean order by transaction_id'))
        .rows;
    const [right] = await versions();
    await pool.query('update payments.transactions_clean set amount = amount + 1 where transaction_id = $1', [
      uuidOf(2),
    ]);
    const later = "interval '1 hour'";
    await pool.query(
      `insert into payments.transactions_clean
       select transaction_id, user_id, amount, currency, status, event_time + ${later}, processing_time, event_date,
         event_hour + ${later}, latency_seconds, is_late, is_ahead
       from payments.transactions_clean`,
    );
    await arrive([at(3), { ...at(4), eventTime: '2026-01-01T02:00:00Z' }]);
    expect(await incremental()).toEqual({ hours: 2, rows: 3, full: false });
    expect((await versions())[0]).toEqual(right);
    const mended = await cleanTable();
    await full();
    expect(await cleanTable()).toEqual(mended);
  });

  it('keeps an hour with uncommitted payments for the next run, and does not wait for them', async () => {
    await arrive([{ id: 1, eventTime: '2026-01-01T01:00:00Z', processingTime: '2026-01-01T01:00:00Z' }]);
    await inTransaction(pool, async (open) => {
      await open.query(
        `insert into payments.transactions
         values ($1, $1, 1, 'EUR', 'completed', '2026-01-01 01:30Z', '2026-01-01 01:30Z', 0, 2)`,
        [uuidOf(2)],
      );
      await open.query('update payments.changed_hours set changed_at = clock_timestamp()');
      expect(await incremental()).toMatchObject({ hours: 1, rows: 1 });
    });
    expect(await incremental()).toMatchObject({ hours: 1, rows: 1 });
    expect(await incremental()).toMatchObject({ hours: 0 });
  });

  it('does not block store-transactions; the next run takes the payments that arrived meanwhile', async () => {
    await arrive([{ id: 1, eventTime: '2026-01-01T01:00:00Z', processingTime: '2026-01-01T01:00:00Z' }]);
    // Blocks the transformation after it has taken its hours, until store-transactions has committed.
    const reader = await pool.connect();
    await reader.query('begin');
    await reader.query('lock table payments.transactions_clean in share mode');
    const running = incremental();
    await store(0, 0, [payment({ id: 2, at: '2026-01-01T01:10:00Z' })]);
    await reader.query('commit');
    reader.release();
    await running;
    await incremental();
    expect(await cleanTable()).toHaveLength(2);
  });

  it('never shows a half-built table, not even to readers with an older snapshot', async () => {
    await pool.query(`
      insert into payments.transactions
      select gen_random_uuid(), gen_random_uuid(), 1, 'EUR', 'completed', t, t, 0, n
      from generate_series(1, 20000) as n, lateral (select timestamptz '2026-01-01' + n * interval '1 second' as t) as at`);
    await full();
    const early = await pool.connect();
    await early.query('begin isolation level repeatable read');
    await early.query('select');
    await early.query('select from payments.changed_hours');
    const seen = new Set<number>();
    let done = false;
    const rebuilding = full().finally(() => {
      done = true;
    });
    while (!done) seen.add(await rowsOf(pool));
    await rebuilding;
    const { rows } = await early.query('select count(*) from payments.transactions_clean');
    await early.query('commit');
    early.release();
    expect(rows).toEqual([{ count: 20_000 }]);
    expect([...seen]).toEqual([20_000]);
  });

  it('matches a full rebuild after any sequence of arrivals, repeats and runs, even concurrent ones', async () => {
    const arrival = fc.record({
      id: fc.integer({ min: 0, max: 60 }),
      // Near the borders of three hours; on time, late and ahead.
      minute: fc.constantFrom(-1, 0, 1, 59, 60, 61, 119, 120, 100_000),
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ batch: fc.array(arrival, { minLength: 1, maxLength: 8 }) }) },
      { weight: 2, arbitrary: fc.constant('transform' as const) },
      { weight: 1, arbitrary: fc.constant('full' as const) },
    );
    // Steps of one group run concurrently.
    const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });
    const start = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    let partition = 100;
    await fc.assert(
      fc.asyncProperty(groups, async (sequence) => {
        await pool.query(
          'truncate payments.transactions, payments.transactions_clean, payments.changed_hours, ledger.partitions cascade',
        );
        const ids = new Set<number>();
        for (const group of sequence)
          await Promise.all(
            group.map((each) => {
              if (each === 'transform') return incremental();
              if (each === 'full') return full();
              partition += 1;
              for (const { id } of each.batch) ids.add(id);
              const values = each.batch.map(({ id, minute }) =>
                payment({ id, amount: `${id}.01`, at: new Date(start - minute * 60_000).toISOString() }),
              );
              return store(partition, 0, values);
            }),
          );
        await incremental();
        const hourByHour = await cleanTable();
        expect(hourByHour).toHaveLength(ids.size);
        const { rowCount: left } = await pool.query('select from payments.changed_hours');
        expect(left).toBe(0);
        await full();
        expect(hourByHour).toEqual(await cleanTable());
      }),
      { numRuns: 60 },
    );
  });
});

describe('refresh_views', () => {
  const VIEWS = ['hourly_amounts', 'hourly_metrics'];
  const WAITING = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

  const definitions = async () => {
    const { rows } = await pool.query<{ definition: string }>(
      "select string_agg(pg_get_viewdef(relation), '') as definition from unnest($1::regclass[]) as relation",
      [VIEWS.map((name) => `payments.${name}`)],
    );
    return rows[0]?.definition;
  };

  /** Gives the view another definition with the same columns, as a person might. */
  async function change(name: string): Promise<void> {
    const { rows } = await pool.query('select pg_get_viewdef($1::regclass) as definition', [`payments.${name}`]);
    const as = String(rows[0].definition).replace(/;$/, '');
    await pool.query(`create or replace view payments.${name} as select * from (${as}) as changed`);
  }

  it('replaces the view with the rights of its owner; only index, proof, data quality and BI may read it', async () => {
    await arrive([{ id: 1, eventTime: '2026-01-01T01:00:00Z', processingTime: '2026-01-01T01:00:00Z' }]);
    await incremental();
    await change('hourly_metrics');
    expect(await refreshViews(role)).toEqual(VIEWS);
    expect(await view()).toMatchObject([{ total_transactions: 1 }]);
    for (const name of ['index_hourly_metrics', 'check_quality', 'prove', 'bi_reader']) {
      const reader = await poolAs(name, pool);
      expect(await rowsOf(reader, 'payments.hourly_metrics')).toBe(1);
      await reader.end();
    }
    await expect(storing.query('select from payments.hourly_metrics')).rejects.toThrow('permission denied');
  });

  it('takes no lock on a view that is as its file says, so it does not wait for readers', async () => {
    await refreshViews(role);
    await inTransaction(pool, async (reader) => {
      await reader.query('select from payments.hourly_metrics');
      expect(await refreshViews(role)).toEqual(VIEWS);
    });
  });

  it('lets a reader pass that has locked the views in another order, and replaces them afterwards', async () => {
    for (const name of VIEWS) await change(name);
    let refreshed: Promise<unknown> = Promise.resolve();
    await inTransaction(pool, async (reader) => {
      // As a query of hourly_metrics, before PostgreSQL has opened what that view reads: this locks it alone.
      await reader.query('create temporary view reading as select event_hour from payments.hourly_metrics');
      refreshed = refreshViews(role);
      await until(async () => (await pool.query(WAITING)).rowCount === 1, {
        what: 'the refresh waits for the reader',
        within: 60_000,
        every: 10,
      });
      // The refresh has replaced hourly_amounts; without giving up it would be in a deadlock with this reader. PostgreSQL ends who
      // looks for the deadlock, each after a second's wait: the refresh did so before there was one.
      await reader.query('select pg_sleep(1.5)');
      await reader.query('select from payments.hourly_amounts');
      await reader.query('drop view reading');
    });
    await refreshed;
    expect(await definitions()).not.toContain('changed');
  });

  it('gives up at its deadline, and leaves the views as they were', async () => {
    await change('hourly_metrics');
    await inTransaction(pool, async (reader) => {
      await reader.query('select from payments.hourly_metrics');
      await expect(refreshViews(role, Date.now() + 1_000)).rejects.toThrow(/timeout/);
    });
    expect(await definitions()).toContain('changed');
    await refreshViews(role);
    expect(await definitions()).not.toContain('changed');
  });
});

const store = (partition: number, from: number, values: readonly string[]) =>
  writeToPostgres({ pool: storing, ...kafkaFrom(0) }, storePayments)(
    streams.transactions,
    paymentBatch(partition, from, values),
  );

async function rowsOf(reader: Pool, table = 'payments.transactions_clean'): Promise<number> {
  const { rows } = await reader.query<{ count: number }>(`select count(*) from ${table}`);
  return rows[0]?.count ?? Number.NaN;
}
