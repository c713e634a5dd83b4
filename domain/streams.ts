/** The catalogue of streams: what flows where. Topics, event source mappings, grants and the proof all follow it. */
import type { z } from 'zod';
import { onlineOrderEvent, storeSaleEvent, supplierRestockEvent } from './inventory.ts';
import { orderEvent } from './orders.ts';
import { paymentEvent } from './payments.ts';
import { userEvent } from './user-events.ts';

export interface Stream<Event extends z.ZodObject = z.ZodObject> {
  readonly topic: string;
  /** The field that keys the Kafka records: records of one key stay in sequence. */
  readonly key: string;
  /** The fields by which a record can be found (`npx tillstream trace`). The first is its own, and tells it from all others. */
  readonly ids: readonly string[];
  readonly event: Event;
  readonly partitions: number;
  /** The function that consumes the topic, and its name in the ledger. */
  readonly consumer: string;
  readonly batching: Batching;
  /** The folder of the lake where the consumer puts its objects, if it makes any. */
  readonly lake?: string;
}

/** How Lambda cuts the records of a topic into batches, in the terms of an event source mapping. */
export interface Batching {
  /** Records in a batch at most: 1 to 10,000. */
  readonly batchSize: number;
  /** Seconds to wait for a batch to fill: 0 to 300. */
  readonly maximumBatchingWindowInSeconds: number;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
}

/**
 * Each stream's window is as long as its readers can wait: below 10,000 records in a window, an invocation, a transaction and, in the
 * lake, a PUT and an object cost the same whether they carry eight records or a thousand.
 *
 * 10,000 records are 4.2 MB of the 6 MB that Lambda takes.
 */
const upTo = (maximumBatchingWindowInSeconds: number) =>
  ({ batchSize: 10_000, maximumBatchingWindowInSeconds, startingPosition: 'TRIM_HORIZON' }) as const;

/** A sale lowers what shop and store may promise to the next customer, so stock follows it at once. */
const stockMovements = {
  key: 'product_id',
  ids: ['event_id', 'order_id', 'product_id'],
  partitions: 4,
  consumer: 'update-inventory',
  batching: upTo(1),
} as const;

export const streams = {
  orders: {
    topic: 'orders',
    key: 'user_id',
    ids: ['order_id'],
    event: orderEvent,
    partitions: 4,
    consumer: 'archive-orders',
    lake: 'raw/orders',
    // In lake and warehouse within half a minute. Most of its cost are PUTs, four a window.
    batching: upTo(20),
  },
  onlineOrders: { ...stockMovements, topic: 'online_orders', event: onlineOrderEvent },
  storeSales: { ...stockMovements, topic: 'store_sales', event: storeSaleEvent },
  // Rare and few: goods that arrived wait longer than this for their shelf.
  supplierRestocks: {
    ...stockMovements,
    topic: 'supplier_restocks',
    event: supplierRestockEvent,
    batching: upTo(10),
  },
  transactions: {
    topic: 'transactions',
    key: 'user_id',
    ids: ['transaction_id'],
    event: paymentEvent,
    partitions: 4,
    consumer: 'store-transactions',
    // Metrics are made every hour; somebody who asks for a single payment finds it after seconds.
    batching: upTo(10),
  },
  userEvents: {
    topic: 'user_events',
    key: 'user_id',
    ids: ['event_id', 'order_id'],
    event: userEvent,
    partitions: 4,
    consumer: 'archive-user-events',
    lake: 'bronze/user_events',
    // Clicks are counted by the day.
    batching: upTo(60),
  },
} as const satisfies Record<string, Stream>;

/** A function that consumes streams. */
export type Consumer = (typeof streams)[keyof typeof streams]['consumer'];

/** Every stream, without its own types. */
export const catalogue: readonly Stream[] = Object.values(streams);

export const consumedBy = (consumer: string): readonly Stream[] =>
  catalogue.filter((stream) => stream.consumer === consumer);

/** What moves stock; all have the same effect. */
export const inventoryStreams = consumedBy(stockMovements.consumer);

/** Topics that functions write to, by way of the outbox. */
const outputs = [
  { topic: 'inventory_updates', partitions: 4 },
  { topic: 'orders_cleaned', partitions: 4 },
  { topic: 'dlq', partitions: 1 },
] as const;

/** Every topic of the platform. */
export const topics: readonly { readonly topic: string; readonly partitions: number }[] = [...catalogue, ...outputs];

/** The consumer group of a stream. A function that consumes several topics has a mapping, and so a group, for each. */
export const groupOf = ({ consumer, topic }: Stream): string => `${consumer}.${topic}`;
