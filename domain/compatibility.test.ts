import { expect, test } from 'vitest';
import * as z from 'zod';
import { currency, money, timestamp, uuid } from './columns.ts';
import { type Break, breaksOf, type ReleasedColumn, type ReleasedStream, releasedStream } from './compatibility.ts';
import { catalogue, streams } from './streams.ts';

const amount: ReleasedColumn = { name: 'amount', kind: 'money', required: true };
const note: ReleasedColumn = { name: 'note', kind: 'text', required: false, nullable: true, longest: 50 };
const refunds: ReleasedStream = {
  topic: 'refunds',
  key: 'order_id',
  id: 'refund_id',
  partitions: 4,
  columns: [amount, note],
};

const release = (stream: ReleasedStream) => ({ date: '2026-11-29', streams: [stream] });
const changed = (changes: Partial<ReleasedStream>) =>
  breaksOf(release(refunds), [{ ...refunds, ...changes }]).map(
    ({ what, why }: Break) => `${what}: ${why.split(':')[0]}`,
  );

test('what reads every record from before may be released', () => {
  expect(changed({})).toEqual([]);
  expect(changed({ partitions: 8 })).toEqual([]);
  expect(changed({ columns: [note, amount] })).toEqual([]);
  expect(changed({ columns: [{ ...amount, accepts: ['money', 'float_noise'] }, note] })).toEqual([]);
  expect(
    changed({
      columns: [
        { ...amount, required: false, nullable: true },
        { ...note, longest: 80 },
      ],
    }),
  ).toEqual([]);
  expect(changed({ columns: [amount, note, { name: 'channel', kind: 'text', required: false, longest: 20 }] })).toEqual(
    [],
  );
  expect(breaksOf(release(refunds), [refunds, { ...refunds, topic: 'returns' }])).toEqual([]);
});

test.each<[string, Partial<ReleasedStream>]>([
  ['refunds.note: the field is gone, and with it the values of new records', { columns: [amount] }],
  ['refunds.amount: it was money, now text', { columns: [{ ...amount, kind: 'text' }, note] }],
  ['refunds.note: it was optional, now required', { columns: [amount, { ...note, required: true }] }],
  ['refunds.note: it could be null, and no longer can', { columns: [amount, { ...note, nullable: false }] }],
  ['refunds.note: it took 50 characters, now 49', { columns: [amount, { ...note, longest: 49 }] }],
  ['refunds.channel: the field is new and required', { columns: [amount, note, { ...amount, name: 'channel' }] }],
  ['refunds: its records were keyed by order_id, now by user_id', { key: 'user_id' }],
  ['refunds: a record was known by refund_id, now by order_id', { id: 'order_id' }],
  ['refunds: it had 4 partitions, now 3', { partitions: 3 }],
  ['refunds: the stream is gone', { topic: 'returns' }],
  ['refunds: its events came without an envelope, now in debezium', { envelope: 'debezium' }],
  ['refunds.amount: it accepted money, and no longer does', { columns: [{ ...amount, accepts: ['minor'] }, note] }],
])('%s', (said, changes) => {
  expect(changed(changes)).toEqual([said]);
});

test('a field may be required from a time on, and from a later one, but not from an earlier', () => {
  const from = (requiredFrom: string): ReleasedColumn => ({ ...note, requiredFrom });
  expect(changed({ columns: [amount, from('2027-01-01T00:00:00Z')] })).toEqual([]);
  expect(changed({ columns: [amount, note, { ...from('2027-01-01T00:00:00Z'), name: 'channel' }] })).toEqual([]);
  const released = { ...refunds, columns: [amount, from('2027-01-01T00:00:00Z')] };
  const now = (column: ReleasedColumn) =>
    breaksOf(release(released), [{ ...refunds, columns: [amount, column] }]).map(({ why }) => why.split(': ')[0]);
  expect(now(from('2027-02-01T00:00:00Z'))).toEqual([]);
  expect(now(note)).toEqual([]);
  expect(now(from('2026-12-31T23:59:59Z'))).toEqual([
    'it was required from 2027-01-01T00:00:00Z on, now from 2026-12-31T23:59:59Z',
  ]);
  expect(now({ ...note, required: true })).toEqual(['it was optional, now required']);
});

test('a field may not become required from a time on that was before the last release', () => {
  const from = (requiredFrom: string, name: string): ReleasedColumn => ({ ...note, requiredFrom, name });
  const columns = (requiredFrom: string) => [amount, from(requiredFrom, 'note'), from(requiredFrom, 'channel')];
  expect(changed({ columns: columns('2026-11-29T00:00:00Z') })).toEqual([]);
  const said = 'it is now required from 2026-11-28T23';
  expect(changed({ columns: columns('2026-11-28T23:59:59Z') })).toEqual([
    `refunds.note: ${said}`,
    `refunds.channel: ${said}`,
  ]);
  // One that was always required is less so now.
  const lessRequired = { ...amount, required: false, nullable: true, requiredFrom: '2026-11-28T23:59:59Z' };
  expect(changed({ columns: [lessRequired, note] })).toEqual([]);
});

test('a stream of the catalogue is released with the limits of its fields', () => {
  const orders = releasedStream(catalogue.find(({ topic }) => topic === 'orders') as (typeof catalogue)[number]);
  expect(orders).toMatchObject({ key: 'user_id', id: 'order_id', partitions: 4 });
  expect(orders.columns).toContainEqual({ name: 'country', kind: 'text', required: true, longest: 10 });
  expect(orders.columns).toContainEqual({ name: 'quantity', kind: 'integer', required: false, nullable: true });
});

test('a field that may be missing is told from one that may be null', () => {
  const event = z.object({
    ...{ both: money('').nullish(), missing: money('').optional(), none: money('').nullable(), required: money('') },
  });
  const { columns } = releasedStream({ ...streams.orders, event });
  expect(columns.map(({ required, nullable = false }) => ({ required, nullable }))).toEqual([
    { required: false, nullable: true },
    { required: false, nullable: false },
    { required: true, nullable: true },
    { required: true, nullable: false },
  ]);
});

test('what a column is declared to accept is released with it, beside what its kind does', () => {
  const event = z.object({
    at: timestamp('', { accepts: ['epoch_seconds'] }),
    user: uuid('', { guests: /^guest-/ }),
    currency: currency(''),
    hundredths: money('', { unit: 'minor' }),
    computed: money('', { rounds: 'float_noise' }),
    plain: money(''),
  });
  const { columns, envelope } = releasedStream({ ...streams.orders, event, envelope: '$.data' });
  expect(envelope).toBe('$.data');
  expect(columns.map(({ accepts }) => accepts)).toEqual([
    ['epoch_seconds'],
    ['uuid', '/^guest-/'],
    ['ISO 4217'],
    ['minor'],
    ['money', 'float_noise'],
    undefined,
  ]);
});
