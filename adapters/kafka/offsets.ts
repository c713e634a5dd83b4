/** Questions about a topic's offsets, each over a connection of its own: for functions that rarely have one. */
import { deliverable } from '#domain/deliverable.ts';
import type { OffsetRange } from '#domain/deliveries.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { holdableMillis } from '#domain/time.ts';
import type { KafkaConfiguration } from '../configuration.ts';
import { connectKafka, type Fragment, type KafkaConnection, type ReadRange } from './index.ts';

export interface Skipped {
  /** Offset of the first record that an event can hold. */
  readonly first?: number;
  /** Records before it, which no event can hold: each without its parts that are too large. */
  readonly tooLarge: readonly KafkaRecord[];
  /** The partition's earliest offset once all was read: what retention removed meanwhile was not found. */
  readonly earliest: number;
}

/** Records of one partition, in the order of their offsets. */
export interface FoundRecords extends Omit<Fragment, 'records'> {
  readonly records: readonly KafkaRecord[];
}

/** The first offset of a partition that Kafka still holds. */
export const earliestOffset = (configuration: KafkaConfiguration, topic: string, partition: number): Promise<number> =>
  connected(configuration, (kafka) => earliestIn(kafka, topic, partition));

async function earliestIn(kafka: KafkaConnection, topic: string, partition: number): Promise<number> {
  const found = (await kafka.offsets(topic)).find((offsets) => offsets.partition === partition);
  if (!found) throw new Error(`Topic ${topic} has no partition ${partition}`);
  return found.earliest;
}

/** What Kafka holds in the ranges, up to the first record that an event can hold, without the records of aborted transactions. */
export const skipped = (
  configuration: KafkaConfiguration,
  topic: string,
  partition: number,
  ranges: readonly OffsetRange[],
): Promise<Skipped> =>
  connected(configuration, async (kafka) => {
    const found = await recordsIn(kafka, topic, partition, ranges);
    return { ...found, earliest: await earliestIn(kafka, topic, partition) };
  });

async function recordsIn(
  kafka: KafkaConnection,
  topic: string,
  partition: number,
  ranges: readonly OffsetRange[],
): Promise<Omit<Skipped, 'earliest'>> {
  const from = ranges[0]?.firstOffset ?? 0;
  const last = ranges.at(-1)?.lastOffset ?? -1;
  const isSkipped = inAny(ranges);
  const tooLarge: KafkaRecord[] = [];
  // One offset further, where there is a record: the reading ends there, even if the ranges themselves hold none.
  const range = new Map([[partition, { from, to: last + 2 }]]);
  for await (const { records } of kafka.read(topic, range, { sparingly: true }))
    for (const record of records) {
      if (record.offset > last) return { tooLarge };
      if (!isSkipped(record.offset)) continue;
      const inEvent = deliverable(record);
      if (!inEvent.leftOut) return { first: record.offset, tooLarge };
      tooLarge.push(asDelivered(inEvent));
    }
  return { tooLarge };
}

/** Whether an offset lies in one of these ranges; both in ascending order. */
function inAny(ranges: readonly OffsetRange[]): (offset: number) => boolean {
  let at = 0;
  return (offset) => {
    while ((ranges[at]?.lastOffset ?? Number.POSITIVE_INFINITY) < offset) at++;
    return (ranges[at]?.firstOffset ?? Number.POSITIVE_INFINITY) <= offset;
  };
}

/** As `OffsetLookup.records` says. */
export const recordsOf = (
  configuration: KafkaConfiguration,
  topic: string,
  partition: number,
  { firstOffset, lastOffset }: OffsetRange,
): Promise<readonly KafkaRecord[] | undefined> =>
  connected(configuration, async (kafka) => {
    const found: KafkaRecord[] = [];
    const range = new Map([[partition, { from: firstOffset, to: lastOffset + 1 }]]);
    for await (const { records } of kafka.read(topic, range, { sparingly: true }))
      found.push(...records.map((record) => asDelivered(deliverable(record))));
    // Asked last: retention may have removed some meanwhile.
    return (await earliestIn(kafka, topic, partition)) > firstOffset ? undefined : found;
  });

/** As `RecordLookup.recordsAt` says. */
export async function* recordsAt(
  configuration: KafkaConfiguration,
  topic: string,
  offsets: ReadonlyMap<number, ReadonlySet<number>>,
  signal: AbortSignal,
): AsyncGenerator<FoundRecords> {
  signal.throwIfAborted();
  const ranges = [...offsets].map(([partition, wanted]): [number, ReadRange] => {
    const sorted = [...wanted].sort((a, b) => a - b);
    return [partition, { from: sorted[0] ?? 0, to: (sorted.at(-1) ?? -1) + 1 }];
  });
  const kafka = await connect(configuration);
  try {
    for await (const { partition, records } of kafka.read(topic, new Map(ranges), { sparingly: true, signal })) {
      const found = records.filter(({ offset }) => offsets.get(partition)?.has(offset)).map(asDelivered);
      if (found.length > 0) yield { partition, records: found };
    }
  } finally {
    await kafka.close();
  }
}

/** The record as functions get it (lambda/kafka-event.ts). */
const asDelivered = <R extends KafkaRecord>(record: R): R => ({
  ...record,
  timestamp: holdableMillis(record.timestamp),
});

const connect = (configuration: KafkaConfiguration): Promise<KafkaConnection> =>
  connectKafka({ ...configuration, clientId: 'tillstream-offsets' });

async function connected<T>(
  configuration: KafkaConfiguration,
  ask: (kafka: KafkaConnection) => Promise<T>,
): Promise<T> {
  const kafka = await connect(configuration);
  try {
    return await ask(kafka);
  } finally {
    await kafka.close();
  }
}
