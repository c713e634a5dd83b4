/**
 * The JSON that Lambda's Kafka event source hands to a function
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html).
 *
 * Records are encoded once, when they arrive, into ASCII: so a record's size in the event is exactly the length of its text,
 * and a retry needs no encoding.
 */
import { deliverable } from '#domain/deliverable.ts';
import type { ConsumedRecord } from './consumer.ts';

export interface EventSource {
  readonly eventSourceArn: string;
  readonly bootstrapServers: string;
  readonly topic: string;
}

/** Records, as JSON texts, by partition. */
export type EncodedRecords = ReadonlyMap<number, readonly string[]>;

/**
 * Measured against AWS by the authors of Powertools: a null key or value is left out (powertools-lambda-typescript#5016),
 * and header bytes are signed as Java's are (powertools-lambda-python#6862). `leftOut` is ours: AWS doesn't say what becomes of a
 * record that is too large.
 *
 * The record is copied first, since its headers are read anew each time that they are asked for (adapters/kafka/headers.ts).
 */
export function encodeRecord(topic: string, partition: number, record: ConsumedRecord): string {
  const { offset, timestamp, timestampType, key, value, headers, leftOut } = deliverable({ ...record });
  // Kafka allows only letters, digits and ._- in a topic's name, so it needs no escaping.
  return (
    `{"topic":"${topic}","partition":${partition},"offset":${offset},"timestamp":${timestamp},` +
    `"timestampType":"${timestampType}",` +
    (key === null ? '' : `"key":"${base64(key)}",`) +
    (value === null ? '' : `"value":"${base64(value)}",`) +
    `"headers":[${headers.map(encodeHeader).join(',')}]` +
    (leftOut ? `,"leftOut":${JSON.stringify(leftOut)}}` : '}')
  );
}

const encodeHeader = ({ name, value }: ConsumedRecord['headers'][number]): string =>
  `{${ascii(JSON.stringify(name))}:[${new Int8Array(value).join(',')}]}`;

export function encodeEvent(source: EventSource, records: EncodedRecords): Buffer {
  const partitions = [...records].map(([partition, texts]) => `${opening(source.topic, partition)}${texts.join(',')}]`);
  return Buffer.from(`${envelope(source)}${partitions.join(',')}}}`, 'latin1');
}

/**
 * The sizes of an event's parts, in bytes. An event's size is exactly `event` + the `partition` of each partition + the
 * `record` of each record: each part counts a comma after it, and the surplus comma of a list's last part is subtracted
 * from the enclosing part.
 */
export const weightOf = {
  event: (source: EventSource): number => envelope(source).length + '}}'.length - 1,
  partition: (topic: string, partition: number): number => opening(topic, partition).length + '],'.length - 1,
  record: (text: string): number => text.length + ','.length,
};

const envelope = ({ eventSourceArn, bootstrapServers }: EventSource): string =>
  `{"eventSource":"aws:kafka","eventSourceArn":${ascii(JSON.stringify(eventSourceArn))},` +
  `"bootstrapServers":${ascii(JSON.stringify(bootstrapServers))},"records":{`;

const opening = (topic: string, partition: number): string => `"${topic}-${partition}":[`;

const ascii = (json: string): string =>
  json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
