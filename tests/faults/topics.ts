/** What faults do to topics and their records, and what they leave for the oracle. */
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import type { OffsetRange } from '#domain/deliveries.ts';
import { type Stream, streams } from '#domain/streams.ts';
import type { PollerEvent } from '#localstack/poller/poller-events.ts';
import { until } from '#localstack/processes/until.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { makeTopicAnew } from '../support/topics.ts';
import { persist } from './cannot-strike.ts';

const WITHIN = 240_000;

/** A repeated payment leaves no trace of its place: what a fault removes from Kafka, the oracle finds here. */
const removedPayments = new Map<string, Uint8Array>();
/** Records that Kafka removed before their consumer had them. */
const expired = new Set<string>();

export const placeOf = (topic: string, partition: number, offset: number | string): string =>
  `${topic} partition ${partition} offset ${offset}`;

export const removedPayment = (partition: number, offset: number): Uint8Array | undefined =>
  removedPayments.get(placeOf(streams.transactions.topic, partition, offset));

export const hasExpired = (place: string): boolean => expired.has(place);

export function noteExpired(topic: string, partition: number, { firstOffset, lastOffset }: OffsetRange): void {
  for (let offset = firstOffset; offset <= lastOffset; offset++) expired.add(placeOf(topic, partition, offset));
}

async function keepPayments(kafka: KafkaConnection, topic: string, before: ReadonlyMap<number, number>): Promise<void> {
  if (topic !== streams.transactions.topic) return;
  const ranges = new Map([...before].map(([partition, to]) => [partition, { from: 0, to }]));
  for await (const { partition, records } of kafka.read(topic, ranges))
    for (const { offset, value } of records)
      removedPayments.set(placeOf(topic, partition, offset), Buffer.from(value ?? []));
}

/** Removes the records of these partitions before these offsets, as retention does. */
export async function removeBefore(
  kafka: KafkaConnection,
  topic: string,
  before: ReadonlyMap<number, number>,
): Promise<void> {
  await keepPayments(kafka, topic, before);
  await persist(`Kafka removes records of ${topic}`, () => kafka.removeBefore(topic, before));
}

export async function untilConsumed({ kafka, committed }: Pipeline, stream: Stream): Promise<void> {
  const isConsumed = async () => {
    const positions = await committed(stream);
    return (await kafka.offsets(stream.topic)).every(
      ({ partition, latest }) => (positions.get(partition) ?? 0) === latest,
    );
  };
  await until(isConsumed, { what: `all of ${stream.topic} is consumed`, within: WITHIN });
}

/** Deletes the topic and makes it again, empty, with as many partitions. Its producers must not send meanwhile. */
export async function makeAnew(pipeline: Pipeline, stream: Stream): Promise<void> {
  const { kafka } = pipeline;
  const { topic } = stream;
  const ends = (await kafka.offsets(topic)).map(({ partition, latest }): [number, number] => [partition, latest]);
  await keepPayments(kafka, topic, new Map(ends));
  await makeTopicAnew(pipeline.stack.status.kafka.bootstrapServers, topic, ends.length);
  const isThere = () =>
    kafka.offsets(topic).then(
      ({ length }) => length === ends.length,
      () => false,
    );
  await until(isThere, { what: `${topic} is made anew`, within: WITHIN });
}

/** Why the consumer of the topic has failed since now. */
export function failuresFromNow({ poller }: Pipeline, topic: string): () => readonly string[] {
  const from = poller.events().length;
  return () =>
    poller
      .events()
      .slice(from)
      .flatMap((event: PollerEvent & { readonly topic?: string }) =>
        event.topic === topic && event.kind === 'invoked' && event.failure ? [event.failure] : [],
      );
}
