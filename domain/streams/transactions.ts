import * as z from 'zod';
import { money, text, timestamp, uuid } from '../columns.ts';
import { type Stream, upTo } from '../stream.ts';

/** The event on topic `transactions`: a payment, or with a negative amount a refund. */
export const paymentEvent = z
  .object({
    transaction_id: uuid('The transaction; unique. The same id with other content is a conflict, never an overwrite.'),
    user_id: uuid('The user who paid; also the key of the Kafka record.'),
    amount: money('The amount paid, at most two decimals; negative for a refund.'),
    currency: text(10, 'ISO 4217 code, such as EUR.'),
    status: text(20, 'The outcome, such as completed, pending, failed, refunded.'),
    event_time: timestamp('When it was made, by the clock of the system that made it.'),
  })
  .meta({ title: 'transaction', version: 1 });

/** Money in cents, times in microseconds since 1970 UTC. */
export type Payment = z.infer<typeof paymentEvent>;

export const transactions = {
  topic: 'transactions',
  key: 'user_id',
  ids: ['transaction_id'],
  event: paymentEvent,
  partitions: 4,
  consumer: 'store-transactions',
  handler: 'own',
  // Metrics are made every hour; somebody who asks for a single payment finds it after seconds.
  batching: upTo(10),
} as const satisfies Stream;
