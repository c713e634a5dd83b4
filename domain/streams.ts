/** The catalogue of streams: what flows where. Topics, event source mappings, consumers and the proof all follow it. */
import type { z } from 'zod';
import { orderEvent } from './orders.ts';

export interface Stream<Event extends z.ZodObject = z.ZodObject> {
  readonly topic: string;
  /** The field that keys the Kafka records: records of one key stay in sequence. */
  readonly key: string;
  readonly event: Event;
  readonly partitions: number;
  /** The function that consumes the topic; also its consumer group and its name in the ledger. */
  readonly consumer: string;
  readonly batching: Batching;
}

/** How Lambda cuts the records of a topic into batches, in the terms of an event source mapping. */
export interface Batching {
  /** Records in a batch at most: 1 to 10,000. */
  readonly batchSize: number;
  /** Seconds to wait for a batch to fill: 0 to 300. */
  readonly maximumBatchingWindowInSeconds: number;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
}

export const streams = {
  orders: {
    topic: 'orders',
    key: 'user_id',
    event: orderEvent,
    partitions: 4,
    consumer: 'archive-orders',
    // 10,000 records are 4.2 MB of the 6 MB that Lambda takes; larger objects cost fewer requests (docs/decisions/).
    batching: { batchSize: 10_000, maximumBatchingWindowInSeconds: 5, startingPosition: 'TRIM_HORIZON' },
  },
} as const satisfies Record<string, Stream>;
