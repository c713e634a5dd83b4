/** The catalogue of streams: what flows where. Topics, event source mappings, grants and the proof all follow it. */
import type { Stream } from './stream.ts';
import { onlineOrders } from './streams/online-orders.ts';
import { orders } from './streams/orders.ts';
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
  transactions,
  userEvents,
} as const satisfies Record<string, Stream>;

/** A function that consumes streams. */
export type Consumer = (typeof streams)[keyof typeof streams]['consumer'];

/** Every stream, without its own types. */
export const catalogue: readonly Stream[] = Object.values(streams);

export const consumedBy = (consumer: string): readonly Stream[] =>
  catalogue.filter((stream) => stream.consumer === consumer);

/** Streams that `deliver-stream` consumes, by their descriptions alone. */
export const describedStreams: readonly Stream[] = catalogue.filter(({ handler }) => handler !== 'own');

/** What moves stock; all have the same effect. */
export const inventoryStreams = consumedBy(streams.onlineOrders.consumer);

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
