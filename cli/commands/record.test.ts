import { expect, it } from 'vitest';
import type { Looked } from '#operations/records/record.ts';
import { describe, run } from './record.ts';

const bytes = (text: string) => ({ shown: { text }, length: text.length, cut: false });
const kafka = { partition: 2, earliest: 100, latest: 200 };
const letter = {
  id: 9,
  reason: 'invalid_amount',
  message: 'amount: expected …',
  redrivenAt: null,
  redrivenBy: null,
} as const;
const looked: Looked = {
  ...{ topic: 'orders', partition: 2, offset: 150, id: 'o1', kafka },
  message: {
    ...{
      partition: 2,
      offset: 150,
      timestamp: '2026-11-30T09:00:00.000Z',
      key: bytes('u1'),
      value: bytes('{"amount":"12,5"}'),
    },
    ...{ headers: [{ name: 'trace', value: { base64: '/w==' } }], headersLeftOut: 0, packedIn: null, fate: null },
  },
  fate: { state: 'rejected', way: [], letter, delivery: 7 },
};

it('shows a record with its way and its value', () => {
  expect(describe(looked)).toBe(`topic      orders
partition  2
offset     150
time       2026-11-30T09:00:00.000Z
id         o1
key        u1
headers    trace=base64:/w==
delivery   7

✗ dead letter #9 invalid_amount
  amount: expected …
  an amount is not a number with at most two decimals below 100,000,000; npx tillstream dead-letters show 9

{"amount":"12,5"}`);
});

it('says of an offset without a record why there is none', () => {
  const fate = { state: 'lost', way: [] } as const;
  expect(describe({ ...looked, offset: 5, message: null, id: null, fate })).toBe(`topic      orders
partition  2
offset     5
Kafka has  100 to 199
delivery   -

✗ lost: retention removed it before it was consumed`);
});

it.each([
  [['orders', '1'], 'Expected a topic, a partition and an offset, got orders 1'],
  [['orders', '1', 'x'], 'offset: expected a whole number'],
])('refuses %j before it looks for a stack', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
});
