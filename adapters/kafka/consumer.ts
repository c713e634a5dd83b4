/** A member of a consumer group that hands over records as they are fetched and commits when told to. */
import kafkajs from 'kafkajs';
import { MOST_HEADERS } from '#domain/deliverable.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { type ClientOptions, failFast, newClient } from './client.ts';
import { countHeaders, headerBytes, readHeaders } from './headers.ts';
import { type Message, sizeOf } from './large-batches.ts';
import { bePatient } from './patience.ts';

export interface ConsumedRecord extends KafkaRecord {
  /** Whether the producer or the broker set the timestamp. */
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
}

/** The records of one partition from one fetch, or a piece of them; none if the fetch held only transaction markers and aborted records. */
export interface Fetched {
  readonly partition: number;
  readonly records: readonly ConsumedRecord[];
  /**
   * The offset that was fetched from. It is the `next` of before, unless the broker no longer had that one: it moves ahead
   * when retention has removed it, and back when the partition's log was truncated or reset.
   */
  readonly from: number;
  /** The offset that will be fetched next: past the last record, and past transaction markers after it. */
  readonly next: number;
}

export interface GroupOptions extends ClientOptions {
  readonly groupId: string;
  readonly topic: string;
  /** Where to begin in a partition for which the group has committed no offset. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Milliseconds without a heartbeat after which the group goes on without this member (6,000). */
  readonly sessionTimeout?: number | undefined;
  /** Milliseconds that a fetch waits for records if there are none (100). Whoever resumes a partition waits for the fetch under way. */
  readonly fetchWait?: number | undefined;
  /**
   * The same once nothing has come for a while (as `fetchWait`; patience.ts). Below a third of `sessionTimeout`, since heartbeats
   * go out between fetches.
   */
  readonly fetchWaitAtRest?: number | undefined;
  /** Milliseconds until it looks again whether the topic has got more partitions (30,000). */
  readonly lookEvery?: number | undefined;
  /**
   * Bytes of a fetch at most, of all partitions together (no limit). They are counted as the producer compressed them;
   * large-batches.ts bounds what they unpack to. A whole batch comes in any case.
   */
  readonly fetchBytes?: number | undefined;
  /** The same, of each partition (`fetchBytes`, or 2 MB). */
  readonly partitionBytes?: number | undefined;
  /**
   * The group has (re)balanced: these partitions are this member's until the next call. `continued` is true if the
   * member never left the group, so that no other member can have had a partition that it keeps. Fetching continues
   * from the offsets returned, or from the committed one where none is returned.
   */
  assigned(partitions: readonly number[], continued: boolean): ReadonlyMap<number, number>;
  /** Must return soon: heartbeats and all other partitions wait for it. */
  fetched(fetched: Fetched): void;
  /** The member has left the group for good; join again. */
  failed(error: Error): void;
}

export interface GroupMember {
  /**
   * Commits the next offset to consume of each partition. Never retries by itself, since by then the partition may
   * belong to another member.
   *
   * @throws if the group has moved on or the broker does not answer
   */
  commit(positions: ReadonlyMap<number, number>): Promise<void>;
  pause(partition: number): void;
  resume(partition: number): void;
  /** Leaves the group. */
  leave(): Promise<void>;
}

/** kafkajs, as Java's clients, would leave a new partition unread for up to five minutes. */
const LOOK_EVERY_MS = 30_000;

/** Joins the group; resolves once the broker has been reached, before partitions are assigned. */
export async function joinGroup(options: GroupOptions): Promise<GroupMember> {
  const { topic, groupId, startingPosition, sessionTimeout = 6_000, fetchWait = 100, fetchBytes } = options;
  const { lookEvery = LOOK_EVERY_MS, fetchWaitAtRest = fetchWait } = options;
  const patience = bePatient({ wait: fetchWait, waitAtRest: fetchWaitAtRest }, kafkajs.PartitionAssigners.roundRobin);
  const consumer = newClient(options).consumer({
    groupId,
    sessionTimeout,
    rebalanceTimeout: sessionTimeout * 2,
    heartbeatInterval: Math.floor(sessionTimeout / 5),
    partitionAssigners: [patience.assigner],
    metadataMaxAge: lookEvery,
    maxBytesPerPartition: options.partitionBytes ?? fetchBytes ?? 2 * 1024 * 1024,
    ...(fetchBytes !== undefined && { maxBytes: fetchBytes }),
    // A long-lived member joins again when `failed` is called, sooner than kafkajs would restart.
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
  // kafkajs does not call eachBatch for a fetch that holds only transaction markers and aborted records.
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
    eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
      commitNow = commitOffsetsIfNecessary;
      const { fetchedOffset } = batch as typeof batch & { readonly fetchedOffset: string };
      let from = Number(fetchedOffset);
      for (const { messages, next } of pieces(batch)) {
        options.fetched({ partition: batch.partition, records: messages.map(toRecord), from, next });
        from = next;
        // After a heartbeat that fails, kafkajs goes on from what was resolved.
        resolveOffset(String(next - 1));
        await heartbeat();
      }
    },
  });

  return {
    async commit(positions) {
      if (!commitNow) throw new Error(`Nothing of ${topic} was fetched yet, so there is nothing to commit.`);
      // consumer.commitOffsets would retry under whatever generation of the group is current by then.
      const partitions = [...positions].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      await commitNow({ topics: [{ topic, partitions }] });
    },
    pause: (partition) => consumer.pause([{ topic, partitions: [partition] }]),
    resume: (partition) => consumer.resume([{ topic, partitions: [partition] }]),
    leave() {
      patience.leave();
      return consumer.disconnect();
    },
  };
}

/** Bytes of records between two heartbeats. */
const PIECE = 4 * 1024 * 1024;

/** The records of a fetch in pieces, each with the offset after it, so that no session times out while many are handed over. */
function* pieces(batch: kafkajs.Batch): Generator<{ readonly messages: readonly Message[]; readonly next: number }> {
  const all: readonly Message[] = batch.messages;
  let begin = 0;
  let size = 0;
  for (const [index, message] of all.entries()) {
    size += sizeOf(message);
    if (size < PIECE || index === all.length - 1) continue;
    yield { messages: all.slice(begin, index + 1), next: Number(message.offset) + 1 };
    begin = index + 1;
    size = 0;
  }
  yield { messages: all.slice(begin), next: Number(batch.lastOffset()) + 1 };
}

const LOG_APPEND_TIME = 1;

function toRecord(message: Message): ConsumedRecord {
  const { headers, leftOut } = message;
  const record = {
    offset: Number(message.offset),
    // Messages of Kafka's first format, before 0.10, have no timestamp.
    timestamp: Number(message.timestamp ?? -1),
    timestampType: message.batchContext?.timestampType === LOG_APPEND_TIME ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key: message.key,
    value: message.value,
    headers: NO_HEADERS,
  } as const;
  if (leftOut) return { ...record, leftOut };
  const bytes = headerBytes(headers);
  if (!bytes) return record;
  if (countHeaders(bytes) > MOST_HEADERS) return { ...record, leftOut: { headers: bytes.length } };
  // Read where they are used, since many records may wait.
  return Object.defineProperty(record, 'headers', { enumerable: true, get: () => readHeaders(bytes) });
}

const NO_HEADERS: ConsumedRecord['headers'] = [];
