/** A Lambda handler for a stream of the catalogue. */
import type { z } from 'zod';
import type { Consume, Counts } from '#delivery/consume.ts';
import { framesOf } from '#domain/record-frames.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type KafkaEvent, partitionBatches } from './kafka-event.ts';
import { type Invocation, observed } from './observability.ts';

/** Less than other functions reserve: a batch has no answer to send. */
const RESERVE_MS = 2_000;

/**
 * Bad data never fails the function: it becomes dead letters. An infrastructure error does, and Lambda then delivers the
 * whole batch again; partitions that succeeded find their offsets in the ledger and change nothing.
 */
export function kafkaHandler<Event extends z.ZodObject>(options: {
  /** One, or several with the same effect. */
  readonly stream: Stream<Event> | readonly Stream<Event>[];
  readonly consume: Consume<Event>;
  /** Called when all batches have succeeded. Nothing is lost if a crash comes first: what it does can be done later. */
  readonly afterwards?: (counts: readonly Counts[]) => Promise<void>;
}) {
  const { stream, consume, afterwards } = options;
  const byTopic = new Map([stream].flat().map((each) => [each.topic, each as Stream<Event>]));
  const work = async (event: KafkaEvent, { deadline, logger, count }: Invocation) => {
    const batches = partitionBatches(event);
    const results = await Promise.allSettled(
      batches.map(async (batch) => consume(streamOf(batch, byTopic), batch, deadline)),
    );
    for (const [index, result] of results.entries()) {
      const batch = batches[index] as PartitionBatch;
      const { topic, partition } = batch;
      const { offsets } = framesOf(batch);
      const where = { topic, partition, first_offset: offsets[0], last_offset: offsets.at(-1) };
      if (result.status === 'rejected') {
        logger.error('batch failed', { ...where, error: result.reason as Error });
        continue;
      }
      logger.info('batch done', { ...where, ...result.value });
      for (const [name, value] of Object.entries(result.value)) count(name, value);
    }
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    await afterwards?.(results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])));
  };
  return observed(work, { reserveMs: RESERVE_MS });
}

/** A record of another topic means that the mapping is wrong, so nothing of it may be consumed. */
function streamOf<Event extends z.ZodObject>({ topic }: PartitionBatch, streams: ReadonlyMap<string, Stream<Event>>) {
  const stream = streams.get(topic);
  if (stream) return stream;
  const expected = [...streams.keys()].join(', ');
  throw new Error(`Expected records of topic ${expected}, got ${topic}: check the event source mapping.`);
}
