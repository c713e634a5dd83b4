/** Records that no pipeline can use: one entry for each way in which shops get them wrong, with the reason to expect. */
import type { Reason } from '#domain/dead-letters.ts';
import type { OrderEvent } from './orders.ts';
import type { Random } from './random.ts';

export interface Malformed {
  readonly kind: string;
  readonly reason: Reason;
  readonly value: Buffer | null;
}

interface Kind {
  readonly kind: string;
  readonly reason: Reason;
  readonly weight: number;
  readonly make: (order: OrderEvent, random: Random) => Buffer | string | null;
}

const required = ['order_id', 'user_id', 'amount', 'currency', 'category', 'country', 'created_at'] as const;

/** Just under what a Kafka broker takes by default (1,048,588 bytes for a batch) with the rest of the order. */
const LONG_TEXT = 1_000_000;

export const malformedKinds: readonly Kind[] = [
  kind('tombstone', 'null_value', () => null),
  kind('empty', 'not_json', () => ''),
  kind('cut off', 'not_json', (order, random) => {
    const json = JSON.stringify(order);
    return json.slice(0, random.integer(1, json.length - 1));
  }),
  kind('no JSON', 'not_json', (order) => `${order.order_id};${order.amount};${order.currency}`),
  kind('raw NUL byte', 'not_json', (order) => JSON.stringify(order).replace(order.category, 'bo\0ks')),
  // Python's json.dumps writes these two, though JSON has no such numbers.
  kind('amount NaN', 'not_json', (order) => withAmount(order, 'NaN')),
  kind('amount Infinity', 'not_json', (order) => withAmount(order, 'Infinity')),
  kind('Latin-1', 'not_utf8', (order) => Buffer.from(JSON.stringify({ ...order, category: 'café' }), 'latin1')),
  kind('binary', 'not_utf8', (_, random) => Buffer.from([0xff, 0xfe, ...bytes(random, 40)])),
  kind('array', 'not_an_object', (order) => JSON.stringify([order])),
  kind('text', 'not_an_object', (order) => JSON.stringify(order.order_id)),
  kind('JSON null', 'not_an_object', () => 'null'),
  kind('missing field', 'missing_field', (order, random) =>
    JSON.stringify({ ...order, [random.pick(required)]: undefined }),
  ),
  kind('null field', 'wrong_type', (order, random) => JSON.stringify({ ...order, [random.pick(required)]: null })),
  kind('mistyped field', 'wrong_type', (order, random) =>
    JSON.stringify({ ...order, [random.pick(required)]: random.pick([true, [1], { value: 1 }]) }),
  ),
  kind('amount "NaN"', 'invalid_amount', (order) => JSON.stringify({ ...order, amount: 'NaN' })),
  kind('amount 1e400', 'invalid_amount', (order) => withAmount(order, '1e400')),
  kind('three decimals', 'invalid_amount', (order) => withAmount(order, `${Math.trunc(order.amount)}.125`)),
  kind('three decimals as text', 'invalid_amount', (order) => JSON.stringify({ ...order, amount: '12.345' })),
  // A double can't tell this from 12.34.
  kind('twenty decimals', 'invalid_amount', (order) => withAmount(order, '12.34000000000000000001')),
  kind('amount too large', 'invalid_amount', (order, random) =>
    withAmount(order, random.pick(['100000000', '100000000.00', '-100000000.01', '123456789012345678901234567890'])),
  ),
  kind('bad UUID', 'invalid_uuid', (order, random) =>
    JSON.stringify({ ...order, [random.pick(['order_id', 'user_id'])]: random.pick(['', '42', 'g'.repeat(36)]) }),
  ),
  kind('bad date', 'invalid_timestamp', (order, random) =>
    JSON.stringify({
      ...order,
      created_at: random.pick(['', 'yesterday', '2025-02-30T00:00:00Z', '11/12/2025 00:00']),
    }),
  ),
  kind('NUL character', 'invalid_text', (order) => JSON.stringify({ ...order, category: 'bo\0ks' })),
  kind('half a character', 'invalid_text', (order) => JSON.stringify({ ...order, category: 'bo\ud83dks' })),
  kind('empty text', 'invalid_text', (order, random) =>
    JSON.stringify({ ...order, [random.pick(['currency', 'category', 'country'])]: '' }),
  ),
  kind('bad quantity', 'invalid_quantity', (order, random) =>
    JSON.stringify({ ...order, product_id: 'p-0001', quantity: random.pick([0, -1, 1.5, 2_147_483_648]) }),
  ),
  // Rare, so that a run isn't made of them.
  kind('1 MB text', 'invalid_text', (order) => JSON.stringify({ ...order, category: 'x'.repeat(LONG_TEXT) }), 0.1),
];

/** @param order an order that is told of nowhere else, so that a corrected record would be a new order */
export function malform(order: OrderEvent, random: Random): Malformed {
  const { kind, reason, make } = random.weighted(malformedKinds);
  const value = make(order, random);
  return { kind, reason, value: typeof value === 'string' ? Buffer.from(value) : value };
}

function kind(kind: string, reason: Reason, make: Kind['make'], weight = 1): Kind {
  return { kind, reason, weight, make };
}

/** JSON with an amount that `JSON.stringify` would never write. */
function withAmount(order: OrderEvent, amount: string): string {
  return JSON.stringify({ ...order, amount: null }).replace('"amount":null', `"amount":${amount}`);
}

function bytes(random: Random, length: number): number[] {
  return Array.from({ length }, () => random.integer(0, 255));
}
