/**
 * A producer that neither loses nor doubles records while brokers come and go.
 *
 * kafkajs is idempotent for one send at a time only: after a failed send it gives the same sequence numbers to the next
 * one, whose records the broker drops as repeats if the failed send had arrived after all. It also gives up while no
 * broker can be reached, and picks another partition for a record without a key when it retries. So this producer
 * chooses partitions once, has one send per partition in flight, and retries it until the broker has decided.
 */
import { setTimeout as delay } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import type { KafkaRecord } from '#domain/records.ts';
import { brokerError, failFast } from './client.ts';
import { toHeaders } from './headers.ts';

export interface ProducedRecord {
  readonly key: Uint8Array | string | null;
  readonly value: Uint8Array | string | null;
  readonly headers?: KafkaRecord['headers'];
  /** If absent, chosen from the key as Java clients do. */
  readonly partition?: number;
  /** Milliseconds since 1970; now if absent. */
  readonly timestamp?: number;
}

/** Records that stand in a partition one behind the other. */
export interface Written {
  readonly partition: number;
  /** Of the first of them; undefined if the broker no longer knows, as of records that it has had before. */
  readonly firstOffset: number | undefined;
  readonly records: readonly ProducedRecord[];
}

export interface Producer {
  /**
   * Resolves when all in-sync replicas have the records; in each partition they stand in the order given, after those
   * of earlier calls. Waits for brokers that cannot be reached.
   *
   * @returns where they are, by partition
   * @throws after 90 s, when the producer is closed, or at once if the broker refuses the records; some of them may have
   *   been written
   */
  send(topic: string, records: readonly ProducedRecord[]): Promise<readonly Written[]>;
  close(): Promise<void>;
}

export type Compression = 'none' | 'gzip' | 'zstd';

const compressions = {
  none: kafkajs.CompressionTypes.None,
  gzip: kafkajs.CompressionTypes.GZIP,
  zstd: kafkajs.CompressionTypes.ZSTD,
} as const satisfies Record<Compression, kafkajs.CompressionTypes>;

const GIVE_UP_AFTER_MS = 90_000;

export async function openProducer(
  kafka: kafkajs.Kafka,
  admin: kafkajs.Admin,
  compression: Compression,
): Promise<Producer> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: failFast });
  await producer.connect();
  const partitioner = kafkajs.Partitioners.DefaultPartitioner();
  const metadata = new Map<string, Promise<kafkajs.PartitionMetadata[]>>();
  const lastSend = new Map<string, Promise<unknown>>();
  let closed = false;

  /** @param isFinal whether the broker has decided, so that another attempt would end as this one */
  async function untilSettled<T>(attempt: () => Promise<T>, isFinal: (error: unknown) => boolean): Promise<T> {
    for (const deadline = Date.now() + GIVE_UP_AFTER_MS; ; ) {
      try {
        return await attempt();
      } catch (error) {
        if (closed || isFinal(error) || Date.now() > deadline) throw error;
        await delay(250);
      }
    }
  }

  /** @returns the offset of the first, if the broker says it */
  async function sendUntilSettled(topic: string, messages: kafkajs.Message[]): Promise<number | undefined> {
    const send = () => producer.send({ topic, messages, acks: -1, compression: compressions[compression] });
    const [written] = await untilSettled(send, isRefusal);
    const offset = Number(written?.baseOffset ?? -1);
    return offset < 0 ? undefined : offset;
  }

  return {
    async send(topic, records) {
      // A topic that a broker doesn't know is a mistake: nobody makes one of that name while this waits.
      const ask = () =>
        untilSettled(
          () => partitionsOf(admin, topic),
          (error) => isRefusal(error) || brokerError(error)?.type === 'UNKNOWN_TOPIC_OR_PARTITION',
        );
      const partitions = await remembered(metadata, topic, ask);
      const now = String(Date.now());
      // Records of one key often share its bytes, which then are hashed once.
      const chosen = new Map<ProducedRecord['key'], number>();
      const partitionOf = (record: ProducedRecord): number => {
        const known = record.key && record.partition === undefined ? chosen.get(record.key) : undefined;
        if (known !== undefined) return known;
        const message = {
          ...toMessage(record, now),
          ...(record.partition !== undefined && { partition: record.partition }),
        };
        const partition = partitioner({ topic, partitionMetadata: partitions, message });
        if (record.key && record.partition === undefined) chosen.set(record.key, partition);
        return partition;
      };
      const byPartition = Map.groupBy(records, partitionOf);
      const sends = [...byPartition].map(([partition, records]): Promise<Written> => {
        const some = ofPartition(
          records.map((record) => toMessage(record, now)),
          partition,
        );
        const place = `${topic}-${partition}`;
        const before = lastSend.get(place) ?? Promise.resolve();
        const send = before.catch(() => undefined).then(() => sendUntilSettled(topic, some));
        lastSend.set(place, send);
        return send.then((firstOffset) => ({ partition, firstOffset, records }));
      });
      const failed = (await Promise.allSettled(sends)).find((each) => each.status === 'rejected');
      if (failed) throw failed.reason;
      return Promise.all(sends);
    },
    close() {
      closed = true;
      return producer.disconnect();
    },
  };
}

/** Whether the broker refused a send because its records, together or one of them, exceed the topic's size limit. */
export function isTooLarge(error: unknown): boolean {
  const type = brokerError(error)?.type;
  return type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE';
}

/** Whether the broker said that it will never accept these records. */
const isRefusal = (error: unknown): boolean => brokerError(error)?.retriable === false;

async function partitionsOf(admin: kafkajs.Admin, topic: string): Promise<kafkajs.PartitionMetadata[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return topics.flatMap(({ partitions }) => partitions);
}

/** Asks once for each key and remembers the answer; forgets a failure. */
function remembered<T>(memory: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known) return known;
  const asked = ask();
  memory.set(key, asked);
  asked.catch(() => memory.delete(key));
  return asked;
}

function toMessage({ key, value, headers, timestamp }: ProducedRecord, now: string): kafkajs.Message {
  const message = {
    key: toBuffer(key),
    value: toBuffer(value),
    timestamp: timestamp === undefined ? now : String(timestamp),
  };
  return headers && headers.length > 0 ? { ...message, headers: toHeaders(headers) } : message;
}

/**
 * kafkajs groups messages by partition with the array's `reduce`, and copies all that it has found so far for each. Here they are
 * grouped already.
 */
function ofPartition(messages: kafkajs.Message[], partition: number): kafkajs.Message[] {
  const all = messages.map((message) => Object.assign(message, { partition }));
  return Object.assign(all, { reduce: () => ({ [partition]: all }) });
}

const toBuffer = (bytes: Uint8Array | string | null): Buffer | string | null =>
  bytes instanceof Uint8Array && !Buffer.isBuffer(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : bytes;
