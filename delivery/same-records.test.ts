import { expect, test } from 'vitest';
import { filterOfEvents } from '#domain/id-filter.ts';
import { readBatch } from '#domain/read-batch.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { streams } from '#domain/streams.ts';
import { compare } from './same-records.ts';
import { sourceHash } from './source-hash.ts';

const stream = streams.products;

/** A product's record; without a value for a name of null, and one that can't be read for an empty name. */
const record = (offset: number, id: string, name: string | null, timestamp = 100 + offset): KafkaRecord => ({
  ...{ offset, timestamp, headers: [], key: Buffer.from(id) },
  value: name === null ? null : Buffer.from(JSON.stringify({ product_id: id, name, category: 'home', price: '9.99' })),
});

const read = (records: readonly KafkaRecord[]) => readBatch(stream, { topic: stream.topic, partition: 0, records });

const RECORDS = [record(0, 'p1', 'Lamp'), record(1, 'p2', 'Desk'), record(2, 'p3', ''), record(3, 'p4', null)];

const delivery = {
  ...{ deliveryId: 1, firstOffset: 0, lastOffset: 3, records: 4, sourceSha256: sourceHash(RECORDS) },
  ...{ firstTimestamp: 100, lastTimestamp: 103, rejectedOffsets: [2], republishedBefore: null },
  filter: filterOfEvents(stream, read(RECORDS).events),
};

const isSame = (records: readonly KafkaRecord[], of = delivery) => compare(of, stream, records, read(records));

test.each([
  ['all', RECORDS],
  ['a product', RECORDS.slice(1, 2)],
  ['a dead letter', RECORDS.slice(2, 3)],
  ['that something is gone', RECORDS.slice(3)],
  ['nothing', []],
])('of a compacted topic’s delivery it is enough that %s is left', (_, left) => {
  expect(isSame(left)).toBe(true);
});

test.each([
  ['as many of the same ids', RECORDS.map(({ offset }) => record(offset, `p${offset + 1}`, 'Other'))],
  ['the same product, sent later', [record(1, 'p2', 'Desk', 104)]],
  ['a dead letter that came later', [record(2, 'p3', '', 104)]],
  ['that something is gone since', [record(3, 'p4', null, 104)]],
  ['another product', [record(0, 'p9', 'Lamp')]],
  ['more than there were', [...RECORDS, record(3, 'p5', 'Chair')]],
])('a topic that was made anew is told by %s', (_, others) => {
  expect(isSame(others)).toBe(false);
});

test('what has no time is told by its id', () => {
  const timeless = { ...delivery, firstTimestamp: null, lastTimestamp: null } as unknown as typeof delivery;
  expect(isSame([record(1, 'p2', 'Desk', -1)], timeless)).toBe(true);
  expect(isSame([record(1, 'p9', 'Desk', -1)], timeless)).toBe(false);
});
