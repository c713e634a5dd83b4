/** The proof of payments: it must find and name each planted error. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { streams } from '#domain/streams.ts';
import { readNotes } from '#functions/index-hourly-metrics/notes.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { prove } from '#functions/prove/prove.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment, paymentBatch, uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

const PAYMENTS = 10;
let pool: Pool;
let lake: Lake;
let index: HourlyMetrics[];

/** Ten payments of one partition in two hours, and one malformed record. */
beforeEach(async () => {
  pool = await freshDatabase();
  lake = await freshLake();
  const hour = (id: number) => `2026-01-02T0${id < 5 ? 3 : 4}:00:0${id}Z`;
  const payments = Array.from({ length: PAYMENTS }, (_, id) => payment({ id, amount: `${id}.10`, at: hour(id) }));
  const consume = writeToPostgres({ pool, ...kafkaFrom(0) }, storePayments);
  await consume(streams.transactions, paymentBatch(0, 0, [...payments, 'not json']));
  await pool.query('update ledger.outbox set sent_at = now()');
  await transform(pool, { full: false, deadline: Date.now() + 60_000 });
  index = [
    {
      event_hour: '2026-01-02T03:00:00Z',
      total_transactions: 5,
      total_amount: 10.5,
      late_transactions: 5,
      late_ratio: 1,
      amounts: [{ currency: 'EUR', status: 'completed', transactions: 5, amount: 10.5 }],
    },
    {
      event_hour: '2026-01-02T04:00:00Z',
      total_transactions: 5,
      total_amount: 35.5,
      late_transactions: 5,
      late_ratio: 1,
      amounts: [{ currency: 'EUR', status: 'completed', transactions: 5, amount: 35.5 }],
    },
  ];
  return () => pool.end();
});

const offsets = async (topic: string) => {
  const latest = { transactions: PAYMENTS + 1, dlq: 1 }[topic] ?? 0;
  return [{ partition: 0, earliest: 0, latest }];
};
const proof = (hourlyMetrics = async () => index) =>
  prove({ pool, lake, offsets, hourlyMetrics }, { depth: 'rows', settled: true });
const failed = ({ checks }: Proof) => checks.filter(({ balanced }) => !balanced);
const places = (result: Proof) =>
  failed(result)
    .flatMap(({ name, where }) => [name, ...where])
    .join('\n');

describe('the proof of payments', () => {
  it('balances when nothing is wrong', async () => {
    const result = await proof();
    expect(failed(result)).toEqual([]);
    expect(result.streams.transactions).toEqual({ consumed: 11, accepted: 10, duplicates: 0, rejected: 1, lag: 0 });
  });

  it('finds a payment that is missing from the raw table', async () => {
    await pool.query('delete from payments.transactions where transaction_id = $1', [uuidOf(3)]);
    const found = places(await proof());
    expect(found).toContain('transactions partition 0 offsets 0-10: 10 accepted, 9 stored');
    expect(found).toContain(`transaction ${uuidOf(3)} is clean, not raw`);
  });

  it('finds an amount in the clean table that was changed by a cent, and names its offset', async () => {
    await pool.query('update payments.transactions_clean set amount = amount + 0.01 where transaction_id = $1', [
      uuidOf(4),
    ]);
    const found = places(await proof());
    expect(found).toContain('transactions: money of the clean table = raw, to the cent');
    expect(found).toContain(`transactions partition 0 offset 4: ${uuidOf(4)} differs or is missing`);
  });

  it.each([
    ['amounts that were swapped', `amount = case transaction_id when '${uuidOf(1)}' then 2.10 else 1.10 end`],
    [
      'users that were swapped',
      `user_id = case transaction_id when '${uuidOf(1)}' then '${uuidOf(8)}' else '${uuidOf(9)}' end::uuid`,
    ],
    ['a time of arrival that was changed', `processing_time = processing_time - interval '1 minute'`],
  ])('finds %s in the raw table and then transformed, by the books alone', async (_, edit) => {
    await pool.query(
      `update payments.transactions set ${edit} where transaction_id in ('${uuidOf(1)}', '${uuidOf(2)}')`,
    );
    await transform(pool, { full: true, deadline: Date.now() + 60_000 });
    const books = await prove(
      { pool, lake, offsets, hourlyMetrics: async () => index },
      { depth: 'books', settled: true },
    );
    expect(places(books)).toBe(
      'transactions: the rows of payments.transactions are as they were written\n' +
        'transactions partition 0 offsets 0-10: rows and fingerprint differ',
    );
  });

  it('finds a flag that contradicts the raw row', async () => {
    await pool.query('update payments.transactions_clean set is_late = not is_late where transaction_id = $1', [
      uuidOf(5),
    ]);
    expect(places(await proof())).toContain(`transactions partition 0 offset 5: ${uuidOf(5)} differs or is missing`);
  });

  it('finds surplus and missing documents in the index, and those that differ from the view', async () => {
    const [first, second] = index as [HourlyMetrics, HourlyMetrics];
    index = [
      { ...first, total_amount: 10.51 },
      { ...second, event_hour: '2026-01-02T05:00:00Z' },
    ];
    const found = places(await proof());
    expect(found).toContain('2026-01-02T03:00:00Z: {');
    expect(found).toContain('2026-01-02T04:00:00Z: not in the index');
    expect(found).toContain('2026-01-02T05:00:00Z: in the index, not in the view');
  });

  it('finds an amount in the index that stands under another status', async () => {
    const [first, second] = index as [HourlyMetrics, HourlyMetrics];
    index = [{ ...first, amounts: first.amounts.map((amount) => ({ ...amount, status: 'failed' })) }, second];
    expect(places(await proof())).toContain('2026-01-02T03:00:00Z: {');
  });

  const unsettled = async (hourlyMetrics = async () => index, uuid = 'filled') =>
    places(
      await prove(
        { pool, lake, offsets, hourlyMetrics, indexUuid: async () => uuid },
        { depth: 'objects', settled: false },
      ),
    );
  /** As index-hourly-metrics notes that every hour was compared. */
  const noteCompared = async () => {
    const { viewMd5 } = await inTransaction(pool, readNotes);
    await pool.query(`insert into payments.compared_index values (true, 'filled', $1, now())`, [viewMd5]);
  };

  it('unsettled, finds an edited document of an hour that is indexed, and no fault where the index is behind', async () => {
    await noteCompared();
    const [first, second] = index as [HourlyMetrics, HourlyMetrics];
    index = [{ ...first, total_amount: 10.51 }];
    expect(await unsettled()).toBe('');
    const mark = 'update payments.transformed_hours set indexed_as_of = transformed_at';
    await pool.query(`${mark} where event_hour = '2026-01-02T03:00:00Z'`);
    expect(await unsettled()).toContain('2026-01-02T03:00:00Z: {');
    index = [first];
    expect(await unsettled()).toBe('');
    await pool.query(mark);
    expect(await unsettled()).toContain('2026-01-02T04:00:00Z: not in the index');
    // Transformed and indexed again while the proof was at work.
    const meanwhile = async () => {
      await pool.query('update payments.transformed_hours set transformed_at = now(), indexed_as_of = now()');
      return [first, { ...second, total_amount: 1 }];
    };
    expect(await unsettled(meanwhile)).toBe('');
  });

  it('unsettled, finds no fault in an index that is new, or was filled from another view', async () => {
    await noteCompared();
    await pool.query('update payments.transformed_hours set indexed_as_of = transformed_at');
    const empty = async () => [];
    expect(await unsettled(empty)).toContain('2026-01-02T03:00:00Z: not in the index');
    expect(await unsettled(empty, 'new')).toBe('');
    await pool.query(`update payments.compared_index set view_md5 = 'other'`);
    expect(await unsettled(empty)).toBe('');
    await pool.query('delete from payments.compared_index');
    expect(await unsettled(empty)).toBe('');
  });

  const down = async () => {
    throw new Error('connect ECONNREFUSED');
  };

  it('unsettled, finds no fault where Elasticsearch cannot be read', async () => {
    await noteCompared();
    expect(await unsettled(down)).toBe('');
  });

  it('reports that Elasticsearch cannot be read', async () => {
    expect(places(await proof(down))).toContain("Elasticsearch can't be read: connect ECONNREFUSED");
  });

  it('requires of a settled stream that no hour waits to be transformed', async () => {
    await pool.query("insert into payments.changed_hours (event_hour) values ('2026-01-02T03:00:00Z')");
    expect(places(await proof())).toContain('2026-01-02T03:00:00Z');
  });
});
