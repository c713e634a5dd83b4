/** store-transactions on real PostgreSQL, with its deployed role. */
import type { Context, MSKEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { PartitionBatch } from '#domain/records.ts';
import { streams } from '#domain/streams.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { kafkaHandler } from '#lambda/kafka-handler.ts';
import { relayAfter } from '#lambda/sink.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment, paymentBatch, uuidOf } from '../support/payments.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let pool: Pool;
let role: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  role = await poolAs('store_transactions', pool);
  return async () => {
    await role.end();
    await pool.end();
  };
});

const store = (batch: PartitionBatch) =>
  writeToPostgres({ pool: role, ...kafkaFrom(0) }, storePayments)(streams.transactions, batch);

/** An event as Lambda's event source delivers it. */
const eventOf = ({ topic, partition, records }: PartitionBatch): Pick<MSKEvent, 'records'> => ({
  records: {
    [`${topic}-${partition}`]: records.map(({ offset, timestamp, key, value }) => ({
      ...{ topic, partition, offset, timestamp, timestampType: 'CREATE_TIME', headers: [] },
      key: Buffer.from(key ?? []).toString('base64'),
      value: Buffer.from(value ?? []).toString('base64'),
    })),
  },
});

const changedHours = async (): Promise<string[]> => {
  const { rows } = await pool.query<{ hour: string }>(
    `select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as hour
     from payments.changed_hours order by event_hour`,
  );
  return rows.map(({ hour }) => hour);
};

describe('store-transactions', () => {
  it('keeps every cent and microsecond, records the arrival time by the database’s clock, and marks the hours', async () => {
    const values = [
      payment({ id: 1, amount: '99999999.99', at: '2026-01-02T03:59:59.999999Z' }),
      payment({ id: 2, amount: '-0.01', status: 'refunded', at: '2026-01-02T09:30:00+05:30' }),
      payment({ id: 3, currency: '€€€', at: '0001-01-01T00:00:00Z' }),
    ];
    const { rows: before } = await pool.query('select clock_timestamp() as now');
    expect(await store(paymentBatch(2, 40, values))).toEqual({
      accepted: 3,
      duplicates: 0,
      rejected: 0,
      redelivered: 0,
    });
    const { rows } = await pool.query(
      `select transaction_id, user_id, amount::text, currency, status, partition, kafka_offset,
         to_char(event_time at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as at,
         processing_time between $1 and clock_timestamp() as arrived_now
       from payments.transactions order by kafka_offset`,
      [before[0].now],
    );
    const row = { user_id: uuidOf(7), currency: 'EUR', status: 'completed', partition: 2, arrived_now: true };
    expect(rows).toEqual([
      { ...row, transaction_id: uuidOf(1), amount: '99999999.99', kafka_offset: 40, at: '2026-01-02 03:59:59.999999' },
      {
        ...row,
        transaction_id: uuidOf(2),
        amount: '-0.01',
        status: 'refunded',
        kafka_offset: 41,
        at: '2026-01-02 04:00:00.000000',
      },
      {
        ...row,
        transaction_id: uuidOf(3),
        amount: '12.50',
        currency: '€€€',
        kafka_offset: 42,
        at: '0001-01-01 00:00:00.000000',
      },
    ]);
    expect(await changedHours()).toEqual(['0001-01-01 00:00', '2026-01-02 03:00', '2026-01-02 04:00']);
  });

  it('counts repeats, in a batch and across partitions, and marks no hour for them', async () => {
    const value = payment({ id: 1 });
    expect(await store(paymentBatch(0, 0, [value, value]))).toMatchObject({ accepted: 1, duplicates: 1, rejected: 0 });
    await pool.query('delete from payments.changed_hours');
    const samePayment = value.replace('"12.50"', '12.5').replace('05.678901Z', '05.678901+00:00');
    expect(await store(paymentBatch(1, 0, [samePayment]))).toMatchObject({ accepted: 0, duplicates: 1, rejected: 0 });
    expect(await store(paymentBatch(0, 0, [value, value]))).toMatchObject({ accepted: 0, redelivered: 2 });
    expect(await changedHours()).toEqual([]);
    const { rows } = await pool.query('select partition, kafka_offset from payments.transactions');
    expect(rows).toEqual([{ partition: 0, kafka_offset: 0 }]);
  });

  it('writes a dead letter, byte for byte, for a known transaction with different content', async () => {
    const others = [
      payment({ id: 1, user: 8 }),
      payment({ id: 1, amount: '12.51' }),
      payment({ id: 1, currency: 'USD' }),
      payment({ id: 1, status: 'refunded' }),
      payment({ id: 1, at: '2026-01-02T03:04:05.678902Z' }),
    ];
    const batch = paymentBatch(3, 10, [payment({ id: 1 }), ...others, payment({ id: 2 }), 'not json']);
    expect(await store(batch)).toEqual({ accepted: 2, duplicates: 0, rejected: 6, redelivered: 0 });
    const { rows } = await pool.query(
      `select record_offset, reason, convert_from(record_value, 'UTF8') as value, convert_from(record_key, 'UTF8') as key,
         message from ledger.dead_letters order by record_offset`,
    );
    const fields = ['user_id', 'amount', 'currency', 'status', 'event_time'];
    expect(rows).toEqual([
      ...others.map((value, index) => ({
        record_offset: 11 + index,
        reason: 'conflict',
        value,
        key: `key ${11 + index}`,
        message: `transaction_id: it came before with another ${fields[index]}; transactions partition 3 offset 10 holds the first`,
      })),
      { record_offset: 17, reason: 'not_json', value: 'not json', key: 'key 17', message: expect.any(String) },
    ]);
    const kept = await pool.query('select amount::text from payments.transactions order by transaction_id');
    expect(kept.rows).toEqual([{ amount: '12.50' }, { amount: '12.50' }]);
    const { rowCount } = await pool.query('select from ledger.outbox where dead_letter_id is not null');
    expect(rowCount).toBe(6);
  });

  it('calls the relay for a dead letter on redelivery, if the first attempt crashed before calling it', async () => {
    vi.stubEnv('TILLSTREAM_ENVIRONMENT', 'local');
    onTestFinished(() => void vi.unstubAllEnvs());
    const callRelay = vi.fn(async () => {});
    const handler = kafkaHandler({
      stream: streams.transactions,
      consume: writeToPostgres({ pool: role, ...kafkaFrom(0) }, storePayments),
      afterwards: relayAfter(false, callRelay),
    });
    const batch = paymentBatch(0, 0, [payment({ id: 1 }), 'not json']);
    expect(await store(batch)).toMatchObject({ accepted: 1, rejected: 1 });
    expect(callRelay).not.toHaveBeenCalled();
    await handler(eventOf(batch), { getRemainingTimeInMillis: () => 60_000 } as Context);
    expect(callRelay).toHaveBeenCalledOnce();
  });

  it('stores concurrent batches with the same transactions and hours in opposite orders without a deadlock', async () => {
    const many = Array.from({ length: 500 }, (_, id) =>
      payment({ id, at: `2026-01-0${(id % 9) + 1}T${String(id % 24).padStart(2, '0')}:00:00Z` }),
    );
    const reversed = [...many].reverse();
    const counts = await Promise.all(
      Array.from({ length: 8 }, (_, partition) => store(paymentBatch(partition, 0, partition % 2 ? many : reversed))),
    );
    expect(counts.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(500);
    expect(counts.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(7 * 500);
    const { rows } = await pool.query('select deadlocks from pg_stat_database where datname = current_database()');
    expect(rows).toEqual([{ deadlocks: 0 }]);
  });
});
