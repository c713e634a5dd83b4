import { expect, test } from 'vitest';
import { readBatch } from '#domain/read-batch.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { userEvent } from '#domain/streams/user-events.ts';
import { encodeLines, readLines } from './json-lines.ts';

const event = {
  event_id: '00000000-0000-4000-8000-00000000000A',
  user_id: '11111111-1111-4111-8111-111111111111',
  event_type: 'purchase',
  product_id: 'p-0001',
  occurred_at: '2025-12-11T05:30:00.123456789+05:30',
  order_id: '22222222-2222-4222-8222-222222222222',
  amount: 12.5,
  currency: 'EUR',
};
const view = { ...event, event_type: 'view', order_id: null, amount: undefined, currency: undefined };
const record = (offset: number, value: string | Uint8Array): KafkaRecord => ({
  offset,
  timestamp: 1_765_411_201_000 + offset,
  key: null,
  value: Buffer.from(value),
  headers: [],
});
const batchOf = (...records: KafkaRecord[]) => ({ topic: 'user_events', partition: 3, records });

/** The lines of these records, after they were read as in a function. */
function lines(...records: KafkaRecord[]): string[] {
  const batch = batchOf(...records);
  return readLines(encodeLines(userEvent, readBatch({ event: userEvent }, batch).events, batch));
}

test('a line has the columns in one form, the record’s place in Kafka, and its value as it came', () => {
  expect(lines(record(7, JSON.stringify(event)))).toEqual([
    '{"event_id":"00000000-0000-4000-8000-00000000000a","user_id":"11111111-1111-4111-8111-111111111111",' +
      '"event_type":"purchase","product_id":"p-0001","occurred_at":"2025-12-11T00:00:00.123456Z",' +
      '"order_id":"22222222-2222-4222-8222-222222222222","amount":"12.50","currency":"EUR","kafka_partition":3,' +
      `"kafka_offset":7,"kafka_timestamp":"2025-12-11T00:00:01.007Z","raw":${JSON.stringify(JSON.stringify(event))}}`,
  ]);
});

test('a missing value is null, whether it was left out or null', () => {
  const [line = ''] = lines(record(0, JSON.stringify(view)));
  expect(JSON.parse(line)).toMatchObject({ event_type: 'view', order_id: null, amount: null, currency: null });
});

test('a credit and cents keep their sign and their zeros', () => {
  const amounts = [-0.05, 0, '-12.3', 99_999_999.99].map((amount, offset) =>
    record(offset, JSON.stringify({ ...event, amount })),
  );
  expect(lines(...amounts).map((line) => JSON.parse(line).amount)).toEqual(['-0.05', '0.00', '-12.30', '99999999.99']);
});

test('records that are not usable have no line, and the others their own values', () => {
  const records = [record(4, JSON.stringify(event)), record(5, 'not json'), record(9, JSON.stringify(view))];
  const read = lines(...records).map((line) => JSON.parse(line));
  expect(read.map(({ kafka_offset }) => kafka_offset)).toEqual([4, 9]);
  expect(read.map(({ raw }) => raw)).toEqual([JSON.stringify(event), JSON.stringify(view)]);
});

test.each([
  ['newlines and tabs around it', `\r\n\t${JSON.stringify(event, null, '\t')}\n\n`],
  ['quotes and backslashes', JSON.stringify({ ...event, note: '"\\"{}\n\0' })],
  ['characters of every length', JSON.stringify({ ...event, product_id: 'é€🛒\u2028\u2029\ufffe', note: '\u007f' })],
  ['escapes where none are needed', JSON.stringify(event).replace('EUR', '\\u0045UR')],
  ['half of a surrogate pair, escaped', JSON.stringify({ ...event, note: '\ud800' })],
  ['a field twice', JSON.stringify(event).replace('{', '{"amount":1,')],
  ['numbers no double holds', JSON.stringify(event).replace('{', '{"n":1e400,"m":0.1000000000000000055511,')],
])('the raw value is kept byte for byte: %s', (_, value) => {
  const [line = '', ...more] = lines(record(0, value));
  expect(more).toEqual([]);
  expect(line).not.toMatch(/[\n\r]/);
  expect(JSON.parse(line).raw).toBe(value);
});

test('a byte order mark, which some producers write, is kept too', () => {
  const value = `\ufeff${JSON.stringify(event)}`;
  expect(Buffer.from(JSON.parse(lines(record(0, value))[0] ?? '').raw)).toEqual(Buffer.from(value));
});

test('the bytes are a function of the records', () => {
  const batch = batchOf(...Array.from({ length: 100 }, (_, offset) => record(offset, JSON.stringify(event))));
  const { events } = readBatch({ event: userEvent }, batch);
  const encode = (from = batch) => Buffer.from(encodeLines(userEvent, events, from));
  expect(encode()).toEqual(encode());
  // gzip's header could hold a time.
  expect([...encode().subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  // A batch that was cut at another place.
  expect(encode(batchOf(...batch.records, record(100, 'more')))).toEqual(encode());
});
