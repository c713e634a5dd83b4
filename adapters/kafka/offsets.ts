/** Questions about a topic's offsets, each over a connection of its own: for functions that rarely have one. */
import { deliverable } from '#domain/deliverable.ts';
import type { OffsetRange } from '#domain/deliveries.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { holdableMillis } from '#domain/time.ts';
import type { KafkaConfiguration } from '../configuration.ts';
import { connectKafka, type KafkaConnection } from './index.ts';

export interface Skipped {
  /** Offset of the first record that an event can hold. */
  readonly first?: number;
  /** Records before it, which no event can hold, without what is too large of them. */
  readonly tooLarge: readonly KafkaRecord[];
}

/** The first offset of a partition that Kafka still holds. */
export async function earliestOffset(
  configuration: KafkaConfiguration,
  topic: string,
  partition: number,
): Promise<number> {
  const offsets = await connected(configuration, (kafka) => kafka.offsets(topic));
  const found = offsets.find((offsets) => offsets.partition === partition);
  if (!found) throw new Error(`Topic ${topic} has no partition ${partition}`);
  return found.earliest;
}

/** What Kafka holds in the range, up to the first record that an event can hold, without the records of aborted transactions. */
export const skipped = (
  configuration: KafkaConfiguration,
  topic: string,
  partition: number,
  { firstOffset, lastOffset }: OffsetRange,
): Promise<Skipped> =>
  connected(configuration, async (kafka) => {
    // One offset further, where there is a record: the reading ends there, even if the range itself holds none.
    const ranges = new Map([[partition, { from: firstOffset, to: lastOffset + 2 }]]);
    const tooLarge: KafkaRecord[] = [];
    for await (const { records } of kafka.read(topic, ranges))
      for (const record of records.map(deliverable)) {
        if (record.offset > lastOffset) return { tooLarge };
        if (!record.leftOut) return { first: record.offset, tooLarge };
        tooLarge.push({ ...record, timestamp: holdableMillis(record.timestamp) });
      }
    return { tooLarge };
  });

/** The records at these offsets; without those that Kafka doesn't have. */
export const recordsAt = (
  configuration: KafkaConfiguration,
  topic: string,
  partition: number,
  offsets: ReadonlySet<number>,
): Promise<ReadonlyMap<number, KafkaRecord>> =>
  connected(configuration, async (kafka) => {
    const range = { from: Math.min(...offsets), to: Math.max(...offsets) + 1 };
    const found = new Map<number, KafkaRecord>();
    for await (const { records } of kafka.read(topic, new Map([[partition, range]])))
      for (const record of records) if (offsets.has(record.offset)) found.set(record.offset, record);
    return found;
  });

async function connected<T>(
  configuration: KafkaConfiguration,
  ask: (kafka: KafkaConnection) => Promise<T>,
): Promise<T> {
  const kafka = await connectKafka({ ...configuration, clientId: 'tillstream-offsets' });
  try {
    return await ask(kafka);
  } finally {
    await kafka.close();
  }
}
