import { expect, test } from 'vitest';
import { money, timestamp } from '#domain/columns.ts';
import { eventReader } from '#domain/event-reader.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import { uuidOf } from '../../tests/support/payments.ts';
import { rebuilt } from './conflict-letter.ts';

/** With fields that a shop may add. */
const event = orderEvent.extend({
  discount: money('What was taken off.').nullish(),
  shipping: money('In hundredths.', { unit: 'minor' }).nullish(),
  promised_at: timestamp('When it is to arrive.').nullish(),
  packed_at: timestamp('When it was packed.', { accepts: ['epoch_milliseconds'] }).nullish(),
  noted_at: timestamp('Never sent here.').nullish(),
});
const read = eventReader({ event });

test('an order is rebuilt from the lake with every field, and read again as it was', () => {
  const sent = {
    ...{ order_id: uuidOf(1), user_id: uuidOf(7), amount: '19.99', currency: 'EUR', category: 'books', country: 'DE' },
    ...{ created_at: '2026-01-02T03:04:05.000000Z', quantity: 3, discount: '1.99', shipping: 490 },
    ...{ promised_at: '2026-01-09T12:00:00.000001Z', packed_at: '1767326645000.000' },
  };
  const order = read(Buffer.from(JSON.stringify(sent)));
  const { value, key, ...place } = rebuilt(event, { offset: 5, timestamp: 1000, event: { ...order, noted_at: null } });
  expect(JSON.parse(String(value))).toEqual(sent);
  expect(read(value)).toEqual(order);
  expect([String(key), place]).toEqual([uuidOf(7), { offset: 5, timestamp: 1000, headers: [] }]);
});
