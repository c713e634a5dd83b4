/**
 * Puts the records of a topic that was deleted and made anew, or whose log was truncated, behind the offsets that the ledger has
 * consumed. The ledger knows a record by its offset: under one that was consumed before, a record never takes effect.
 */
import type { KafkaConnection, PartitionOffsets, ReadRange } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { deliverable } from '#domain/deliverable.ts';
import type { OffsetRange } from '#domain/deliveries.ts';
import type { KafkaRecord } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { sourceHash } from './source-hash.ts';

interface Republish {
  readonly kafka: KafkaConnection;
  readonly pool: Pool;
  readonly stream: Stream;
}

export interface Republished {
  readonly partition: number;
  /** The first offset that is left, at which the consumer goes on. */
  readonly position: number;
  /** Records that stood before it, and stand now behind all others. */
  readonly moved: number;
}

/**
 * In each partition with other records than were consumed: fills it up to the consumer's position, produces the others again and
 * removes what stands before the position. If it is repeated after an interruption, it may produce records twice; consumers
 * count them as repeats.
 *
 * @returns the partitions that had others
 * @throws if somebody produces to the topic meanwhile
 */
export async function republish(to: Republish): Promise<Republished[]> {
  const republished: Republished[] = [];
  for (const offsets of await to.kafka.offsets(to.stream.topic)) {
    const done = await republishPartition(to, offsets);
    if (done) republished.push(done);
  }
  return republished;
}

async function republishPartition(to: Republish, offsets: PartitionOffsets): Promise<Republished | undefined> {
  const { kafka, stream } = to;
  const { partition, earliest } = offsets;
  const consumed = await consumedSince(to, partition, earliest);
  const position = (consumed.at(-1)?.lastOffset ?? -1) + 1;
  const from = await firstOther(to, partition, consumed);
  if (from === undefined) return undefined;

  const producer = await kafka.producer({ compression: 'gzip' });
  let moved = 0;
  try {
    for (let left = position - offsets.latest; left > 0; left -= FILLERS_AT_ONCE)
      await producer.send(
        stream.topic,
        Array.from({ length: Math.min(left, FILLERS_AT_ONCE) }, () => ({ ...filler, partition })),
      );
    await expectEnd(kafka, stream.topic, partition, Math.max(position, offsets.latest));
    for await (const records of read(to, partition, { from, to: position })) {
      const others = records.filter(({ headers }) => !headers.some(({ name }) => name === FILLER));
      await producer.send(
        stream.topic,
        others.map((record) => ({ ...record, partition })),
      );
      moved += others.length;
    }
  } finally {
    await producer.close();
  }
  await to.pool.query(
    `update ledger.partitions set republished_before = $4 where (consumer, topic, partition) = ($1, $2, $3)`,
    [stream.consumer, stream.topic, partition, position],
  );
  await kafka.removeBefore(stream.topic, new Map([[partition, position]]));
  return { partition, position, moved };
}

/** Marks a record that only takes up an offset. */
const FILLER = 'tillstream-filler';
const filler = { key: null, value: null, headers: [{ name: FILLER, value: Buffer.alloc(0) }] };
const FILLERS_AT_ONCE = 10_000;

async function expectEnd(kafka: KafkaConnection, topic: string, partition: number, end: number): Promise<void> {
  const latest = (await kafka.offsets(topic)).find((offsets) => offsets.partition === partition)?.latest;
  if (latest === end) return;
  throw new Error(
    `Expected ${topic} partition ${partition} to end at offset ${end}, got ${latest}: somebody produces to it. ` +
      'Stop the producers and repeat this.',
  );
}

interface Consumed extends OffsetRange {
  readonly sourceSha256: string;
}

/** The consumer's deliveries, without those of which Kafka no longer holds all. */
async function consumedSince({ pool, stream }: Republish, partition: number, earliest: number): Promise<Consumed[]> {
  const { rows } = await pool.query<Consumed>(
    `select first_offset as "firstOffset", last_offset as "lastOffset", source_sha256 as "sourceSha256"
     from ledger.deliveries
     where (consumer, topic, partition) = ($1, $2, $3) and state = 'committed' and first_offset >= $4
     order by first_offset`,
    [stream.consumer, stream.topic, partition, earliest],
  );
  return rows;
}

/** Where the first delivery begins whose offsets have other records now, or none. */
async function firstOther(
  to: Republish,
  partition: number,
  consumed: readonly Consumed[],
): Promise<number | undefined> {
  let next = 0;
  let records: KafkaRecord[] = [];
  const range = { from: consumed[0]?.firstOffset ?? 0, to: (consumed.at(-1)?.lastOffset ?? -1) + 1 };
  for await (const fragment of read(to, partition, range))
    for (const record of fragment) {
      for (; record.offset > (consumed[next]?.lastOffset ?? record.offset); next++) {
        if (sourceHash(records) !== consumed[next]?.sourceSha256) return consumed[next]?.firstOffset;
        records = [];
      }
      records.push(deliverable(record));
    }
  for (; next < consumed.length; next++) {
    if (sourceHash(records) !== consumed[next]?.sourceSha256) return consumed[next]?.firstOffset;
    records = [];
  }
  return undefined;
}

async function* read({ kafka, stream: { topic } }: Republish, partition: number, range: ReadRange) {
  for await (const { records } of kafka.read(topic, new Map([[partition, range]]))) yield records;
}
