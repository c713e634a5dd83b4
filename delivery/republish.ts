/**
 * Puts the records of a topic that was deleted and made anew, or whose log was truncated, behind the offsets that the ledger has
 * consumed. The ledger knows a record by its offset: under one that was consumed before, a record never takes effect.
 */
import { sendHalving, sizeInKafka } from '#adapters/kafka/batches.ts';
import type { ReadRange } from '#adapters/kafka/index.ts';
import { aMinuteFromNow, inTransactionUntil } from '#adapters/postgres/index.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { abandon, lockPosition, type Reader, setRepublished } from './ledger.ts';
import { type ConsumedTopic, findOthers, offsetsOf, readPartition } from './others.ts';

export interface Republished {
  readonly partition: number;
  /** The offset at which the consumer goes on. */
  readonly position: number;
  /** Records that stood before it, and stand now behind all others. */
  readonly moved: number;
}

/**
 * In each partition with other records than were consumed: fills it up to the consumer's position, produces the others again and
 * removes what stands before the position. A range that was planned with other records is abandoned. If it is repeated after an
 * interruption, it may produce records twice; consumers count them as repeats.
 *
 * @returns the partitions that had others
 * @throws if the topic is compacted: Kafka removes no records there before an offset, nor takes fillers without a key
 */
export async function republish(of: ConsumedTopic): Promise<Republished[]> {
  const { topic, cleanup } = of.stream;
  if (cleanup)
    throw new Error(
      `Expected a topic whose records are events, got ${topic}, which is compacted: what the shop has can be sent again. Nothing was changed. ` +
        'See docs/runbook.md, "A compacted topic has other records than before".',
    );
  const republished: Republished[] = [];
  for (const { partition } of await of.kafka.offsets(of.stream.topic)) {
    const done = await republishPartition(of, partition);
    if (done) republished.push(done);
  }
  return republished;
}

async function republishPartition(of: ConsumedTopic, partition: number): Promise<Republished | undefined> {
  const { stream, pool, kafka } = of;
  const reader = { consumer: stream.consumer, topic: stream.topic, partition };
  const found = await findOthers(of, reader);
  if (!found) return undefined;
  const { position, from, planned } = found;
  const deadline = aMinuteFromNow();
  await inTransactionUntil(pool, deadline, async (transaction) => {
    const open = (await lockPosition(transaction, reader))?.open ?? [];
    const ids = new Set(planned.map(({ deliveryId }) => deliveryId));
    await abandon(
      transaction,
      open.filter(({ deliveryId }) => ids.has(deliveryId)),
    );
  });
  if (from === undefined) return { partition, position, moved: 0 };

  await fill(of, partition, position);
  const moved = await produceAgain(of, partition, { from, to: position });
  await note(of, reader, position);
  await kafka.removeBefore(stream.topic, new Map([[partition, position]]));
  return { partition, position, moved };
}

function note({ pool }: ConsumedTopic, reader: Reader, position: number): Promise<void> {
  const deadline = aMinuteFromNow();
  return inTransactionUntil(pool, deadline, (transaction) => setRepublished(transaction, reader, position));
}

/** Marks a record that only takes up an offset. */
const FILLER = 'tillstream-filler';
const filler = { key: null, value: null, headers: [{ name: FILLER, value: Buffer.alloc(0) }] };
const FILLERS_AT_ONCE = 10_000;

async function fill(of: ConsumedTopic, partition: number, position: number): Promise<void> {
  const producer = await of.kafka.producer({ compression: 'zstd' });
  try {
    for (;;) {
      const missing = position - (await offsetsOf(of, partition)).latest;
      if (missing <= 0) return;
      const some = Array.from({ length: Math.min(missing, FILLERS_AT_ONCE) }, () => ({ ...filler, partition }));
      await producer.send(of.stream.topic, some);
    }
  } finally {
    await producer.close();
  }
}

/** Bytes of records that are produced together, unless one has more. */
const SEND_BYTES = 256 * 1024;

async function produceAgain(of: ConsumedTopic, partition: number, range: ReadRange): Promise<number> {
  const producer = await of.kafka.producer({ compression: 'zstd' });
  let moved = 0;
  let some: KafkaRecord[] = [];
  let bytes = 0;
  const send = (records: readonly KafkaRecord[]) =>
    producer.send(
      of.stream.topic,
      records.map(({ key, value, headers, timestamp }) => ({ key, value, headers, timestamp, partition })),
    );
  const flush = async () => {
    await sendHalving(some, send, (_, refusal) => Promise.reject(refusal));
    moved += some.length;
    [some, bytes] = [[], 0];
  };
  try {
    for await (const records of readPartition(of, partition, range))
      for (const record of records) {
        if (record.headers.some(({ name }) => name === FILLER)) continue;
        const size = sizeInKafka(record);
        if (some.length > 0 && bytes + size > SEND_BYTES) await flush();
        some.push(record);
        bytes += size;
      }
    if (some.length > 0) await flush();
  } finally {
    await producer.close();
  }
  return moved;
}
