/** A member of a consumer group that hands over records as they are fetched and commits when it is told to. */
import type kafkajs from 'kafkajs';
import type { KafkaRecord } from '#domain/records.ts';
import { type ClientOptions, failFast, newClient } from './client.ts';

export interface ConsumedRecord extends KafkaRecord {
  /** Whether the producer or the broker set the timestamp. */
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
}

/** The records of one partition that came with one fetch; none if all that came were markers and aborted records. */
export interface Fetched {
  readonly partition: number;
  readonly records: readonly ConsumedRecord[];
  /** The offset from which the broker was asked; it falls back when the partition's log was truncated or reset. */
  readonly from: number;
  /** The offset that will be fetched next: past the last record, and past transaction markers after it. */
  readonly next: number;
}

export interface GroupOptions extends ClientOptions {
  readonly groupId: string;
  readonly topic: string;
  /** Where a partition begins for which the group has committed nothing. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Milliseconds without a heartbeat after which the group goes on without this member (6,000). */
  readonly sessionTimeout?: number | undefined;
  /**
   * The group has (re)balanced, and these partitions are this member's until the next call. `continued` tells that
   * the member was never out of the group, so that nobody else can have had a partition that it keeps. Fetching goes on
   * from the offsets returned, and from the committed one where none is returned.
   */
  assigned(partitions: readonly number[], continued: boolean): ReadonlyMap<number, number>;
  /** Must return soon: heartbeats and all other partitions wait for it. */
  fetched(fetched: Fetched): void;
  /** The member is out for good; join anew. */
  failed(error: Error): void;
}

export interface GroupMember {
  /**
   * Commits the next offset to consume of each partition. Never tries again by itself, since by then the partition may
   * be another member's.
   *
   * @throws if the group has moved on or the broker does not answer
   */
  commit(positions: ReadonlyMap<number, number>): Promise<void>;
  pause(partition: number): void;
  resume(partition: number): void;
  /** Leaves the group. */
  leave(): Promise<void>;
}

/** Joins the group; resolves when the broker has been reached, before partitions are assigned. */
export async function joinGroup(options: GroupOptions): Promise<GroupMember> {
  const { topic, groupId, startingPosition, sessionTimeout = 6_000 } = options;
  const consumer = newClient(options).consumer({
    groupId,
    sessionTimeout,
    rebalanceTimeout: sessionTimeout * 2,
    heartbeatInterval: Math.floor(sessionTimeout / 5),
    // A partition that is resumed waits for the fetch under way, so that must not last long.
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 2 * 1024 * 1024,
    // Who wants to be a member for long joins anew (`failed`), which is sooner than kafkajs' own restart.
    retry: { ...failFast, maxRetryTime: 500, restartOnFailure: async () => false },
  });
  let memberId: string | undefined;
  let commitNow: kafkajs.EachBatchPayload['commitOffsetsIfNecessary'] | undefined;

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const continued = memberId === payload.memberId;
    memberId = payload.memberId;
    const positions = options.assigned(payload.memberAssignment[topic] ?? [], continued);
    for (const [partition, offset] of positions) consumer.seek({ topic, partition, offset: String(offset) });
  });
  // eachBatch never sees a fetch that holds no more than transactions' markers and the records of aborted ones.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { partition, batchSize, firstOffset, lastOffset } = payload;
    if (batchSize > 0) return;
    options.fetched({ partition, records: [], from: Number(firstOffset ?? lastOffset), next: Number(lastOffset) + 1 });
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => options.failed(payload.error));

  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: startingPosition === 'TRIM_HORIZON' });
  } catch (error) {
    await consumer.disconnect().catch(() => undefined);
    throw error;
  }
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary }) => {
      commitNow = commitOffsetsIfNecessary;
      resolveOffset(batch.messages.at(-1)?.offset ?? batch.lastOffset());
      const { fetchedOffset } = batch as typeof batch & { readonly fetchedOffset: string };
      options.fetched({
        partition: batch.partition,
        records: batch.messages.map(toRecord),
        from: Number(fetchedOffset),
        next: Number(batch.lastOffset()) + 1,
      });
    },
  });

  return {
    async commit(positions) {
      if (!commitNow) throw new Error(`Nothing of ${topic} was fetched yet, so there is nothing to commit.`);
      // consumer.commitOffsets would try again under whatever generation of the group is current by then.
      const partitions = [...positions].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      await commitNow({ topics: [{ topic, partitions }] });
    },
    pause: (partition) => consumer.pause([{ topic, partitions: [partition] }]),
    resume: (partition) => consumer.resume([{ topic, partitions: [partition] }]),
    leave: () => consumer.disconnect(),
  };
}

/** What kafkajs gives but does not declare. */
type Message = kafkajs.KafkaMessage & { readonly batchContext?: { readonly timestampType: number } };

const LOG_APPEND_TIME = 1;

function toRecord(message: Message): ConsumedRecord {
  return {
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    timestampType: message.batchContext?.timestampType === LOG_APPEND_TIME ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key: message.key,
    value: message.value,
    headers: Object.entries(message.headers ?? {}).flatMap(toHeaders),
  };
}

/** A header without a value counts as empty. */
function toHeaders([name, values]: [string, kafkajs.IHeaders[string]]): ConsumedRecord['headers'][number][] {
  const all = Array.isArray(values) ? values : [values];
  // kafkajs collects the values of a name in a plain object, so that of `constructor` the first is a function.
  return all.filter((value) => typeof value !== 'function').map((value) => ({ name, value: Buffer.from(value ?? '') }));
}
