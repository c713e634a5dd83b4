/** The catalogue of streams: what flows where. Topics, event source mappings, grants and the proof all follow it. */
import { refuseFieldsInLakeTwice } from './lake-fields.ts';
import type { Stream } from './stream.ts';
import { customers } from './streams/customers.ts';
import { onlineOrders } from './streams/online-orders.ts';
import { orders } from './streams/orders.ts';
import { products } from './streams/products.ts';
import { stockCounts } from './streams/stock-counts.ts';
import { storeSales } from './streams/store-sales.ts';
import { supplierRestocks } from './streams/supplier-restocks.ts';
import { transactions } from './streams/transactions.ts';
import { userEvents } from './streams/user-events.ts';

export type { Batching, Stream } from './stream.ts';

export const streams = {
  orders,
  onlineOrders,
  storeSales,
  supplierRestocks,
  stockCounts,
  transactions,
  userEvents,
  products,
  customers,
} as const satisfies Record<string, Stream>;

/** Of streams that have no code of their own. */
export type DescribedConsumer = Exclude<
  (typeof streams)[keyof typeof streams],
  { readonly handler: 'own' }
>['consumer'];

/** Every stream, without its own types. */
export const catalogue: readonly Stream[] = Object.values(streams);
refuseFieldsInLakeTwice(catalogue);

export const consumedBy = (consumer: string): readonly Stream[] =>
  catalogue.filter((stream) => stream.consumer === consumer);

/** Streams that have no code of their own: all that is done with them is what they say. */
export const describedStreams: readonly Stream[] = catalogue.filter(({ handler }) => handler !== 'own');

/** @throws if there is none of this topic */
export function describedStream(topic: string): Stream {
  const stream = describedStreams.find((each) => each.topic === topic);
  if (stream) return stream;
  const known = describedStreams.map((each) => each.topic).join(', ') || 'none';
  throw new Error(`Expected the topic of a stream without code of its own (${known}), got ${topic}.`);
}

/** What stock follows: movements, and counts. */
export const inventoryStreams = consumedBy(streams.onlineOrders.consumer);

/** What moves stock; all have the same effect. */
export const movementStreams: readonly Stream[] = [streams.onlineOrders, streams.storeSales, streams.supplierRestocks];

/** Topics that functions write to, by way of the outbox. */
const outputs = [
  { topic: 'inventory_updates', partitions: 4 },
  { topic: 'orders_cleaned', partitions: 4 },
  { topic: 'dlq', partitions: 1 },
] as const;

export interface Topic {
  readonly topic: string;
  readonly partitions: number;
  /** `compact`: Kafka keeps the last record of each key for ever. Absent: it removes records by their age. */
  readonly cleanup?: 'compact';
}

/** Every topic of the platform. */
export const topics: readonly Topic[] = [...catalogue, ...outputs];

/** The role that a consumer logs in to PostgreSQL as. */
export const roleOf = ({ consumer }: Pick<Stream, 'consumer'>): string => consumer.replaceAll('-', '_');

/** The consumer group of a stream. A function that consumes several topics has a mapping, and so a group, for each. */
export const groupOf = ({ consumer, topic }: Stream): string => `${consumer}.${topic}`;
