/** The event that Lambda's Kafka event source hands over, as records of partitions. */
import type { MSKEvent, SelfManagedKafkaEvent } from 'aws-lambda';
import type { KafkaRecord, PartitionBatch } from '#domain/records.ts';
import { holdableMillis } from '#domain/time.ts';

export type KafkaEvent = Pick<MSKEvent, 'records'> | Pick<SelfManagedKafkaEvent, 'records'>;

/**
 * The batches of an event, one for each partition, records in the order of their offsets. Records that came twice in
 * one event count once.
 */
export function partitionBatches(event: KafkaEvent): PartitionBatch[] {
  return Object.values(event.records ?? {}).flatMap((records) => {
    const [first] = records;
    if (!first) return [];
    const byOffset = new Map(records.map((record) => [record.offset, record]));
    const ordered = [...byOffset.values()].sort((a, b) => a.offset - b.offset);
    return [{ topic: first.topic, partition: first.partition, records: ordered.map(toRecord) }];
  });
}

/** Our own poller and replay say what they left out. */
type LambdaRecord = MSKEvent['records'][string][number] & Pick<KafkaRecord, 'leftOut'>;

function toRecord({ offset, timestamp, key, value, headers, leftOut }: LambdaRecord): KafkaRecord {
  return {
    offset,
    timestamp: holdableMillis(timestamp),
    key: decode(key),
    value: decode(value),
    headers: (headers ?? []).flatMap(toHeaders),
    ...(leftOut && { leftOut }),
  };
}

function toHeaders(header: LambdaRecord['headers'][number]): KafkaRecord['headers'][number][] {
  // Java bytes are signed; Uint8Array wraps them into 0 to 255.
  return Object.entries(header).map(([name, bytes]) => ({ name, value: Uint8Array.from(bytes ?? []) }));
}

/** A tombstone's value and a missing key are absent or null in the event. */
const decode = (base64: string | null | undefined): Uint8Array | null =>
  base64 === null || base64 === undefined ? null : Buffer.from(base64, 'base64');
