/** Payments and questions as the page asks them, with its own role: only what changed is counted anew, and no figure is rounded. */
import { beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { noteProof } from '#functions/prove/note.ts';
import { INDEX } from '#functions/prove/pipelines/transactions.ts';
import { check, summarize } from '#functions/prove/proof.ts';
import { ask, readQuestions } from '#operations/ask.ts';
import { openHours } from '#operations/payments/hours.ts';
import { lookAtPayments } from '#operations/payments/look.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const LIMITS = { ratio: 0.1, count: 1_000 };

let pool: Pool;
let page: Pool;

beforeAll(async () => {
  pool = await freshDatabase();
  page = await poolAs('console', pool);
  return () => Promise.all([page.end(), pool.end()]);
});

/** Payments of this hour that took so many seconds each, as a transformation leaves them. */
async function transform(hour: string, ...seconds: readonly number[]): Promise<void> {
  await pool.query(
    `insert into payments.transactions_clean (
       transaction_id, user_id, amount, currency, status, event_time, processing_time, event_date, event_hour, latency_seconds,
       is_late, is_ahead
     )
     select gen_random_uuid(), gen_random_uuid(), 99999999.99, 'EUR', 'completed', $1, $1::timestamptz + make_interval(secs => took),
       $1::date, $1, took, took > 120, took < 0
     from unnest($2::float8[]) as took`,
    [hour, seconds],
  );
  await pool.query(
    `insert into payments.transformed_hours (event_hour, transformed_at) values ($1, clock_timestamp())
     on conflict (event_hour) do update set transformed_at = excluded.transformed_at`,
    [hour],
  );
}

it('counts each hour, places each latency, and knows what waits and what the last proof said of the index', async () => {
  expect(await lookAtPayments({ pool: page }, undefined, LIMITS)).toMatchObject({
    hours: [],
    index: null,
    transformedAt: null,
  });
  const hours = openHours();
  const look = () => lookAtPayments({ pool: page }, hours, LIMITS);
  await transform('2026-01-02T03:00:00Z', -1, 0, 0.5, 1, 120, 120.5, 121, 300, 4_000, 3_600);
  await transform('2026-01-02T05:00:00Z', 1, 1);
  await pool.query(`
    insert into payments.changed_hours (event_hour, waiting_since) values ('2026-01-02T06:00:00Z', '2026-01-02T06:10:00Z');
    update payments.transformed_hours set indexed_as_of = transformed_at where event_hour = '2026-01-02T05:00:00Z';
    insert into ledger.proofs (proved_at, took, depth, everything, settled, curated, balanced, checks, off, totals) values
      ('2026-01-02T07:00:00Z', '1 s', 'objects', false, false, false, false, 9,
        '[{"name":"transactions: the index hourly_metrics = the view, hour by hour, where it is up to date","expected":0,"actual":1,"where":["x"]}]', '{}'),
      ('2026-01-02T07:01:00Z', '1 s', 'books', false, false, false, true, 9, '[]', '{}')`);
  const first = await look();
  expect(first.hours).toEqual([
    expect.objectContaining({ hour: '2026-01-02T03:00:00Z', payments: 10, late: 5, ratio: 0.5, isLate: true }),
    expect.objectContaining({ hour: '2026-01-02T05:00:00Z', payments: 2, late: 0, isLate: false }),
  ]);
  expect(first.hours[0]?.took).toEqual([2, 2, 0, 0, 0, 0, 0, 1, 3, 1, 1]);
  // The classes above two minutes hold the late ones.
  const late = first.latencies.findIndex((seconds) => seconds > 120);
  expect(first.hours[0]?.took.slice(late).reduce((sum, each) => sum + each)).toBe(5);
  expect(first).toMatchObject({
    toTransform: { hours: 1, since: '2026-01-02T06:10:00.000Z' },
    toIndex: { hours: 1 },
    index: { provedAt: '2026-01-02T07:00:00.000Z', all: false, equal: false, where: ['x'] },
  });

  // Rows that came without a transformation are none: what is remembered stands until one has noted the hour.
  await pool.query("update payments.transactions_clean set is_late = true where event_hour = '2026-01-02T05:00:00Z'");
  expect((await look()).hours[1]).toMatchObject({ late: 0 });
  await transform('2026-01-02T05:00:00Z', 1);
  expect((await look()).hours).toMatchObject([{ payments: 10 }, { payments: 3, late: 2 }]);
});

it('says of the index what a proof said that compared it, and not otherwise while one stands that found it off', async () => {
  await pool.query('delete from ledger.proofs');
  const index = async () => (await lookAtPayments({ pool: page }, undefined, LIMITS)).index;
  const prove = (all: boolean, ...off: readonly number[]) => {
    const checks = off.map((each) => check(`${INDEX}, where it is up to date`, 0, each, each > 0 ? ['last week'] : []));
    const proof = summarize([check('orders: a', 1, 1), ...checks], {}, { all });
    return noteProof(pool, proof, { depth: all ? 'rows' : 'objects', settled: false }, 1, Date.now() + 60_000);
  };
  // Elasticsearch was away: such a proof has no check of it.
  await prove(false);
  expect(await index()).toBeNull();
  await prove(false, 0);
  await prove(false);
  expect(await index()).toMatchObject({ equal: true, all: false, where: [] });
  await prove(true, 1);
  await prove(false, 0);
  expect(await index()).toMatchObject({ equal: false, all: true, where: ['last week'] });
  expect((await lookAtPayments({ pool: page }, undefined, LIMITS)).wholeIndex).toMatchObject({ equal: false });
  await prove(true, 0);
  expect(await index()).toMatchObject({ equal: true, all: true });
  // What compared all hours is said as long as it is known, whatever came since.
  await prove(false, 1);
  const { index: latest, wholeIndex } = await lookAtPayments({ pool: page }, undefined, LIMITS);
  expect([latest, wholeIndex]).toMatchObject([
    { equal: false, all: false },
    { equal: true, all: true, where: [] },
  ]);
});

it('asks a question as the page’s role, with amounts exact, and knows how old its tables are', async () => {
  const question = (await readQuestions()).find(({ name }) => name === 'payments_by_currency');
  if (!question) throw new Error('Expected the question payments_by_currency, found none.');
  const { rows, freshness } = await ask({ pool: page }, question);
  expect(rows[0]).toEqual(['2026-01-02 03:00:00', 'EUR', 'completed', 'EUR completed', 10, '999999999.90']);
  expect(freshness).toMatchObject([{ table: 'payments.transactions_clean', until: expect.any(Date) }]);
  // Who may become bi_reader asks as it, as the command line does: a raw table is refused.
  const raw = { ...question, sql: 'select count(*) from payments.transactions' };
  await expect(ask({ pool }, raw)).rejects.toMatchObject({ code: '42501' });
  const large = { ...question, sql: 'select 9007199254740993::bigint, 7::bigint' };
  expect((await ask({ pool: page }, large)).rows).toEqual([['9007199254740993', 7]]);
});
