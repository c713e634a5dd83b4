/** A record of Kafka as people look at it. */
import type { ConsumedRecord } from '#adapters/kafka/index.ts';
import { wholeReader } from '#domain/event-reader.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { catalogue, type Stream } from '#domain/streams.ts';
import { type Bytes, type CutBytes, cutBytes, toBytes } from '../bytes.ts';
import type { Fate } from './fate.ts';

export interface Message {
  readonly partition: number;
  readonly offset: number;
  /** Kafka's, ISO 8601, UTC; null if the producer set none, or one that is no time. */
  readonly timestamp: string | null;
  readonly key: CutBytes | null;
  readonly value: CutBytes | null;
  readonly headers: readonly { readonly name: string; readonly value: Bytes }[];
  /** How many headers are left out. */
  readonly headersLeftOut: number;
  /** Bytes of the batch in which it is, if that is too large to be unpacked: then nothing is known of it but its place. */
  readonly packedIn: number | null;
  /** Null while PostgreSQL doesn't answer. */
  readonly fate: Fate | null;
}

/** How much of a record is shown, in bytes of JSON. */
export interface Longest {
  readonly key: number;
  readonly value: number;
  /** Of all headers together. */
  readonly headers: number;
}

/** Of each record of a list: 500 of them stay below what an answer may have. */
export const IN_A_LIST: Longest = { key: 200, value: 1_000, headers: 300 };

/** Of one alone. */
export const ALONE: Longest = { key: 10_000, value: 700_000, headers: 50_000 };

/** Bytes are copied, since the record's own keep all that was fetched with it. */
export function toMessage(
  partition: number,
  record: ConsumedRecord | KafkaRecord,
  longest: Longest,
): Omit<Message, 'fate'> {
  const { offset, timestamp, key, value, leftOut } = record;
  const headers = headersOf(record, longest.headers);
  return {
    ...{ partition, offset, timestamp: isoTime(timestamp) },
    key: key && cutBytes(key, longest.key),
    value: value && cutBytes(value, longest.value),
    headers,
    headersLeftOut: record.headers.length - headers.length,
    packedIn: leftOut?.batch ?? null,
  };
}

function headersOf({ headers }: KafkaRecord, longest: number): Message['headers'] {
  const shown: { name: string; value: Bytes }[] = [];
  let size = 0;
  for (const { name, value } of headers) {
    const header = { name, value: toBytes(value.subarray(0, longest)) };
    size += Buffer.byteLength(JSON.stringify(header));
    if (size > longest) break;
    shown.push(header);
  }
  return shown;
}

/** The last millisecond that JavaScript has. */
const LAST = 8_640_000_000_000_000;

const isoTime = (millis: number): string | null =>
  millis < 0 || millis > LAST ? null : new Date(millis).toISOString();

/** What a record is known by beyond its place. */
export type IdOf = (record: KafkaRecord) => string | undefined;

/** The own id of a stream's records, as its consumer reads it; none of what it can't use. */
export function ownIdOf(stream: Pick<Stream, 'event' | 'envelope' | 'ids'>): IdOf {
  const read = wholeReader(stream);
  const [name = ''] = stream.ids;
  return ({ value, headers, timestamp }) => {
    const reading = read(value, headers, timestamp);
    const id = 'event' in reading ? (reading.event as Readonly<Record<string, unknown>>)[name] : undefined;
    return typeof id === 'string' ? id : undefined;
  };
}

/** Of what functions publish: on the topic dlq, the id of the letter that it announces (delivery/messages.ts). */
export const letterIdOf: IdOf = ({ headers }) => {
  const header = headers.find(({ name }) => name === 'dead-letter-id');
  const id = header && Buffer.from(header.value).toString();
  return id && /^\d{1,15}$/.test(id) ? id : undefined;
};

/** @param topic of the platform */
export function idsIn(topic: string): IdOf {
  const stream = catalogue.find((each) => each.topic === topic);
  return stream ? ownIdOf(stream) : letterIdOf;
}
