/** Finds where a partition has other records than were consumed of it. */
import type { KafkaConnection, PartitionOffsets, ReadRange } from '#adapters/kafka/index.ts';
import { aMinuteFromNow, inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { deliverable } from '#domain/deliverable.ts';
import { readBatch } from '#domain/read-batch.ts';
import type { KafkaRecord } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type Delivered, deliveriesIn, lockPosition, type Reader } from './ledger.ts';
import { compare } from './same-records.ts';

export interface ConsumedTopic {
  readonly kafka: KafkaConnection;
  readonly pool: Pool;
  readonly stream: Stream;
}

export interface Others {
  readonly position: number;
  /** Everything before it is as it was consumed; undefined if everything before the position is. */
  readonly from: number | undefined;
  /** Open ranges that were planned with other records. */
  readonly planned: readonly Delivered[];
}

/** @returns undefined if the partition was never consumed, or has what was */
export async function findOthers(of: ConsumedTopic, reader: Reader): Promise<Others | undefined> {
  for (;;) {
    const { earliest } = await offsetsOf(of, reader.partition);
    const deadline = aMinuteFromNow();
    const ledger = await inTransactionUntil(of.pool, deadline, async (transaction) => ({
      position: (await lockPosition(transaction, reader))?.nextOffset,
      deliveries: await deliveriesIn(transaction, reader, {
        firstOffset: earliest,
        lastOffset: Number.MAX_SAFE_INTEGER,
      }),
    }));
    const { position, deliveries } = ledger;
    if (position === undefined) return undefined;

    // Asked after the ledger, which is then not ahead of it unless the topic is another one.
    const { latest } = await offsetsOf(of, reader.partition);
    let from: number | undefined;
    let same = earliest;
    const planned: Delivered[] = [];
    const end = Math.min(latest, Math.max(position, (deliveries.at(-1)?.lastOffset ?? -1) + 1));
    for await (const { delivery, records } of byDelivery(
      readPartition(of, reader.partition, { from: earliest, to: end }),
      deliveries,
    )) {
      if (!delivery) {
        // Nothing was consumed there: it had expired.
        if ((records[0]?.offset ?? position) < position) from ??= same;
        continue;
      }
      if (hasSame(delivery, of.stream, reader, records, earliest)) same = delivery.lastOffset + 1;
      else if (delivery.firstOffset >= position) planned.push(delivery);
      else from ??= same;
    }
    // What retention removed meanwhile would look like others.
    if ((await offsetsOf(of, reader.partition)).earliest !== earliest) continue;
    if (latest < position) from ??= latest;
    return from === undefined && planned.length === 0 ? undefined : { position, from, planned };
  }
}

/** @param records all that Kafka has in the delivery's range */
function hasSame(
  delivery: Delivered,
  stream: Stream,
  { topic, partition }: Reader,
  records: KafkaRecord[],
  earliest: number,
): boolean {
  const read = readBatch(stream, { topic, partition, records });
  return compare(delivery, stream, records, read) ?? delivery.firstOffset < earliest;
}

interface Part {
  readonly delivery?: Delivered;
  readonly records: KafkaRecord[];
}

/** The records of each delivery, and those between two of them. */
async function* byDelivery(
  fragments: AsyncIterable<readonly KafkaRecord[]>,
  deliveries: readonly Delivered[],
): AsyncGenerator<Part> {
  let next = 0;
  let records: KafkaRecord[] = [];
  for await (const fragment of fragments)
    for (const record of fragment) {
      for (
        let delivery = deliveries[next];
        delivery && record.offset > delivery.lastOffset;
        delivery = deliveries[++next]
      ) {
        yield { delivery, records };
        records = [];
      }
      const inEvent = deliverable(record);
      if (record.offset >= (deliveries[next]?.firstOffset ?? Number.POSITIVE_INFINITY)) records.push(inEvent);
      else yield { records: [inEvent] };
    }
  for (const delivery of deliveries.slice(next)) {
    yield { delivery, records };
    records = [];
  }
}

export async function* readPartition({ kafka, stream: { topic } }: ConsumedTopic, partition: number, range: ReadRange) {
  for await (const { records } of kafka.read(topic, new Map([[partition, range]]))) yield records;
}

export async function offsetsOf(
  { kafka, stream: { topic } }: ConsumedTopic,
  partition: number,
): Promise<PartitionOffsets> {
  const found = (await kafka.offsets(topic)).find((offsets) => offsets.partition === partition);
  if (!found) throw new Error(`Expected partition ${partition} of ${topic}, which was there just now, got none.`);
  return found;
}
