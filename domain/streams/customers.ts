import * as z from 'zod';
import { text, timestamp, uuid } from '../columns.ts';
import { type Stream, upTo } from '../stream.ts';

/** The event on topic `customers`: a customer as he or she is from now on. A record without a value says that the customer is gone. */
export const customerEvent = z
  .object({
    customer_id: uuid('The customer, the `user_id` of other events; also the key of the Kafka record.'),
    name: text(200, 'First and last name.'),
    email: text(320, 'E-mail address.'),
    country: text(10, 'ISO 3166 code of the country.'),
    segment: text(20, 'Group of customers, such as new, regular, vip.'),
    signed_up_at: timestamp('When the customer signed up.'),
  })
  .meta({ title: 'customer', version: 1 });

export const customers = {
  topic: 'customers',
  key: 'customer_id',
  ids: ['customer_id'],
  event: customerEvent,
  partitions: 4,
  cleanup: 'compact',
  consumer: 'update-shop',
  handler: 'own',
  latest: { name: 'shop.customers', leftOut: [], emptied: ['name', 'email'] },
  batching: upTo(10),
} as const satisfies Stream;
