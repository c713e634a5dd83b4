/** The books, read from the ledger's totals, say what the proof finds by reading every delivery. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import { inTransaction, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { insertDelivery, type Reader, recordLoss, registerPartition } from '#delivery/ledger.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';
import { catalogue, type Stream } from '#domain/streams.ts';
import { prove } from '#functions/prove/prove.ts';
import { booksOf, seemLost } from '#operations/balance.ts';
import { readLedger } from '#operations/ledger.ts';
import { progressOf } from '#operations/progress.ts';
import { createRandom, type Random } from '#simulator/random.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

let pool: Pool;
let provePool: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  provePool = await poolAs('prove', pool);
});
afterEach(() => Promise.all([provePool.end(), pool.end()]));

/** What became of the offsets of a partition, drawn at random. */
async function live(transaction: Transaction, stream: Stream, partition: number, random: Random) {
  const { consumer, topic } = stream;
  const reader: Reader = { consumer, topic, partition };
  const start = random.integer(0, 3);
  await registerPartition(transaction, reader, start);
  const kafka = { partition, earliest: 0, latest: start };
  for (let step = random.integer(0, 5); step > 0; step -= 1) {
    const firstOffset = kafka.latest;
    const lastOffset = firstOffset + random.integer(0, 9);
    kafka.latest = lastOffset + 1;
    if (random.chance(0.15)) {
      await recordLoss(transaction, reader, { firstOffset, lastOffset });
      kafka.earliest = kafka.latest;
    } else await deliver(transaction, stream, reader, { firstOffset, lastOffset }, random);
  }
  const next = kafka.latest;
  if (stream.lake && random.chance(0.5)) await plan(transaction, reader, next);
  kafka.latest += random.integer(0, 9);
  // Retention has removed some that wait.
  if (random.chance(0.2)) kafka.earliest = random.integer(next, kafka.latest);
  return kafka;
}

const part = (random: Random, of: number) => random.integer(0, of);

async function deliver(
  transaction: Transaction,
  { lake, topic }: Stream,
  reader: Reader,
  range: { readonly firstOffset: number; readonly lastOffset: number },
  random: Random,
): Promise<void> {
  // The rest are markers of transactions.
  const records = part(random, range.lastOffset - range.firstOffset + 1);
  const rejected = part(random, records);
  const duplicates = lake ? 0 : part(random, records - rejected);
  const accepted = records - rejected - duplicates;
  const objectKey = lake && accepted > 0 ? `${lake}/${reader.partition}/${range.firstOffset}` : null;
  const counts = { records, rejected, duplicates, accepted };
  const delivery = { ...range, ...counts, ...rest, state: 'committed' as const, objectKey };
  const id = await insertDelivery(transaction, reader, delivery, letters(reader, range.firstOffset, rejected));
  if (topic !== 'orders' || !objectKey || random.chance(0.3)) return;
  const repeats = part(random, accepted);
  const conflicts = part(random, accepted - repeats);
  await transaction.query(
    `insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id) values ($1, $2, $3, $4, $5, 'run')`,
    [id, accepted, accepted - repeats - conflicts, repeats, conflicts],
  );
}

const rest = { cents: null, sourceSha256: 'x', idFilter: null, times: null };

/** A range that is not committed counts as waiting, and its letters don't count. */
async function plan(transaction: Transaction, reader: Reader, firstOffset: number): Promise<void> {
  const counts = { records: 5, rejected: 2, duplicates: 0, accepted: 3 };
  const range = { firstOffset, lastOffset: firstOffset + 4 };
  const delivery = { ...range, ...counts, ...rest, state: 'open' as const, objectKey: 'planned' };
  await insertDelivery(transaction, reader, delivery, letters(reader, firstOffset, 2));
}

const letters = ({ topic, partition }: Reader, from: number, count: number): DeadLetter[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ topic, partition, offset: from + index, timestamp: 0, key: null, value: null, headers: [] },
    ...{ reason: 'not_json', message: '' },
  }));

const sumOf = <Item>(items: Iterable<Item>, of: (item: Item) => number) =>
  [...items].reduce((sum, item) => sum + of(item), 0);

it.each([1, 2, 3, 4, 5, 6])('add up, and are the totals of the proof, in a random history (seed %d)', async (seed) => {
  const random = createRandom(`books:${seed}`);
  const offsets = new Map<string, PartitionOffsets[]>();
  await inTransaction(pool, async (transaction) => {
    for (const stream of catalogue)
      for (const partition of [0, 1, 2]) {
        // One that nobody has read yet.
        const unread = { partition, earliest: 2, latest: 2 + random.integer(0, 9) };
        const kafka = random.chance(0.2) ? unread : await live(transaction, stream, partition, random);
        offsets.set(stream.topic, [...(offsets.get(stream.topic) ?? []), kafka]);
      }
  });
  const ledger = await readLedger(pool);
  const { offsets: all, ...parts } = booksOf(ledger, offsets);
  expect(all).toBe(sumOf(Object.values(parts), (part) => part));
  expect(Math.min(...Object.values(parts))).toBeGreaterThanOrEqual(0);

  const sources = { pool: provePool, lake: await freshLake(), hourlyMetrics: async () => [] };
  const proof = await prove(
    { ...sources, offsets: async (topic) => offsets.get(topic) ?? [] },
    { depth: 'books', settled: false },
  );
  const totals = Object.values(proof.streams);
  const { rows } = await pool.query<{ lost: number }>(
    'select coalesce(sum(last_offset - first_offset + 1), 0)::bigint as lost from ledger.losses',
  );
  const noticed = rows[0]?.lost ?? 0;
  expect({
    effect: parts.effect,
    repeats: parts.repeats,
    rejected: parts.rejected,
    // Retention removed the others, and the consumer has yet to notice.
    waiting: parts.waiting + parts.lost - noticed,
  }).toEqual({
    effect: sumOf(totals, ({ accepted }) => accepted),
    repeats: sumOf(totals, ({ duplicates }) => duplicates),
    rejected: sumOf(totals, ({ rejected }) => rejected),
    waiting: sumOf(totals, ({ lag }) => lag),
  });
  // Every offset from where the ledger begins, or from what Kafka has if nobody has read it.
  const starts = new Map(ledger.partitions.map(({ topic, partition, start }) => [`${topic} ${partition}`, start]));
  const expected = sumOf(
    [...offsets].flatMap(([topic, kafka]) => kafka.map((each) => ({ topic, ...each }))),
    (each) => each.latest - (starts.get(`${each.topic} ${each.partition}`) ?? each.earliest),
  );
  expect(all).toBe(expected);

  const progress = progressOf(ledger, offsets);
  for (const [topic, { consumed, rejected, lag }] of Object.entries(progress.streams))
    expect([topic, consumed, rejected, lag]).toEqual([
      topic,
      ...(['consumed', 'rejected', 'lag'] as const).map((total) => proof.streams[topic]?.[total]),
    ]);
});

it('counts what was consumed while Kafka was asked as waiting, and the position of a topic that was made anew as consumed', async () => {
  const reader = { consumer: 'store-transactions', topic: 'transactions', partition: 0 };
  await inTransaction(pool, async (transaction) => {
    await registerPartition(transaction, reader, 0);
    const delivery = { firstOffset: 0, lastOffset: 9, records: 10, accepted: 10, rejected: 0, duplicates: 0, ...rest };
    await insertDelivery(transaction, reader, { ...delivery, state: 'committed', objectKey: null }, []);
  });
  const ledger = await readLedger(pool);
  const at = (earliest: number, latest: number) => new Map([['transactions', [{ partition: 0, earliest, latest }]]]);
  const none = { repeats: 0, rejected: 0, gaps: 0 };
  expect(booksOf(ledger, at(0, 15))).toEqual({ offsets: 15, effect: 10, ...none, waiting: 5, lost: 0 });
  expect(booksOf(ledger, at(0, 3))).toEqual({ offsets: 10, effect: 10, ...none, waiting: 0, lost: 0 });
  expect([at(0, 15), at(10, 15), at(11, 15)].map((offsets) => seemLost(ledger, offsets))).toEqual([false, false, true]);
  expect(booksOf(ledger, at(12, 15))).toEqual({ offsets: 15, effect: 10, ...none, waiting: 3, lost: 2 });
});
