/** The functions of described streams: all that they need follows from the descriptions. */
import { sinkOf } from '#domain/stream.ts';
import { type DescribedConsumer, describedStreams, roleOf, type Stream } from '#domain/streams.ts';
import type { DatabaseRole } from './database-roles.ts';
import { consumerNeeds, type FunctionNeeds } from './function-needs.ts';

/** @param stream one that has no code of its own */
export function needsOf(stream: Stream): FunctionNeeds {
  const { topic, consumer, table, lake } = stream;
  const sink = sinkOf(stream);
  return {
    description: `Kafka ${topic} to ${[lake && 'immutable objects in the lake', table && `the table ${table.name}`].filter(Boolean).join(' and ')}`,
    entry: `functions/${sink === 'table' ? 'store' : 'archive'}-stream/handler.ts`,
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: roleOf(stream) as DatabaseRole,
    streamTopic: topic,
    ...(lake && { lake: { access: 'write', prefix: `${lake.prefix}/` } }),
    ...consumerNeeds(consumer),
  };
}

export const describedFunctions = Object.fromEntries(
  describedStreams.map((stream) => [stream.consumer, needsOf(stream)]),
) as Readonly<Record<DescribedConsumer, FunctionNeeds>>;
