/** What a stream is: how it is described, once, for all that follows from it (domain/streams/). */
import type { z } from 'zod';
import type { Envelope } from './envelope.ts';

export interface Stream<Event extends z.ZodObject = z.ZodObject> {
  readonly topic: string;
  /** The field that keys the Kafka records: records of one key stay in sequence. */
  readonly key: string;
  /** The fields by which a record can be found (`npx tillstream trace`). The first is its own, and tells it from all others. */
  readonly ids: readonly string[];
  readonly event: Event;
  /** What of a record's value is the event; all of it if left out. */
  readonly envelope?: Envelope;
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
export const upTo = (maximumBatchingWindowInSeconds: number) =>
  ({ batchSize: 10_000, maximumBatchingWindowInSeconds, startingPosition: 'TRIM_HORIZON' }) as const;
