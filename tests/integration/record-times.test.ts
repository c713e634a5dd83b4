/** Kafka's times of a delivery are noted with it, and no time that a producer makes up keeps a record from being delivered. */
import { beforeAll, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { streams } from '#domain/streams.ts';
import { holdableMillis } from '#domain/time.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment, uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

let pool: Pool;
let lake: Lake;

beforeAll(async () => {
  [pool, lake] = await Promise.all([freshDatabase(), freshLake()]);
  return () => pool.end();
});

const click = (n: number) =>
  JSON.stringify({
    ...{ event_id: uuidOf(n), user_id: uuidOf(7), event_type: 'click', product_id: 'p1' },
    occurred_at: '2026-01-02T03:04:05Z',
  });

const NOON = Date.UTC(2026, 0, 2, 12);
const MOST = 2 ** 63;
const YEAR_1 = '0001-01-01T00:00:00.000Z';
const YEAR_9999 = '9999-12-31T23:59:59.999Z';
const at = (millis: number) => new Date(millis).toISOString();

it.each<[string, readonly number[], string | null, string | null]>([
  ['in any order', [NOON + 5, NOON, NOON + 1_234], at(NOON), at(NOON + 1_234)],
  ['of records some of which have none', [-1, NOON, -1], at(NOON), at(NOON)],
  ['of records without one', [-1, -1], null, null],
  ['before 1970 and at it', [-2, 0], at(-2), at(0)],
  ['that no calendar has', [-MOST, MOST], YEAR_1, YEAR_9999],
])('notes the first and the last: %s', async (_, timestamps, first, last) => {
  const partition = await nextPartition();
  const records = (made: (n: number) => string): KafkaRecord[] =>
    timestamps.map((timestamp, offset) => ({
      ...{ offset, timestamp, key: null, headers: [] },
      value: Buffer.from(made(partition * 10 + offset)),
    }));
  const bad = { offset: timestamps.length, timestamp: timestamps[0] as number, key: null, headers: [] };
  const withBad = (made: (n: number) => string) => [...records(made), { ...bad, value: Buffer.from('not json') }];
  const store = writeToPostgres({ pool, ...kafkaFrom(0) }, storePayments);
  await store(streams.transactions, { topic: 'transactions', partition, records: withBad((id) => payment({ id })) });
  const archive = writeToLake({ pool, lake, ...kafkaFrom(0) }, layoutOf(streams.userEvents));
  // The name of an object takes only times that the event source hands over (lambda/kafka-event.ts).
  const clicks = withBad(click).map((each) => ({ ...each, timestamp: holdableMillis(each.timestamp) }));
  await archive(streams.userEvents, { topic: 'user_events', partition, records: clicks });
  const { rows } = await pool.query<{ first: Date | null; last: Date | null; letters: number }>(
    `select first_timestamp as first, last_timestamp as last,
       (select count(*) from ledger.dead_letters where dead_letters.delivery_id = deliveries.delivery_id) as letters
     from ledger.deliveries where partition = $1 and state = 'committed'`,
    [partition],
  );
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    expect([row.first?.toISOString() ?? null, row.last?.toISOString() ?? null]).toEqual([first, last]);
    expect(row.letters).toBe(1);
  }
});

async function nextPartition(): Promise<number> {
  const { rows } = await pool.query<{ next: number }>(
    'select coalesce(max(partition), -1) + 1 as next from ledger.partitions',
  );
  return rows[0]?.next ?? 0;
}
