/** Kafka, as far as this project needs it: topics, offsets, producing, reading, and members of consumer groups. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Topic } from '#domain/streams.ts';
import { brokerError, type ClientOptions, failFast, newClient } from './client.ts';
import type { ConsumedRecord } from './consumer.ts';
import { type Compression, openProducer, type Producer } from './producer.ts';
import { type Fragment, type ReadOptions, type ReadRange, readRanges } from './range.ts';
import { ANSWERS_WITHIN_MS, isSilence } from './silence.ts';

export { type ConsumedRecord, type Fetched, type GroupMember, type GroupOptions, joinGroup } from './consumer.ts';
export { isTooLarge, type ProducedRecord, type Producer, type Written } from './producer.ts';
export type { Fragment, ReadOptions, ReadRange } from './range.ts';

export interface PartitionOffsets {
  readonly partition: number;
  /** The first offset that is still there. */
  readonly earliest: number;
  /** The offset that the next record will get. */
  readonly latest: number;
}

export interface KafkaConnection {
  /** "host:port,…", where the connection began. */
  readonly bootstrapServers: string;
  /** @throws if a topic exists with another number of partitions, since keys would move between them */
  createTopics(topics: readonly Topic[]): Promise<void>;
  producer(options?: { readonly compression?: Compression }): Promise<Producer>;
  /**
   * Sorted by partition.
   *
   * @throws if there is no such topic (`isUnknownTopic`)
   */
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  /** The next offset that the group will consume, by partition; a partition without a commit is absent. */
  committedOffsets(groupId: string, topic: string): Promise<ReadonlyMap<number, number>>;
  /** In each partition, the first offset whose record is not older than the time; the partition's end if there is none. */
  offsetsAt(topic: string, time: Date): Promise<ReadonlyMap<number, number>>;
  /**
   * Reads these ranges, by partition, each in the order of its offsets; fetches as the caller takes. Leaves no consumer
   * group behind. Skips the part of a range that Kafka no longer holds.
   */
  read(topic: string, ranges: ReadonlyMap<number, ReadRange>, options?: ReadOptions): AsyncIterable<Fragment>;
  /** Removes the records of these partitions before these offsets, as retention would. */
  removeBefore(topic: string, offsets: ReadonlyMap<number, number>): Promise<void>;
  /** The record at the offset; undefined if there is none yet or any more, or if it is a transaction marker. */
  record(topic: string, partition: number, offset: number): Promise<ConsumedRecord | undefined>;
  close(): Promise<void>;
}

/** @throws within about 6 s if no broker answers */
export async function connectKafka(client: ClientOptions): Promise<KafkaConnection> {
  const kafka = newClient(client);
  const admin = kafka.admin({ retry: failFast });
  await admin.connect();

  const connection: KafkaConnection = {
    bootstrapServers: client.bootstrapServers,

    async createTopics(topics) {
      const missing = await withRetries(['REQUEST_TIMED_OUT'], async () => {
        const existing = new Set(await admin.listTopics());
        const wanted = topics.filter(({ topic }) => !existing.has(topic));
        await admin.createTopics({
          topics: wanted.map(({ topic, partitions, cleanup }) => ({
            ...{ topic, numPartitions: partitions },
            ...(cleanup && { configEntries: [{ name: 'cleanup.policy', value: cleanup }] }),
          })),
          // If kafkajs waited, it would fail where the broker does not know the topics yet.
          waitForLeaders: false,
          // The broker must give up first, or its answer would find nobody.
          timeout: ANSWERS_WITHIN_MS - 3_000,
        });
        return wanted;
      });
      const known = await withRetries(topicsAreUnknown, () =>
        admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) }),
      );
      for (const { topic, partitions } of topics) {
        const actual = known.topics.find(({ name }) => name === topic)?.partitions.length;
        if (actual !== partitions)
          throw new Error(
            `Topic ${topic} has ${actual} partitions, expected ${partitions}: changing that moves keys between partitions. Set its number in domain/streams.ts to ${actual}.`,
          );
      }
      for (const { topic } of missing) await withRetries(topicsAreUnknown, () => admin.fetchTopicOffsets(topic));
    },

    producer: ({ compression = 'none' } = {}) => openProducer(kafka, admin, compression),

    async offsets(topic) {
      const offsets = await withRetries(leadersAreUnknown, () => admin.fetchTopicOffsets(topic));
      return offsets
        .map(({ partition, low, high }) => ({ partition, earliest: Number(low), latest: Number(high) }))
        .sort((a, b) => a.partition - b.partition);
    },

    async committedOffsets(groupId, topic) {
      const topics = await withRetries(groupsAreLoading, () => admin.fetchOffsets({ groupId, topics: [topic] }));
      const partitions = topics.flatMap(({ partitions }) => partitions);
      return new Map(
        partitions.flatMap(({ partition, offset }) => (Number(offset) < 0 ? [] : [[partition, Number(offset)]])),
      );
    },

    async offsetsAt(topic, time) {
      const offsets = await withRetries(leadersAreUnknown, () =>
        admin.fetchTopicOffsetsByTimestamp(topic, time.getTime()),
      );
      return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
    },

    async *read(topic, wanted, options) {
      const groupId = `${client.clientId}-reads-${randomUUID()}`;
      const ranges = (await connection.offsets(topic)).map(({ partition, earliest, latest }): [number, ReadRange] => {
        const { from, to } = wanted.get(partition) ?? { from: latest, to: latest };
        return [partition, { from: Math.max(from, earliest), to: Math.min(to, latest) }];
      });
      try {
        yield* await withRetries(groupsAreLoading, () =>
          begin(readRanges({ ...client, groupId, topic }, new Map(ranges), options)),
        );
      } finally {
        await admin.deleteGroups([groupId]).catch(() => undefined);
      }
    },

    async removeBefore(topic, offsets) {
      // Before kafkajs removes any, it wants to have heard of the topic.
      await connection.offsets(topic);
      const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      await admin.deleteTopicRecords({ topic, partitions });
    },

    async record(topic, partition, offset) {
      const only = new Map([[partition, { from: offset, to: offset + 1 }]]);
      for await (const { records } of connection.read(topic, only, { sparingly: true })) return records[0];
      return undefined;
    },

    close: () => admin.disconnect(),
  };
  return connection;
}

/** Errors about groups from a broker that has just started, until it has loaded them. */
const groupsAreLoading = ['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'];

/** Errors about partitions, until the broker knows that it leads them. */
const leadersAreUnknown = ['LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION'];

/** Errors about topics that were just created, until the broker knows them. */
const topicsAreUnknown = ['UNKNOWN_TOPIC_OR_PARTITION', ...leadersAreUnknown];

/** Whether the broker says that it has no such topic. */
export const isUnknownTopic = (error: unknown): boolean => brokerError(error)?.type === 'UNKNOWN_TOPIC_OR_PARTITION';

/** Retries for 30 s while the broker answers with one of these errors, or not at all, at which kafkajs gives up. */
async function withRetries<Answer>(notYet: readonly string[], attempt: () => Promise<Answer>): Promise<Answer> {
  for (const deadline = Date.now() + 30_000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      const again = isSilence(error) || notYet.includes(brokerError(error)?.type ?? '');
      if (!again || Date.now() > deadline) throw error;
      await setTimeout(100);
    }
  }
}

/** Waits for the first item, so that a failure to get it rejects here, where it can be retried. @returns all items */
async function begin<Item>(items: AsyncGenerator<Item>): Promise<AsyncIterable<Item>> {
  const first = await items.next();
  return (async function* () {
    try {
      if (!first.done) yield first.value;
      yield* items;
    } finally {
      // A caller that stops at the first item never reaches `yield*`, which would have closed the source.
      await items.return(undefined);
    }
  })();
}
