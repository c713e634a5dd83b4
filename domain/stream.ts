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
  /**
   * `compact`: a record says how the thing of its key is from now on, one without a value that it is gone, and Kafka keeps the last of each
   * key for ever. Its key is then `key`'s value, and nothing else. Absent: records are events, and Kafka keeps them for a time.
   */
  readonly cleanup?: 'compact';
  /** The function that consumes the topic, and its name in the ledger. */
  readonly consumer: string;
  /**
   * `own`: the consumer is code of its own, `functions/<consumer>/handler.ts`. If absent, the stream is described: `store-stream` or
   * `archive-stream` does what `table` and `lake` say, nothing else, and the consumer is the stream's alone.
   */
  readonly handler?: 'own';
  readonly batching: Batching;
  /** The consumer puts its records into the lake, one object for each partition and batch. */
  readonly lake?: LakeSink;
  /** The consumer puts each record into a table, as a row with the event's columns. */
  readonly table?: TableSink;
  /** Of a topic that is compacted: the consumer keeps what the last record of each key says as a row of this table. */
  readonly latest?: LatestTable;
}

export interface LakeSink {
  /** The folder of the objects, without a slash behind it. */
  readonly prefix: string;
  readonly format: 'parquet' | 'json_lines';
}

/** A table of PostgreSQL; its key is the first of the stream's `ids`. */
export interface TableSink {
  /** Schema and table, such as `streams.refunds`: letters, digits and underscores. */
  readonly name: `${string}.${string}`;
  /**
   * What becomes of a record whose key is there already. `keep_first`: nothing, if its content is the same (a duplicate); otherwise it
   * becomes a dead letter (`conflict`).
   */
  readonly repeats: 'keep_first';
}

/**
 * A table with the event's columns, and `is_gone`, `partition`, `kafka_offset`, `delivery_id` and `fingerprint`
 * (sql/migrations/041_products_and_customers.sql). A row stays when its thing is gone, for what refers to it.
 */
export interface LatestTable {
  readonly name: `${string}.${string}`;
  /** Fields of the event that are no columns of the table. */
  readonly leftOut: readonly string[];
  /** Columns that are emptied when the thing is gone: those that tell of a person. */
  readonly emptied: readonly string[];
}

export type SinkKind = 'table' | 'lake' | 'both';

/**
 * Where a described stream's records go. `both`: an object of the lake holds every usable record, the table each once.
 *
 * @throws if its description names no sink
 */
export function sinkOf({ topic, table, lake }: Pick<Stream, 'topic' | 'table' | 'lake'>): SinkKind {
  if (table) return lake ? 'both' : 'table';
  if (lake) return 'lake';
  throw new Error(
    `Expected the description of ${topic} to have \`table\`, \`lake\` or both, got neither. What goes elsewhere is code of its own ` +
      "(handler: 'own').",
  );
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
