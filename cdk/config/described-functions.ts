/** The functions of described streams, and the roles that they log in as: all that they need follows from the descriptions. */
import { type DescribedConsumer, describedStreams, roleOf, type Stream } from '#domain/streams.ts';
import { consumerNeeds } from './consumer-needs.ts';
import type { FunctionNeeds } from './functions.ts';

type Underscored<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}_${Underscored<Rest>}`
  : Name;

export type DescribedRole = Underscored<DescribedConsumer>;

export const describedRoles = describedStreams.map(roleOf) as DescribedRole[];

function needsOf(stream: Stream): FunctionNeeds {
  const { topic, consumer, table, lake } = stream;
  return {
    description: `Kafka ${topic} to ${table ? `the table ${table.name}` : 'immutable objects in the lake'}`,
    entry: `functions/${table ? 'store' : 'archive'}-stream/handler.ts`,
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: roleOf(stream) as DescribedRole,
    streamTopic: topic,
    ...(lake && { lake: { access: 'write', prefix: `${lake.prefix}/` } }),
    ...consumerNeeds(consumer),
  };
}

export const describedFunctions = Object.fromEntries(
  describedStreams.map((stream) => [stream.consumer, needsOf(stream)]),
) as Readonly<Record<DescribedConsumer, FunctionNeeds>>;
