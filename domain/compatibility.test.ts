import { expect, test } from 'vitest';
import { type Break, breaksOf, type ReleasedColumn, type ReleasedStream, releasedStream } from './compatibility.ts';
import { catalogue } from './streams.ts';

const amount: ReleasedColumn = { name: 'amount', kind: 'money', required: true };
const note: ReleasedColumn = { name: 'note', kind: 'text', required: false, longest: 50 };
const refunds: ReleasedStream = {
  topic: 'refunds',
  key: 'order_id',
  id: 'refund_id',
  partitions: 4,
  columns: [amount, note],
};

const changed = (changes: Partial<ReleasedStream>) =>
  breaksOf([refunds], [{ ...refunds, ...changes }]).map(({ what, why }: Break) => `${what}: ${why.split(':')[0]}`);

test('what reads every record from before may be released', () => {
  expect(changed({})).toEqual([]);
  expect(changed({ partitions: 8 })).toEqual([]);
  expect(changed({ columns: [note, amount] })).toEqual([]);
  expect(
    changed({
      columns: [
        { ...amount, required: false },
        { ...note, longest: 80 },
      ],
    }),
  ).toEqual([]);
  expect(changed({ columns: [amount, note, { name: 'channel', kind: 'text', required: false, longest: 20 }] })).toEqual(
    [],
  );
  expect(breaksOf([refunds], [refunds, { ...refunds, topic: 'returns' }])).toEqual([]);
});

test.each<[string, Partial<ReleasedStream>]>([
  ['refunds.note: the field is gone, and with it the values of new records', { columns: [amount] }],
  ['refunds.amount: it was money, now text', { columns: [{ ...amount, kind: 'text' }, note] }],
  ['refunds.note: it was optional, now required', { columns: [amount, { ...note, required: true }] }],
  ['refunds.note: it took 50 characters, now 49', { columns: [amount, { ...note, longest: 49 }] }],
  ['refunds.channel: the field is new and required', { columns: [amount, note, { ...amount, name: 'channel' }] }],
  ['refunds: its records were keyed by order_id, now by user_id', { key: 'user_id' }],
  ['refunds: a record was known by refund_id, now by order_id', { id: 'order_id' }],
  ['refunds: it had 4 partitions, now 3', { partitions: 3 }],
  ['refunds: the stream is gone', { topic: 'returns' }],
])('%s', (said, changes) => {
  expect(changed(changes)).toEqual([said]);
});

test('a stream of the catalogue is released with the limits of its fields', () => {
  const orders = releasedStream(catalogue.find(({ topic }) => topic === 'orders') as (typeof catalogue)[number]);
  expect(orders).toMatchObject({ key: 'user_id', id: 'order_id', partitions: 4 });
  expect(orders.columns).toContainEqual({ name: 'country', kind: 'text', required: true, longest: 10 });
  expect(orders.columns).toContainEqual({ name: 'quantity', kind: 'integer', required: false });
});
