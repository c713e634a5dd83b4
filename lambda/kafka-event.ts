/** The event that Lambda's Kafka event source hands over, as records of partitions. */
import type { MSKEvent, SelfManagedKafkaEvent } from 'aws-lambda';
import { framedBatch, frameRecords, type RecordFrames } from '#domain/record-frames.ts';
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
    return first ? [framedBatch(first.topic, first.partition, framesFrom(inOrder(records)))] : [];
  });
}

/** Our own poller and replay say what they left out. */
type LambdaRecord = MSKEvent['records'][string][number] & Pick<KafkaRecord, 'leftOut'>;

/** Nearly always they come in the order of their offsets, each once. */
function inOrder(records: readonly LambdaRecord[]): readonly LambdaRecord[] {
  if (records.every(({ offset }, index) => index === 0 || offset > (records[index - 1] as LambdaRecord).offset))
    return records;
  const byOffset = new Map(records.map((record) => [record.offset, record]));
  return [...byOffset.values()].sort((a, b) => a.offset - b.offset);
}

/** Key and value are decoded straight into their place; a tombstone's value and a missing key are absent or null. */
function framesFrom(records: readonly LambdaRecord[]): RecordFrames {
  let bytes = 0;
  for (const { key, value } of records) bytes += longest(key) + longest(value);
  const decode = (buffer: Buffer, index: number, at: number) => {
    const { offset, timestamp, key, value, leftOut } = records[index] as LambdaRecord;
    const keyBytes = isAbsent(key) ? null : buffer.write(key, at, 'base64');
    const valueBytes = isAbsent(value) ? null : buffer.write(value, at + (keyBytes ?? 0), 'base64');
    return { offset, timestamp: holdableMillis(timestamp), key: keyBytes, value: valueBytes, whole: !leftOut };
  };
  return frameRecords(records.length, bytes, decode, (index) => toRecord(records[index] as LambdaRecord));
}

const isAbsent = (base64: string | null | undefined): base64 is null | undefined =>
  base64 === null || base64 === undefined;

/** Bytes of base64, at most. */
const longest = (base64: string | null | undefined): number => Math.ceil((base64?.length ?? 0) * 0.75);

function toRecord({ offset, timestamp, key, value, headers, leftOut }: LambdaRecord): KafkaRecord {
  return {
    offset,
    timestamp: holdableMillis(timestamp),
    key: isAbsent(key) ? null : Buffer.from(key, 'base64'),
    value: isAbsent(value) ? null : Buffer.from(value, 'base64'),
    headers: (headers ?? []).flatMap(toHeaders),
    ...(leftOut && { leftOut }),
  };
}

function toHeaders(header: LambdaRecord['headers'][number]): KafkaRecord['headers'][number][] {
  // Java bytes are signed; Uint8Array wraps them into 0 to 255.
  return Object.entries(header).map(([name, bytes]) => ({ name, value: Uint8Array.from(bytes ?? []) }));
}
