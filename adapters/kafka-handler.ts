/** A Lambda handler for a stream of the catalogue. */
import type { z } from 'zod';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type KafkaEvent, partitionBatches } from './kafka-event.ts';
import { observed } from './observability.ts';

/** What became of the records of a batch that had not been dealt with before. */
export interface Counts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Records that an earlier delivery had dealt with. */
  readonly redelivered: number;
}

/** Gives the records of one partition their effect, exactly once; throws only when infrastructure fails. */
export type Consume<Event extends z.ZodObject> = (stream: Stream<Event>, batch: PartitionBatch) => Promise<Counts>;

/**
 * Bad data never fails the function: it becomes dead letters. An infrastructure error does, and Lambda then delivers the
 * whole batch again; partitions that had succeeded find their offsets in the ledger and change nothing.
 */
export function kafkaHandler<Event extends z.ZodObject>(options: {
  readonly stream: Stream<Event>;
  readonly consume: Consume<Event>;
}) {
  const { stream, consume } = options;
  return observed(async (event: KafkaEvent, { logger, count }) => {
    const batches = partitionBatches(event, stream.topic);
    const results = await Promise.allSettled(batches.map((batch) => consume(stream, batch)));
    for (const [index, result] of results.entries()) {
      const { partition, records } = batches[index] as PartitionBatch;
      const where = { partition, first_offset: records[0]?.offset, last_offset: records.at(-1)?.offset };
      if (result.status === 'rejected') {
        logger.error('batch failed', { ...where, error: result.reason as Error });
        continue;
      }
      logger.info('batch done', { ...where, ...result.value });
      for (const [name, value] of Object.entries(result.value)) count(name, value);
    }
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  });
}
